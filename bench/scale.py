"""Figures of much: ten thousand documents, and what is remembered of them from one command to the next."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from shutil import rmtree
from statistics import median

from bench import loading, memory
from bench.contestants import GOJSONNET, KAPITAN, KUSTOMIZE, PKL, PLAIN_JSON, PLAIN_YAML, lamina, lamina_render
from bench.corpus import Corpus, write
from bench.edits import editing, put_back
from bench.measure import Job, Runs, interleave, middle, ratio, run, walls
from bench.stage import PROCESS, Bench, WrongRender, absent, against, cells, checker, cold
from bench.table import Bound, Row, Table

SIZE = "large"
"""The corpus; with a smaller one all of this is tried quickly."""
ROUNDS, PATIENCE = 3, 15.0
"""Rounds on the large corpus at most, and the seconds after which one of them must do."""

_CHANGES = {
    "one file of prod changed": ("environments/prod/services/svc-0003.yaml", Bound("<=", 0.05)),
    "one file of base changed": ("environments/base/services/svc-0003.yaml", Bound("<=", 0.05)),
    "the defaults of base changed": ("environments/base/services/_defaults.yaml", None),
}
_DEMANDED = {GOJSONNET: 4, PKL: 4, KUSTOMIZE: 20, KAPITAN: 40}


def rendering(bench: Bench) -> list[Table]:
    """Rendering the large corpus: with nothing remembered, then again into the same folder after a change."""
    large = bench.corpus(SIZE, "plain")
    yaml, json, alone = _cold(bench, large)
    warm = replace(yaml, name="nothing changed", out=None, before=None)
    repository = large.folder / "lamina"
    changed = [replace(warm, name=name, before=editing(repository / file)) for name, (file, _) in _CHANGES.items()]
    again = {warm: Bound("<=", 0.03), **{job: _CHANGES[job.name][1] for job in changed}}
    anew = lamina_render("yaml", large.folder, bench.out("anew"), "--no-cache")
    assert yaml.out
    check = _checker(checker(large), yaml.out, anew)
    plain = [peer.job(large.folder, bench.out(peer.name)) for peer in (PLAIN_YAML, PLAIN_JSON)]
    # In this order, so that in every round the warm ones find the folder and the memory of one cold render.
    runs = interleave([*plain, json, alone, yaml, *again], min(bench.rounds, ROUNDS), check, PATIENCE)
    much = f"all {large.model.documents:,} documents of the {SIZE} corpus"
    tables = [
        Table(f"Rendering {much}", PROCESS, "lamina / it", _beside_script(runs, yaml, json), (_COLD,)),
        Table("Rendering them with one process and with two", PROCESS, "it / two", _beside_one(runs, yaml, alone)),
        Table(
            "Rendering them again into the same folder",
            PROCESS,
            "it / plain script, YAML",
            [_row(runs, PLAIN_YAML.name), *(_share(runs, job, PLAIN_YAML.name, bound) for job, bound in again.items())],
            ("Every run finds another change, and writes what a render without any memory writes.",),
        ),
        _hits(changed[:2], yaml.out),
        _memory([yaml, warm, changed[0]]),
    ]
    put_back(repository)
    return tables


_COLD = "What lamina remembers was removed before every run, so that each fills its memory too."


def contending(bench: Bench) -> list[Table]:
    """Rendering the large corpus, against those who can do it in minutes."""
    peers = [peer for peer in _DEMANDED if not peer.missing()]
    large = bench.corpus(SIZE, *(peer.tree for peer in peers))
    yaml, json, _ = _cold(bench, large)
    jobs = [json, yaml, *(peer.job(large.folder, bench.out(peer.name)) for peer in peers)]
    runs = interleave(jobs, min(bench.rounds, ROUNDS), checker(large, peers))
    rows = [_row(runs, ours.name) for ours in (yaml, json)]
    for peer in peers:
        mine = walls(runs[json.name if peer.name.endswith("JSON") else yaml.name])
        speed = ratio(walls(runs[peer.name]), mine)
        rows.append(Row(peer.name, cells(runs[peer.name]), speed, Bound(">=", _DEMANDED[peer])))
    for job in jobs:
        rmtree(job.out or bench.out("none"), ignore_errors=True)
    title = f"Rendering all {large.model.documents:,} documents of the {SIZE} corpus, beside other tools"
    note = f"Each against lamina's render to the same format. {_COLD}"
    return [Table(title, PROCESS, "it / lamina", rows, (note, *absent(list(_DEMANDED))))]


def reading(bench: Bench) -> list[Table]:
    """One layer of a thousand agents: loaded, and validated."""
    taken = loading.measure(bench.folder / "agents", bench.rounds)
    what = f"a layer of {taken.size / 1e6:.1f} MB, {loading.AGENTS:,} agents"
    repository = bench.folder / "agents"
    plain = loading.plain_job(repository)
    warm = Job("lamina validate, remembered", lamina("-C", str(repository), "validate"))
    whole = replace(cold(warm, repository), name="lamina validate, nothing remembered")
    runs = interleave([plain, whole, warm], bench.rounds)
    return [
        Table(f"Loading {what}", ("ms",), "it / CSafeLoader", _quotients(taken.loads, _LOADS), (_READ,)),
        Table("Validating it, once read", ("ms",), "it / jsonschema", _quotients(taken.judges, _JUDGES)),
        Table(
            "Validating it, in whole processes",
            PROCESS,
            "it / the script",
            [_row(runs, plain.name), *(_share(runs, job, plain.name) for job in (whole, warm))],
            ("The script reads it with CSafeLoader and validates it with jsonschema.",),
        ),
    ]


_READ = (
    "In one process, which has run all of it before: the layer out of an opened repository; the document, merged and"
    " validated, from opening the repository."
)
_LOADS = {loading.COLD: Bound("<=", 0.5), loading.WARM: Bound("<=", 0.05)}
_JUDGES = {loading.OURS: Bound("<=", 0.1)}


def checking(bench: Bench) -> list[Table]:
    """The gate for a change that is not committed yet, with all else remembered."""
    copy = bench.folder / "remembered"
    write(copy, "medium", ["lamina"])
    repository = copy / "lamina"
    command = lamina("-C", str(repository), "check")
    edit = editing(repository / "environments/prod/services/svc-0003.yaml")
    since = Job("lamina check --base HEAD", (*command, "--base", "HEAD"), before=edit)
    whole = Job("lamina check", command, before=edit)
    runs = interleave([since, whole], bench.rounds)
    rows = [
        Row(job.name, cells(runs[job.name]), middle(runs[job.name]).wall * 1e3, bound)
        for job, bound in ((since, Bound("<=", 150)), (whole, None))
    ]
    title = "Checking one changed file of the medium corpus, the rest remembered"
    note = "Every run finds another change of it. The figure is of this machine, and of the whole process."
    return [Table(title, PROCESS, "wall ms", rows, (note,))]


def _cold(bench: Bench, corpus: Corpus) -> tuple[Job, Job, Job]:
    """lamina's render to YAML and to JSON with two processes, and to YAML with one, into the same folder as with two."""

    def job(form: str, *options: str) -> Job:
        made = lamina_render(form, corpus.folder, bench.out(f"lamina-{form}"), *options)
        return cold(made, corpus.folder / "lamina")

    return job("yaml", "--jobs", "2"), job("json", "--jobs", "2"), job("yaml", "--jobs", "1")


