"""The page that findings about a sealed file are written on: where its values, and the fields of its metadata, stand."""

from lamina.thought.sealed.creation.nodes import Source
from lamina.thought.sealed.tree import Block, Field, Leaf, Parsed


class Page(Source):
    """A sealed file that was taken apart, and what was found to be wrong with it so far."""

    def __init__(self, parsed: Parsed, file: str) -> None:
        super().__init__(parsed.text, file)
        self.parsed = parsed

    def leaf(self, leaf: Leaf) -> int:
        """Where a value or a comment stands; what an alias stands for stands at the alias."""
        if leaf.start >= 0:
            return leaf.start
        inside = (start for start, _, entries in self.parsed.expansions if any(one is leaf for one in entries))
        return next(inside, 0)

    def field(self, *names: str) -> int:
        """Where the first field of these names stands in the metadata; where there is none, the metadata itself."""
        for name in names:
            for field in self._fields():
                # dotenv and INI write a field as many, flattened.
                if field.name == name or field.name.startswith(f"{name}__"):
                    return field.start
        return self._first().start if self.parsed.blocks else 0

    def said(self, text: str, past: int = 0) -> int:
        """Where a text stands in the metadata, after `past` others like it."""
        at = self.field("age", "key_groups")
        for _ in range(past + 1):
            found = self.text.find(text, at) if text else -1
            if found < 0:
                break
            at = found + 1
        else:
            return at - 1
        return self.field("age", "key_groups")

    def _fields(self) -> tuple[Field, ...]:
        # Every document of a file has a copy; the first is the one that counts. dotenv has its lines in any order.
        blocks = self.parsed.blocks
        several = len({field.name for block in blocks for field in block.fields}) > len(self._first().fields)
        chosen = blocks if several else blocks[:1]
        return tuple(field for block in chosen for field in block.fields)

    def _first(self) -> Block:
        return self.parsed.blocks[0] if self.parsed.blocks else Block(0, 0)
