"""Whether parts are those of one whole: every shard once, of one command, at one moment."""

from collections.abc import Sequence
from typing import Protocol

from lamina.words.errors import Failure, listing
from lamina.words.shards import Shard

_AGAIN = "run every shard at one commit and with the same options, and join all of them"


class NotWhole(Failure):
    """Parts that are not those of one whole."""

    def __init__(self, why: str, hint: str = _AGAIN) -> None:
        super().__init__(why, hint)


class Sharded(Protocol):
    """What is one shard of a whole."""

    @property
    def shard(self) -> Shard: ...
    @property
    def asked(self) -> tuple[str, ...]:
        """What must be the same in all parts of a whole, said of each."""
        ...


def demand_whole(parts: Sequence[tuple[str, Sharded]]) -> None:
    """Raise NotWhole unless parts, each with the name it was given by, are all shards of one whole, each once."""
    first, one = parts[0]
    names: dict[int, str] = {}
    for name, part in parts:
        demand_alike(name, part.asked, first, one.asked)
        if part.shard.number in names:
            raise NotWhole(f"the shard {part.shard} is there twice: {names[part.shard.number]} and {name}")
        names[part.shard.number] = name
    missing = [f"{number}/{one.shard.of}" for number in range(1, one.shard.of + 1) if number not in names]
    if missing:
        raise NotWhole(f"{'shards are' if len(missing) > 1 else 'a shard is'} missing: {listing(missing)}")


def demand_alike(name: str, said: Sequence[str], other_name: str, others: Sequence[str]) -> None:
    """Raise NotWhole unless the same is said of two."""
    for mine, theirs in zip(said, others, strict=True):
        if mine != theirs:
            raise NotWhole(f"{name} is {mine}, and {other_name} is {theirs}")
