"""A bit of a log that is another: whoever opens it, or reads it, has to say so."""

import random
from pathlib import Path

from lamina.world.log import check
from torture.children import Ack
from torture.programs.log import Writer


class Reader(Writer):
    """Opens and reads a log, and acknowledges that it is sound."""

    def work(self, folder: Path, ack: Ack, turns: int) -> None:
        self._opened(folder).close()
        fault = check(folder / "log").fault
        if fault is not None:
            raise fault
        ack("sound")


def flipped(folder: Path, chance: random.Random) -> str:
    """Flip a bit of an event that is not the last; which."""
    path = folder / "log" / "00000000000000000001.jsonl"
    data = bytearray(path.read_bytes())
    at = chance.randrange(data.rindex(b"\n", 0, -1))
    data[at] ^= 1 << chance.randrange(8)
    path.write_bytes(data)
    return f"byte {at}"
