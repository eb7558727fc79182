"""The signs of a hand edit, of a copy and of a wrong name, each made on the spot."""

import os
from binascii import a2b_base64, b2a_base64
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pyrage
import pytest
from sealing import NOW, Person
from thought.sealed.golden_files import GOLDEN

from lamina.thought.sealed.inspecting import inspected, looks_sealed
from lamina.thought.sealed.keys import Sharing
from lamina.thought.sealed.opening import look
from lamina.thought.sealed.sealing import Recipe, sealed
from lamina.thought.sealed.selection import DEFAULT, Rule
from lamina.words.finding import Finding

ADA, BOB, CLEO = Person(), Person(), Person()
SSH = (GOLDEN / "_keys" / "ssh_ed25519.pub").read_text().strip()
RSA = (GOLDEN / "_keys" / "ssh_rsa.pub").read_text().strip()
PLAIN = "# about\na: hunter2\nb: other\nn: 7\nlist:\n  - hunter2\n  - hunter2\nopen_unencrypted: seen\n"


def made(*people: str, text: str = PLAIN, file: str = "f.yaml", rule: Rule = DEFAULT, only: bool = False) -> str:
    recipe = Recipe(Sharing((people or (ADA.recipient, BOB.recipient),)), rule, only)
    return sealed(text.encode(), file, recipe, os.urandom, NOW).decode()


def found(text: str, file: str = "f.yaml", now: datetime = NOW) -> list[Finding]:
    findings = inspected(text.encode("utf-8", "surrogateescape"), file, now).findings
    assert not any("hunter2" in f"{one.message}{one.fix}" for one in findings)
    return [one for one in findings if one.rule != "outside-mac"]


def rules(text: str, file: str = "f.yaml") -> list[tuple[str, int]]:
    return [(one.rule, one.position.line) for one in found(text, file)]


def line(text: str, start: str) -> str:
    return next(one for one in text.split("\n") if one.startswith(start))


def enc(text: str, start: str) -> str:
    return line(text, start).partition(": ")[2]


def wraps(text: str) -> list[str]:
    """The wrapped keys of a YAML file as they stand there."""
    parts = text.split("          enc: |\n")[1:]
    return [
        part.partition("-----END AGE ENCRYPTED FILE-----")[0] + "-----END AGE ENCRYPTED FILE-----" for part in parts
    ]


def block(armored: str) -> str:
    return "\n".join(f"            {one}" for one in armored.strip().splitlines())


def test_a_sound_file() -> None:
    assert found(made()) == []
    assert found(made(SSH, RSA, ADA.recipient)) == []


EDITS: dict[str, tuple[Callable[[str], str], str, int]] = {
    "a plain value": (lambda t: t.replace(enc(t, "a:"), "hunter2"), "plain-value", 2),
    "a plain number": (lambda t: t.replace(enc(t, "n:"), "7"), "plain-value", 4),
    "sealed where it is not": (lambda t: t.replace("seen", enc(t, "a:")), "stray-ciphertext", 8),
    "copied to another key": (lambda t: t.replace(enc(t, "b:"), enc(t, "a:")), "copied-ciphertext", 3),
    "the IV of another": (
        lambda t: t.replace(enc(t, "b:").partition("iv:")[2][:44], enc(t, "a:").partition("iv:")[2][:44]),
        "repeated-iv",
        3,
    ),
    "a boolean of many bytes": (lambda t: t.replace("type:str]\nb", "type:bool]\nb"), "bad-ciphertext", 2),
    "a comment as a value": (lambda t: t.replace("type:str]\nb", "type:comment]\nb"), "bad-ciphertext", 2),
    "a value as a comment": (lambda t: t.replace("type:comment]", "type:str]"), "closed-comment", 1),
    "a plain comment": (lambda t: t.replace("\nb:", "\n# hunter2\nb:"), "plain-comment", 3),
    "no MAC": (lambda t: t.replace(line(t, "    mac:") + "\n", ""), "no-mac", 9),
    "a private key": (lambda t: t.replace("seen", ADA.secret), "exposed-private-key", 8),
    "a private key as a name": (lambda t: t.replace(ADA.recipient, ADA.secret), "exposed-private-key", 11),
    "a name that is none": (lambda t: t.replace(ADA.recipient, "ada"), "bad-recipient", 11),
    "no name": (lambda t: t.replace(ADA.recipient, '""'), "bad-recipient", 10),
    "a name twice": (lambda t: t.replace(ADA.recipient, BOB.recipient), "repeated-recipient", 0),
    "an SSH name": (lambda t: t.replace(ADA.recipient, SSH), "wrong-recipient", 11),
    "a key twice": (lambda t: t.replace(wraps(t)[1], wraps(t)[0]), "copied-key", 0),
    "a threshold of words": (
        lambda t: t.replace("    mac:", "    shamir_threshold: many\n    mac:"),
        "bad-threshold",
        0,
    ),
    "a threshold of one group": (
        lambda t: t.replace("    mac:", "    shamir_threshold: 2\n    mac:"),
        "bad-threshold",
        0,
    ),
    "nobody": (lambda t: t[: t.index("    age:")] + t[t.index("    lastmodified:") :], "no-recipient", 9),
    "a pattern that is none": (
        lambda t: t.replace("unencrypted_suffix: _unencrypted", "unencrypted_regex: '('"),
        "bad-pattern",
        0,
    ),
    "marks of a merge": (lambda t: "<<<<<<< ours\n" + t + "=======\n>>>>>>> theirs\n", "merge-conflict", 1),
    "a key twice in the map": (lambda t: t.replace("\nb:", "\na:"), "unsound-file", 3),
    "metadata that is no map": (lambda t: t[: t.index("sops:")] + "sops: 1\n", "unsound-file", 9),
}


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_by_hand_is_seen(name: str) -> None:
    edit, rule, where = EDITS[name]
    text = made()
    edited = edit(text)
    assert edited != text
    assert rule in [one for one, number in rules(edited) if where in (0, number)]


