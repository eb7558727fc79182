"""`secrets reseal`: files follow a rule that selects other values; what becomes plain text is named, and never what it says."""

from pathlib import Path

import pytest
from conftest import Builder, Lamina
from sealing import Person, sealed_for
from sops_program import sops

from lamina.thought.sealed.opening import look
from lamina.thought.sealed.selection import Rule

ANN, BOB = Person(), Person()
CANARY = "hunter2"
TEXT = """
    # about the database
    db:
      user: admin-name   # seal nothing
      password: hunter2
    list: [hunter2, x]
    empty: ''
"""
FILE, OTHER = "environments/prod/app.sops.yaml", "environments/dev/app.sops.yaml"
ONLY_PASSWORDS = Rule("encrypted_regex", "^password$")


def rules(more: str = "", *people: Person) -> str:
    return f"creation_rules:\n- age: {','.join(person.recipient for person in people or (ANN,))}\n{more}"


@pytest.fixture
def root(repository: Builder) -> Path:
    files: dict[str, str | bytes] = {
        FILE: sealed_for(ANN, text=TEXT),
        OTHER: sealed_for(ANN, text=TEXT, rule=ONLY_PASSWORDS),
        ".sops.yaml": rules("  encrypted_regex: ^password$\n"),
    }
    return repository(files)


def held(root: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}


def opened(root: Path, file: str, person: Person = ANN) -> str:
    said = sops("decrypt", file, cwd=root, home=root, env=person.env)
    assert said.status == 0, said.err
    return said.out


TURNED = (
    f"{FILE}\n  unencrypted_suffix _unencrypted -> encrypted_regex ^password$\n"
    "  BECOMES PLAIN TEXT: a comment\n  BECOMES PLAIN TEXT: a comment in db\n  BECOMES PLAIN TEXT: db.user\n"
    "  BECOMES PLAIN TEXT: list[0]\n  BECOMES PLAIN TEXT: list[1]\n"
)


def test_a_check_names_what_would_change_and_needs_no_key(root: Path, lamina: Lamina) -> None:
    before = held(root)
    done = lamina("secrets", "reseal", "--check", cwd=root)
    assert (done.code, done.out, done.err) == (1, TURNED, "")
    done = lamina("secrets", "reseal", "--check", OTHER, cwd=root)
    assert (done.code, done.out, done.err) == (0, "", "lamina: 1 sealed file is as its rule wants it\n")
    assert held(root) == before


def test_what_the_rule_no_longer_selects_becomes_plain(root: Path, lamina: Lamina) -> None:
    before = (root / FILE).read_text()
    plain = opened(root, FILE)
    done = lamina("secrets", "reseal", "--yes", cwd=root, env=ANN.env)
    assert (done.code, done.out) == (0, TURNED)
    assert (
        done.err
        == "lamina: 5 places will stand in PLAIN TEXT, in the files and in git history\nlamina: 1 file written\n"
    )
    text = (root / FILE).read_text()
    assert "user: admin-name" in text
    assert next(line for line in text.splitlines() if "password" in line) in before
    assert opened(root, FILE) == plain
    assert "    encrypted_regex: ^password$\n    version" in text
    assert lamina("secrets", "reseal", "--check", cwd=root).code == 0


def test_what_the_rule_now_selects_is_sealed(root: Path, lamina: Lamina) -> None:
    (root / ".sops.yaml").write_text(rules("  encrypted_regex: ^(password|list)$\n  mac_only_encrypted: true\n"))
    before = (root / OTHER).read_text()
    plain = opened(root, OTHER)
    done = lamina("secrets", "reseal", OTHER, "--yes", cwd=root, env=ANN.env)
    assert done.code == 0
    assert done.out == (
        f"{OTHER}\n  encrypted_regex ^password$ -> encrypted_regex ^(password|list)$\n"
        "  mac_only_encrypted false -> true\n  becomes sealed: list[0]\n  becomes sealed: list[1]\n"
    )
    assert "PLAIN" not in done.err
    text = (root / OTHER).read_text()
    assert text.splitlines()[:4] == before.splitlines()[:4]
    assert CANARY not in text
    assert opened(root, OTHER) == plain
    assert "    mac_only_encrypted: true\n" in text


