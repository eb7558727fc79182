"""Plain values of sealed layers that sops reads otherwise than lamina: found, with the place, and never quoted."""

import json
from pathlib import Path

import pytest
from sops_program import sops

from lamina.project.otherwise import read_otherwise
from lamina.thought.document import read
from lamina.thought.sealed.stores.yaml_scalars import Unsayable, resolve

OTHERWISE = [
    "010", "0777", "-017", "1_000", "0b1", "0B11", "0X1F", "-0x1F", "2001-12-14", "2001-12-14T21:59:43Z",
    "2001-12-14 21:59:43", "089_1", "1_0.5", "0o1_7", "1__", "9223372036854775808",
]  # fmt: skip
ALIKE = [
    "0", "-0", "1", "10", "0x1F", "0o17", "1.5", "-2.5e3", "089", "1e3", "yes", "no", "12:30:45", "1.2.3", "true",
    "null", "~", "text", "'010'", '"2001-12-14"', "2001", "2001-13-99", "0x", "3.11.0", "0.10", "00",
]  # fmt: skip


def found(text: str, file: str = "f.sops.yaml") -> list[tuple[str, int, int]]:
    findings = list(read_otherwise(text.encode(), file))
    assert all(one.rule == "read-otherwise" and one.fix for one in findings)
    return [(one.message, one.position.line, one.position.column) for one in findings]


@pytest.mark.parametrize("scalar", OTHERWISE)
def test_otherwise(scalar: str) -> None:
    [(message, line, column)] = found(f"schemaVersion: 1\nmap:\n  key:\n  - {scalar}  # note\n")
    assert (line, column) == (4, 5)
    assert message.startswith("map.key[0] is ")
    assert scalar not in message
    [_] = found(f"map: {{key: [{scalar}]}}\n")


@pytest.mark.parametrize("scalar", ALIKE)
def test_alike(scalar: str) -> None:
    if scalar == "089":
        # Eighty-nine to both, and a float to sops.
        assert found(f"key: {scalar}\n") == [("key is a number to sops, and a whole number to lamina", 1, 6)]
        return
    assert found(f"key: {scalar}\nlist: [{scalar}]\n") == []


def test_a_key() -> None:
    [(message, line, column)] = found("map:\n  2001-12-14: x\n")
    assert (line, column) == (2, 3)
    assert "takes only text there" in message


def test_numbers_of_json() -> None:
    assert found('{"a": 9007199254740993, "b": 12, "c": "9007199254740993"}', "f.sops.json") == [
        ("a is a number without its last digits to sops, and a whole number to lamina", 1, 7)
    ]


def test_the_metadata_is_not_looked_at() -> None:
    assert found("a: 1\nsops:\n  lastmodified: 2001-12-14T21:59:43Z\n  version: 010\n") == []


@pytest.mark.parametrize("scalar", [*OTHERWISE, *ALIKE])
def test_both_are_read_as_they_really_are(scalar: str, tmp_path: Path) -> None:
    """What sops makes of a scalar, by the real program; and what lamina makes of it."""
    (tmp_path / "f.yaml").write_text(f"key_unencrypted: {scalar}\n")
    recipient = "age1rv2qkhvz80wxgwjgqr24hegucuzukh45ld474usknmzdkvl3p5nsjc2het"
    words = ("encrypt", "--age", recipient, "--output-type", "json", "f.yaml")
    said = sops(*words, cwd=tmp_path, home=tmp_path)
    if said.status:
        with pytest.raises(Unsayable):
            resolve(scalar)
        return
    theirs = json.loads(said.out)["key_unencrypted"]
    value = read(f"key: {scalar}\n".encode(), "f.yaml").value
    assert isinstance(value, dict)
    ours = value["key"]
    is_number = {type(theirs), type(ours)} <= {int, float}
    differs = theirs != ours if is_number else (type(theirs), theirs) != (type(ours), ours)
    # JSON tells neither a float without a fraction from a whole number, nor an instant from text.
    assert bool(found(f"key: {scalar}\n")) == differs or scalar in ("089", "2001-12-14T21:59:43Z")
