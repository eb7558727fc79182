"""Two states of a sealed file: what differs without a key, and what a key tells beyond that."""

import os
from datetime import UTC, datetime

import pytest
from sealing import NOW, Person
from thought.sealed.golden_files import cases, keys

from lamina.thought.sealed.comparing import Comparison, compared, compared_opened
from lamina.thought.sealed.keys import Sharing
from lamina.thought.sealed.opening import Opened, look, opened
from lamina.thought.sealed.recipients import identities
from lamina.thought.sealed.rekeying import rewrapped, rotated
from lamina.thought.sealed.sealing import Recipe, resealed, sealed
from lamina.thought.sealed.selection import Rule

ADA, BOB, CLEO = Person(), Person(), Person()
LATER = datetime(2026, 2, 2, tzinfo=UTC)
PLAIN = "# note\na: hunter2\nmap:\n  b: 1\nlist:\n  - x\n  - y\n  - x\nopen_unencrypted: seen\n"


def opened_from(data: bytes) -> Opened:
    return opened(look(data, "f.yaml"), identities(ADA.secret).found)


def made(text: str = PLAIN, sharing: Sharing | None = None, rule: Rule | None = None) -> bytes:
    recipe = Recipe(sharing or Sharing(((ADA.recipient,),)), *([rule] if rule else []))
    return sealed(text.encode(), "f.yaml", recipe, os.urandom, NOW)


def edited(data: bytes, text: str) -> bytes:
    return resealed(opened_from(data), text.encode(), os.urandom, LATER)


def seen(old: bytes | None, new: bytes | None) -> Comparison:
    sides = [look(data, "f.yaml") if data is not None else None for data in (old, new)]
    return compared(sides[0], sides[1])


def said(comparison: Comparison) -> list[str]:
    return [f"{one.change} {'.'.join(map(str, one.path))}{'#' * one.comment}" for one in comparison.changes]


EDITS = {
    "nothing": (PLAIN, []),
    "a value": (PLAIN.replace("hunter2", "other"), ["changed a"]),
    "a type": (PLAIN.replace("b: 1", "b: '1'"), ["changed map.b"]),
    "a new key": (PLAIN.replace("  b: 1", "  b: 1\n  c: 2"), ["added map.c"]),
    "a key less": (PLAIN.replace("a: hunter2\n", ""), ["removed a"]),
    "a renamed key": (PLAIN.replace("a: ", "z: "), ["removed a", "added z"]),
    "an item in front": (PLAIN.replace("list:\n", "list:\n  - first\n"), ["added list.0"]),
    "an item less": (PLAIN.replace("  - y\n", ""), ["removed list.1"]),
    "items in another order": (PLAIN.replace("  - x\n  - y\n", "  - y\n  - x\n"), []),
    "a comment": (PLAIN.replace("# note", "# other"), ["changed #"]),
    "a comment more": (PLAIN.replace("# note", "# note\n# more"), ["added #"]),
    "a plain value": (PLAIN.replace("seen", "other"), []),
    "an empty value": (PLAIN.replace("hunter2", '""'), ["removed a"]),
}


@pytest.mark.parametrize("name", EDITS)
def test_an_edit(name: str) -> None:
    text, wanted = EDITS[name]
    old = made()
    new = edited(old, text)
    assert said(seen(old, new)) == wanted
    assert said(compared_opened(opened_from(old), opened_from(new))) == wanted
    assert seen(old, new).untold == 0
    assert seen(old, new).differs is bool(wanted)


def test_values_are_told_only_of_what_was_opened() -> None:
    old = made()
    new = edited(old, PLAIN.replace("hunter2", "other"))
    [one] = compared_opened(opened_from(old), opened_from(new)).changes
    assert (one.before, one.after) == ("hunter2", "other")
    assert "hunter2" not in repr(one)
    [one] = seen(old, new).changes
    assert (one.before, one.after) == (None, None)


