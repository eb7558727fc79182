"""How secrets are written: as pairs, elements, words, entries of lists, headers and URLs; and in which sorts of files."""

import re
from typing import Literal, TypeAlias

from lamina.words.regex import regex

Sort: TypeAlias = Literal["configuration", "prose", "code"]

_CONFIGURATION = regex(
    r"\.(?:ya?ml|json|json5|jsonc|toml|ini|cfg|conf|config|env|properties|props|tf|tfvars|hcl|xml|plist|sh|bash|zsh|ps1)\Z"
    r"|\.(?:service|npmrc|netrc|pypirc|pgpass|envrc|htpasswd|sql|tpl|j2|tmpl|example|template)\Z"
    r"|(?:^|/)(?:\.env[^/]*|[^/]*\.env\.[^/]*|Dockerfile[^/]*|[^/]*\.Dockerfile|Makefile|_netrc|\.my\.cnf|credentials)\Z"
)
_PROSE = regex(r"\.(?:md|rst|txt|adoc|html?|log|out|diff|patch|csv|tsv)\Z|(?:^|/)[A-Z]+\Z")
_LOCK = regex(
    r"(?:^|/)(?:package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|[^/]*\.lock|[^/]*\.lock\.[^/]+|go\.sum"
    r"|[^/]*(?:sbom|cyclonedx|spdx)[^/]*)\Z"
)

_KEY = r"(?P<key>[A-Za-z_][A-Za-z0-9_.-]{0,63})"
_QUOTED = r"(?P<quote>\\?[\"'`])(?P<quoted>(?:(?!(?P=quote)).){4,4096})(?P=quote)"
_BARE = r"(?P<bare>[^\s\"'`,;<>&(){}\[\]][^\s\"'`,;<>&]{3,4096})"
_VALUE = rf"(?:{_QUOTED}|{_BARE})"
_BLOCK = r"(?P<block>[|>][0-9+-]{0,2})\s*\Z"

PAIR = regex(rf"(?<![A-Za-z0-9_$]){_KEY}[\"']?\]?\s{{0,9}}(?::=|=>|==|[:=])\s{{0,9}}(?:{_QUOTED}|{_BARE}|{_BLOCK})")
"""`key: value`, `KEY=value`, `"key": "value"`, `config["key"] = "value"`, `key => 'value'`, `key: |-`."""

_WORDED = r"(?P<key>(?:[A-Za-z_][A-Za-z0-9_.-]*)?(?i:password|passwd|token|secret|api[_-]?key))"
WORDED = regex(rf"(?<!\S)(?:--)?{_WORDED}\s+{_VALUE}")
"""Of `.netrc`, of options and of a Dockerfile: `password value`, `--token value`, `ENV PASSWORD value`."""

_ELEMENT = regex(rf"<{_KEY}(?:\s[^<>]*)?>(?P<bare>[^<>\s]{{4,4096}})</")
LINE_PATTERNS: dict[Sort, tuple[re.Pattern[str], ...]] = {
    "configuration": (PAIR, _ELEMENT, WORDED),
    "prose": (PAIR, _ELEMENT),
    "code": (PAIR,),
}
"""What is looked for in a line that has the name of a secret, by the sort of the file."""

BEARER = regex(r"(?i)\b(?:bearer|basic|authorization: *token)\s+(?P<bare>[A-Za-z0-9._~+/-]{16,4096}={0,2})")
"""The header of a request."""

ENTRY = regex(r"[\"']?(?:[nN]ame|[kK]ey)[\"']?\s*[:=]\s*[\"']?(?P<name>[A-Za-z_][A-Za-z0-9_.-]{0,63})[\"']?\s*(?:,|\Z)")
ENTRY_VALUE = regex(rf"[\s,]*[\"']?[vV]alue[\"']?\s*[:=]\s*{_VALUE}")
"""An entry of a list of variables: `name: DB_PASSWORD`, and behind it or on the next line `value: ...`."""

BLOCK_LINE = regex(r"\s*(?P<bare>\S+)[ \t]*(?=[\r\n]|\Z)")
"""The first line of a block scalar, if it is one word."""

URL = regex(
    r"\b[a-zA-Z][a-zA-Z0-9+.-]{1,20}://(?P<user>[^\s:/@\"'<>{}$]{0,128})"
    r":(?P<word>[^\s/@\"'<>{}$][^\s/@\"'<>{}]{2,512})@[\w.$\[{-]"
)
"""A URL with a user and a password."""

LONG = regex(r"(?<![A-Za-z0-9+/_=.:@-])[A-Za-z0-9+/_-]{32,256}={0,2}(?![A-Za-z0-9+/_=.:@-])")
"""A word of base64 or hex that is as long as a key of 128 bits."""


def sort_of_file(file: str) -> Sort:
    """Where a value needs no quotes; where it may have none, and much else is written; and where one has quotes."""
    return "configuration" if _CONFIGURATION.search(file) else "prose" if _PROSE.search(file) else "code"


def is_lock(file: str) -> bool:
    """Whether a file is one of those that a package manager writes, or that lists them, full of digests."""
    return _LOCK.search(file) is not None
