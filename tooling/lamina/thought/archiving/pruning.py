"""What of a store's archive may go: what its own retention has dropped, and no snapshot that is pinned needs."""

from collections.abc import Iterable, Set

from lamina.thought.archiving import layout
from lamina.words.values import dataclass


@dataclass(frozen=True, slots=True)
class Prune:
    """The files that go, the runs among them, and the first event of which the file stays."""

    paths: tuple[str, ...]
    runs: tuple[str, ...]
    first: int


def prune(paths: Iterable[str], firsts: Iterable[int], dropped: Set[str], needed: Set[str]) -> Prune:
    """What goes of the files below a store's folder.

    `firsts` are the first events that the log still has and that pinned snapshots need, `dropped` the runs that retention took
    away, `needed` the files of states that checkpoints name, be it now or in a pinned snapshot.
    """
    first = min(firsts)
    gone, runs = [], set()
    for path in sorted(paths):
        start, of_run = layout.first_in(path), layout.run_of(path)
        if start is not None:
            goes = start + layout.EVENTS <= first
        elif of_run is not None:
            goes = of_run[0] in dropped
            runs |= {of_run[0]} if goes else set()
        else:
            goes = path.startswith("blobs/") and path not in needed
        if goes:
            gone.append(path)
    return Prune(tuple(gone), tuple(sorted(runs)), layout.first_of_block(first))
