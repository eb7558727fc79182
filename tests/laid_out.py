"""Layers as people lay them out: a hypothesis strategy for YAML texts with every mix of styles, comments and blanks."""

from hypothesis import strategies as st

Lines = list[str]

_KEYS = [
    "a",
    "b",
    "long-key",
    "'single'",
    '"double"',
    '"with: colon"',
    '"é\\u00e9"',
    "ключ",
    "&k anchored",
    "name.dotted",
]
_ON_ONE_LINE = [
    "", "1", "-2.5", "true", "null", "~", "word", "two words", "http://x.y/z", "12:30:45", "no", "'single ''q'''",
    '"double \\" \\n"', '""', "''", "é ü", "${ref}", "!unset", "!replace 3", "!replace 'x'", "&x anchored", "{}", "[]",
    "!replace {}", "{ }", "[ ]", "-dash",
]  # fmt: skip
_IN_FLOW = ["1", "word", "two words", "'it''s'", '"x, y"', "true", "null", "!unset", "!replace 3", "{}", "[]", "é"]
_COMMENTS = ["# note", "#", "# a: 1", "# - x", "# 'quote", "#tight"]
_TAILS = ["", "", "", " ", "  # tail", " #", " # a: 1 'x"]


@st.composite
def layer_texts(draw: st.DrawFn) -> bytes:
    """The bytes of a YAML layer that is a map: comments, blanks, line ends and styles as they come."""
    lines = draw(st.sampled_from([[], [], ["---"], ["%YAML 1.2", "---"], ["# head", "", "---  # start"]]))
    body = _map(draw, 0, 0)
    flow = draw(st.integers(0, 9)) == 0
    lines = [*lines, *([_flow_map(draw, 0, 0)] if flow else body), *_gap(draw, 0)]
    if draw(st.integers(0, 9)) == 0:
        lines = [*lines, "..."]
    text = "\n".join(lines) + draw(st.sampled_from(["\n", "\n", "\n", "", "\n\n"]))
    newline = draw(st.sampled_from(["\n", "\n", "\r\n"]))
    return draw(st.sampled_from([b"", b"", b"\xef\xbb\xbf"])) + text.replace("\n", newline).encode()


def _map(draw: st.DrawFn, column: int, depth: int) -> Lines:
    keys = draw(st.lists(st.sampled_from(_KEYS), min_size=1, max_size=4, unique=True))
    lines: Lines = []
    for number, key in enumerate(keys):
        first, *rest = _under(draw, column, depth, in_map=True)
        start = f"{' ' * column}{key}{draw(st.sampled_from(['', '', '', ' ']))}:{first}"
        lines += [*(_gap(draw, column) if number else []), start, *rest]
    return lines


def _list(draw: st.DrawFn, column: int, depth: int) -> Lines:
    lines: Lines = []
    for number in range(draw(st.integers(1, 3))):
        first, *rest = _under(draw, column, depth, in_map=False)
        lines += [*(_gap(draw, column) if number else []), f"{' ' * column}-{first}", *rest]
    return lines


def _under(draw: st.DrawFn, column: int, depth: int, in_map: bool) -> Lines:
    """What follows a colon or a dash: the rest of its line, and more lines."""
    tail = draw(st.sampled_from(_TAILS))
    kind = draw(st.sampled_from([*["scalar"] * 3, "below", "literal", "folds", "flow", *["map"] * 2, *["list"] * 2]))
    if depth > 2 and kind in ("map", "list"):
        kind = "scalar"
    step = draw(st.sampled_from([2, 2, 2, 1, 4]))
    inner = column + step
    if kind == "below":
        return [tail, *_gap(draw, inner), " " * inner + draw(st.sampled_from(["word", "'x'", "7"])) + tail]
    if kind == "literal":
        return _literal(draw, inner, tail)
    if kind == "folds":
        quote = draw(st.sampled_from(["", "'", '"']))
        blank = [""] if draw(st.booleans()) else []
        return [f" {quote}one", " " * inner + "two", *blank, f"{' ' * inner}end{quote}{tail}"]
    if kind == "flow":
        return [" " + draw(st.sampled_from([_flow_map, _flow_list]))(draw, inner, 0) + tail]
    if kind in ("map", "list"):
        return _nested(draw, column, step, depth, in_map, kind, tail)
    text = draw(st.sampled_from(_ON_ONE_LINE))
    return [draw(st.sampled_from([" ", " ", "   "])) + text + tail if text else tail]


def _nested(draw: st.DrawFn, column: int, step: int, depth: int, in_map: bool, kind: str, tail: str) -> Lines:
    write = _map if kind == "map" else _list
    if not in_map and draw(st.booleans()):
        first, *rest = write(draw, column + step, depth + 1)
        return [" " * (step - 1) + first.lstrip(" "), *rest] if step > 1 else ["", first, *rest]
    inner = column if in_map and kind == "list" and draw(st.booleans()) else column + step
    tag = draw(st.sampled_from(["", "", "", " !replace", " &m", *([" !append"] if in_map and kind == "list" else [])]))
    return [tag + tail, *_gap(draw, inner), *write(draw, inner, depth + 1)]


def _literal(draw: st.DrawFn, inner: int, tail: str) -> Lines:
    header = draw(st.sampled_from([" |", " |-", " |+", " >", " >-", " >+"]))
    content = draw(st.lists(st.sampled_from(["text", "  deeper", "", "# no comment", "a: 1"]), max_size=3))
    return [header + tail, " " * inner + "first", *(" " * inner + line if line else "" for line in content)]


def _flow_map(draw: st.DrawFn, column: int, depth: int) -> str:
    keys = draw(st.lists(st.sampled_from(_KEYS), max_size=3, unique=True))
    return _braced(draw, "{}", [f"{key}: {_in_flow(draw, column, depth)}" for key in keys], column)


def _flow_list(draw: st.DrawFn, column: int, depth: int) -> str:
    return _braced(draw, "[]", [_in_flow(draw, column, depth) for _ in range(draw(st.integers(0, 3)))], column)


def _in_flow(draw: st.DrawFn, column: int, depth: int) -> str:
    kind = draw(st.sampled_from(["scalar", "scalar", "map", "list"]))
    if depth > 1 or kind == "scalar":
        return draw(st.sampled_from(_IN_FLOW))
    return (_flow_map if kind == "map" else _flow_list)(draw, column + 2, depth + 1)


def _braced(draw: st.DrawFn, braces: str, entries: Lines, column: int) -> str:
    over_lines = draw(st.integers(0, 2)) == 0
    comma = "," if entries and draw(st.integers(0, 3)) == 0 else ""
    if not over_lines:
        pad = draw(st.sampled_from(["", "", " "]))
        return braces[0] + pad + draw(st.sampled_from([", ", ",", " , "])).join(entries) + comma + pad + braces[1]
    inner = "\n" + " " * (column + 2)
    parts = [inner + entry + ("," if number + 1 < len(entries) else comma) + draw(st.sampled_from(["", "", " # c"]))
             for number, entry in enumerate(entries)]  # fmt: skip
    return braces[0] + "".join(parts) + "\n" + " " * (column + 1) + braces[1]


def _gap(draw: st.DrawFn, column: int) -> Lines:
    return draw(st.lists(st.sampled_from(["", "", *(" " * column + comment for comment in _COMMENTS)]), max_size=2))
