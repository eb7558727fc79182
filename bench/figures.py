"""The figures that the project promises, each as tables."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from bench import appending, archiving, past, reloading, scale, sealing, sharding
from bench.contestants import OTHERS, PLAIN_JSON, PLAIN_YAML, lamina, lamina_render
from bench.corpus import SIZES, Corpus, write
from bench.measure import Job, Run, interleave, middle, ratio, walls
from bench.parsing import big_layer, layers, measure, readers
from bench.stage import PROCESS, Bench, absent, against, cells, checker, cold
from bench.table import Bound, Row, Table
from bench.trees import TREES

PROJECT = Path(__file__).parents[1]
QUICK_ROUNDS = 20
"""Processes of a few milliseconds vary more and cost less."""


def rendering(bench: Bench) -> list[Table]:
    """Rendering all documents of the medium corpus, against everyone."""
    medium = bench.corpus("medium", *TREES)
    peers = [peer for peer in (PLAIN_YAML, PLAIN_JSON, *OTHERS) if not peer.missing()]
    jobs = [bench.render(medium, "yaml"), bench.render(medium, "json")]
    jobs += [peer.job(medium.folder, bench.out(peer.name)) for peer in peers]
    runs = interleave(jobs, bench.rounds, checker(medium, peers))
    rows = [Row(ours, cells(runs[ours])) for ours in ("lamina, YAML", "lamina, JSON")]
    rows.append(against(runs, "lamina, YAML", PLAIN_YAML.name, Bound("<=", 0.7)))
    rows.append(against(runs, "lamina, JSON", PLAIN_JSON.name))
    rows += [against(runs, "lamina, YAML", peer.name, Bound("<", 1)) for peer in peers if peer in OTHERS]
    note = f"The figure is lamina's YAML render over the tool's; in the row of the {PLAIN_JSON.name}, its JSON render."
    title = f"Rendering all {medium.model.documents} documents of the medium corpus"
    return [Table(title, PROCESS, "lamina / it", rows, (note, *absent(OTHERS)))]


def reading(bench: Bench) -> list[Table]:
    """Reading layers, in one process."""
    files = {
        "the medium corpus's layers": layers(bench.corpus("medium").folder / "lamina"),
        "one big layer": [big_layer()],
    }
    rows = []
    for what, contents in files.items():
        speed = measure(contents, readers(), bench.rounds)
        for name, seconds in speed.seconds.items():
            quotient = ratio(speed.seconds["CSafeLoader"], seconds)
            bound = Bound(">=", 1.5) if name == "lamina" else None
            rows.append(Row(f"{what}: {name}", (f"{speed.size:,}", f"{speed.megabytes(name):.2f}"), quotient, bound))
    note = (
        "Positions are not taken while reading: a second walk over the same bytes takes them, of a file that is asked"
        " about. The rows with positions are both walks over every file."
    )
    return [Table("Reading YAML (garbage collector off)", ("bytes", "MB/s"), "it / CSafeLoader", rows, (note,))]


def validating(bench: Bench) -> list[Table]:
    """Validating all documents, against a validator of files that are rendered already."""
    medium = bench.corpus("medium", "documents")
    documents, repository = medium.folder / "documents", medium.folder / "lamina"
    ours = cold(Job("lamina", lamina("-C", str(repository), "validate")), repository)
    theirs = [_check_jsonschema(documents, form) for form in ("yaml", "json")]
    runs = interleave([ours, *theirs], bench.rounds)
    rows = [Row(ours.name, cells(runs[ours.name]))]
    rows += [against(runs, ours.name, job.name, Bound("<=", 0.5)) for job in theirs]
    note = "lamina reads and merges the layers first; check-jsonschema is given the rendered documents."
    title = f"Validating all {medium.model.documents} documents of the medium corpus"
    return [Table(title, PROCESS, "lamina / it", rows, (note,))]


def checking(bench: Bench) -> list[Table]:
    """The gate, against validating; and the gate for a change of one file, against the whole of it."""
    copy = bench.folder / "gate"
    write(copy, "medium", ["lamina"])
    repository = copy / "lamina"
    past.change(repository, "environments/prod/services/svc-0003.yaml")
    command = lamina("-C", str(repository), "check")
    valid = Job("lamina validate", lamina("-C", str(repository), "validate"))
    whole, alone = Job("lamina check", command), Job("lamina check --jobs 1", (*command, "--jobs", "1"))
    since = Job("lamina check --base HEAD~1, one file of prod", (*command, "--base", "HEAD~1"))
    runs = interleave([cold(job, repository) for job in (valid, whole, alone, since)], bench.rounds)
    times = {job.name: ratio(walls(runs[job.name]), walls(runs[valid.name])) for job in (whole, alone)}
    rows = [
        Row(valid.name, cells(runs[valid.name])),
        Row(whole.name, cells(runs[whole.name]), times[whole.name], Bound("<=", 2)),
        Row(alone.name, cells(runs[alone.name]), times[alone.name]),
    ]
    share = ratio(walls(runs[since.name]), walls(runs[whole.name]))
    parts = [
        Row(whole.name, cells(runs[whole.name])),
        Row(since.name, cells(runs[since.name]), share, Bound("<=", 0.25)),
    ]
    warm = replace(since, name=f"{since.name}, remembered")
    took = interleave([warm], bench.rounds)[warm.name]
    again = [Row(warm.name, cells(took), middle(took).wall, Bound("<=", 0.15))]
    note = "The corpus has over a thousand redundant overrides: to place them nearly all files are read a second time."
    return [
        Table("Checking the medium corpus", PROCESS, "it / validate", rows, (note,)),
        Table("Checking a change of one file of it", PROCESS, "it / check", parts),
        Table("Checking a change of one file of it, what did not change being remembered", PROCESS, "wall s", again),
    ]


def travelling(bench: Bench) -> list[Table]:
    """Rendering everything at a commit, read out of git's object database, against the work tree."""
    medium = bench.corpus("medium")
    now = bench.render(medium, "yaml")
    then = cold(lamina_render("yaml", medium.folder, bench.out("lamina-at"), "--at", "HEAD"), medium.folder / "lamina")
    runs = interleave([now, then], bench.rounds)
    quotient = ratio(walls(runs[then.name]), walls(runs[now.name]))
    rows = [
        Row(now.name, cells(runs[now.name])),
        Row(then.name, cells(runs[then.name]), quotient, Bound("<=", 1.2)),
    ]
    title = f"Rendering all {medium.model.documents} documents of the medium corpus at a commit"
    return [Table(title, PROCESS, "it / the work tree", rows)]