def test_equal_items_of_a_list_are_no_copies() -> None:
    text = made()
    first, second = (one for one in text.split("\n") if one.startswith("  - ENC["))
    assert found(text.replace(second, first)) == []


def test_a_name_says_for_which_kind_of_key_the_data_key_is_wrapped() -> None:
    text = made(SSH)
    assert rules(text.replace(SSH, ADA.recipient))[0][0] == "wrong-recipient"
    other = f"{SSH.split()[0]} AAAAC3NzaC1lZDI1NTE5AAAAIJ{'B' * 42} mallory"
    assert "wrong-recipient" in [rule for rule, _ in rules(text.replace(SSH, other))]


def test_a_key_that_is_wrapped_for_somebody_unnamed_too() -> None:
    text = made(ADA.recipient)
    both = pyrage.encrypt(b"k" * 32, [pyrage.x25519.Recipient.from_str(p.recipient) for p in (ADA, CLEO)], armored=True)
    assert rules(text.replace(wraps(text)[0], block(both.decode()))) == [("hidden-recipient", 11)]


def test_a_key_that_is_too_short_to_be_one() -> None:
    text = made(ADA.recipient)
    short = pyrage.encrypt(b"k" * 31, [pyrage.x25519.Recipient.from_str(ADA.recipient)], armored=True).decode()
    assert rules(text.replace(wraps(text)[0], block(short))) == [("bad-wrapped-key", 11)]


def test_shares_of_groups() -> None:
    recipe = Recipe(Sharing(((ADA.recipient,), (BOB.recipient,), (CLEO.recipient,)), 2))
    text = sealed(PLAIN.encode(), "f.yaml", recipe, os.urandom, NOW).decode()
    assert found(text) == []
    [one] = found(text.replace("shamir_threshold: 2", "shamir_threshold: 4"))
    assert (one.rule, one.position.line) == ("bad-threshold", 10)


def test_a_time_to_come_is_a_warning() -> None:
    text = made()
    assert found(text, now=NOW - timedelta(hours=1)) == []
    [one] = found(text, now=NOW - timedelta(days=3))
    assert (one.rule, one.severity) == ("future-lastmodified", "warning")


def test_keys_that_only_sops_uses_are_notes() -> None:
    text = made().replace("    age:", "    pgp:\n        - fp: ABCDEF\n          enc: x\n    age:")
    [one] = found(text)
    assert (one.rule, one.severity, one.position.line) == ("unsupported-key", "note", 10)
    [one] = found(made(ADA.recipient).replace(ADA.recipient, "age1yubikey1qwerty"))
    assert (one.rule, one.severity) == ("unsupported-key", "note")


@pytest.mark.parametrize("file", ["f.json", "f.env", "f.ini", "f.bin"])
def test_other_formats(file: str) -> None:
    plain = {"f.json": '{"a": "hunter2", "b": "x"}', "f.env": "a=hunter2\nb=x\n", "f.ini": "[s]\na = hunter2\nb = x\n"}
    text = made(text=plain.get(file, "hunter2\n"), file=file)
    assert looks_sealed(text.encode(), file)
    assert found(text, file) == []
    token = text[text.index("ENC[") : text.index("type:str]") + 9]
    cut = text.replace(token, token[:30], 1)
    assert [rule for rule, _ in rules(cut, file)] == ["bad-ciphertext"]
    assert [rule for rule, _ in rules(text.replace(ADA.recipient, "ada"), file)] == ["bad-recipient"]
    version = {"f.json": '"version": "3.11.0"', "f.bin": '"version": "3.11.0"'}.get(file, "3.11.0")
    assert "odd-metadata" in [rule for rule, _ in rules(text.replace(version, version.replace("3.11.0", "x")), file)]


