"""A repository of a thousand agents in fifty files, each of twenty: what a program that reloads is measured on."""

import json
import random
from pathlib import Path
from typing import Any

from bench.trees import to_yaml

FILES, EACH = 50, 20

_TOOLS = ("read_file", "write_file", "run_tests", "search", "git_commit", "open_review", "browse", "ask_human")
_TEXT = {"type": "string", "minLength": 1}
_WHOLE = {"type": "integer", "minimum": 0}
_AGENT = {
    "type": "object",
    "additionalProperties": False,
    "required": ["model", "prompt", "limits", "tools"],
    "properties": {
        "model": {"enum": ["small", "medium", "large"]},
        "description": _TEXT,
        "prompt": {"type": "string", "minLength": 20, "maxLength": 4000},
        "temperature": {"type": "number", "minimum": 0, "maximum": 1},
        "tools": {"type": "array", "uniqueItems": True, "items": {"enum": list(_TOOLS)}},
        "limits": {
            "type": "object",
            "additionalProperties": False,
            "required": ["steps", "tokens"],
            "properties": {"steps": _WHOLE, "tokens": _WHOLE, "cost_usd": {"type": "number"}, "seconds": _WHOLE},
        },
        "retry": {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "limit": {**_WHOLE, "default": 3},
                "backoff_seconds": {"type": "number", "default": 2},
                "on": {"type": "array", "items": _TEXT},
            },
            "default": {},
        },
        "sandbox": {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "image": {"type": "string", "pattern": "^[a-z./0-9-]+:[0-9.]+$"},
                "network": {"enum": ["none", "restricted", "open"]},
                "hosts": {"type": "array", "items": {"type": "string", "format": "hostname"}},
            },
        },
        "labels": {"type": "object", "additionalProperties": _TEXT},
    },
}
SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "description": "Agents by name.",
    "type": "object",
    "additionalProperties": {"$ref": "#/$defs/agent"},
    "$defs": {"agent": _AGENT},
}


def agent(number: int, words: int = 90) -> dict[str, Any]:
    """An agent of some 1 kB of YAML, with a prompt of so many words."""
    dice = random.Random(number)
    prompt = " ".join(
        dice.choices(("review", "the", "change", "with", "care", "and", "say", "what", "is", "wrong"), k=words)
    )
    return {
        "model": dice.choice(("small", "medium", "large")),
        "description": f"agent {number} of the fleet",
        "prompt": prompt,
        "temperature": dice.randint(0, 10) / 10,
        "tools": dice.sample(_TOOLS, 5),
        "limits": {"steps": 30, "tokens": 200_000, "cost_usd": 2.5, "seconds": 900},
        "retry": {"limit": dice.randint(1, 5), "on": ["timeout", "rate_limit", "server_error"]},
        "sandbox": {
            "image": f"registry.example.com/sandbox:{dice.randint(1, 9)}.0",
            "network": "restricted",
            "hosts": ["packages.example.com", "git.example.com"],
        },
        "labels": {"team": dice.choice(("core", "search", "growth")), "tier": "standard", "cell": f"c{number % 16}"},
    }


def layer(file: int) -> str:
    """The base layer of a file."""
    return to_yaml({f"agent-{file * EACH + one:04}": agent(file * EACH + one) for one in range(EACH)})


def write(root: Path) -> Path:
    """The repository; each file has a layer in base, and a smaller one in prod."""
    schema = root / "schemas/fleet/v1.schema.json"
    schema.parent.mkdir(parents=True)
    schema.write_text(json.dumps(SCHEMA), encoding="utf-8")
    for environment in ("base", "prod"):
        (root / f"environments/{environment}/fleet").mkdir(parents=True)
    for file in range(FILES):
        (root / f"environments/base/fleet/part-{file:02}.yaml").write_text(layer(file), encoding="utf-8")
        over = {f"agent-{file * EACH + one:04}": {"temperature": 0.1} for one in range(0, EACH, 4)}
        (root / f"environments/prod/fleet/part-{file:02}.yaml").write_text(to_yaml(over), encoding="utf-8")
    return root
