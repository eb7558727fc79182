"""What is refused: with the file, the path and the way out, and never with a value."""

import os
import traceback
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from thought.sealed.golden_files import ALICE, BOB, CAROL, GOLDEN, cases, keys
from thought.sealed.real_sops import decrypted

from lamina.thought.sealed.failures import CannotSeal, NoKey, NotSealed, Tampered, Unsound
from lamina.thought.sealed.keys import Sharing
from lamina.thought.sealed.opening import look, open_layer, opened
from lamina.thought.sealed.plaintext import plain_text
from lamina.thought.sealed.recipients import identities, recipient_fault
from lamina.thought.sealed.rekeying import rotated
from lamina.thought.sealed.sealing import Recipe, resealed, sealed
from lamina.thought.sealed.selection import Rule, pattern_fault, searcher
from lamina.words.errors import Failure

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
CANARY = "canary-7f3a"
PLAIN = (
    f"# {CANARY}\na: {CANARY}-1\nb: {CANARY}-2\nl:\n  - {CANARY}-3\n  - {CANARY}-4\nn: 5432\nplain_unencrypted: seen\n"
).encode()
FOR_ALICE = Recipe(Sharing(((ALICE,),)))


def make(plain: bytes = PLAIN, recipe: Recipe = FOR_ALICE, file: str = "f.yaml") -> bytes:
    return sealed(plain, file, recipe, os.urandom, NOW)


def everything(error: BaseException) -> str:
    """All that an exception and those behind it could show."""
    parts: list[str] = []
    seen: BaseException | None = error
    while seen is not None:
        parts += (str(seen), repr(seen), repr(vars(seen)), repr(getattr(seen, "object", "")))
        seen = seen.__cause__ or seen.__context__
    return "".join((*parts, *traceback.format_exception(error)))


def lines_of(data: bytes) -> list[bytes]:
    return data.splitlines(keepends=True)


def swapped(data: bytes, one: int, other: int) -> bytes:
    lines = lines_of(data)
    key_one, _, rest_one = lines[one].partition(b": ")
    key_other, _, rest_other = lines[other].partition(b": ")
    lines[one], lines[other] = key_one + b": " + rest_other, key_other + b": " + rest_one
    return b"".join(lines)


def reordered(data: bytes, one: int, other: int) -> bytes:
    lines = lines_of(data)
    lines[one], lines[other] = lines[other], lines[one]
    return b"".join(lines)


def without(data: bytes, start: bytes) -> bytes:
    return b"".join(line for line in lines_of(data) if not line.startswith(start))


TAMPERINGS: dict[str, Callable[[bytes], bytes]] = {
    "a value": lambda data: data.replace(b"data:", b"data:AA", 2),
    "two values swapped": lambda data: swapped(data, 1, 2),
    "list items swapped": lambda data: reordered(data, 4, 5),
    "keys reordered": lambda data: reordered(data, 1, 2),
    "a key removed": lambda data: without(data, b"a: "),
    "an item removed": lambda data: b"".join(line for i, line in enumerate(lines_of(data)) if i != 4),
    "a key renamed": lambda data: data.replace(b"\na: ", b"\nc: "),
    "moved to another path": lambda data: data.replace(b"\na: ", b"\nm:\n  a: "),
    "a plain value changed": lambda data: data.replace(b"seen", b"seem"),
    "the MAC": lambda data: data.replace(b"mac: ENC[AES256_GCM,data:", b"mac: ENC[AES256_GCM,data:AAAA"),
    "no MAC": lambda data: without(data, b"    mac:"),
    "lastmodified": lambda data: data.replace(b"2026-01-02", b"2026-01-03"),
    "lastmodified no time": lambda data: data.replace(b"2026-01-02T03:04:05Z", b"yesterday"),
    "no lastmodified": lambda data: without(data, b"    lastmodified:"),
    "a type": lambda data: data.replace(b"type:str]\nb", b"type:int]\nb"),
    "a type that is none": lambda data: data.replace(b"type:str]\nb", b"type:thing]\nb"),
    "the type that is never written": lambda data: data.replace(b"type:str]\nb", b"type:bytes]\nb"),
    "a number in a sealed place": lambda data: data.replace(b"\nn: ", b"\nz: 5\nn: "),
    "text in a sealed place": lambda data: data.replace(b"\nn: ", b"\nz: text\nn: "),
    "text after a ciphertext": lambda data: data.replace(b"type:str]\nb", b"type:str] more\nb"),
    "two rules": lambda data: data + b"    encrypted_regex: a\n",
    "the MAC's cover": lambda data: data + b"    mac_only_encrypted: true\n",
    "cut in a value": lambda data: data[:300],
    "cut in the metadata": lambda data: data[: data.index(b"-----END")],
    "a conflict": lambda data: data.replace(b"    mac:", b"<<<<<<< ours\n    mac:"),
    "no UTF-8": lambda data: b"\xff" + data,
    "a repeated key": lambda data: data.replace(b"\nn: ", b"\na: x\nn: "),
    "a key that is no text": lambda data: data.replace(b"\nn: ", b"\n1: "),
    "metadata that is no map": lambda data: data[: data.index(b"sops:")] + b"sops: 1\n",
    "an alias of nothing": lambda data: data.replace(b"seen", b"*nothing"),
    "a field of the metadata that is no text": lambda data: data + b"    ? [x]\n    : y\n",
    "a nest": lambda data: data.replace(b"seen", b"[" * 300 + b"]" * 300),
    "a tag of one byte": lambda data: data.replace(b",tag:", b",tag:AA==,tag:", 2),
}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_a_tampered_file_is_refused_and_says_nothing_of_its_values(name: str) -> None:
    data = make()
    changed = TAMPERINGS[name](data)
    assert changed != data
    with pytest.raises((Tampered, Unsound)) as error:
        opened(look(changed, "f.yaml"), keys("alice"))
    assert "f.yaml" in str(error.value)
    assert error.value.hint
    assert CANARY not in everything(error.value)


