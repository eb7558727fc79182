"""`secrets updatekeys` and `revoke`: who can open what, brought in line with `.sops.yaml`; judged by sops."""

import os
import pty
import shlex
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from conftest import Builder, Lamina
from running import COMMAND, run_program, surroundings
from sealing import Person, sealed_for
from sops_program import sops
from thought.sealed.golden_files import GOLDEN, cases

from lamina.thought.sealed.opening import look

ANN, BOB, CAT = Person(), Person(), Person()
CANARY = "hunter2"
TEXT = "user: admin   # who\npassword: hunter2\nempty: ''\nlist: [hunter2, x]\n"
FILE, OTHER = "environments/prod/app.sops.yaml", "environments/dev/app.sops.yaml"
SSH = (GOLDEN / "_keys/ssh_ed25519.pub").read_text().strip()


def rule(*people: Person, more: str = "", path: str = ".") -> str:
    return f"creation_rules:\n- path_regex: {path}\n  age: {','.join(person.recipient for person in people)}\n{more}"


def grouped(*groups: tuple[Person, ...], threshold: int = 0) -> str:
    lines = ["creation_rules:", "- path_regex: .", "  key_groups:"]
    for group in groups:
        lines += ["  - age:", *(f"    - {person.recipient}" for person in group)]
    return "\n".join([*lines, *([f"  shamir_threshold: {threshold}"] if threshold else [])]) + "\n"


@pytest.fixture
def root(repository: Builder) -> Path:
    files: dict[str, str | bytes] = {
        FILE: sealed_for(ANN, BOB, text=TEXT),
        OTHER: sealed_for(ANN, text=TEXT),
        ".sops.yaml": rule(ANN),
        "README.md": "lastmodified: sops: x\n",
        "docs/page.yaml": "text: |\n  sops:\n    lastmodified: x\n",
    }
    return repository(files)


def held(root: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}


def up_to_date(root: Path, file: str, person: Person = ANN) -> bool:
    said = sops("updatekeys", "-y", file, cwd=root, home=root, env=person.env)
    assert said.status == 0, said.err
    return "already up to date" in said.err


def opens(root: Path, file: str, *people: Person) -> bool:
    keys = {"SOPS_AGE_KEY": "\n".join(person.secret for person in people)}
    said = sops("decrypt", file, cwd=root, home=root, env=keys)
    assert said.status != 0 or CANARY in said.out
    return said.status == 0


def parts(data: bytes, file: str = FILE) -> list[bytes]:
    """What updatekeys leaves alone: all but the wrapped keys."""
    return [line for line in data.splitlines() if b"ENC[" in line or b"lastmodified" in line or b":" not in line[:40]]


def test_a_check_shows_the_differences_and_needs_no_key(root: Path, lamina: Lamina) -> None:
    before = held(root)
    done = lamina("secrets", "updatekeys", "--check", cwd=root)
    assert (done.code, done.out, done.err) == (1, f"{FILE}\n  - {BOB.recipient}\n", "")
    (root / ".sops.yaml").write_text(rule(ANN, CAT))
    done = lamina("secrets", "updatekeys", "--check", OTHER, cwd=root)
    assert (done.code, done.out) == (1, f"{OTHER}\n  + {CAT.recipient}\n")
    (root / ".sops.yaml").write_text(rule(BOB, ANN))
    done = lamina("secrets", "updatekeys", "--check", "environments/prod", cwd=root)
    assert (done.code, done.out, done.err) == (0, "", "lamina: 1 sealed file has the recipients of its rule\n")
    del before[root / ".sops.yaml"]
    assert before.items() <= held(root).items()


def test_the_recipients_become_those_of_the_rule_and_nothing_else_changes(root: Path, lamina: Lamina) -> None:
    (root / ".sops.yaml").write_text(rule(ANN, CAT))
    before = {file: (root / file).read_bytes() for file in (FILE, OTHER)}
    done = lamina("secrets", "updatekeys", "--yes", cwd=root, env=ANN.env)
    assert done.code == 0
    assert done.out == f"{OTHER}\n  + {CAT.recipient}\n{FILE}\n  + {CAT.recipient}\n  - {BOB.recipient}\n"
    assert f"{BOB.recipient} leaves, but knows the data keys, which stay: lamina secrets revoke" in done.err
    assert "lamina: 2 files written\n" in done.err
    assert f"who left can still open git history: change the values, and lamina secrets rotate {FILE}\n" in done.err
    for file in (FILE, OTHER):
        assert parts(before[file].partition(b"sops:")[0]) == parts((root / file).read_bytes().partition(b"sops:")[0])
        old, new = look(before[file], file).metadata, look((root / file).read_bytes(), file).metadata
        assert (old.mac, old.last_modified, old.rule) == (new.mac, new.last_modified, new.rule)
        assert up_to_date(root, file)
        assert [opens(root, file, person) for person in (ANN, BOB, CAT)] == [True, False, True]
    again = lamina("secrets", "updatekeys", "--yes", cwd=root)
    assert (again.code, again.err) == (0, "lamina: 2 sealed files have the recipients of their rules\n")


