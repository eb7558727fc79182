"""Expressions: CEL, the Common Expression Language, over rendered documents.

They cannot loop for ever, reach outside of what they are given, or change it. The library has bounds of its own: 32 levels of
nesting in the text, and 10,000 steps through lists and maps in all; what values may grow to is for the caller to bound.
"""

from lamina.thought.expressions.conditions import Expression, compile_expression
from lamina.thought.expressions.named import Named
from lamina.thought.expressions.reasons import BadExpression, Unknown
from lamina.thought.expressions.rooms import Room, Term, unsayable

__all__ = ["BadExpression", "Expression", "Named", "Room", "Term", "Unknown", "compile_expression", "unsayable"]
