"""Shards: the documents of a repository in equal parts, one for each of several machines.

Where a document belongs is told by its name alone, the same in every environment, at every commit and on every machine.
"""

import re
from zlib import crc32

from lamina.words.errors import Misuse
from lamina.words.values import dataclass

MOST = 1000


@dataclass(frozen=True, slots=True)
class Shard:
    """One of `of` shards, by its number from one; what belongs to no document is in the first."""

    number: int = 1
    of: int = 1

    def holds(self, name: str) -> bool:
        """Whether a document is in the shard, or a file that is a layer of none."""
        return self.of == 1 or share_of(name, self.of) == self.number - 1

    def shares(self, count: int) -> "list[Shard]":
        """The shard in equal shares, the first of which is first where this is."""
        return [Shard(self.number + self.of * one, self.of * count) for one in range(count)]

    @property
    def first(self) -> bool:
        """Whether what belongs to no document is in the shard."""
        return self.number == 1

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"


WHOLE = Shard()


def share_of(name: str, of: int) -> int:
    """Which of some equal shares, counted from zero, a name is in."""
    return crc32(name.encode("utf-8", "surrogatepass")) % of


def parse_shard(text: str) -> Shard:
    """The shard that `I/N` names; raises Misuse."""
    match = re.fullmatch(r"([0-9]{1,4})/([0-9]{1,4})", text)
    number, of = map(int, match.groups()) if match else (0, 0)
    if not 1 <= number <= of <= MOST:
        raise Misuse(f"{text} is no shard: it is I/N, with I from 1 to N, and N at most {MOST}", "such as --shard 1/4")
    return Shard(number, of)
