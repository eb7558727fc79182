"""Two kinds of documents with four and three versions, and what layers of each version may say."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from lamina.words.node import Path

Choices = Mapping[Path, Sequence[Any]]

_TEXT = {"type": "string"}
_NEWEST = {"app": 4, "agents": 3}


def newest(kind: str) -> int:
    """How many versions a kind has."""
    return _NEWEST[kind]


def migration(kind: str, version: int) -> str:
    """The migration to a version of a kind, from the second on."""
    operations = {
        ("app", 2): [
            {"move": {"from": "limit", "to": "retry.limit"}},
            {"rename": {"path": "level", "to": "verbosity"}},
        ],
        ("app", 3): [
            {"convert": {"path": "timeout", "factor": 1000}},
            {"wrap": {"path": "labels", "key": "all"}},
            {"convert": {"path": "mode", "values": {"fast": "quick"}}},
            {"rename": {"path": "users[*].role", "to": "part"}},
        ],
        ("app", 4): [{"set-default": {"path": "zone", "value": "eu"}}, {"remove": {"path": "tags"}}],
        ("agents", 2): [
            {"rename": {"path": "model", "to": "engine"}},
            {"move": {"from": "deep.x", "to": "far.off.x"}},
        ],
        ("agents", 3): [{"unwrap": {"path": "held", "key": "it"}}, {"convert": {"path": "delay", "type": "string"}}],
    }
    return json.dumps({"operations": operations[kind, version]}, indent=1) + "\n"


def schema(kind: str, version: int, default: int = 3) -> str:
    """The schema of a version of a kind; `default` is that of one of its keys."""
    keys = _app(version, default) if kind == "app" else _agents(version, default)
    return json.dumps(_map(keys) | ({"required": ["name"]} if kind == "app" else {}), indent=1) + "\n"


def choices(kind: str, version: int) -> Choices:
    """The places of a layer of a version, and what may stand there; some of it is wrong."""
    return _app_choices(version) if kind == "app" else _agents_choices(version)


def _map(keys: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "properties": dict(keys)}


def _app(version: int, default: int) -> dict[str, Any]:
    limit = {"type": "integer", "maximum": 100, "default": default}
    labels = {"type": "object", "additionalProperties": _TEXT}
    user = _map({"name": _TEXT, "role" if version < 3 else "part": _TEXT | {"default": "reader"}, "age": {}})
    keys: dict[str, Any] = {
        "name": _TEXT,
        "level" if version < 2 else "verbosity": {"enum": ["debug", "info"]},
        "timeout": {"type": "integer"},
        "labels": labels if version < 3 else _map({"all": labels}),
        "mode": {"enum": ["fast" if version < 3 else "quick", "slow"]},
        "hosts": {"type": "array", "x-merge": "append"},
        "users": {"type": "array", "x-merge": {"by": "name"}, "items": user},
        "url": {},
        "extra": {},
        "db": _map({"user": _TEXT, "password": _TEXT | {"x-secret": True}}),
    }
    keys |= {"limit": limit} if version < 2 else {"retry": _map({"limit": limit}) | {"default": {}}}
    keys |= {"tags": {"type": "array", "x-merge": "prepend"}} if version < 4 else {"zone": _TEXT}
    return keys


def _agents(version: int, default: int) -> dict[str, Any]:
    deep = {"x": {}, "y": {"type": "integer", "default": default}}
    moved = {"far": _map({"off": _map({"x": {}})}), "deep": _map({"y": deep["y"]})}
    return {
        "model" if version < 2 else "engine": _TEXT | {"default": "small"},
        "delay": {"type": "integer" if version < 3 else "string"},
        "tools": {"type": "array", "x-merge": "prepend"},
        "peer": {},
        "held": _map({"it": {"type": "object"}}) if version < 3 else {"type": "object"},
    } | ({"deep": _map(deep)} if version < 2 else moved)


def _app_choices(version: int) -> Choices:
    unit, role = (1, "role") if version < 3 else (1000, "part")
    labels: Path = ("labels",) if version < 3 else ("labels", "all")
    found: dict[Path, Sequence[Any]] = {
        ("name",): ["shop", "store", 5],
        ("limit",) if version < 2 else ("retry", "limit"): [1, 2, 50, 200],
        ("level" if version < 2 else "verbosity",): ["debug", "info", "loud"],
        ("timeout",): [unit, 30 * unit],
        labels: [{"a": "x"}, {"b": "y", "a": "z"}, {}],
        (*labels, "a"): ["one", "two"],
        (*labels, "c"): ["three"],
        ("mode",): ["fast" if version < 3 else "quick", "slow"],
        ("hosts",): [["a"], ["b", "c"], []],
        ("users",): [[{"name": "ada"}], [{"name": "ben", role: "admin"}, {"name": "ada", "age": 3}]],
        ("url",): ["http://${name}/", "${@environment}", "${agents/a:peer}", "$${x}"],
        ("extra",): [1, "text", None, [1, 2], {"k": 1}, {"k": {"m": True}}, "a\nb\n"],
        ("extra", "k"): [2, {"m": False}],
    }
    return found | ({("tags",): [["t"], ["u", "v"]]} if version < 4 else {("zone",): ["us"]})


def _agents_choices(version: int) -> Choices:
    limit = "${app:limit}" if version < 2 else "${app:retry.limit}"
    return {
        ("model" if version < 2 else "engine",): ["large", "tiny"],
        ("delay",): [5, 7] if version < 3 else ["5", "7"],
        ("tools",): [["grep"], ["ls", "cat"]],
        ("deep", "x") if version < 2 else ("far", "off", "x"): [1, None, {"z": 1}],
        ("deep", "y"): [4, 8],
        ("peer",): ["${app:name}", limit, "${agents/b:peer}", "plain", {"of": "${app:mode}"}],
        ("held", "it") if version < 3 else ("held",): [{"p": 1}, {"q": [1]}],
    }