@pytest.mark.parametrize("name", ["updatekeys-remove", "updatekeys-selection-changed", "updatekeys-order-only",
                                  "updatekeys-noop"])  # fmt: skip
def test_it_does_to_files_of_sops_what_sops_does(name: str, repository: Builder, lamina: Lamina) -> None:
    case = cases("ops")[name]
    wanted = look(case.data("after"), FILE).metadata
    text = f"creation_rules:\n- age: {','.join(wanted.recipients)}\n"
    root = repository({FILE: case.data("before"), ".sops.yaml": text, "environments/x": ""})
    env = {"SOPS_AGE_KEY_FILE": str(GOLDEN / "_keys/alice.txt")}
    assert lamina("secrets", "updatekeys", "--yes", cwd=root, env=env).code == 0
    after = (root / FILE).read_bytes()
    assert [line for line in after.splitlines() if b"ENC[" in line or b"lastmodified" in line] == [
        line for line in case.data("after").splitlines() if b"ENC[" in line or b"lastmodified" in line
    ]
    assert look(after, FILE).metadata.recipients == wanted.recipients
    assert (after == case.data("before")) is not case.meta["file_changed"]


def test_key_groups_and_their_threshold_are_the_rules(root: Path, lamina: Lamina) -> None:
    (root / ".sops.yaml").write_text(grouped((ANN,), (BOB,), (CAT,), threshold=2))
    done = lamina("secrets", "updatekeys", "--yes", FILE, cwd=root, env=ANN.env)
    assert done.code == 0
    assert done.out == (
        f"{FILE}\n  group 1: - {BOB.recipient}\n  group 2: + {BOB.recipient}\n  group 3: + {CAT.recipient}\n"
        "  opened by one group -> 2 of 3 groups\n"
    )
    assert [opens(root, FILE, *people) for people in ((ANN,), (ANN, CAT), (BOB, CAT))] == [False, True, True]
    assert "shamir_threshold: 2" in (root / FILE).read_text()
    (root / ".sops.yaml").write_text(grouped((ANN,), (BOB,), (CAT,)))
    both = {"SOPS_AGE_KEY": f"{ANN.secret}\n{CAT.secret}"}
    done = lamina("secrets", "updatekeys", "--yes", FILE, cwd=root, env=both)
    assert (done.code, done.out) == (0, f"{FILE}\n  opened by 2 of 3 groups -> 3 of 3 groups\n")
    assert [opens(root, FILE, *people) for people in ((ANN, CAT), (ANN, BOB, CAT))] == [False, True]
    (root / ".sops.yaml").write_text(rule(CAT))
    every = {"SOPS_AGE_KEY": f"{ANN.secret}\n{CAT.secret}\n{BOB.secret}"}
    assert lamina("secrets", "updatekeys", "--yes", FILE, cwd=root, env=every).code == 0
    assert opens(root, FILE, CAT)
    assert up_to_date(root, FILE, CAT)
    assert "key_groups" not in (root / FILE).read_text()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.sops.json", '{"password": "hunter2", "n": 1}'),
        ("a.env", "PASSWORD=hunter2\n"),
        ("a.ini", "[db]\npassword = hunter2\n"),
        ("a.bin", "hunter2\n"),
        ("a.yaml", "a: hunter2\n---\nb: x\n"),
    ],
)
def test_every_format(name: str, text: str, root: Path, lamina: Lamina) -> None:
    (root / "conf").mkdir()
    file = f"conf/{name}"
    (root / file).write_bytes(sealed_for(ANN, BOB, text=text, file=name))
    for rules, people in (
        (rule(ANN, CAT), ((CAT,),)),
        (grouped((ANN, BOB), (CAT,), (BOB,), threshold=2), ((ANN, CAT), (BOB,))),
        (grouped((ANN,), (CAT,)), ((ANN, CAT),)),
        (rule(BOB), ((BOB,),)),
    ):
        (root / ".sops.yaml").write_text(rules)
        every = {"SOPS_AGE_KEY": f"{ANN.secret}\n{CAT.secret}\n{BOB.secret}"}
        assert lamina("secrets", "updatekeys", "--yes", "conf", cwd=root, env=every).code == 0
        assert all(opens(root, file, *some) for some in people)
        assert lamina("secrets", "updatekeys", "--check", "conf", cwd=root).code == 0


