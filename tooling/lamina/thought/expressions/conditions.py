"""Conditions: expressions over all documents of an environment."""

from collections.abc import Mapping

from lamina.thought.expressions.reasons import BadExpression, Unknown
from lamina.thought.expressions.rooms import Room, Term, unsayable
from lamina.words.node import Data


class Expression:
    """A condition, compiled: `environment` is the environment's name in it, `documents` its documents by name."""

    def __init__(self, room: Room, term: Term) -> None:
        self.text = term.text
        self._room = room
        self._term = term

    @property
    def documents(self) -> frozenset[str] | None:
        """The documents that it can speak of; None where it may speak of all."""
        places = [one.path for one in self._term.named if one.variable == "documents"]
        return None if () in places else frozenset(str(path[0]) for path in places)

    def truth(self, environment: str, documents: Mapping[str, Data]) -> bool | Unknown:
        """Whether it is true of the documents of an environment; what they hold must be fit to be shown."""
        for reason in unsayable(documents):
            return Unknown(reason)
        return self._term.truth(self._room.values({"environment": environment, "documents": documents}))


def compile_expression(text: str) -> Expression:
    """The condition that a text is; raises BadExpression."""
    room = Room({"documents": "map", "environment": "text"})
    term = room.term(text)
    if term.never_truth is not None:
        raise BadExpression(term.never_truth)
    return Expression(room, term)