def test_after_a_rotation_only_a_key_can_tell() -> None:
    old = made()
    sharing = Sharing(((ADA.recipient,),))
    new = rotated(opened_from(edited(old, PLAIN.replace("hunter2", "other"))), sharing, os.urandom, LATER)
    without = seen(old, new)
    assert said(without) == []
    assert without.untold == 6  # five values and a comment
    assert without.differs
    assert said(compared_opened(opened_from(old), opened_from(new))) == ["changed a"]
    unchanged = rotated(opened_from(old), sharing, os.urandom, LATER)
    assert not compared_opened(opened_from(old), opened_from(unchanged)).differs
    more = rotated(opened_from(edited(old, PLAIN + "z: new\n")), sharing, os.urandom, LATER)
    assert said(seen(old, more)) == ["added z"]


def test_recipients() -> None:
    old = made()
    new = rewrapped(opened_from(old), Sharing(((BOB.recipient, ADA.recipient),)), os.urandom)
    comparison = seen(old, new)
    assert (comparison.added, comparison.removed) == ((BOB.recipient,), ())
    assert (comparison.changes, comparison.untold) == ((), 0)
    again = rewrapped(opened_from(new), Sharing(((ADA.recipient, BOB.recipient),)), os.urandom)
    assert not seen(new, again).differs


def test_groups_and_how_many_it_takes() -> None:
    groups = ((ADA.recipient,), (BOB.recipient,), (CLEO.recipient,))
    one, two, three = made(sharing=Sharing((sum(groups, ()),))), made(sharing=Sharing(groups, 2)), made(
        sharing=Sharing(groups, 3)
    )  # fmt: skip
    comparison = seen(one, two)
    assert comparison.regrouped
    assert comparison.added == comparison.removed == ()
    assert [keys.needed for keys in seen(two, three).keys] == [2, 3]


def test_another_rule() -> None:
    old, new = made(), made(rule=Rule("encrypted_regex", "^a$"))
    assert seen(old, new).rules == ("unencrypted_suffix: _unencrypted", "encrypted_regex: ^a$")
    # b and the list stand in plain text now.
    assert {one.change for one in seen(old, new).changes} == {"unsealed"}
    assert {one.change for one in seen(new, old).changes} == {"sealed"}


def test_a_file_that_was_not_there() -> None:
    assert said(seen(None, made("a: x\nb: y\n"))) == ["added a", "added b"]
    assert said(seen(made("a: x\n"), None)) == ["removed a"]
    assert seen(None, made()).added == (ADA.recipient,)


def test_several_documents() -> None:
    old = made("a: x\n---\na: y\n")
    assert said(seen(old, edited(old, "a: x\n---\na: z\n"))) == ["changed 1.a"]


def places(comparison: Comparison) -> set[tuple[object, str]]:
    """Which of two equal items of a list is gone, only their ciphertexts tell."""
    return {(tuple(step for step in one.path if isinstance(step, str)), one.change) for one in comparison.changes}


# Acts on one file that both sides of can be read: sops itself writes one that nobody can (a key named sops).
UNREADABLE = {"set-sops-key"}
ACTS = [
    name
    for name, case in sorted(cases("ops").items())
    if name not in UNREADABLE and case.file("before") is not None and case.file("after") is not None
]


@pytest.mark.parametrize("name", ACTS)
def test_what_sops_does_to_a_file(name: str) -> None:
    """Every act of sops in the golden files: what is seen without a key is what a key tells."""
    case = cases("ops")[name]
    before, after = case.file("before"), case.file("after")
    assert before is not None
    assert after is not None
    sides = [look(file.read_bytes(), file.name) for file in (before, after)]
    both = [opened(side, keys("alice", "bob", "carol")) for side in sides]
    without, having = compared(sides[0], sides[1]), compared_opened(both[0], both[1])
    if not without.untold:
        assert places(having) <= places(without)
    assert without.keys == having.keys
