"""The parts of a file, and changes of its text."""

from lamina.thought.sealed.tree import Change, Frame, Leaf, applied, documents
from lamina.thought.sealed.values import Time


def test_what_a_leaf_is_bound_to() -> None:
    root = Frame(None, None, True)
    deep = root.inner("a", True).inner("list", False).inner(1, True)
    assert Leaf(root, "k", 1).bound == "k:"
    assert Leaf(root, None, " c", note=True).bound == ":"
    assert (Leaf(deep, "b", 1).bound, Leaf(deep, "b", 1).path) == ("a:list:b:", ("a", "list", 1, "b"))
    assert Leaf(root.inner("list", False), 3, 1).bound == "list:"
    assert Leaf(root.inner("a", True), None, " c", note=True).path == ("a",)


def test_changes_are_applied_in_the_order_of_the_text() -> None:
    changes = [Change(4, 5, "E"), Change(0, 1, "A"), Change(2, 2, "1"), Change(2, 2, "2"), Change(5, 5, "!")]
    assert applied("abcde", changes) == "Ab12cdE!"
    assert applied("abc", []) == "abc"


def test_the_data_of_documents() -> None:
    one, two = Frame(None, None, True), Frame(None, None, True)
    items = one.inner("l", False)
    sealed = Leaf(items, 0, "ENC[...]")
    note = Leaf(items, None, " c", note=True)
    time = Leaf(one, "t", Time("2026-01-02T00:00:00Z"))
    entries = [one, items, note, sealed, time, two, Leaf(two, "n", None)]
    assert documents(entries, {sealed: 5, note: "x"}) == [{"l": [5], "t": "2026-01-02T00:00:00Z"}, {"n": None}]
    assert type(documents(entries)[0]["t"]) is str


def test_nothing_shows_a_value() -> None:
    leaf = Leaf(Frame(None, None, True), "k", "canary")
    assert "canary" not in repr((leaf, Change(0, 1, "canary")))
