"""Marks: what stands for sealed leaves when the fast validator is asked, which knows only JSON."""

from lamina.thought.schema.shape import Shape
from lamina.words.node import Data, Sealed

MARK = "\0ENC"
"""How a mark begins; the ciphertext follows, so that equal marks are equal leaves."""

MARK_PATTERN = r"^\x00ENC"


class Unmarkable(Exception):
    """A sealed leaf stands where a mark would not be tested as the leaf is: at no secret, or sealed from no string."""


def marked(data: Data, shape: Shape | None, secret: bool = False) -> Data:
    """The data with a mark in place of every sealed leaf; raises Unmarkable."""
    secret = secret or (shape is not None and shape.secret)
    if isinstance(data, dict):
        return {key: marked(value, shape and shape.child(key), secret) for key, value in data.items()}
    if isinstance(data, list):
        item = shape and shape.item()
        return [marked(value, item, secret) for value in data]
    if isinstance(data, Sealed):
        if not secret or data.type in ("int", "float", "bool"):
            raise Unmarkable
        return MARK + data.ciphertext
    if isinstance(data, str) and data.startswith(MARK):
        raise Unmarkable
    return data
