"""The schema files of this repository, read with jsonschema alone: a second opinion that knows nothing of lamina."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from jsonschema.protocols import Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012, Schema

ROOT = Path(__file__).parents[2]
KINDS = ("agents", "artifacts", "models", "orchestrator", "workflows")
_NAMES = sorted(path.relative_to(ROOT / "schemas").as_posix() for path in (ROOT / "schemas").rglob("*.yaml"))
FILES = [name for name in _NAMES if not name.endswith(".migration.yaml")]
MIGRATIONS = [name for name in _NAMES if name.endswith(".migration.yaml")]
WHERE = "https://schemas.example/"


def newest(kind: str) -> str:
    """The file of a kind's newest schema."""
    return max(
        (name for name in FILES if name.startswith(f"{kind}/v")),
        key=lambda name: int(name.split("/v")[1].split(".")[0]),
    )


@cache
def schema(file: str) -> dict[str, Any]:
    """The schema in a file below schemas/."""
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "schemas" / file).read_text(encoding="utf-8"))
    return loaded


@cache
def _registry() -> Registry[Schema]:
    resources = ((WHERE + file, DRAFT202012.create_resource(schema(file))) for file in FILES)
    return Registry[Schema]().with_resources(resources)


@cache
def validator(place: str) -> Validator:
    """A validator for the schema at a place: a file below schemas/, with a JSON pointer after `#`."""
    return Draft202012Validator(
        {"$ref": WHERE + place}, registry=_registry(), format_checker=Draft202012Validator.FORMAT_CHECKER
    )