def remembering(bench: Bench) -> list[Table]:
    """The log of an environment over a thousand commits, against rendering each of them, checked out."""
    copy = bench.folder / "past"
    write(copy, "medium", ["lamina"])
    repository = copy / "lamina"
    past.grow(repository)
    log = Job(f"lamina log prod, {past.COMMITS} commits", lamina("-C", str(repository), "log", "prod"))
    one = Job("lamina render prod, one commit", lamina("-C", str(repository), "render", "prod"))
    runs = interleave([cold(log, repository), cold(one, repository)], bench.rounds)
    each = [wall * past.COMMITS for wall in walls(runs[one.name])]
    told = Row(log.name, cells(runs[log.name]), middle(runs[log.name]).wall, Bound("<", 5))
    by_hand = Row(one.name, cells(runs[one.name]), ratio(each, walls(runs[log.name])), Bound(">=", 20))
    note = "The checkouts, which git would have to make before each render, are not counted."
    return [
        Table(
            f"The log of an environment over {past.COMMITS:,} commits of the medium corpus", PROCESS, "wall s", [told]
        ),
        Table("Rendering each of these commits instead", PROCESS, f"{past.COMMITS:,} of it / log", [by_hand], (note,)),
    ]


def foreseeing(bench: Bench) -> list[Table]:
    """What a change of one file does to every environment, against rendering all of them once."""
    copy = bench.folder / "changed"
    write(copy, "medium", ["lamina"])
    repository = copy / "lamina"
    for environment in ("prod", "base"):
        past.change(repository, f"environments/{environment}/services/svc-0003.yaml")
    impact = lamina("-C", str(repository), "impact", "--base")
    whole = bench.render(Corpus(copy, "medium"), "yaml")
    ours = [
        Job("lamina impact, one file of prod", (*impact, "HEAD~2", "--head", "HEAD~1")),
        Job("lamina impact, one file of base", (*impact, "HEAD~1", "--head", "HEAD")),
        Job("the same, of the work tree", (*impact, "HEAD~1")),
    ]
    runs = interleave([whole, *(cold(job, repository) for job in ours)], bench.rounds)
    told = [Row(job.name, cells(runs[job.name]), middle(runs[job.name]).wall, Bound("<", 0.5)) for job in ours]
    ratios = [
        Row(job.name, cells(runs[job.name]), ratio(walls(runs[job.name]), walls(runs[whole.name]))) for job in ours
    ]
    note = "A file of base reaches every environment, and the digest of each is of all its documents."
    return [
        Table("The impact of a change of one file in the medium corpus", PROCESS, "wall s", told, (note,)),
        Table(
            "Rendering all documents of it instead",
            PROCESS,
            "impact / it",
            [Row(whole.name, cells(runs[whole.name])), *ratios],
        ),
    ]


