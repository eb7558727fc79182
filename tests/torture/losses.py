"""G2: power losses. What was acknowledged is there when the power is back, and the store opens."""

import json
import os
import random
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from shutil import rmtree

from torture.children import Child, started
from torture.power import NoPower, mounted
from torture.programs.archive import Archiver
from torture.programs.log import Writer
from torture.programs.program import Program
from torture.programs.store import Runs
from torture.tally import Row

# How many turns each takes.
PROGRAMS: tuple[tuple[Program, int], ...] = (
    (Writer("event writer"), 4),
    (Writer("event writer, turning segments", segment_events=4), 5),
    (Runs("state store, SQLite"), 1),
    (Runs("state store, JSON files", form="json"), 1),
    (Archiver(), 3),
)
# How many begin on what an earlier loss left, and how many where there is nothing yet.
_AGAIN, _ANEW = 0.4, 0.3
# How many meet a sync that fails before, after which the disk does not have what it was to write.
_FAILING = 0.15


def losses(folder: Path, asked: int, seed: int = 0) -> list[Row]:
    """Lose the power `asked` times, among all programs."""
    rows = [
        Row("G2", f"power loss: {program.name}", asked // len(PROGRAMS) + (index < asked % len(PROGRAMS)))
        for index, (program, _) in enumerate(PROGRAMS)
    ]
    try:
        with mounted(folder / "disks") as disks:
            for row, (program, turns) in zip(rows, PROGRAMS, strict=True):
                for _ in losing(disks, folder, program, turns, row, random.Random(f"{seed} {program.name}")):
                    pass
    except NoPower as why:
        for row in rows:
            row.skip(str(why), row.asked)
    return rows


def losing(
    disks: Path,
    folder: Path,
    program: Program,
    turns: int,
    row: Row,
    chance: random.Random,
    failing: float = _FAILING,
    again: float = _AGAIN,
) -> Iterator[None]:
    """Take the power from a program as often as the row asks; after each time the row tells."""
    nothing, begun = folder / "nothing", folder / f"begun-{program.name}"
    nothing.mkdir(exist_ok=True)
    begun.mkdir()
    program.prepare(begun)
    acts = {place: counted(disks, place, program, turns) for place in (nothing, begun)}
    left: list[tuple[Path, list[str]]] = []
    while row.done < row.asked:
        kind, acked = chance.random(), list[str]()
        source = begun
        if left and kind < again:
            source, acked = left.pop()
        elif kind < again + _ANEW:
            source = nothing
        to = folder / f"{program.name}-{row.done}"
        last, syncs = acts.get(source, acts[begun])
        at = chance.randint(0, last)
        sync = chance.randint(1, syncs) if chance.random() < failing else None
        child, how = lost(disks, source, to, program, turns, at, f"{chance.random()}", sync)
        acked += child.acked
        row.done += 1
        row.count("acknowledged", len(child.acked))
        # What failed while there was power, and no sync had failed, failed by what an earlier loss has left.
        bad = judged(program, child, sync is not None or "at its end" not in how, to, acked)
        if bad:
            row.bad += [f"{program.name}, act {at} on {source.name}, {how}, {to}: {one}" for one in bad[:2]]
        elif chance.random() < again:
            # Judged without being opened: the next program is the first to mend it.
            left.append((to, acked))
        elif bad := program.reopen(to, acked):
            row.bad += [f"{program.name}, act {at} on {source.name}, {how}, {to}: {one}" for one in bad[:2]]
        else:
            rmtree(to)
        yield


def counted(disks: Path, source: Path, program: Program, turns: int) -> tuple[int, int]:
    """How many acts on the disk a program does that is not disturbed, and how many of them are syncs."""
    trial = f"{program.name}-{source.name}"
    _say("load", disks, trial=trial, **{"from": str(source)})
    child = started(lambda ack: program.work(disks / trial, ack, turns))
    child.end()
    assert child.status == 0, (program.name, child.failure, child.crash)
    acts, syncs, _ = json.loads(os.getxattr(disks / trial, "user.count"))
    _say("drop", disks, trial=trial)
    return acts, syncs


def lost(
    disks: Path, source: Path, to: Path, program: Program, turns: int, at: int, seed: str, failing: int | None = None
) -> tuple[Child, str]:
    """Let a program work on a copy of a folder until the power is lost; what is left lies in `to` then."""
    _say("load", disks, trial=to.name, **{"from": str(source)})
    _say("arm", disks, trial=to.name, at=at, seed=seed, to=str(to), failing_sync=failing)
    child = started(lambda ack: program.work(disks / to.name, ack, turns))
    child.end()
    end = ""
    if not to.exists():
        end = ", at its end"
        # It came to its end before: the power is lost now.
        _say("arm", disks, trial=to.name, at=0, seed=seed, to=str(to))
        with suppress(OSError):
            (disks / to.name / "end").touch()
    how = to.with_name(f"{to.name}.how")
    told = how.read_text() + end
    how.unlink()
    _say("drop", disks, trial=to.name)
    return child, told


def judged(program: Program, child: Child, hindered: bool, to: Path, acked: list[str]) -> list[str]:
    """What is wrong after a loss, without mending it: a log may be torn, and a projection behind."""
    wrong = [f"no failure by name: {child.crash}"] if child.crash is not None else []
    if child.failure is not None and not hindered:
        wrong.append(f"failed: {child.failure}")
    return wrong + program.judge(to, acked)


def _say(what: str, disks: Path, **said: object) -> None:
    os.setxattr(disks, f"user.{what}", json.dumps(said).encode())
