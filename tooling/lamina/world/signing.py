"""Signing with SSH keys, by the program ssh-keygen: keys in files, in agents and on hardware."""

import subprocess
import tempfile
from pathlib import Path

from lamina.words.errors import Failure

# How git tells a key itself from the name of its file.
_LITERAL = "key::"
_KINDS = ("ssh-", "ecdsa-sha2-", "sk-ssh-", "sk-ecdsa-")


class CannotSign(Failure):
    """A signature that could not be made."""

    def __init__(self, key: str, reason: str) -> None:
        super().__init__(
            f"{key} does not sign: {reason}",
            "name an SSH key: git config user.signingKey ~/.ssh/id_ed25519.pub, whose other half is beside it or in an agent",
        )


def signing_key(folder: Path) -> str | None:
    """What `user.signingKey` says for a folder, in the repository's own configuration or the user's: a file, or `key::KEY`."""
    command = ["git", "-C", str(folder), "config", "--type=path", "--get", "user.signingKey"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return None
    key = done.stdout.removesuffix("\n")
    if done.returncode != 0 or not key:
        return None
    if key.startswith((_LITERAL, *_KINDS)):
        return key if key.startswith(_LITERAL) else _LITERAL + key
    # As git does, from the top of the work tree; an absolute one stays as it is.
    return str(folder / key)


def sign(data: bytes, namespace: str, key: str) -> str:
    """The SSH signature of some bytes, as ssh-keygen prints it; raises CannotSign.

    `key` is the file of a private key, or of a public one whose other half an agent holds, or `key::` and the public key.
    """
    if not key.startswith(_LITERAL):
        return _signed(data, namespace, key, key)
    with tempfile.NamedTemporaryFile("w", prefix="lamina-", suffix=".pub") as file:
        file.write(key.removeprefix(_LITERAL) + "\n")
        file.flush()
        return _signed(data, namespace, file.name, "the key of the agent", "-U")


def _signed(data: bytes, namespace: str, file: str, shown: str, *more: str) -> str:
    command = ["ssh-keygen", "-q", "-Y", "sign", "-n", namespace, "-f", file, *more]
    try:
        done = subprocess.run(command, input=data, capture_output=True, check=False)
    except OSError:
        raise CannotSign(shown, "there is no program ssh-keygen") from None
    if done.returncode != 0:
        raise CannotSign(
            shown, done.stderr.decode("utf-8", "replace").strip() or f"ssh-keygen ends with {done.returncode}"
        )
    return done.stdout.decode("ascii")