def starting(bench: Bench) -> list[Table]:
    """Commands whose time is mostly that of a start."""
    least = Job("python -c pass", (sys.executable, "-c", "pass"))
    ours = {
        Job("lamina --version", lamina("--version")): Bound("<=", 6),
        Job(
            "lamina get prod orchestrator:logging.level",
            lamina("-C", str(PROJECT), "get", "prod", "orchestrator:logging.level"),
        ): Bound("<=", 20),
    }
    runs = interleave([least, *ours], max(bench.rounds, QUICK_ROUNDS))
    rows = [Row(least.name, cells(runs[least.name]))]
    for job, bound in ours.items():
        quotient = ratio(walls(runs[job.name]), walls(runs[least.name]))
        rows.append(Row(job.name, cells(runs[job.name]), quotient, bound))
    return [Table("Starting, in this repository", PROCESS, "it / python", rows)]


def asking(bench: Bench) -> list[Table]:
    """One value of a large repository beside one of a small one."""
    jobs = {}
    for size in ("small", "large"):
        corpus = bench.corpus(size)
        asked = ("get", "prod", "services/svc-0001:deploy.replicas")
        name = f"lamina get, of {corpus.model.documents:,} documents"
        jobs[size] = Job(name, lamina("-C", str(corpus.folder / "lamina"), *asked))
    runs = interleave(jobs.values(), max(bench.rounds, QUICK_ROUNDS))
    small, large = (runs[jobs[size].name] for size in jobs)
    rows = [
        Row(jobs["small"].name, cells(small)),
        Row(jobs["large"].name, cells(large), ratio(walls(large), walls(small)), Bound("<=", 1.5)),
    ]
    return [Table("Asking for one value", PROCESS, "it / the small one", rows)]


def growing(bench: Bench) -> list[Table]:
    """Time and memory of a render as the number of documents grows."""
    documents, taken = {}, {}
    for size in SIZES:
        corpus = bench.corpus(size)
        job = bench.render(corpus, "yaml")
        documents[size] = corpus.model.documents
        taken[size] = middle(interleave([job], bench.rounds)[job.name])
    rows = []
    for size, count in documents.items():
        mid = taken[size]
        cells = (f"{count:,}", f"{mid.wall:.3f}", f"{mid.cpu:.3f}", f"{mid.wall / count * 1e3:.2f}")
        rows.append(Row(size, cells, mid.peak, Bound("<", 400) if size == "large" else None))
    columns = ("documents", "wall s", "cpu s", "ms a document")
    return [Table("Rendering all documents, by size", columns, "peak MB", rows), _growth(documents, taken)]


def unsealing(bench: Bench) -> list[Table]:
    """Opening sealed files, beside sops; and looking through many of them without a key."""
    files = sealing.write(bench.folder / "sealed")
    (ours, theirs), (large, their_large), check = files.many(), files.large(), files.check()
    runs = interleave([ours, theirs, large, their_large, check], bench.rounds)
    many = [Row(job.name, cells(runs[job.name])) for job in (ours, theirs)]
    speed = ratio(walls(runs[theirs.name]), walls(runs[ours.name]))
    many[1] = Row(theirs.name, cells(runs[theirs.name]), speed, Bound(">=", 15))
    one = [Row(large.name, cells(runs[large.name])), against(runs, large.name, their_large.name, Bound("<=", 1))]
    cpu = middle(runs[check.name]).cpu
    looked = [Row(check.name, cells(runs[check.name]), cpu, Bound("<", 1))]
    return [
        Table(f"Opening {sealing.MANY} sealed files", PROCESS, "it / lamina", many),
        Table(f"Opening one sealed file of {sealing.LARGE:,} keys", PROCESS, "lamina / it", one),
        Table(f"Comparing the recipients of {sealing.TREE:,} files with the rules", PROCESS, "cpu s", looked),
    ]


