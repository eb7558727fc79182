"""Excerpts: the line that a finding is about, where showing it cannot show a secret."""

from functools import lru_cache

from lamina.project.tree import Tree
from lamina.thought.topology import SCHEMAS, SETTINGS, kind_of_document
from lamina.words.finding import Position

_LONGEST = 160
_KEYS = ("SECRET-KEY-", "PRIVATE KEY")


def excerpt_of(tree: Tree, position: Position) -> str | None:
    """A line of a file; of a layer whose kind has secrets only what stands before its first value.

    A line of such a layer is cut after the first colon, since a mistyped key or a broken quote may hide a secret from the
    schema; a line without a colon, or with the position behind it, is not shown at all, nor is one with what looks like a
    secret.
    """
    lines = tree.lines(position.file)
    if position.line > len(lines):
        return None
    line = lines[position.line - 1].replace("\t", " ")
    if position.line in lines_of_secrets(tree.data(position.file), position.file):
        return None
    if may_hold_secrets(tree, position.file):
        key, colon, _ = line.partition(":")
        line = key + colon if colon and position.column <= len(key) + 2 and not set("{[\"'") & set(key) else ""
    return line if line.strip() and len(line) <= _LONGEST else None


@lru_cache(maxsize=1024)  # of one file many findings may tell
def lines_of_secrets(data: bytes, file: str) -> frozenset[int]:
    """The lines of a file in which a secret seems to stand, whoever complains of them."""
    from lamina.thought.rules import AnyFile
    from lamina.thought.rules.plaintext import sightings

    seen = AnyFile(file, data)
    keys = (number for number, line in enumerate(data.splitlines(), 1) if any(key.encode() in line for key in _KEYS))
    return frozenset((*(seen.spot_in_text(one.start)[0] for one in sightings(data, file)), *keys))


def may_hold_secrets(tree: Tree, file: str) -> bool:
    """Whether a secret may stand in the plain text of a file: in a layer of a kind that has some, or is not known."""
    from lamina.thought.policies import POLICIES

    if file.startswith((f"{SCHEMAS}/", f"{POLICIES}/")) or file == SETTINGS:
        return False
    layer = tree.topology.layer_of(file)
    kind = tree.schema(kind_of_document(layer.document)) if layer is not None and not layer.sealed else None
    return kind is None or kind.schema is None or kind.schema.shape.has_secrets