def test_an_alias_bomb_is_refused() -> None:
    bomb = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{chr(98 + i)}: &{chr(98 + i)} [{', '.join([f'*{chr(97 + i)}'] * 10)}]\n" for i in range(8)
    )
    with pytest.raises(CannotSeal, match="aliases make more than 100,000 values"):
        make(bomb.encode())


# What took a square of its size in time would not end here.
LARGE = {
    "documents": ("f.yaml", b"---\n".join([b"a: 1\n"] * 1000)),
    "comments": ("f.yaml", b"# c\n\n" * 2000 + b"a: 1\n"),
    "equal items": ("f.yaml", b"a:\n" + b"  - x\n" * 4000),
    "texts of several lines": ("f.yaml", b"".join(b"k%d: |\n  x\n  y\n" % number for number in range(1500))),
    "one text": ("f.json", b'{"a": "' + b"x" * 5_000_000 + b'"}'),
    "one line": ("f.env", b"A=" + b"x" * 5_000_000),
    "bytes": ("f.bin", bytes(5_000_000)),
}


@pytest.mark.parametrize("what", LARGE)
def test_large_files_take_no_more_than_their_size(what: str) -> None:
    file, plain = LARGE[what]
    found = opened(look(make(plain, file=file), file), keys("alice"))
    resealed(found, plain_text(found) + (b"# end\n" if file in ("f.yaml", "f.env") else b" "), os.urandom, NOW)


def test_ever_so_many_recipients() -> None:
    lines = b"".join(b"sops_age__list_%d__map_enc=x\n" % number for number in range(60_000))
    data = b"A=x\nsops_lastmodified=2026-01-02T03:04:05Z\n" + lines
    with pytest.raises(NoKey) as failure:
        opened(look(data, "f.env"), keys("alice"))
    assert failure.value.details[-1] == "  and 59980 more"
    assert len(failure.value.details) == 22


