"""A large corpus shared out to two machines: what each of them has to do, and what it costs to join their parts."""

import subprocess
from pathlib import Path

from bench.contestants import lamina
from bench.measure import Job, Runs, interleave, ratio, walls
from bench.stage import PROCESS, Bench, cells, cold
from bench.table import Bound, Row, Table

SIZE, ROUNDS, PATIENCE = "large", 3, 15.0
SHARDS = ("1/2", "2/2")
_SHARE = Bound("<=", 0.6)


def sharing(bench: Bench) -> list[Table]:
    """Rendering and checking the large corpus on one machine, and on two, with one process each and nothing remembered."""
    large = bench.corpus(SIZE)
    repository, parts = large.folder / "lamina", bench.folder / "parts"
    parts.mkdir(exist_ok=True)
    much = f"all {large.model.documents:,} documents of the {SIZE} corpus"
    tables = []
    for what, jobs in {"Rendering": _rendering(repository, parts), "Checking": _checking(repository, parts)}.items():
        runs = interleave(jobs, min(bench.rounds, ROUNDS), patience=PATIENCE)
        tables.append(Table(f"{what} {much}, by one machine and by two", PROCESS, "it / the whole", _rows(runs, jobs)))
    return tables


def _rendering(repository: Path, parts: Path) -> list[Job]:
    whole = lamina("-C", str(repository), "render", "--all", "--jobs", "1", "-o")
    joined = [str(parts / f"render-{number}") for number, _ in enumerate(SHARDS)]
    jobs = [Job("lamina render --all", (*whole, str(parts / "whole")), parts / "whole")]
    for shard, folder in zip(SHARDS, joined, strict=True):
        jobs.append(Job(f"lamina render --all --shard {shard}", (*whole, folder, "--shard", shard), Path(folder)))
    join = Job("lamina join, of folders", lamina("join", *joined, "-o", str(parts / "joined")), parts / "joined")
    return [*(cold(job, repository) for job in jobs), join]


def _checking(repository: Path, parts: Path) -> list[Job]:
    whole = lamina("-C", str(repository), "check", "--jobs", "1", "--format", "json")
    jobs = [Job("lamina check", whole)]
    files = []
    for number, shard in enumerate(SHARDS):
        command, file = (*whole, "--shard", shard), parts / f"check-{number}.json"
        jobs.append(Job(f"lamina check --shard {shard}", command))
        with file.open("wb") as stream:
            subprocess.run(command, stdout=stream, check=True)
        files.append(str(file))
    join = lamina("-C", str(repository), "join", *files, "--format", "json")
    return [cold(job, repository) for job in (*jobs, Job("lamina join, of reports", join))]


def _rows(runs: Runs, jobs: list[Job]) -> list[Row]:
    whole, *shards, join = (runs[job.name] for job in jobs)
    rows = [Row(jobs[0].name, cells(whole))]
    rows += [
        Row(job.name, cells(shard), ratio(walls(shard), walls(whole)), _SHARE)
        for job, shard in zip(jobs[1:], shards, strict=False)
    ]
    return [*rows, Row(jobs[-1].name, cells(join), ratio(walls(join), walls(whole)))]
