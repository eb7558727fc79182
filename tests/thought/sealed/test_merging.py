"""Merging sealed files: what both sides changed is in the result, what they cannot both have is named, nothing is shown."""

import difflib
import os
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from thought.sealed.golden_files import ALICE, BOB, CAROL, keys

from lamina.thought.document import edit
from lamina.thought.sealed.failures import NoKey, NotSealed
from lamina.thought.sealed.keys import Sharing
from lamina.thought.sealed.merging import Merging, merged
from lamina.thought.sealed.opening import Look, Opened, look, opened
from lamina.thought.sealed.plaintext import plain_text
from lamina.thought.sealed.rekeying import rewrapped, rotated
from lamina.thought.sealed.sealing import Recipe, resealed, sealed
from lamina.thought.sealed.selection import Rule

EARLIER, THEN, NOW = (datetime(2027, 1, day, tzinfo=UTC) for day in (1, 2, 3))
YAML = """\
# what the service needs
password: one   # of the database
port: 5432

users:
  - ada
  - bob
nested:
  token: abc
  limit: 1.5
last: z
"""


def opening(of: Look) -> Opened:
    return opened(of, keys("alice"))


def closed(plain: str, file: str = "f.yaml", rule: Rule | None = None, people: tuple[str, ...] = (ALICE,)) -> bytes:
    recipe = Recipe(Sharing((people,)), rule) if rule else Recipe(Sharing((people,)))
    return sealed(plain.encode(), file, recipe, os.urandom, EARLIER)


def changed(data: bytes, *edits: tuple[str, str], file: str = "f.yaml") -> bytes:
    """A sealed file after edits of its plain text."""
    found = opening(look(data, file))
    text = plain_text(found).decode()
    for old, new in edits:
        assert old in text
        text = text.replace(old, new, 1)
    return resealed(found, text.encode(), os.urandom, THEN)


def together(base: bytes, ours: bytes, theirs: bytes, file: str = "f.yaml", store: str | None = None) -> Merging:
    return merged(base, ours, theirs, file, opening, edit, os.urandom, NOW, store)


def plain(data: bytes | None, file: str = "f.yaml") -> str:
    assert data is not None
    return plain_text(opening(look(data, file))).decode()


def said(merging: Merging) -> list[str]:
    assert merging.data is None
    return [str(one) for one in merging.conflicts]


def lines_between(before: bytes, after: bytes) -> int:
    lines = difflib.unified_diff(before.decode().splitlines(), after.decode().splitlines(), lineterm="", n=0)
    return sum(line[:1] in "+-" and line[:3] not in ("+++", "---") for line in lines)


def test_changes_of_both_sides_come_together_in_our_layout() -> None:
    base = closed(YAML)
    ours = changed(base, ("one", "uno"), ("last: z\n", "last: z\nmine: 1\n"))
    theirs = changed(base, ("abc", "xyz"), ("port: 5432", "port: 5433"), ("last: z\n", "last: z\n# new\nother: 2\n"))
    found = together(base, ours, theirs)
    wanted = YAML.replace("one ", "uno ").replace("abc", "xyz").replace("5432", "5433")
    assert plain(found.data) == wanted.replace("last: z\n", "last: z\nmine: 1\n# new\nother: 2\n")
    assert found.notes == ()


def test_a_value_from_either_side_keeps_its_ciphertext() -> None:
    base = closed(YAML)
    ours, theirs = changed(base, ("one", "uno")), changed(base, ("abc", "xyz"))
    data = together(base, ours, theirs).data
    assert data is not None
    # The value itself, mac and lastmodified: a line of each, out and in.
    assert lines_between(ours, data) == 6
    assert lines_between(theirs, data) == 6


def test_one_side_alone_needs_no_key() -> None:
    base = closed(YAML)
    other = changed(base, ("one", "uno"))

    def refuse(of: Look) -> Opened:
        raise AssertionError

    for sides in ((base, base, other), (base, other, base), (base, other, other)):
        assert merged(*sides, "f.yaml", refuse, edit, os.urandom, NOW) == Merging(other)


def test_the_same_change_on_both_sides_is_no_conflict() -> None:
    base = closed(YAML)
    ours, theirs = (changed(base, ("one", "uno"), ("last: z\n", "")) for _ in range(2))
    assert ours != theirs
    data = together(base, ours, theirs).data
    assert data is not None
    assert lines_between(ours, data) == 0


