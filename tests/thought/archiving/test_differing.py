"""What differs between two snapshots."""

from lamina.thought.archiving.differing import Brief, brief, changes

RUN = {"run.json": b'{"id": "a", "status": "executing"}'}
MORE = {
    "run.json": b'{"id": "a", "status": "failed"}',
    "findings.json": b'[\n{"id":"f1","resolved":"x"},\n{"id":"f2"}\n]\n',
    "report.md": b"# a",
}


def test_runs_come_go_and_change() -> None:
    found = changes({"a": RUN, "b": RUN, "d": RUN}, {"a": MORE, "c": RUN, "d": RUN})
    assert [(one.run, one.kind) for one in found] == [("a", "changed"), ("b", "removed"), ("c", "added")]
    assert found[0].before == Brief("executing", {}, 0)
    assert found[0].after == Brief("failed", {"findings": 2}, 1)


def test_a_run_without_files_has_no_status() -> None:
    assert brief({}) == Brief("", {}, 0)