def test_nobody_to_ask_is_misuse(root: Path, lamina: Lamina) -> None:
    before = held(root)
    done = lamina("secrets", "updatekeys", cwd=root, env=ANN.env, apart=True)
    assert done.code == 2
    assert "1 file would be written, and there is no terminal to ask on" in done.err
    assert "--yes writes without asking" in done.err
    closed = run_program("sh", "-c", f"{shlex.join(COMMAND)} secrets updatekeys <&-", cwd=root, env=ANN.env)
    assert (closed.code, "no terminal to ask on" in closed.err) == (2, True)
    assert held(root) == before


@pytest.mark.parametrize(("answer", "status"), [("y\n", 0), ("n\n", 1), ("\n", 1), ("\x04", 130)])
def test_the_user_is_asked_first(answer: str, status: int, root: Path) -> None:
    before = held(root)
    done, said = at_terminal(answer, "updatekeys", cwd=root, env=ANN.env)
    assert f"  - {BOB.recipient}" in said
    assert "Seal 1 file for other recipients? [y/N]:" in said
    assert done == status
    assert (held(root) == before) is (status != 0)
    assert ("nothing was written" in said) is (status == 1)


def at_terminal(answer: str, *words: str, cwd: Path, env: Mapping[str, str]) -> tuple[int, str]:
    """`lamina secrets WORDS...` at a terminal, where somebody types an answer: the exit status and what was shown."""
    leader, follower = pty.openpty()
    program = subprocess.Popen(
        [*COMMAND, "secrets", *words], cwd=cwd, env=surroundings(env), stdin=follower, stdout=follower, stderr=follower
    )
    os.close(follower)
    said = b""
    typed = False
    while True:
        try:
            part = os.read(leader, 4096)
        except OSError:
            break
        if not part:
            break
        said += part
        if b"[y/N]:" in said and not typed:
            typed = True
            os.write(leader, answer.encode())
    os.close(leader)
    return program.wait(), said.decode()


def test_a_file_without_a_rule_is_named_and_the_others_are_compared(root: Path, lamina: Lamina) -> None:
    (root / ".sops.yaml").write_text(rule(ANN, path="^environments/prod/"))
    before = held(root)
    done = lamina("secrets", "updatekeys", "--check", cwd=root)
    assert (done.code, done.out) == (1, f"{FILE}\n  - {BOB.recipient}\n")
    assert f"no creation rule matches {OTHER}" in done.err
    done = lamina("secrets", "updatekeys", "--yes", cwd=root, env=ANN.env)
    assert done.code == 1
    assert done.err.endswith("lamina: nothing was written\n")
    assert held(root) == before
    assert lamina("secrets", "updatekeys", "--yes", "environments/prod", cwd=root, env=ANN.env).code == 0


BAD_RULES = {
    "none": (None, f"no .sops.yaml stands above {FILE}"),
    "empty": ("", "there are no creation rules"),
    "not YAML": ("{", ".sops.yaml:1:"),
    "two selections": (rule(ANN, more="  encrypted_regex: x\n  unencrypted_regex: y\n"), "has encrypted_regex too"),
    "a bad pattern": (rule(ANN, more="  encrypted_regex: (?=x)\n"), "no pattern that RE2"),
    "a private key": (rule(ANN) + f"- age: {BOB.secret}\n", "a private key stands here in place of a recipient"),
    "no recipient": ("creation_rules:\n- path_regex: .\n", "names nobody to seal it for"),
    "a word": ("creation_rules:\n- age: hunter2\n", "this is no recipient"),
    "a PGP key": (rule(ANN, more="  pgp: ABCDEF\n"), "names what lamina does not seal for: pgp ABCDEF"),
    "a bad threshold": (grouped((ANN,), (BOB,), threshold=5), "shamir_threshold is from 2"),
}


@pytest.mark.parametrize("command", ["updatekeys", "reseal"])
@pytest.mark.parametrize(("rules", "message"), BAD_RULES.values(), ids=BAD_RULES)
def test_rules_that_say_nothing_sound(
    rules: str | None, message: str, command: str, root: Path, lamina: Lamina
) -> None:
    (root / ".sops.yaml").unlink()
    if rules is not None:
        (root / ".sops.yaml").write_text(rules)
    before = held(root)
    for words in (["--check"], ["--yes"]):
        if rules is not None and BOB.secret in rules:
            (root / ".sops.yaml").write_text(f"creation_rules:\n- age: {BOB.secret}\n")
            before = held(root)
        done = lamina("secrets", command, *words, cwd=root, env=ANN.env)
        assert done.code == 1
        assert message in done.err
        assert BOB.secret not in done.err + done.out
        assert CANARY not in done.err + done.out
    assert held(root) == before


