"""Positions and severities."""

from lamina.words.finding import Finding, Position, worst


def test_a_position_reads_as_editors_want_it() -> None:
    assert str(Position("environments/prod/app.yaml", 3, 7)) == "environments/prod/app.yaml:3:7"
    assert str(Position("lamina.yaml")) == "lamina.yaml:1:1"


def test_positions_sort_by_file_line_and_column() -> None:
    places = [Position("b", 1, 1), Position("a", 10, 1), Position("a", 2, 9), Position("a", 2, 3)]
    assert [str(place) for place in sorted(places)] == ["a:2:3", "a:2:9", "a:10:1", "b:1:1"]


def test_the_worst_severity() -> None:
    note, warning, error = (Finding("r", "m", Position("f"), severity) for severity in ("note", "warning", "error"))
    assert worst([]) is None
    assert worst([note]) == "note"
    assert worst((note, warning)) == "warning"
    assert worst([warning, error, note]) == "error"
