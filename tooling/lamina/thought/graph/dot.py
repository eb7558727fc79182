"""A graph in the language of Graphviz: https://graphviz.org/doc/info/lang.html.

Names stand in quotes only. In these a backslash begins an escape and an ampersand an entity, so both are escaped themselves.
"""

from collections.abc import Iterator, Sequence

from lamina.thought.graph.answer import Answer
from lamina.thought.graph.drawing import Drawing, Look
from lamina.words.harmless import safe

_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "&": "&amp;"})
_LOOKS: dict[Look, str] = {
    "plain": "",
    "missing": ' color="#cc0000" fontcolor="#cc0000" style=dashed',
    "unused": ' color="#999999" fontcolor="#999999"',
}


def write(answers: Sequence[Answer], commit: str | None) -> str:
    """One digraph an environment."""
    return "".join(f"digraph {quoted(one.graph.environment)} {{\n{_body(Drawing(one.graph))}}}\n" for one in answers)


def _body(drawing: Drawing) -> str:
    return "".join(f"  {line}\n" for line in (*_SETTINGS, *_lines(drawing)))


_SETTINGS = (
    "rankdir=LR; newrank=true; fontname=Helvetica; fontsize=12;",
    "node [shape=box, style=rounded, fontname=Helvetica, fontsize=11];",
    'edge [color="#555555", arrowsize=0.7];',
)


def _lines(drawing: Drawing) -> Iterator[str]:
    for number, (kind, nodes) in enumerate(drawing.groups):
        indent = "" if kind is None else "  "
        if kind is not None:
            yield f"subgraph cluster_{number} {{"
            yield f'  label={quoted(kind)}; color="#bbbbbb";'
        for node in nodes:
            yield f"{indent}{quoted(str(node.address))} [label={quoted(node.label)}{_LOOKS[node.look]}];"
        if kind is not None:
            yield "}"
    for edge in drawing.edges:
        dashed = "" if edge.way == "name" else " [style=dashed]"
        yield f"{quoted(str(edge.source))} -> {quoted(str(edge.target))}{dashed};"


def quoted(text: str) -> str:
    """A quoted string that shows the text as it is."""
    return f'"{safe(text).translate(_ESCAPES)}"'