def test_a_private_key_as_a_label_is_not_repeated(root: Path, lamina: Lamina) -> None:
    (root / FILE).write_text((root / FILE).read_text().replace(BOB.recipient, BOB.secret))
    for words in (["updatekeys", "--check"], ["updatekeys", "--yes"], ["revoke", "--check", CAT.recipient]):
        done = lamina("secrets", *words, cwd=root, env=ANN.env)
        assert BOB.secret not in done.out + done.err
    assert (root / FILE).read_text().count(BOB.secret) == 0


def test_a_wrong_key_leaves_everything_as_it_was(root: Path, lamina: Lamina) -> None:
    (root / ".sops.yaml").write_text(rule(ANN, CAT))
    before = held(root)
    done = lamina("secrets", "updatekeys", "--yes", cwd=root, env=BOB.env)
    assert done.code == 3
    assert "1 of 2 files cannot be rewritten, so nothing was written" in done.err
    assert f"{OTHER}: none of the 1 keys at hand opens it" in done.err
    assert held(root) == before
    assert lamina("secrets", "updatekeys", "--yes", cwd=root).code == 3


def test_from_a_folder_below_all_of_the_repository_is_meant(root: Path, lamina: Lamina) -> None:
    done = lamina("secrets", "updatekeys", "--check", cwd=root / "environments/dev")
    assert (done.code, done.out) == (1, f"{FILE}\n  - {BOB.recipient}\n")
    done = lamina("-C", str(root), "secrets", "updatekeys", "--check", FILE, cwd=root / "docs")
    assert (done.code, done.out) == (1, f"{FILE}\n  - {BOB.recipient}\n")


def test_outside_a_repository_the_folder_is_meant(tmp_path: Path, lamina: Lamina) -> None:
    (tmp_path / "a.yaml").write_bytes(sealed_for(ANN, BOB, text=TEXT))
    (tmp_path / ".sops.yaml").write_text(rule(ANN))
    done = lamina("secrets", "updatekeys", "--check", cwd=tmp_path)
    assert (done.code, done.out) == (1, f"a.yaml\n  - {BOB.recipient}\n")
    (tmp_path / "a.yaml").unlink()
    done = lamina("secrets", "updatekeys", "--yes", cwd=tmp_path)
    assert (done.code, done.err) == (0, "lamina: no sealed files are there\n")


def test_revoking_rotates_every_file_that_the_recipient_could_open(root: Path, lamina: Lamina) -> None:
    before = held(root)
    done = lamina("secrets", "revoke", BOB.recipient, "--yes", cwd=root, env=ANN.env)
    assert done.code == 0
    assert done.out.splitlines() == [f"{FILE}: {path}" for path in ("user", "password", "list[0]", "list[1]")]
    assert "1 file written, each with a new data key; 1 not sealed for it" in done.err
    assert "git history still opens with the old keys: change the values that are listed" in done.err
    assert (root / OTHER).read_bytes() == before[root / OTHER]
    assert [opens(root, FILE, person) for person in (ANN, BOB)] == [True, False]
    assert up_to_date(root, FILE)
    tokens = [line for line in before[root / FILE].splitlines() if b"ENC[" in line]
    assert not [line for line in (root / FILE).read_bytes().splitlines() if line in tokens]
    again = lamina("secrets", "revoke", BOB.recipient, "--yes", cwd=root, env=ANN.env)
    assert again.code == 3
    assert "none of the 2 sealed files is sealed for it" in again.err
    assert lamina("secrets", "revoke", BOB.recipient, "--check", cwd=root).code == 0


def test_what_a_revocation_would_do_is_shown_without_a_key(root: Path, lamina: Lamina) -> None:
    before = held(root)
    done = lamina("secrets", "revoke", BOB.recipient, "--check", cwd=root)
    assert done.code == 1
    assert done.out.splitlines()[0] == f"{FILE}: user"
    assert f"{BOB.recipient} can open 1 file of 2" in done.err
    asked = lamina("secrets", "revoke", BOB.recipient, cwd=root, env=ANN.env, apart=True)
    assert (asked.code, "no terminal to ask on" in asked.err) == (2, True)
    assert held(root) == before


