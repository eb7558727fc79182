"""A graph for programs: the documented shape."""

import json
from collections.abc import Sequence
from typing import Any

from lamina.thought.graph.answer import Answer
from lamina.thought.graph.links import Link
from lamina.words.address import Address, path_text
from lamina.words.harmless import safe_json


def write(answers: Sequence[Answer], commit: str | None) -> str:
    """Every reference of every environment, and what is wrong with them; or those that lead to an address."""
    shape = {**({"commit": commit} if commit else {}), "environments": list(map(_shape, answers))}
    return safe_json(json.dumps(shape, indent=2, ensure_ascii=False)) + "\n"


def _shape(answer: Answer) -> dict[str, Any]:
    graph = answer.graph
    if answer.to is not None:
        steps = [{"depth": step.depth, **_link(step.link)} for step in answer.steps]
        return {"environment": graph.environment, "address": str(answer.to), "referrers": steps}
    return {
        "environment": graph.environment,
        "documents": list(graph.documents),
        "references": list(map(_link, graph.links)),
        "cycles": [list(cycle) for cycle in graph.cycles],
        "missing": list(map(_link, graph.of_state("missing"))),
        "ambiguous": list(map(_link, graph.of_state("ambiguous"))),
        "unused": sorted(map(str, graph.unused)),
    }


def _link(link: Link) -> dict[str, Any]:
    return {
        "from": _address(link.source),
        "to": list(map(_address, link.targets)),
        "way": link.way,
        "state": link.state,
        "file": link.position.file,
        "line": link.position.line,
        "column": link.position.column,
    }


def _address(address: Address) -> dict[str, str]:
    return {"document": address.document, "path": path_text(address.path)}
