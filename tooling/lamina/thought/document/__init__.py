"""Documents as text: bytes to values, positions of values, and edits of the text that leave all else alone.

`read` makes one walk over the parser's events and keeps no positions, since most files are never asked about; `outline` walks
the same bytes again for the one file that is.
"""

from lamina.thought.document.comments import Comment, comments, hash_comments, scalar_spans
from lamina.thought.document.outline import Outline, Spot, find, nodes_of, outline
from lamina.thought.document.plain import plain_words
from lamina.thought.document.reading import VERSION_KEY, Layer, Reading, read, read_layer

__all__ = [
    "VERSION_KEY",
    "Comment",
    "Layer",
    "Outline",
    "Reading",
    "Spot",
    "comments",
    "find",
    "hash_comments",
    "nodes_of",
    "outline",
    "plain_words",
    "read",
    "read_layer",
    "scalar_spans",
]