def _checker(first: Callable[[Job], None], out: Path, anew: Job) -> Callable[[Job], None]:
    """Judges a job that has a folder of its own by `first`, and others by what a render without any memory writes."""

    def check(job: Job) -> None:
        if job.out:
            return first(job)
        run(anew)
        if anew.out and _files(out) != _files(anew.out):
            raise WrongRender(f"{job.name}: what is remembered renders otherwise than what is not")

    return check


def _files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _beside_script(runs: Runs, yaml: Job, json: Job) -> list[Row]:
    return [
        _row(runs, yaml.name),
        _row(runs, json.name),
        against(runs, yaml.name, PLAIN_YAML.name, Bound("<=", 0.3)),
        against(runs, json.name, PLAIN_JSON.name, Bound("<=", 0.7)),
    ]


def _beside_one(runs: Runs, two: Job, one: Job) -> list[Row]:
    return [_row(runs, two.name), _share(runs, one, two.name, Bound(">=", 1.6))]


def _hits(jobs: Sequence[Job], out: Path) -> Table:
    """How many documents keep their very file, which is so where nothing of them was made anew."""
    rows = []
    for job in jobs:
        before = inodes(out)
        run(job)
        after = inodes(out)
        kept = sum(before.get(name) == inode for name, inode in after.items())
        rows.append(Row(job.name, (f"{len(after):,}", f"{len(after) - kept:,}"), kept / len(after), Bound(">=", 0.99)))
    return Table("Documents that are not made anew", ("documents", "anew"), "of them", rows)


def inodes(folder: Path) -> dict[str, int]:
    """The files of a rendered folder's documents, each by what tells it from another of the same name."""
    files = (path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
    return {str(path.relative_to(folder)): path.stat().st_ino for path in files}


def _memory(jobs: Sequence[Job]) -> Table:
    rows = [Row(job.name, (), memory.peak(job), Bound("<=", 400)) for job in jobs]
    note = f"All processes together, looked at every {memory.EVERY * 1e3:g} ms; a page that several share counts once."
    return Table("The memory that these renders take", (), "peak MB", rows, (note,))


def _row(runs: Runs, name: str) -> Row:
    return Row(name, cells(runs[name]))


def _share(runs: Runs, job: Job, of: str, bound: Bound | None = None) -> Row:
    return Row(job.name, cells(runs[job.name]), ratio(walls(runs[job.name]), walls(runs[of])), bound)


def _quotients(measured: Mapping[str, Sequence[float]], bounds: Mapping[str, Bound]) -> list[Row]:
    """A row for each, the first of which the others are held against."""
    first, *_ = measured
    return [
        Row(
            name,
            (f"{median(seconds) * 1e3:.1f}",),
            None if name == first else ratio(seconds, measured[first]),
            bounds.get(name),
        )
        for name, seconds in measured.items()
    ]