def test_recipients_follow_too(root: Path, lamina: Lamina) -> None:
    (root / ".sops.yaml").write_text(rules("  encrypted_regex: ^password$\n", BOB))
    mac = look((root / OTHER).read_bytes(), OTHER).metadata.mac
    done = lamina("secrets", "reseal", "--yes", cwd=root, env=ANN.env)
    assert done.code == 0
    assert f"{OTHER}\n  + {BOB.recipient}\n  - {ANN.recipient}\n{FILE}\n  + {BOB.recipient}" in done.out
    assert "who left can still open git history" in done.err
    for file in (FILE, OTHER):
        assert CANARY in opened(root, file, BOB)
        assert sops("updatekeys", "-y", file, cwd=root, home=root, env=BOB.env).err.count("already up to date") == 1
    assert look((root / OTHER).read_bytes(), OTHER).metadata.mac == mac


def test_sealed_comments_that_choose_are_known_with_a_key_alone(root: Path, lamina: Lamina) -> None:
    (root / ".sops.yaml").write_text(rules("  unencrypted_comment_regex: ^ about\n"))
    done = lamina("secrets", "reseal", "--check", FILE, cwd=root)
    assert done.code == 1
    assert "its comments are sealed, and choose: which values change shows when a key opens it" in done.out
    done = lamina("secrets", "reseal", "--yes", FILE, cwd=root, env=ANN.env)
    assert "  BECOMES PLAIN TEXT: db.user\n  BECOMES PLAIN TEXT: db.password\n" in done.out
    assert "list" not in done.out
    assert CANARY in opened(root, FILE)


@pytest.mark.parametrize(("env", "code"), [({}, 3), (BOB.env, 3)], ids=["no key", "a wrong key"])
def test_without_the_key_nothing_changes(env: dict[str, str], code: int, root: Path, lamina: Lamina) -> None:
    before = held(root)
    done = lamina("secrets", "reseal", "--yes", cwd=root, env=env)
    assert (done.code, done.out) == (code, "")
    assert held(root) == before


def test_nobody_to_ask_is_misuse(root: Path, lamina: Lamina) -> None:
    before = held(root)
    done = lamina("secrets", "reseal", cwd=root, env=ANN.env, apart=True)
    assert (done.code, done.out) == (2, "")
    assert held(root) == before


def test_no_value_is_ever_said(root: Path, lamina: Lamina) -> None:
    for more in ("  encrypted_regex: ^none$\n", "", "  encrypted_comment_regex: seal\n", "  encrypted_regex: (?<=x)\n"):
        (root / ".sops.yaml").write_text(rules(more))
        for words in (["--check"], ["--yes"]):
            done = lamina("secrets", "reseal", *words, cwd=root, env=ANN.env)
            assert CANARY not in done.out + done.err
            assert "admin-name" not in done.out + done.err


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.sops.json", '{"password": "hunter2", "n": 1}'),
        ("a.env", "password=hunter2\nA=b\n"),
        ("a.ini", "[db]\npassword = hunter2\nuser = x\n"),
        ("a.yaml", "password: hunter2\na: b\n---\npassword: hunter2\n"),
    ],
)
def test_every_format(name: str, text: str, root: Path, lamina: Lamina) -> None:
    (root / "conf").mkdir()
    (root / "conf" / name).write_bytes(sealed_for(ANN, text=text, file=name))
    for more in ("  encrypted_regex: ^password$\n", "", "  unencrypted_suffix: word\n  mac_only_encrypted: true\n"):
        (root / ".sops.yaml").write_text(rules(more))
        assert lamina("secrets", "reseal", "--yes", "conf", cwd=root, env=ANN.env).code == 0
        assert CANARY in opened(root, f"conf/{name}")
        assert lamina("secrets", "reseal", "--check", "conf", cwd=root).code == 0
    (root / "conf/x.bin").write_bytes(sealed_for(ANN, text="hunter2", file="x.bin"))
    assert lamina("secrets", "reseal", "--check", "conf", cwd=root).code == 0