def recording(bench: Bench) -> list[Table]:
    """Events of run state: one, beside the bare write and sync; many appenders; and verifying what is there."""
    taken = appending.measure(bench.rounds)
    one = Row("an event, durable", (f"{taken.event:.3f}",), taken.event / taken.bare, Bound("<=", 1.25))
    many = Row("synced together", (f"{taken.group:,.0f}",), taken.group / taken.always, Bound(">=", 5))
    threads = f"{appending.THREADS} threads"
    return [
        Table(
            "Recording an event", ("ms",), "it / bare", [Row("bare write and fdatasync", (f"{taken.bare:.3f}",)), one]
        ),
        Table(
            f"Recording events from {threads}",
            ("events a second",),
            "it / one by one",
            [Row("synced one by one", (f"{taken.always:,.0f}",)), many],
        ),
        Table(
            "Going through a log",
            (),
            "events a second",
            [
                Row("verified", (), taken.checked, Bound(">=", 100_000)),
                Row("verified and parsed", (), taken.read),
                Row("told to SQLite anew", (), taken.replayed, Bound(">=", 20_000)),
            ],
        ),
    ]


def keeping(bench: Bench) -> list[Table]:
    """An archive of run state, verified: every event, every file of a run, every snapshot."""
    taken = archiving.measure(bench.rounds)
    row = Row("lamina snapshot verify, without starting it", (), taken, Bound("<", 2))
    return [Table(f"Verifying an archive of {archiving.SNAPSHOTS:,} snapshots", (), "wall s", [row])]


def following(bench: Bench) -> list[Table]:
    """A change that reaches a running program: how soon, and that nothing torn or wrong does."""
    taken = reloading.measure(bench.folder / "reload")
    title = f"From the rename of a file to the new value in a reader, {reloading.EDITS:,} edits"
    times = [
        Row(f"p{percent}", (), taken.percentile(percent), bound)
        for percent, bound in ((50, Bound("<=", 15)), (90, None), (99, Bound("<=", 50)))
    ]
    held = [
        Row(f"reads of {reloading.READS:,} that were torn", (), taken.torn, Bound("<=", 0)),
        Row(f"bad configurations of {reloading.WRONG} that got in", (), taken.applied, Bound("<=", 0)),
    ]
    note = "A thousand agents in fifty files, each with a smaller layer above it: parsed, merged and validated."
    return [Table(title, (), "ms", times, (note,)), Table("What readers see meanwhile", (), "of them", held)]


FIGURES: Mapping[str, Callable[[Bench], list[Table]]] = {
    "render": rendering,
    "parse": reading,
    "validate": validating,
    "check": checking,
    "travel": travelling,
    "log": remembering,
    "impact": foreseeing,
    "start": starting,
    "get": asking,
    "grow": growing,
    "unseal": unsealing,
    "append": recording,
    "archive": keeping,
    "reload": following,
    "large": scale.rendering,
    "peers": scale.contending,
    "layer": scale.reading,
    "recheck": scale.checking,
    "shard": sharding.sharing,
}


def _growth(documents: Mapping[str, int], taken: Mapping[str, Run]) -> Table:
    """What one more document costs: growth is linear when that is the same in a small corpus and in a large one."""
    costs = {
        f"{lower} to {upper}": (taken[upper].cpu - taken[lower].cpu) / (documents[upper] - documents[lower])
        for lower, upper in pairwise(documents)
    }
    first, *later = costs
    rows = [Row(first, (f"{costs[first] * 1e3:.2f}",))]
    rows += [Row(step, (f"{costs[step] * 1e3:.2f}",), costs[step] / costs[first], Bound("<=", 1.25)) for step in later]
    return Table("Growth", ("cpu ms a further document",), "it / the first", rows)


def _check_jsonschema(documents: Path, form: str) -> Job:
    program = Path(sys.executable).with_name("check-jsonschema")
    paths = sorted(map(str, (documents / form).rglob(f"*.{form}")))
    command = (str(program), "--schemafile", str(documents / "schema.json"), *paths)
    return Job(f"check-jsonschema, {form.upper()}", command)
