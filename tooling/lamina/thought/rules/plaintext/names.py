"""Names of secrets: which keys have one for a value, told by the words that they are made of."""

from functools import lru_cache

from lamina.words.regex import regex

WORDS = (
    b"pass", b"pwd", b"secret", b"token", b"key", b"credential", b"dsn", b"authorization", b"bearer", b"connection",
)  # fmt: skip
"""What stands in the lines that have such a name."""

_PARTS = regex(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_PASSWORDS = frozenset({"password", "passwd", "pwd", "passphrase", "passcode", "pass", "userpass", "dbpass", "pw"})
_OTHERS = frozenset({"secret", "token", "apikey", "secrets", "credential", "credentials", "authtoken", "authorization"})
_JOINED = ("password", "passwd", "passphrase", "secret", "token", "apikey", "privatekey", "secretkey", "accesskey")
# Before `key`; any other key is one of a map, of a cache, or public.
_KEYS = frozenset(
    {
        *(
            "api",
            "private",
            "secret",
            "access",
            "auth",
            "account",
            "encryption",
            "encrypt",
            "signing",
            "master",
        ),
        *(
            "shared",
            "storage",
            "service",
            "client",
            "session",
            "hmac",
            "jwt",
            "cookie",
            "deploy",
            "webhook",
            "license",
        ),
        *(
            "app",
            "admin",
            "root",
            "crypto",
            "cipher",
            "aes",
        ),
    }
)
# Behind the name, without making it another's.
_BEHIND = frozenset(
    {
        *(
            "prod",
            "production",
            "dev",
            "staging",
            "test",
            "qa",
            "value",
            "old",
            "new",
            "current",
            "previous",
        ),
        *(
            "primary",
            "secondary",
            "backup",
            "main",
        ),
    }
)


@lru_cache(maxsize=4096)
def sort_of(name: str) -> str | None:
    """`password` for a name whose value is one, whatever it looks like; `secret` for one that is random if it is one."""
    words = [part.lower() for part in _PARTS.findall(name)]
    while len(words) > 1 and (words[-1] in _BEHIND or words[-1].isdigit()):
        words.pop()
    if not words:
        return None
    last = words[-1]
    if last in _PASSWORDS:
        return "password"
    if last in _OTHERS or (last == "key" and len(words) > 1 and words[-2] in _KEYS):
        return "secret"
    if last.endswith(_JOINED) and last not in _JOINED:
        return "password" if "pass" in last[-10:] else "secret"
    return "secret" if last in _JOINED else None
