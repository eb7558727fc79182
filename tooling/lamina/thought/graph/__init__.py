"""Graphs: who refers to whom in an environment; a printer is a member."""

from lamina.thought.graph import dot, json_text, mermaid, text
from lamina.thought.graph.answer import Answer, Printer, leading_to
from lamina.thought.graph.links import Graph, Link, State, Way, meet, prefixes

__all__ = ["PRINTERS", "Answer", "Graph", "Link", "Printer", "State", "Way", "leading_to", "meet", "prefixes"]

PRINTERS: dict[str, Printer] = {
    "text": text.write,
    "json": json_text.write,
    "mermaid": mermaid.write,
    "dot": dot.write,
}
