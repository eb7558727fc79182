"""A graph as a flowchart of Mermaid, which GitHub and GitLab draw in markdown.

Syntax: https://mermaid.js.org/syntax/flowchart.html. Names stand in quotes only, with every sign that is more than a letter,
a digit or plain punctuation as the code of its character, so that they are text and nothing else (`1. x` would be a list).
"""

import re
from collections.abc import Iterator, Sequence

from lamina.thought.graph.answer import Answer
from lamina.thought.graph.drawing import Drawing, Node
from lamina.words.harmless import safe

_SIGN = re.compile(r"[^A-Za-z0-9 _./-]|[.-](?= )")


def write(answers: Sequence[Answer], commit: str | None) -> str:
    """One flowchart: an environment's, or a group for each where there are several."""
    return "flowchart LR\n" + "".join(f"  {line}\n" for line in _lines(answers))


def _lines(answers: Sequence[Answer]) -> Iterator[str]:
    for number, answer in enumerate(answers):
        drawing = Drawing(answer.graph)
        yield f"subgraph e{number}[{quoted(drawing.environment)}]"
        yield from (f"  {line}" for line in _drawn(drawing, f"e{number}"))
        yield "end"
    yield "classDef missing stroke:#c00,color:#c00,stroke-dasharray:4"
    yield "classDef unused stroke:#999,color:#999"


def _drawn(drawing: Drawing, prefix: str) -> Iterator[str]:
    names = {node.address: f"{prefix}n{number}" for number, node in enumerate(drawing.nodes)}
    for number, (kind, nodes) in enumerate(drawing.groups):
        indent = "" if kind is None else "  "
        if kind is not None:
            yield f"subgraph {prefix}g{number}[{quoted(kind)}]"
        yield from (f"{indent}{names[node.address]}[{quoted(node.label)}]{_class(node)}" for node in nodes)
        if kind is not None:
            yield "end"
    for edge in drawing.edges:
        arrow = "-->" if edge.way == "name" else "-.->"
        yield f"{names[edge.source]} {arrow} {names[edge.target]}"


def _class(node: Node) -> str:
    return "" if node.look == "plain" else f":::{node.look}"


def quoted(text: str) -> str:
    """A label that shows the text as it is."""
    return f'"{_SIGN.sub(lambda found: f"#{ord(found[0])};", safe(text))}"'
