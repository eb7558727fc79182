"""Answers: what a question about the graphs of some environments found, and what a printer of it has to be."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from lamina.thought.graph.links import Graph
from lamina.thought.graph.reach import Step, reach
from lamina.words.address import Address
from lamina.words.values import dataclass


@dataclass(frozen=True, slots=True)
class Answer:
    """The graph of an environment; or that part of it which leads `to` an address, with the steps there."""

    graph: Graph
    to: Address | None = None
    steps: tuple[Step, ...] = ()


class Printer(Protocol):
    """Writes answers, one an environment, of the repository as it is or at a commit."""

    def __call__(self, answers: Sequence[Answer], commit: str | None, /) -> str: ...


def leading_to(graph: Graph, address: Address) -> Answer:
    """The part of a graph that leads to an address, near and far."""
    steps = reach(graph, address)
    links = tuple(step.link for step in steps)
    documents = {address.document, *(link.source.document for link in links)}
    part = replace(graph, documents=tuple(sorted(documents.intersection(graph.documents))), links=links, offered={})
    return Answer(part, address, steps)