def test_neighbouring_lines_are_no_conflict() -> None:
    base = closed("a: 1\nb: 2\nc: 3\n")
    ours = changed(base, ("a: 1\n", ""), ("c: 3", "c: 4"))
    theirs = changed(base, ("b: 2", "b: 5\nd: 6"))
    assert plain(together(base, ours, theirs).data) == "b: 5\nd: 6\nc: 4\n"


def test_lines_that_clash_and_values_that_do_not() -> None:
    base = closed("a: {x: 1, y: 2}   # both\nkeep: k\n")
    ours = changed(base, ("x: 1", "x: 10"), ("both", "ours"))
    theirs = changed(base, ("y: 2", "y: 20, z: '010'"))
    found = together(base, ours, theirs)
    assert opening(look(found.data or b"", "f.yaml")).documents() == [
        {"a": {"x": 10, "y": 20, "z": "010"}, "keep": "k"}
    ]
    assert "# ours" in plain(found.data)


def test_what_only_a_comment_says_is_noted_when_it_is_left_out() -> None:
    base = closed("a: {x: 1, y: 2}   # both\n")
    found = together(base, changed(base, ("x: 1", "x: 10")), changed(base, ("y: 2", "y: 20"), ("both", "theirs")))
    assert plain(found.data) == "a: {x: 10, y: 20}   # both\n"
    assert found.notes == ("1 comment of theirs could not be taken over",)


@pytest.mark.parametrize(
    ("ours", "theirs", "message"),
    [
        (("one", "planted1"), ("one", "planted2"), "password: changed on both sides, differently"),
        (("last: z\n", ""), ("last: z", "last: planted1"), "last: removed by ours, changed by theirs"),
        (("abc", "planted1"), ("  token: abc\n", ""), "nested.token: changed by ours, removed by theirs"),
        (
            ("last: z", "last: z\nnew: planted1"),
            ("last: z", "last: z\nnew: planted2"),
            "new: added on both sides, differently",
        ),
        (("- ada", "- planted1"), ("- ada", "- planted2"), "users[0]: changed on both sides, differently"),
        (
            ("- bob", "- bob\n  - planted1"),
            ("- bob", "- bob\n  - planted2"),
            "users: changed on both sides, differently",
        ),
        (("port: 5432", "port: '5432'"), ("port: 5432", "port: 5432.5"), "port: changed on both sides, differently"),
    ],
)
def test_a_conflict_names_the_place_and_never_a_value(ours: Any, theirs: Any, message: str) -> None:
    base = closed(YAML)
    found = together(base, changed(base, ours), changed(base, theirs))
    assert said(found) == [message]
    assert not any(word in repr(found) + message for word in ("planted", "5432", "uno", "abc"))


def test_all_conflicts_are_named_at_once() -> None:
    base = closed(YAML)
    ours = changed(base, ("one", "planted1"), ("abc", "planted1"), ("last: z", "last: planted1"))
    theirs = changed(base, ("one", "planted2"), ("abc", "planted2"), ("last: z\n", ""))
    assert [one.path for one in together(base, ours, theirs).conflicts] == [
        ("password",),
        ("nested", "token"),
        ("last",),
    ]


def test_items_of_a_list_that_lie_apart_come_together() -> None:
    base = closed("l:\n  - a\n  - b\n  - c\n  - d\n")
    ours, theirs = changed(base, ("  - a\n", "")), changed(base, ("- d", "- d\n  - e"))
    assert plain(together(base, ours, theirs).data) == "l:\n  - b\n  - c\n  - d\n  - e\n"


def test_items_that_moved_are_not_edited_in_their_new_place() -> None:
    base = closed("l:\n  - {name: ada, role: x}\n  - {name: bob, role: x}\n")
    ours = changed(base, ("  - {name: ada, role: x}\n", "  - {name: eve, role: x}\n"))
    theirs = changed(base, ("{name: ada, role: x}", "{name: ada, role: admin}"))
    assert said(together(base, ours, theirs)) == ["l[0]: changed on both sides, differently"]


