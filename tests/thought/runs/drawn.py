"""Records of runs for tests, drawn by hypothesis: such as belong together, whatever they say."""

from hypothesis import strategies as st

from lamina.words.runs import (
    Artifact,
    Checkpoint,
    Execution,
    ExecutionStatus,
    Grade,
    Intervention,
    InterventionStatus,
    Phase,
    PhaseStatus,
    Record,
    Run,
    RunFinding,
    RunStatus,
)

words = st.text(max_size=12)
counts = st.integers(0, (1 << 63) - 1)
times = st.datetimes().map(lambda time: time.isoformat(timespec="microseconds") + "Z")
names = st.from_regex(r"\A[A-Za-z0-9][A-Za-z0-9._-]{0,20}\Z")


def maybe(of: st.SearchStrategy[str]) -> st.SearchStrategy[str | None]:
    """It, or None."""
    return st.none() | of


runs = st.builds(
    Run, names, words, st.sampled_from(RunStatus), times, times, maybe(times), maybe(times), maybe(words), maybe(words),
    maybe(words), st.dictionaries(words, words, max_size=2), maybe(words), st.booleans(), maybe(words), counts,
)  # fmt: skip


@st.composite
def whole(draw: st.DrawFn) -> list[Record]:
    """A run and its records, grouped by kind, phases by number, as a document has them."""
    run = draw(runs)
    here = st.just(run.id)
    numbers = sorted(draw(st.sets(st.integers(1, 50), max_size=3)))
    records: list[Record] = [run]
    for number in numbers:
        told = (
            words,
            st.sampled_from(PhaseStatus),
            counts,
            counts,
            maybe(times),
            maybe(times),
            maybe(words),
            maybe(words),
        )
        records.append(draw(st.builds(Phase, st.just(f"{run.id}.{number}"), here, st.just(number), *told, counts)))
    ids = (f"{run.id}.x{number}" for number in range(10**6))
    kinds = {
        "execution": lambda of: (
            of,
            words,
            st.sampled_from(ExecutionStatus),
            counts,
            times,
            *[maybe(words)] * 2,
            maybe(times),
        ),
        "finding": lambda of: (st.sampled_from(Grade), words, times, st.none() | of),
        "artifact": lambda of: (words, counts, words, times, st.none() | of),
        "intervention": lambda of: (words, words, st.sampled_from(InterventionStatus), times, st.none() | of),
    }
    made = {"execution": Execution, "finding": RunFinding, "artifact": Artifact, "intervention": Intervention}
    for kind, rest in kinds.items():
        for _ in range(draw(st.integers(0, 2)) if numbers else 0):
            records.append(draw(st.builds(made[kind], st.just(next(ids)), here, *rest(st.sampled_from(numbers)))))
    for _ in range(draw(st.integers(0, 2))):
        records.append(
            draw(
                st.builds(Checkpoint, st.just(next(ids)), here, st.integers(1, 9), words, words, counts, counts, times)
            )
        )
    return records
