"""Hosts in the values of settings: which one a URL names, and whether it is only the machine itself or a private network."""

import re

from lamina.words.regex import regex

_URL = regex(r"(?P<scheme>[a-z][a-z0-9+.-]*)://(?:[^/?#@\s]*@)?(?P<host>\[[0-9a-f:.]+\]|[^/?#:\s]+)", re.IGNORECASE)
_LOOPBACK = regex(
    r"localhost|.+\.localhost|127(?:\.\d+){3}|::1|\[::1\]|0\.0\.0\.0|host\.docker\.internal", re.IGNORECASE
)
_PRIVATE = regex(
    r"10(?:\.\d+){3}|192\.168(?:\.\d+){2}|172\.(?:1[6-9]|2\d|3[01])(?:\.\d+){2}|169\.254(?:\.\d+){2}|\[?f[cde].*"
    r"|[^.]+|.+\.(?:local|internal|svc|cluster\.local|lan|intranet|corp|home\.arpa|test|invalid)",
    re.IGNORECASE,
)


def url_of(text: str) -> tuple[str, str] | None:
    """The scheme (in lower case) and the host of a URL, or None."""
    found = _URL.match(text)
    return (found["scheme"].lower(), found["host"]) if found else None


def is_loopback(host: str) -> bool:
    """Whether a host is the machine itself."""
    return _LOOPBACK.fullmatch(host) is not None


def is_near(host: str) -> bool:
    """Whether a host is the machine itself, or has a name or an address that only a private network knows."""
    return is_loopback(host) or _PRIVATE.fullmatch(host) is not None