@pytest.mark.parametrize("nest", [b"[", b"{", b'{"a":', b"- ", b"a: {"])
@pytest.mark.parametrize("file", ["f.yaml", "f.json", "f.bin"])
def test_a_megabyte_of_nesting_is_refused_at_once(file: str, nest: bytes) -> None:
    with pytest.raises(Unsound):
        look(nest * (1_000_000 // len(nest)), file)


def test_a_pattern_that_is_refused_is_told_of() -> None:
    data = make().replace(b"unencrypted_suffix: _unencrypted", b'encrypted_regex: "(?=a)"')
    found = opened(look(data, "f.yaml"), keys("alice"), check_mac=False)
    assert [doubt.rule for doubt in found.doubts] == ["odd-metadata"]
    assert "RE2 refuses" in found.doubts[0].message


@pytest.mark.parametrize("pattern", ["(a+)+$", "((((a{30}){30}){30}){30})", "(x|" * 1000 + ")" * 1000, r"\\pL{1000}"])
def test_no_pattern_in_the_metadata_takes_long(pattern: str) -> None:
    data = make().replace(b"unencrypted_suffix: _unencrypted", f"encrypted_regex: '{pattern}'".encode())
    with pytest.raises(Tampered):
        opened(look(data.replace(b"\na: ", b"\n" + b"a" * 900 + b"b: "), "f.yaml"), keys("alice"))


def test_another_key_opens_nothing_and_is_told_whose_it_is() -> None:
    with pytest.raises(NoKey) as error:
        opened(look(make(), "f.yaml"), keys("mallory"))
    assert ALICE in " ".join(error.value.details)
    assert error.value.recipients == (ALICE,)
    assert error.value.status == 3


def test_no_key_at_all() -> None:
    with pytest.raises(NoKey, match="there is no key"):
        opened(look(make(), "f.yaml"), [])


def test_a_file_that_is_not_sealed() -> None:
    with pytest.raises(NotSealed):
        look(b"a: 1\n", "f.yaml")


def test_a_recipient_added_by_hand_opens_nothing() -> None:
    data = make().replace(f"recipient: {ALICE}".encode(), f"recipient: {BOB}".encode())
    assert look(data, "f.yaml").metadata.recipients == (BOB,)
    with pytest.raises(NoKey):
        opened(look(data, "f.yaml"), keys("bob"))


def test_too_few_groups() -> None:
    data = make(recipe=Recipe(Sharing(((ALICE,), (BOB,), (CAROL,)), 2)))
    with pytest.raises(NoKey, match="2 of 3 groups are needed, 1 open"):
        opened(look(data, "f.yaml"), keys("alice"))
    assert opened(look(data, "f.yaml"), keys("carol", "alice")).documents()[0]["n"] == 5432


REFUSED_PLAIN = {
    "empty": b"",
    "comments alone": b"# a\n",
    "a list": b"- a\n",
    "a scalar": b"hello\n",
    "a sops key": b"sops: 1\n",
    "a sops key in a second document": b"a: 1\n---\nsops: 1\n",
    "a repeated key": b"a: 1\na: 2\n",
    "a repeated key in a second document": b"a: 1\n---\nb: 1\nb: 2\n",
    "a key that is no text": b"a:\n  1: x\n",
    "an integer over 63 bits": b"a: 18446744073709551615\n",
    "an alias in itself": b"a: &a\n  b: *a\n",
    "no YAML": b"a: [\n",
}


@pytest.mark.parametrize("name", REFUSED_PLAIN)
def test_a_plain_file_that_cannot_be_sealed(name: str) -> None:
    with pytest.raises(CannotSeal) as error:
        make(REFUSED_PLAIN[name])
    assert error.value.hint


@pytest.mark.parametrize(
    ("sharing", "why"),
    [
        (Sharing(()), "no recipient"),
        (Sharing(((),)), "a key group without a recipient"),
        (Sharing(((ALICE,), (BOB,)), 1), "from 2 to their number"),
        (Sharing(((ALICE,), (BOB,)), 3), "from 2 to their number"),
        (Sharing((("age1nobody",),)), "no recipient"),
        (Sharing((("somebody",),)), "no recipient"),
        (Sharing((("AGE-SECRET-KEY-1" + "Q" * 58,),)), "a private key stands"),
        (Sharing((("-----BEGIN OPENSSH PRIVATE KEY-----",),)), "a private key stands"),
    ],
)
def test_recipients_that_cannot_be(sharing: Sharing, why: str) -> None:
    with pytest.raises(CannotSeal, match=why) as error:
        make(recipe=Recipe(sharing))
    assert "QQQQ" not in everything(error.value)


@pytest.mark.parametrize("pattern", ["(unclosed", "^(?!kind).*$", r"(a)\1", r"\Z", "a**", "(?<=a)b", r"\C", "a{1001}"])
def test_a_pattern_that_re2_refuses_seals_nothing(pattern: str) -> None:
    for name in ("encrypted_regex", "unencrypted_regex", "encrypted_comment_regex"):
        with pytest.raises(CannotSeal, match="RE2 refuses"):
            make(recipe=Recipe(Sharing(((ALICE,),)), Rule(name, pattern)))
    assert pattern_fault(pattern)
    assert not searcher(pattern)("kind")


def test_a_pattern_takes_linear_time() -> None:
    assert not searcher("(a+)+$")("a" * 50_000 + "b")


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [(r"a$", "a\n", False), (r"a\z", "a", True), ("[[:alpha:]]", "é", False), (r"\pL", "é", True)],
)
def test_patterns_are_those_of_re2(pattern: str, text: str, found: bool) -> None:
    assert searcher(pattern)(text) is found


def test_bad_lines_of_a_key_file_hide_no_others() -> None:
    text = (GOLDEN / "_keys" / "alice.txt").read_text() + "AGE-SECRET-KEY-1NONSENSE\nAGE-PLUGIN-X\n  \n"
    read = identities(text)
    assert len(read.found) == 1
    assert [line for line, _ in read.faults] == [4, 5]
    assert "NONSENSE" not in repr(read) + str(read.faults)


def test_an_ssh_key_file_is_read() -> None:
    assert len(identities((GOLDEN / "_keys" / "ssh_ed25519").read_text()).found) == 1
    assert recipient_fault((GOLDEN / "_keys" / "ssh_ed25519.pub").read_text().strip()) is None


def test_nothing_that_holds_a_secret_shows_it() -> None:
    found = opened(look(make(), "f.yaml"), keys("alice"))
    layer = open_layer(make(), "f.yaml", keys("alice"))
    for value in (found, found.look, found.look.parsed, layer, *found.values, FOR_ALICE):
        assert CANARY not in repr(value)
        assert found.key.hex() not in repr(value)
    assert repr(found.key) not in repr(found)


def test_failing_edits_say_nothing_of_values() -> None:
    found = opened(look(make(), "f.yaml"), keys("alice"))
    plain = plain_text(found)
    for bad in bad_edits(plain):
        with pytest.raises(Failure) as error:
            resealed(found, bad, os.urandom, NOW)
        assert CANARY not in everything(error.value)


def bad_edits(plain: bytes) -> Iterator[bytes]:
    yield plain + b"  bad: [" + CANARY.encode()
    yield plain + b"a: " + CANARY.encode()
    yield plain + b"\xff" + CANARY.encode()
    yield plain + b"sops: " + CANARY.encode()
    yield plain + b"x: *" + CANARY.encode()
    yield plain + b"x: &" + CANARY.encode() + b" [*" + CANARY.encode() + b"]\n"
    yield plain + b"x: !!int " + CANARY.encode()
    yield plain + b"x: !!binary " + CANARY.encode()
    yield plain + b"? [" + CANARY.encode() + b"]\n: 1\n"
    yield CANARY.encode()


def test_a_layer_is_plain_data_and_the_places_of_its_secrets() -> None:
    layer = open_layer(
        make(b"schemaVersion_unencrypted: 1\na: x\nl: [1, 2.5, true, null, '']\nt: 2020-01-01\n"),
        "f.yaml",
        keys("alice"),
    )
    assert layer.patch == {
        "schemaVersion_unencrypted": 1,
        "a": "x",
        "l": [1, 2.5, True, None, ""],
        "t": "2020-01-01T00:00:00Z",
    }
    assert layer.sealed == {("a",), ("l", 0), ("l", 1), ("l", 2), ("t",)}


def test_a_file_with_keys_of_another_kind_is_not_rekeyed() -> None:
    found = opened(look(make() + b"    pgp:\n        - fp: ABCD\n          enc: x\n", "f.yaml"), keys("alice"))
    with pytest.raises(CannotSeal, match="only sops can use: pgp ABCD"):
        rotated(found, Sharing(((ALICE,),)), os.urandom, NOW)


def test_a_layout_that_cannot_be_sealed_is_refused_as_such() -> None:
    with pytest.raises(CannotSeal, match="its layout does not allow it"):
        make(b"? " + b"k" * 2000 + b"\n: 1\n")


@pytest.mark.parametrize("name", ["version-missing", "version-garbage"])
def test_a_rotation_mends_the_version(name: str, tmp_path: Path) -> None:
    data = cases("negative")[name].data("encrypted")
    found = opened(look(data, "f.yaml"), keys("alice"))
    assert found.doubts
    mended = rotated(found, Sharing(((ALICE,),)), os.urandom, NOW)
    assert not opened(look(mended, "f.yaml"), keys("alice")).doubts
    assert decrypted(mended, "yaml", tmp_path) == plain_text(found)


def test_a_binary_file_without_its_data_cannot_be_edited() -> None:
    data = make(b"", file="f.bin").replace(b'"data"', b'"date"')
    found = opened(look(data, "f.bin"), keys("alice"))
    with pytest.raises(CannotSeal, match="no data to be edited"):
        resealed(found, b"x", os.urandom, NOW)
