"""Layers merged by what they say."""

import pytest

from lamina.changes.rolling.by_value import merged_by_value


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "merged"),
    [
        (
            "a: 2\n",
            "schemaVersion: 1\n# ours\na: 2 # kept\nb: 1\n",
            "a: 1\n",
            "schemaVersion: 1\n# ours\na: 1 # kept\nb: 1\n",
        ),
        ("a: {b: 1, c: 2}\n", "a:\n  c: 2\n  b: 1\n", "a: {c: 2}\n", "a:\n  c: 2\n"),
        ("a: 1\n", "b: 3\na: 1\n", "a: 1\nb: 3\n", "b: 3\na: 1\n"),
        ("a: 1\nb: !unset\n", "b: !unset\nc: 1\na: 1\n", "a: 1\n", "c: 1\na: 1\n"),
        ("a: 1\n", "a: 3\n", "a: 2\n", None),
        ("a: {b: 1}\n", "a: [1]\n", "a: {b: 2}\n", None),
        ("a: 1\n", "a: [\n", "a: 2\n", None),
        ("a: &x [1]\nb: 1\n", "a: &x [1]\nb: *x\n", "a: &x [2]\nb: 1\n", None),
    ],
)
def test_merging(base: str, ours: str, theirs: str, merged: str | None) -> None:
    found = merged_by_value("environments/prod/app.yaml", base.encode(), ours.encode(), theirs.encode())
    assert (found.decode() if found is not None else None) == merged
