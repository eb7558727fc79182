"""The schema of a file with tests: for reading it, and for editors."""

from typing import Any

FOLDER = "tests/config"
"""Where the files with tests lie, at any depth."""


def _closed(description: str, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "description": description, "additionalProperties": False, "properties": properties}


def _texts(description: str) -> dict[str, Any]:
    items = {"type": "string", "minLength": 1}
    return {"type": "array", "description": description, "items": items, "minItems": 1, "uniqueItems": True}


def _text(description: str, **more: Any) -> dict[str, Any]:
    return {"type": "string", "minLength": 1, "description": description, **more}


def _none_or(listed: dict[str, Any]) -> dict[str, Any]:
    """`none`, or a list."""
    return {"description": listed["description"], "anyOf": [{"const": "none"}, listed]}


_FINDING = _closed(
    "A finding: each thing that is said of it must be so.",
    rule=_text("The rule that is broken.", examples=["missing-key"]),
    document=_text("The document that it is in."),
    path=_text("The path that it is about.", examples=["execution.retry.limit"]),
    message=_text("A part of its message."),
    file=_text("The file where it stands."),
    line={"type": "integer", "minimum": 1, "description": "The line where it stands."},
) | {"required": ["rule"]}

_EXPECT = _closed(
    "What must hold.",
    values={
        "type": "object",
        "description": "Values by address, compared by type and value.",
        "minProperties": 1,
        "examples": [{"orchestrator:execution.retry.limit": 4}],
    },
    absent=_texts("Addresses where nothing is."),
    secret=_texts("Addresses where a secret is; what it is no test can see."),
    holds=_texts("Conditions in CEL, over `documents` and `environment`."),
    findings=_none_or(
        {
            "type": "array",
            "description": "What `validate` finds: exactly these, or `none`; errors are never expected unless they are here.",
            "items": _FINDING,
            "minItems": 1,
        }
    ),
    impact=_none_or(_texts("The addresses that `with` changes: exactly these, or `none`.")),
) | {"minProperties": 1}

_TEST = _closed(
    "One test.",
    name=_text("What must hold, in words.", maxLength=200),
    environment=_text("The environment that it is about."),
    environments={
        "description": "Several environments, each a test of its own; `all` that are rendered.",
        "anyOf": [{"const": "all"}, _texts("Environments.")],
    },
    kind=_text("The kind of the document that `layers` make."),
    layers={
        "type": "array",
        "description": "Layers of one document, lowest first, with nothing else below or beside them.",
        "items": {"type": "object"},
        "minItems": 1,
    },
    property=_closed(
        "Documents of all kinds, made from a schema: each must be valid, and render to what reads the same.",
        kind=_text("The kind whose schema they are made from."),
        examples={"type": "integer", "minimum": 1, "maximum": 10_000, "default": 50, "description": "How many."},
    )
    | {"required": ["kind"]},
    expect=_EXPECT,
    **{
        "with": {
            "type": "object",
            "description": "Layers by document, which lie on top of the environment's.",
            "minProperties": 1,
            "additionalProperties": {"type": "object"},
        }
    },
) | {
    "required": ["name"],
    "anyOf": [{"required": [name]} for name in ("environment", "environments", "layers", "property")],
    "dependentRequired": {"layers": ["kind"], "kind": ["layers"]},
    "allOf": [
        {"not": {"required": ["environment", "environments"]}},
        {"not": {"required": ["layers", "with"]}},
        {"not": {"required": ["layers", "environment"]}},
        {"not": {"required": ["layers", "environments"]}},
        {"not": {"required": ["layers", "property"]}},
        {"not": {"required": ["property", "with"]}},
        {"if": {"required": ["property"]}, "else": {"required": ["expect"]}},
    ],
}

SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    **_closed("Tests of configuration, for lamina test.", tests={"type": "array", "items": _TEST}),
    "required": ["tests"],
}
