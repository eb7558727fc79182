"""Running: the cases of every source, in their order."""

from collections.abc import Iterator, Mapping, Sequence

from lamina.project.questions import Project
from lamina.project.testing.bench import Bench
from lamina.project.testing.cases import Case, Hold, Result, Source
from lamina.project.testing.files import file_cases
from lamina.project.testing.policy_examples import example_cases
from lamina.project.testing.truths import evaluated
from lamina.words.errors import Failure

SOURCES: Mapping[str, Source] = {"tests/config": file_cases, "policies": example_cases}
"""Where tests are written: a further source is a further row."""

_AT_ONCE = 200


class NoSuchTest(Failure):
    """Words that should choose some tests choose none."""

    status = 2

    def __init__(self, where: str) -> None:
        super().__init__(f"no test {where}", "lamina test -v lists all that there are")


def run(project: Project, paths: Sequence[str] = (), part: str = "") -> list[Result]:
    """Every case, run in the order of the sources and of what stands in them; or those in some files and folders.

    Only those are run that have `part` in their name. Raises NoSuchTest for a path, or a part, without any.
    """
    bench = Bench(project)
    cases = list(_chosen([case for source in SOURCES.values() for case in source(bench)], paths, part))
    found: list[Result] = []
    for start in range(0, len(cases), _AT_ONCE):
        found += _run(bench, cases[start : start + _AT_ONCE])
    return found


def _chosen(cases: Sequence[Case], paths: Sequence[str], part: str) -> Iterator[Case]:
    for path in paths:
        if not any(_lies(case, path) for case in cases):
            raise NoSuchTest(f"in {path}")
    left = [case for case in cases if not paths or any(_lies(case, path) for path in paths)]
    named = [case for case in left if part in case.name]
    if left and not named:
        raise NoSuchTest(f"has {part} in its name")
    yield from named


def _lies(case: Case, path: str) -> bool:
    return path in (".", case.position.file) or case.position.file.startswith(f"{path}/")


def _run(bench: Bench, cases: Sequence[Case]) -> Iterator[Result]:
    said = [list(case.run(bench)) for case in cases]
    holds = [one for every in said for one in every if isinstance(one, Hold)]
    truths = iter(evaluated(holds))
    for case, every in zip(cases, said, strict=True):
        findings = (next(truths) if isinstance(one, Hold) else one for one in every)
        yield Result(case, tuple(dict.fromkeys(one for one in findings if one is not None)))
