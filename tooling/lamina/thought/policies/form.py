"""The form of a policy's file, as a JSON Schema: that of Kubernetes' ValidatingAdmissionPolicy where it has the same thing."""

from typing import Any


def _closed(description: str, required: tuple[str, ...] = (), /, **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "description": description,
        "additionalProperties": False,
        "required": list(required),
        "properties": properties,
    }


def _text(description: str, **more: Any) -> dict[str, Any]:
    return {"type": "string", "description": description, "minLength": 1, **more}


def _list(description: str, items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "description": description, "items": items, "minItems": 1}


def _patterns(what: str) -> dict[str, Any]:
    return _list(f"Names of {what}; * and ? stand for any characters.", {"type": "string", "minLength": 1})


_EXAMPLE = _closed(
    "A document as it would be rendered, and what the policy's expressions know beside it.",
    ("document",),
    document={"type": "object", "description": "The document."},
    name=_text("Its name; one that fits the policy is made up where it is left out."),
    environment=_text("The environment that it is in."),
    protected={"type": "boolean", "description": "Whether that environment is protected."},
    old={"type": ["object", "null"], "description": "The document before the change; null for a new one."},
    documents={
        "type": "object",
        "description": "Other documents of the environment, by name.",
        "additionalProperties": {"type": "object"},
    },
)

SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    **_closed(
        "A policy: what must hold of documents, said in CEL. Its name is that of the file.",
        ("description", "validations"),
        description=_text("Why there is this policy; the first line is its summary, and all of it `lamina rule NAME`."),
        severity={
            "enum": ["error", "warning", "note"],
            "default": "error",
            "description": "How bad it is to break it; lamina.yaml may say otherwise.",
        },
        match=_closed(
            "Which documents it is about; all, where nothing is said. What is said must all be so.",
            kinds=_patterns("kinds"),
            documents=_patterns("documents"),
            environments=_patterns("environments"),
            protected={"type": "boolean", "description": "Only in environments that are protected, or that are not."},
        ),
        variables=_list(
            "Values with a name, for what is said more than once: `variables.NAME` in what stands below.",
            _closed(
                "A variable.",
                ("name", "expression"),
                name=_text("Its name.", pattern="^[A-Za-z_][A-Za-z0-9_]*$"),
                expression=_text("Its value, in CEL."),
            ),
        ),
        validations=_list(
            "What must hold.",
            _closed(
                "One condition.",
                ("expression",),
                expression=_text("What is true of every document that is as it should be, in CEL."),
                message=_text("The sentence that says what is wrong where it is not true."),
                messageExpression=_text("The same in CEL, which must give a text."),
                fix=_text("What to do about it."),
            ),
        ),
        examples=_closed(
            "Documents that the policy is tried on by `lamina test`.",
            (),
            **{
                "pass": _list("Documents that it finds nothing wrong with.", _EXAMPLE),
                "fail": _list("Documents that it finds something wrong with.", _EXAMPLE),
            },
        ),
    ),
}
