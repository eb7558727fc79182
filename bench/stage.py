"""What the figures share: where the corpora lie, how lamina is run on them, and rows of what processes took."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from shutil import rmtree

from bench.contestants import Peer, different, lamina_render, read_files
from bench.corpus import Corpus, write
from bench.measure import Job, Run, Runs, middle, ratio, walls
from bench.table import Bound, Row

PROCESS = ("wall s", "cpu s", "peak MB", "runs")


class WrongRender(Exception):
    """A contestant did not render what every tool must render, so that its time says nothing."""


@dataclass(frozen=True, slots=True)
class Bench:
    """Where the corpora and the output are written, and how many rounds are measured."""

    folder: Path
    rounds: int

    def corpus(self, size: str, *trees: str) -> Corpus:
        """The corpus of a size, with lamina's tree and others; each is written when it is first asked for."""
        folder = self.folder / size
        return write(folder, size, [tree for tree in ("lamina", *trees) if not (folder / tree).exists()])

    def out(self, name: str) -> Path:
        """The folder that a contestant renders into."""
        return self.folder / "out" / name

    def render(self, corpus: Corpus, form: str) -> Job:
        """lamina's render of everything, with nothing remembered."""
        return cold(lamina_render(form, corpus.folder, self.out(f"lamina-{form}")), corpus.folder / "lamina")


def cold(job: Job, repository: Path) -> Job:
    """The job, before which all is forgotten that lamina remembers of the repository."""
    return replace(job, before=partial(rmtree, repository / ".git" / "lamina", ignore_errors=True))


def checker(corpus: Corpus, peers: Sequence[Peer] = ()) -> Callable[[Job], None]:
    """Raises WrongRender after a job that did not render the corpus; `peers` are those whose output is read their own way."""
    expected = corpus.expected()
    read = {peer.name: peer.read for peer in peers}

    def check(job: Job) -> None:
        assert job.out
        wrong = different(read.get(job.name, read_files)(job.out), expected)
        if wrong:
            raise WrongRender(f"{job.name} renders {len(wrong)} documents differently: {', '.join(wrong[:3])}")

    return check


def absent(peers: Sequence[Peer]) -> list[str]:
    """A remark for each peer that is not installed."""
    return [f"Left out, for want of {need}: {peer.name}." for peer in peers if (need := peer.missing())]


def against(runs: Runs, ours: str, name: str, bound: Bound | None = None) -> Row:
    """A contestant's row, whose figure is lamina's time over its."""
    return Row(name, cells(runs[name]), ratio(walls(runs[ours]), walls(runs[name])), bound)


def cells(runs: Sequence[Run]) -> tuple[str, ...]:
    """What a row says of whole processes."""
    mid = middle(runs)
    return f"{mid.wall:.3f}", f"{mid.cpu:.3f}", f"{mid.peak:.1f}", str(len(runs))