def test_an_ssh_key_is_known_without_its_comment(root: Path, lamina: Lamina) -> None:
    (root / FILE).write_bytes((root / FILE).read_bytes())
    rules = f"creation_rules:\n- age: '{ANN.recipient},{SSH}'\n"
    (root / ".sops.yaml").write_text(rules)
    assert lamina("secrets", "updatekeys", "--yes", cwd=root, env=ANN.env).code == 0
    kind, key, *_ = SSH.split()
    done = lamina("secrets", "revoke", f"{kind} {key} somebody@else\n", "--yes", cwd=root, env=ANN.env)
    assert done.code == 1
    assert f"creation rules still name {kind} {key} somebody@else" in done.err
    assert "\nlamina:   .sops.yaml:2:3\n" in done.err
    (root / ".sops.yaml").write_text(rule(ANN))
    assert lamina("secrets", "revoke", f"{kind} {key}", "--yes", cwd=root, env=ANN.env).code == 0
    assert kind not in (root / FILE).read_text() + (root / OTHER).read_text()
    assert opens(root, FILE, ANN)


def test_a_rule_that_still_names_the_recipient_stops_a_revocation(root: Path, lamina: Lamina) -> None:
    (root / ".sops.yaml").write_text(f"{rule(ANN)}- path_regex: never\n  age: {BOB.recipient}\n")
    before = held(root)
    for words in (["--yes"], ["--check"]):
        done = lamina("secrets", "revoke", BOB.recipient, *words, cwd=root, env=ANN.env)
        assert done.code == 1
        assert "creation rules still name" in done.err
        assert ".sops.yaml:4:3" in done.err
    (root / ".sops.yaml").write_text("{")
    assert lamina("secrets", "revoke", BOB.recipient, "--yes", cwd=root, env=ANN.env).code == 1
    del before[root / ".sops.yaml"]
    assert before.items() <= held(root).items()


def test_nobody_is_revoked_who_is_the_last(root: Path, lamina: Lamina) -> None:
    (root / ".sops.yaml").write_text(rule(CAT))
    before = held(root)
    done = lamina("secrets", "revoke", ANN.recipient, "--yes", cwd=root, env=ANN.env)
    assert done.code == 1
    assert f"{OTHER}: nobody would be left to open it" in done.err
    assert held(root) == before


def test_no_key_group_is_left_empty(root: Path, lamina: Lamina) -> None:
    (root / ".sops.yaml").write_text(grouped((ANN, BOB), (BOB, CAT), (BOB,), threshold=2))
    assert lamina("secrets", "updatekeys", "--yes", FILE, cwd=root, env=ANN.env).code == 0
    (root / ".sops.yaml").write_text(grouped((ANN,), (CAT,)))
    before = held(root)
    both = {"SOPS_AGE_KEY": f"{ANN.secret}\n{CAT.secret}"}
    done = lamina("secrets", "revoke", BOB.recipient, "--yes", FILE, cwd=root, env=both)
    assert done.code == 1
    assert "nobody would be left in key group 3" in done.err
    assert held(root) == before
    done = lamina("secrets", "revoke", ANN.recipient, "--yes", FILE, cwd=root, env=both)
    assert "creation rules still name" in done.err


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (ANN.secret, "a private key stands where a recipient belongs"),
        (f"# public key: {ANN.recipient}\n{ANN.secret}\n", "a private key stands where a recipient belongs"),
        ("hunter2", "this is no recipient"),
        ("", "this is no recipient"),
    ],
    ids=["a private key", "a key file", "a word", "nothing"],
)
def test_revoking_what_is_no_recipient(text: str, message: str, root: Path, lamina: Lamina) -> None:
    done = lamina("secrets", "revoke", text, "--yes", cwd=root, env=ANN.env)
    assert (done.code, done.out) == (2, "")
    assert message in done.err
    assert CANARY not in done.err
    assert "AGE-SECRET" not in done.err


def test_a_conflict_in_one_file_stops_everything(root: Path, lamina: Lamina) -> None:
    text = (root / OTHER).read_text()
    (root / OTHER).write_text(f"<<<<<<< HEAD\n{text}=======\n{text}>>>>>>> other\n")
    before = held(root)
    for words in (
        ["updatekeys", "--yes"],
        ["updatekeys", "--check"],
        ["revoke", BOB.recipient, "--yes"],
        ["reseal", "-y"],
    ):
        done = lamina("secrets", *words, cwd=root, env=ANN.env)
        assert done.code == 1
        assert f"{OTHER}:" in done.err
    assert held(root) == before