def test_no_base_is_an_empty_one() -> None:
    ours = closed("a: 1\nb: 2\n")
    theirs = changed(ours, ("b: 2", "c: 3"))
    assert plain(together(b"", ours, theirs).data) == "a: 1\nb: 2\nc: 3\n"
    assert said(together(b"", ours, changed(ours, ("a: 1", "a: 9")))) == ["a: added on both sides, differently"]


def test_several_documents() -> None:
    base = closed("a: 1\n---\nb: 2\nc: 3\n")
    found = together(base, changed(base, ("a: 1", "a: 10")), changed(base, ("c: 3", "c: 30")))
    assert plain(found.data) == "a: 10\n---\nb: 2\nc: 30\n"
    clash = together(base, changed(base, ("b: 2", "b: 4")), changed(base, ("b: 2", "b: 5")))
    assert said(clash) == ["document 2: b: changed on both sides, differently"]


TEXTS = {
    "f.env": ("# top\nA=1\nB=2\nC=3\n", ("A=1", "A=x"), ("C=3", "C=y\nD=z"), "# top\nA=x\nB=2\nC=y\nD=z\n"),
    "f.ini": (
        "g = 0\n\n[one]\n; why\na = 1\nb = 2\n\n[two]\nc = 3\n",
        ("a = 1", "a = x"),
        ("c = 3", "c = y\nd = z"),
        "g = 0\n\n[one]\n; why\na = x\nb = 2\n\n[two]\nc = y\nd = z\n",
    ),
    "f.json": (
        '{\n\t"a": 1,\n\t"b": "x"\n}\n',
        ('"a": 1', '"a": 2'),
        ('"x"', '"x",\n\t"c": true'),
        '{\n\t"a": 2,\n\t"b": "x",\n\t"c": true\n}\n',
    ),
}


@pytest.mark.parametrize("file", TEXTS)
def test_every_format(file: str) -> None:
    text, mine, other, wanted = TEXTS[file]
    base = closed(text, file)
    ours, theirs = changed(base, mine, file=file), changed(base, other, file=file)
    assert plain(together(base, ours, theirs, file).data, file) == wanted


CLASHING = {
    "f.env": (
        "A=1\nB=2",
        ("A=1\nB=2", "B=2\nA=1\nN=new"),
        ("A=1", "A=y\nM=more"),
        {"A": "y", "B": "2", "M": "more", "N": "new"},
    ),
    "f.ini": (
        "[s]\na = 1\nb = 2\n",
        ("a = 1\nb = 2\n", "a      = 1\nb      = 2\nlonger = 3\n"),
        ("a = 1\nb = 2\n", "a    = 10\nb    = 2\nlong = 4\n[t]\nx = y\n"),
        {"DEFAULT": {}, "s": {"a": "10", "b": "2", "long": "4", "longer": "3"}, "t": {"x": "y"}},
    ),
    "f.json": (
        '{"a": 1, "b": 2}',
        ('"a": 1', '"a": 1, "mine": []'),
        ('"b": 2', '"c": {"d": "e"}'),
        {"a": 1, "c": {"d": "e"}, "mine": []},
    ),
}


@pytest.mark.parametrize("file", CLASHING)
def test_every_format_where_lines_clash(file: str) -> None:
    text, mine, other, wanted = CLASHING[file]
    base = closed(text, file)
    found = together(base, changed(base, mine, file=file), changed(base, other, file=file), file)
    assert opening(look(found.data or b"", file)).documents() == [wanted]


def test_a_key_added_on_both_sides_stands_there_once() -> None:
    base = closed("A=1\nB=2\nC=3\n", "f.env")
    ours, theirs = changed(base, ("A=1", "N=1\nA=1"), file="f.env"), changed(base, ("C=3", "C=3\nN=1"), file="f.env")
    assert plain(together(base, ours, theirs, "f.env").data, "f.env").count("N=1") == 1


def test_a_binary_file_is_one_value() -> None:
    base = closed("one", "f.bin")
    ours, theirs = changed(base, ("one", "planted1"), file="f.bin"), changed(base, ("one", "planted2"), file="f.bin")
    assert said(together(base, ours, theirs, "f.bin")) == ["the file: changed on both sides, differently"]
    assert plain(together(base, ours, rotate(base, ALICE, file="f.bin"), "f.bin").data, "f.bin") == "planted1"


def rotate(data: bytes, *people: str, file: str = "f.yaml") -> bytes:
    return rotated(opening(look(data, file)), Sharing((people,)), os.urandom, THEN)


