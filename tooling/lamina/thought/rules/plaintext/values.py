"""What a value is: a secret in its own right, or a reference, a name, a path, or a word that holds the place of one."""

import re
from collections import Counter
from math import log2

from lamina.words.regex import regex

_PLACEHOLDERS = regex(
    r"example|change.?me|change.?this|replace|placeholder|dummy|sample|fake|redact|insert|your[-_ ]|made.?up|not.?a.?real|"
    r"lorem|foobar|deadbeef|todo|fixme|secret.?here|x{6}|\*{3}|\.{3}|(?:0123|1234)5678(?:9|$)|abcdefg|qwerty",
    re.IGNORECASE,
)
_WORDS = frozenset(
    {
        *(
            "any",
            "array",
            "bearer",
            "bool",
            "boolean",
            "bytes",
            "default",
            "disabled",
            "empty",
            "enabled",
            "false",
        ),
        *(
            "file",
            "inherit",
            "int",
            "integer",
            "key",
            "literal",
            "manual",
            "nil",
            "no",
            "none",
            "null",
            "number",
        ),
        *(
            "object",
            "off",
            "on",
            "optional",
            "pass",
            "passwd",
            "password",
            "prompt",
            "random",
            "read",
            "required",
        ),
        *(
            "secret",
            "secrets",
            "self",
            "static",
            "str",
            "string",
            "sstring",
            "text",
            "token",
            "true",
            "unset",
        ),
        *(
            "undefined",
            "user",
            "username",
            "value",
            "write",
            "yes",
        ),
    }
)
# References of templates and shells, of secret stores, and of YAML.
_REFERENCE = regex(
    r"[$<]|.*(?:ENC\[|\$\{|\$\(|\{\{|%\(|<%)|(?:env|file|vault|ssm|arn|awssm|gcpsm|akv|op|ref\+[a-z]+|secret|secretsmanager"
    r"|secretref|keyvault|doppler|https?)[:/]|projects/[^/]+/secrets/|age1",
    re.IGNORECASE | re.DOTALL,
)
# What no plain value of YAML begins with, so that what does is something else.
_UNQUOTED = regex(r"[>@!*&|%(\[{#`]")
_FILES = r"pem|key|crt|cer|json|ya?ml|txt|env|age|asc|pub|ini|toml|cfg"
_PATH = regex(rf"(?:~|\.{{1,2}})?/[\w.@%+/-]*\Z|[\w.-]+(?:/[\w.-]+)*\.(?:{_FILES})\Z")
_VARIABLE = regex(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\Z")
_NAME = regex(r"[a-z][a-z0-9]*(?:[-_./:][a-z0-9]+)+\Z|[a-z]+\Z", re.IGNORECASE)
_NAMED = regex(r"secret|passw|token|cred|key|auth|vault", re.IGNORECASE)
_EXPRESSION = regex(r"[\w.]+\(|[a-z_]\w*(?:\.[a-z_]\w*)+\Z|[\w.]+\[")
_SEGMENT = regex(r"[A-Za-z0-9]+")
_CHANGE = regex(r"(?<=[a-z])(?=[A-Z0-9])|(?<=[A-Z])(?=[0-9])|(?<=[0-9])(?=[A-Za-z])|(?<=[A-Z])(?=[A-Z][a-z])")


def is_filler(value: str) -> bool:
    """Whether a value only shows where one belongs: a word that says so, or one character again and again."""
    return _PLACEHOLDERS.search(value) is not None or len(set(value[-12:].lower())) < 4


def is_literal(value: str, quoted: bool = False) -> bool:
    """Whether a value is itself what is meant: no reference, path, variable, expression or placeholder."""
    return not (
        len(value) < 4
        or (not quoted and _UNQUOTED.match(value))
        or value.lower() in _WORDS
        or _REFERENCE.match(value)
        or (_PATH.match(value) and not is_random(value))
        or _VARIABLE.match(value)
        or _EXPRESSION.match(value)
        or _PLACEHOLDERS.search(value)
        or len(set(value)) < 3
    )


def names_a_secret(value: str) -> bool:
    """Whether a value rather is the name of a secret, such as `app-credentials`."""
    return _NAME.match(value) is not None and _NAMED.search(value) is not None and not is_random(value)


def is_random(value: str) -> bool:
    """Whether no person has written a value, nor meant it to be read: letters and digits change again and again."""
    if len(value) < 8 or " " in value:
        return False
    parts = _SEGMENT.findall(value)
    changes = sum(len(_CHANGE.findall(part)) for part in parts if len(part) > 5)
    return changes >= 3 and entropy(value) >= 2.75


def entropy(value: str) -> float:
    """How many bits a character of a value holds."""
    counts = Counter(value).values()
    return -sum(count / len(value) * log2(count / len(value)) for count in counts)
