"""G3: code with one fault each, put into the child alone. A harness that does not find it would find nothing at all."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree, rmtree

from torture.children import Ack, started
from torture.faults import KILL
from torture.flips import Reader, flipped
from torture.kills import killed
from torture.losses import losing
from torture.mutations import MUTATIONS
from torture.power import NoPower, mounted
from torture.programs.archive import Archiver
from torture.programs.log import Writer
from torture.programs.program import Program
from torture.programs.store import Runs
from torture.tally import Row
from torture.tracing import calls, denied, failed

# How often a mutant is hunted before it counts as one that got away.
_TRIES = 300


@dataclass(frozen=True)
class Mutated:
    """A program whose code has a fault, in the child that works; it is judged by the code without."""

    program: Program
    fault: Callable[[], None]

    def __getattr__(self, name: str) -> object:
        return getattr(self.program, name)

    def work(self, folder: Path, ack: Ack, turns: int) -> None:
        self.fault()
        self.program.work(folder, ack, turns)


Hunt = Callable[[Program, Path], Iterator[list[str]]]


def by_kills(many: int) -> Hunt:
    """Kill it, a few times on each folder."""

    def hunt(program: Program, folder: Path) -> Iterator[list[str]]:
        for number in range(_TRIES // 8):
            yield killed(program, folder / str(number), 8, many, 0.01, number).bad

    return hunt


def by_races(program: Program, folder: Path) -> Iterator[list[str]]:
    """Let three work at the same time."""
    for number in range(_TRIES // 8):
        place = folder / str(number)
        place.mkdir()
        program.prepare(place)
        children = [started(lambda ack, at=place: program.work(at, ack, 8)) for _ in range(3)]
        for child in children:
            child.end()
        yield program.judge(place, [one for child in children for one in child.acked])


def by_losses(turns: int, failing: float = 0.0, again: float = 0.3) -> Hunt:
    """Take its power, `failing` of the times after a sync that failed, `again` of the times on what a loss left."""

    def hunt(program: Program, folder: Path) -> Iterator[list[str]]:
        with mounted(folder / "disks") as disks:
            row = Row("G3", program.name, _TRIES)
            for _ in losing(disks, folder, program, turns, row, random.Random(program.name), failing, again):
                yield row.bad

    return hunt


def by_last_calls(program: Program, folder: Path) -> Iterator[list[str]]:
    """Make each write its last act."""
    if (why := denied(folder)) is not None:
        raise NoPower(why)
    template = folder / "template"
    template.mkdir()
    program.prepare(template)
    copytree(template, folder / "plain")
    _, counted = calls(lambda ack: program.work(folder / "plain", ack, 1), folder / "trace")
    for number in range(1, counted["write"] + 1):
        place = folder / str(number)
        copytree(template, place)
        child, _ = failed(lambda ack, at=place: program.work(at, ack, 1), folder / "trace", "write", number, KILL)
        yield program.judge(place, child.acked)


def by_flips(program: Program, folder: Path) -> Iterator[list[str]]:
    """Have it read a log of which a bit is another."""
    template = folder / "template"
    template.mkdir()
    program.prepare(template)
    for number in range(_TRIES):
        place = folder / str(number)
        copytree(template, place)
        what = flipped(place, random.Random(number))
        child = started(lambda ack, at=place: program.work(at, ack, 1))
        child.end()
        yield [f"{what} is another, and nobody says so"] if child.acked else []


ALONE, TURNING = Writer("event writer"), Writer("event writer, turning segments", segment_events=4)
STORE = Runs("state store, SQLite")
HUNTS: dict[str, tuple[Program, Hunt]] = {
    "events are not synced": (ALONE, by_losses(4)),
    "folders are not synced": (TURNING, by_losses(5)),
    "a sync that failed is tried again": (ALONE, by_losses(4, failing=0.9)),
    "a file gets its name before it is synced": (STORE, by_losses(1)),
    "a torn end is not cut off": (ALONE, by_losses(4, again=0.7)),
    "objects of the archive are not synced": (Archiver(), by_losses(3)),
    "the state of a checkpoint is not synced": (Runs("checkpoint", act="checkpoint"), by_losses(1)),
    "acknowledged before it is written": (ALONE, by_kills(1)),
    "there is no lock": (TURNING, by_kills(2)),
    "a sealed segment is written again": (TURNING, by_kills(2)),
    "the archive's branch is set wherever it is": (Archiver("archivers without a lock", locked=False), by_races),
    "the number is taken from the records": (STORE, by_kills(1)),
    "the records are told before the log": (STORE, by_last_calls),
    "lines that are no events are left out": (Reader("reader", begun=20), by_flips),
}


def mutants(folder: Path, asked: int, seed: int = 0) -> list[Row]:
    """Hunt so many of the mutants, by chance; bad is one that gets away, and a hunt that finds sound code as well."""
    names = sorted(HUNTS)
    random.Random(seed).shuffle(names)
    row = Row("G3", "code with one fault each is found", min(asked, len(names)))
    for number, name in enumerate(names[: row.asked]):
        program, hunt = HUNTS[name]
        place = folder / f"mutant-{number}"
        place.mkdir()
        try:
            tries, found = _hunted(hunt(Mutated(program, MUTATIONS[name]), place), _TRIES)  # type: ignore[arg-type]
            control = place / "control"
            control.mkdir()
            _, wrong = _hunted(hunt(program, control), tries)
        except NoPower as why:
            row.skip(str(why))
            continue
        row.done += bool(found) and not wrong
        row.count("tries", tries)
        if not found:
            row.bad.append(f"not found in {tries} tries: {name}")
        if wrong:
            row.bad.append(f"found where there is no fault: {name}: {wrong[0]}")
        if found and not wrong:
            rmtree(place, ignore_errors=True)
    return [row]


def _hunted(hunt: Iterator[list[str]], most: int) -> tuple[int, list[str]]:
    """How often was tried until something was found, and what."""
    tries = 0
    for bad in hunt:
        tries += 1
        if bad or tries >= most:
            return tries, bad
    return tries, []
