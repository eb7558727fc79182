"""Names of policies: `policies/NAME.policy.yaml`, in folders below as well."""

import re

from lamina.words.regex import regex

POLICIES = "policies"
_ENDING = ".policy.yaml"
_LIKE = regex(r"\.policy\.(yml|json)$|\.policy$", re.IGNORECASE)
_NAME = regex(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")


def policy_name(file: str) -> str | None:
    """The name of the policy that a file under policies/ holds; None for any other file."""
    return file.rpartition("/")[2].removesuffix(_ENDING) if file.endswith(_ENDING) else None


def stray_policy(file: str) -> str | None:
    """What a file should be called that seems to hold a policy, and whose name is none of one; None where it is no such file.

    What else lies under policies/ is that of other programs.
    """
    stem = policy_name(file)
    if stem is None:
        return _LIKE.sub(_ENDING, file) if _LIKE.search(file) else None
    if _NAME.fullmatch(stem):
        return None
    words = re.findall(r"[a-z0-9]+", stem.lower())
    name = "-".join(words) if words and words[0][0].isalpha() else "-".join(["policy", *words])
    return file.removesuffix(stem + _ENDING) + name + _ENDING