def test_what_the_mac_does_not_cover() -> None:
    def note(text: str, **given: bool) -> str:
        findings = inspected(made(text=text, **given).encode(), "f.yaml", NOW).findings  # type: ignore[arg-type]
        assert [one.severity for one in findings] in ([], ["note"])
        return "".join(one.message for one in findings)

    assert note("a: x\nschemaVersion: 1\n".replace("schemaVersion: 1\n", "")) == ""
    assert "2 plain values (mac_only_encrypted)" in note("a: x\nb_unencrypted: 1\nc_unencrypted: 2\n", only=True)
    assert "the keys and types of 1 plain value:" in note("a: x\nb_unencrypted: 1\n")
    assert "2 nulls and empty texts, 1 empty map or list:" in note("a: x\nb:\nc: ''\nd: {}\n")


def test_the_version_of_a_layer_is_no_note() -> None:
    text = made(text="schemaVersion: 1\na: x\n", rule=Rule("unencrypted_regex", "^schemaVersion$"))
    assert inspected(text.encode(), "f.yaml", NOW).findings == ()


@pytest.mark.parametrize(
    ("data", "file"),
    [
        (b"sops: is a tool\n", "f.yaml"),
        (b"# ENC[AES256_GCM,data:x]\na: 1\n", "f.yaml"),
        (b"Write `sops:` and `ENC[AES256_GCM,data:...]`\n", "README.md"),
        (b'{"sops": "3.11"}', "f.json"),
        (b"import sops\nx = 'ENC[AES256_GCM,'\n", "f.py"),
        (b"a=sops_mac\n", "f.env"),
        (b"", "f.yaml"),
    ],
)
def test_what_speaks_of_sops_is_no_sealed_file(data: bytes, file: str) -> None:
    assert not looks_sealed(data, file)


def test_what_was_once_sealed_still_looks_so() -> None:
    text = made()
    assert looks_sealed(text[: text.index("sops:")].encode(), "f.yaml")
    assert looks_sealed(text[text.index("sops:") :].encode(), "f.yaml")
    assert look(text.encode(), "f.yaml").metadata.recipients == (ADA.recipient, BOB.recipient)


@pytest.mark.parametrize("file", ["f.yaml", "f.json", "f.env", "f.ini", "f.bin"])
def test_no_cut_and_no_flip_makes_it_fail(file: str) -> None:
    plain = {"f.json": '{"a": "hunter2"}', "f.env": "a=hunter2\n", "f.ini": "[s]\na = hunter2\n", "f.bin": "hunter2"}
    data = made(ADA.recipient, text=plain.get(file, PLAIN), file=file).encode()
    for at in range(0, len(data), 7):
        inspected(data[:at], file, NOW)
        inspected(data[:at] + bytes([data[at] ^ 0x11]) + data[at + 1 :], file, NOW)


def test_an_armor_without_its_body() -> None:
    text = made(ADA.recipient)
    body = "".join(one.strip() for one in wraps(text)[0].splitlines()[1:-1])
    changed = b2a_base64(a2b_base64(body).replace(b"X25519", b"X25510"), newline=False).decode()
    lines = "\n".join(["-----BEGIN AGE ENCRYPTED FILE-----", changed, "-----END AGE ENCRYPTED FILE-----"])
    assert rules(text.replace(wraps(text)[0], block(lines))) == [("wrong-recipient", 11)]


@pytest.mark.parametrize(
    ("data", "file"),
    [
        (b"<<<<<<< " * 200_000 + b"\n<<<<<<< \n" * 100_000, "f.yaml"),
        (b"sops: ENC[" + b"\n" * 2_000_000, "f.ini"),
        (b"{" * 1_000_000 + b"sops", "f.bin"),
        (b'{"sops": {"age": [' + b'{"recipient": "age1x", "enc": "y"},' * 20_000 + b'{"recipient": ""}]}}', "f.json"),
        (b"a: ENC[\n" * 100_000 + b"sops", "f.yaml"),
    ],
)
def test_hostile_files_take_no_time(data: bytes, file: str) -> None:
    looks_sealed(data, file)
    inspected(data, file, NOW)


def test_now_is_only_compared(tmp_path: object) -> None:
    assert inspected(made().encode(), "f.yaml", datetime(1990, 1, 1, tzinfo=UTC)).sound
