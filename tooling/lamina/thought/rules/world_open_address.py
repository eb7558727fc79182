"""An address lets the whole world in.

What: `0.0.0.0/0`, `::/0` or `*` where a setting says who may come, in a protected environment a warning and elsewhere a note;
and, as a note in a protected environment, a socket that is bound on every interface (`0.0.0.0`, `::`, `:8080`), which is right
in a container behind a proxy, and wrong on a machine with an address of its own. What may be reached from here (`egress`,
`routes`) is another matter.

Example:

    # environments/prod/app.yaml, and lamina.yaml says `prod: {protected: true}`
    admin:
      allowed_cidrs: ["0.0.0.0/0"]
      bind: 0.0.0.0:9090

Instead: name the networks that need it. Where the world is meant, say so:

    - 0.0.0.0/0  # lamina: allow world-open-address -- the shop's front door

Fix: none, since only people know who is to come in.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Literal

from lamina.thought.rules.naming import Test, above, plainly, words
from lamina.thought.rules.rule import Breach, Rule
from lamina.thought.rules.subjects import Rendered, Shape
from lamina.words.address import path_text
from lamina.words.finding import Severity
from lamina.words.node import Path
from lamina.words.regex import regex

Sort = Literal["bind", "host", "allow", "network"]

_EVERY_NETWORK = regex(r"0\.0\.0\.0/0|(?:0{0,4}:){1,7}:?0{0,4}/0")
_EVERY_INTERFACE = regex(r"(?:[a-z]+://)?(?:0\.0\.0\.0|\[::\])(?::\d+){0,2}/?|::")
_ANY_HOST = regex(r"\*(?::\d+)?|:\d+")

_BINDS = frozenset({"bind", "binding", "listen", "listener", "listeners"})
_BOUND = frozenset(
    {"address", "addresses", "addr", "endpoint", "host", "interface", "interfaces", "ip", "on", "socket", "to", "url"}
)
_HOSTS = frozenset({"host", "hosts", "hostname", "address", "addr", "interface", "publish", "ports"})
_ALLOWING = frozenset({"allow", "allowed", "allowlist", "authorized", "permit", "permitted", "trusted", "whitelist"})
_WHO = frozenset(
    {
        *(
            "address",
            "addresses",
            "cidr",
            "cidrs",
            "from",
            "host",
            "hosts",
            "ip",
            "ips",
            "network",
            "networks",
            "proxies",
        ),
        *("proxy", "range", "ranges", "source", "sources", "subnet", "subnets"),
    }
)
_OUTWARD = frozenset(
    {
        *("egress", "outbound", "route", "routes", "routing", "destination", "destinations", "dest", "nat", "deny", "denied"),
        *("denylist", "blocked", "blocklist", "blacklist", "exclude", "excluded", "except", "no", "gateway"),
    }
)  # fmt: skip


@lru_cache(maxsize=16_384)
def _sort(key: str) -> Sort | None:
    name, parts = plainly(key), words(key)
    if parts & _OUTWARD:
        return None
    if parts & _BINDS and (name in _BINDS or name.rpartition("_")[2] in _BINDS | _BOUND):
        return "bind"
    if parts & _ALLOWING and parts & _WHO:
        return "allow"
    if parts & (_WHO | _ALLOWING) and not parts & _HOSTS:
        return "network"
    return "host" if parts & _HOSTS else None


def _suspects(key: str, shape: Shape | None) -> Test | None:
    return None if _sort(key) is None else _is_suspect


def _is_suspect(value: Any) -> bool:
    # Most hosts and names are none of these, and are spared the patterns.
    if not isinstance(value, str) or not (
        value[:1] in ("*", ":") or "0.0.0.0" in value or "::" in value or "/0" in value
    ):
        return False
    return any(one.fullmatch(value) for one in (_EVERY_NETWORK, _EVERY_INTERFACE, _ANY_HOST))


def _check(document: Rendered) -> Iterator[Breach]:
    protected = f"in {document.environment}, which is protected" if document.protected else "here"
    for path, name, value, _ in document.suspected(_suspects):
        sort = _sort(name)
        if _EVERY_NETWORK.fullmatch(value) or (sort == "allow" and value in ("*", "0.0.0.0", "::")):
            if not above(path) & _OUTWARD:
                message = f"{path_text(path)} lets every address in {protected}"
                severity: Severity | None = None if document.protected else "note"
                yield Breach(message, path, severity=severity, fix="name the networks that need it")
        elif document.protected and _is_open(sort, path, value):
            message = f"{path_text(path)} binds every interface {protected}"
            yield Breach(message, path, severity="note", fix="bind the address that is to be reached")


def _is_open(sort: Sort | None, path: Path, value: str) -> bool:
    if _EVERY_INTERFACE.fullmatch(value):
        return sort in ("bind", "host")
    return sort == "bind" or (sort == "host" and bool(above(path) & _BINDS))


RULE = Rule("world-open-address", "warning", __doc__, _check, suspects=_suspects)