def wrap(data: bytes, *people: str, file: str = "f.yaml") -> bytes:
    return rewrapped(opening(look(data, file)), Sharing((people,)), os.urandom)


def people_of(data: bytes | None) -> tuple[str, ...]:
    return look(data or b"", "f.yaml").metadata.recipients


@pytest.mark.parametrize("change", [wrap, rotate])
def test_recipients_changed_on_one_side_are_taken(change: Callable[..., bytes]) -> None:
    base = closed(YAML, people=(ALICE, BOB))
    edited, without_bob = changed(base, ("one", "uno")), change(base, ALICE)
    for ours, theirs in ((edited, without_bob), (without_bob, edited)):
        found = together(base, ours, theirs)
        assert people_of(found.data) == (ALICE,)
        assert plain(found.data) == YAML.replace("one ", "uno ")
        assert opening(look(found.data or b"", "f.yaml")).key == opening(look(without_bob, "f.yaml")).key


def test_recipients_changed_on_both_sides_are_a_conflict() -> None:
    base = closed(YAML)
    (message,) = said(together(base, wrap(base, ALICE, BOB), wrap(base, ALICE, CAROL)))
    assert message == (
        f"the recipients differ: ours is sealed for {ALICE}, {BOB}; theirs is sealed for {ALICE}, {CAROL}"
    )
    assert "updatekeys" in together(base, wrap(base, ALICE, BOB), wrap(base, ALICE, CAROL)).conflicts[0].hint


def test_the_same_recipients_on_both_sides_are_no_conflict() -> None:
    base = closed(YAML)
    ours, theirs = wrap(base, BOB, ALICE), changed(wrap(base, ALICE, BOB), ("one", "uno"))
    assert people_of(together(base, ours, theirs).data) == (BOB, ALICE)


def test_a_removed_recipient_does_not_come_back_with_a_new_data_key() -> None:
    base = closed(YAML, people=(ALICE, BOB))
    (message,) = said(together(base, wrap(base, ALICE), rotate(base, ALICE, BOB)))
    assert message.startswith(
        "one side has a new data key, and the other has other recipients or another rule: ours is "
    )


def test_a_rotation_on_both_sides() -> None:
    base = closed(YAML)
    ours, theirs = rotate(base, ALICE), changed(rotate(base, ALICE), ("one", "uno"))
    found = together(base, ours, theirs)
    assert plain(found.data) == YAML.replace("one ", "uno ")
    assert opening(look(found.data or b"", "f.yaml")).key == opening(look(ours, "f.yaml")).key


def test_a_rule_changed_on_one_side_is_taken() -> None:
    base = closed("password: one\nname: n\nlast: 1\n")
    ours = sealed(
        b"password: one\nname: n\nlast: 1\n",
        "f.yaml",
        Recipe(Sharing(((ALICE,),)), Rule("encrypted_regex", "^password$")),
        os.urandom,
        THEN,
    )
    theirs = changed(base, ("one", "uno"))
    found = together(base, ours, theirs)
    assert look(found.data or b"", "f.yaml").metadata.rule == Rule("encrypted_regex", "^password$")
    assert b"name: n" in (found.data or b"")
    other = closed("password: one\nname: n\nlast: 1\n", rule=Rule("encrypted_regex", "word"))
    (message,) = said(together(base, ours, other))
    assert message.startswith("the rule of what is sealed differs: ours by encrypted_regex: ^password$; theirs by ")


def test_what_was_sealed_is_not_written_in_plain_by_the_other_sides_rule() -> None:
    base = closed("password: one\n")
    ours = changed(base, ("one\n", "one\ntoken: planted1\n"))
    theirs = closed("password: one\n", rule=Rule("encrypted_regex", "^password$"))
    found = together(base, ours, theirs)
    assert said(found) == ["token: by the rule of what is sealed it would stand in plain text, and it was sealed"]
    assert "planted" not in repr(found)


def test_a_side_without_key_is_said() -> None:
    base = closed(YAML)
    theirs = closed(YAML.replace("one", "uno"), people=(BOB,))
    with pytest.raises(NoKey):
        together(base, changed(base, ("abc", "x")), theirs)
    with pytest.raises(NotSealed):
        together(base, changed(base, ("abc", "x")), b"a: planted\n")
