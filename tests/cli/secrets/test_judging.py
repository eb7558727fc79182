"""`lamina secrets check` and `access`: what they print, what they exit with, and that no value shows."""

import json
from pathlib import Path

import pytest
from conftest import Builder, Lamina
from running import Outcome, run_program
from sealing import Person, sealed_for
from sops_program import sops

ROOT = Path(__file__).parents[3]
ADA, BOB, CLEO = Person(), Person(), Person()
RULES = f"creation_rules:\n- path_regex: ^environments/prod/\n  age: {ADA.recipient}\n- {{age: {BOB.recipient}}}\n"
SCHEMA = """
    $schema: https://json-schema.org/draft/2020-12/schema
    type: object
    properties: {password: {type: string, x-secret: true}, note: {type: string}}
"""


@pytest.fixture
def root(repository: Builder) -> Path:
    return repository(
        {
            ".sops.yaml": RULES,
            "schemas/app/v1.schema.yaml": SCHEMA,
            "environments/base/app.yaml": "note: seen\n",
            "environments/prod/app.sops.yaml": sealed_for(ADA, text="password: hunter2\n"),
            "deploy/token.sops.yaml": sealed_for(BOB, text="token: hunter2\n"),
        }
    )


def no_secret(outcome: Outcome) -> Outcome:
    assert "hunter2" not in outcome.out + outcome.err
    assert not any(person.secret in outcome.out + outcome.err for person in (ADA, BOB, CLEO))
    return outcome


def test_this_repository_is_clean(lamina: Lamina) -> None:
    outcome = lamina("secrets", "check", cwd=ROOT)
    assert (outcome.code, outcome.out) == (0, "no findings in 8 sealed files\n")


def test_all_is_well(root: Path, lamina: Lamina) -> None:
    for folder in (root, root / "environments"):
        outcome = lamina("secrets", "check", cwd=folder)
        assert (outcome.code, outcome.out, outcome.err) == (0, "no findings in 2 sealed files\n", "")


def test_findings_in_text(root: Path, lamina: Lamina) -> None:
    file = root / "environments/prod/app.sops.yaml"
    file.write_text("note: hunter2\n" + file.read_text())
    (root / "environments/base/app.yaml").write_text("password: hunter2\n")
    outcome = no_secret(lamina("secrets", "check", cwd=root))
    assert outcome.code == 1
    assert outcome.out.splitlines() == [
        "environments/base/app.yaml:1:11: error: password must be sealed (x-secret), and stands in plain text (in base)"
        " [plain-secret]",
        "  fix: put it into base/app.sops.yaml; once it was committed, make a new secret",
        "environments/prod/app.sops.yaml:1:7: error: note stands in plain text, and by the rule of this file it is"
        " sealed: so the file does not open [plain-value]",
        "  fix: take it out, and put the value in with lamina secrets set; a secret that was committed in plain text is"
        " known",
        "2 errors in 2 sealed files",
    ]


def test_findings_in_json(root: Path, lamina: Lamina) -> None:
    (root / "environments/prod/app.sops.yaml").write_bytes(sealed_for(BOB, text="password: hunter2\n"))
    outcome = no_secret(lamina("secrets", "check", "--format", "json", cwd=root))
    [one] = json.loads(outcome.out)["findings"]
    assert (one["rule"], one["file"], one["line"], one["column"]) == (
        "wrong-recipients",
        "environments/prod/app.sops.yaml",
        3,
        5,
    )
    assert one["related"] == [{"file": ".sops.yaml", "line": 2, "column": 3, "message": "the creation rule"}]
    assert ADA.recipient in one["message"]
    assert BOB.recipient in one["message"]


def test_notes_are_counted_and_shown_when_asked(root: Path, lamina: Lamina) -> None:
    (root / "environments/prod/app.sops.yaml").write_bytes(sealed_for(ADA, text="password: x\nnote: ''\n"))
    outcome = lamina("secrets", "check", cwd=root)
    assert (outcome.code, outcome.out) == (0, "1 note in 2 sealed files (--notes shows the notes)\n")
    outcome = lamina("secrets", "check", "--notes", cwd=root)
    assert "outside-mac" in outcome.out
    assert outcome.out.endswith("\n1 note in 2 sealed files\n")


def test_named_files_and_folders(root: Path, lamina: Lamina) -> None:
    assert lamina("secrets", "check", "deploy", cwd=root).out == "no findings in 1 sealed file\n"
    outcome = lamina("secrets", "check", "prod/app.sops.yaml", cwd=root / "environments")
    assert outcome.out == "no findings in 1 sealed file\n"
    outcome = lamina("-C", "environments", "secrets", "check", "base/app.yaml", cwd=root)
    assert outcome.code == 1
    assert outcome.out.startswith("environments/base/app.yaml:1:1: error: the file is not sealed [not-sealed]\n")
    outcome = lamina("secrets", "check", "nowhere.yaml", cwd=root)
    assert outcome.code == 3
    assert "nowhere.yaml cannot be read" in outcome.err


def test_a_file_that_should_be_sealed(root: Path, lamina: Lamina) -> None:
    (root / "environments/prod/other.sops.yaml").write_text("password: hunter2\n")
    (root / "environments/prod/.hidden.sops.yaml").write_text("password: hunter2\n")
    outcome = no_secret(lamina("secrets", "check", cwd=root))
    assert outcome.code == 1
    assert outcome.out.count("the name says that the file is sealed, and it is not [not-sealed]") == 2


def test_an_opened_copy_that_git_ignores(root: Path, lamina: Lamina) -> None:
    (root / "environments/prod/opened.env").write_text("a=hunter2\n")
    assert "opened.env" in no_secret(lamina("secrets", "check", cwd=root)).out
    assert run_program("git", "init", "--quiet", cwd=root).code == 0
    (root / ".gitignore").write_text("opened.env\n")
    assert "not-sealed" not in lamina("secrets", "check", cwd=root).out
    assert "not-sealed" in lamina("secrets", "check", "environments/prod/opened.env", cwd=root).out


def test_rules_that_are_wrong(root: Path, lamina: Lamina) -> None:
    (root / ".sops.yaml").write_text(f"creation_rules:\n- path_regex: ^deploy/\n  age: {ADA.secret}\n")
    outcome = no_secret(lamina("secrets", "check", cwd=root))
    assert outcome.code == 1
    assert ".sops.yaml:3:8: error: a private key stands here in place of a recipient" in outcome.out
    assert (
        "environments/prod/app.sops.yaml:1:1: error: no creation rule matches environments/prod/app.sops.yaml"
        in outcome.out
    )


def test_outside_a_repository(tmp_path: Path, lamina: Lamina) -> None:
    folder = tmp_path / "folder"
    (folder / "inner").mkdir(parents=True)
    (folder / "inner/.sops.yaml").write_text(f"creation_rules: [{{age: {ADA.recipient}}}]\n")
    (folder / "inner/f.env").write_bytes(sealed_for(BOB, text="a=hunter2\n", file="f.env"))
    (folder / "README.md").write_text("about sops: ENC[AES256_GCM,data:...]\n")
    (folder / "x.sops.json").write_bytes(sealed_for(ADA, text='{"a": "hunter2"}', file="x.sops.json"))
    outcome = no_secret(lamina("secrets", "check", cwd=folder))
    assert outcome.code == 1
    assert "inner/f.env:2:1: error:" in outcome.out
    assert "\n  inner/.sops.yaml:1:18: the creation rule" in outcome.out
    assert outcome.out.endswith("1 error in 2 sealed files\n")
    assert no_secret(lamina("-C", "folder", "secrets", "check", cwd=tmp_path)).out == outcome.out


def test_no_sealed_files(tmp_path: Path, lamina: Lamina) -> None:
    assert lamina("secrets", "check", cwd=tmp_path).out == "no findings in no sealed files\n"
    assert lamina("secrets", "access", cwd=tmp_path).out == "no sealed files\n"


def test_with_a_key_the_mac_is_verified(root: Path, lamina: Lamina) -> None:
    outcome = no_secret(lamina("secrets", "check", "--mac", cwd=root, env=ADA.env))
    assert (outcome.code, outcome.out) == (
        0,
        "1 note in 2 sealed files, 1 of them opened (--notes shows the notes)\n",
    )
    file = root / "environments/prod/app.sops.yaml"
    sealed_files = {line.partition(": ")[0]: line for line in file.read_text().splitlines()}
    token = sealed_files["password"].partition(": ")[2]
    file.write_text(file.read_text().replace(f"password: {token}", f"renamed: {token}"))
    assert lamina("secrets", "check", cwd=root).code == 0
    outcome = no_secret(lamina("secrets", "check", "--mac", cwd=root, env=ADA.env))
    assert outcome.code == 1
    assert "environments/prod/app.sops.yaml:1:10: error: renamed: it does not open here" in outcome.out


def test_without_any_key_nothing_is_verified(root: Path, lamina: Lamina) -> None:
    outcome = no_secret(lamina("secrets", "check", "--mac", cwd=root, env=CLEO.env))
    assert outcome.code == 3
    assert "2 notes in 2 sealed files, 0 of them opened" in outcome.out
    assert "keys were looked for in" in outcome.err


def test_after_sops_itself_all_is_well(root: Path, lamina: Lamina, tmp_path: Path) -> None:
    (root / "environments/prod/other.sops.yaml").write_text("# note\npassword: hunter2\nlist: [a, 2, 1.5]\n")
    words = ("encrypt", "--in-place", "environments/prod/other.sops.yaml")
    assert sops(*words, cwd=root, home=tmp_path).status == 0
    outcome = no_secret(lamina("secrets", "check", "--mac", "environments/prod", cwd=root, env=ADA.env))
    assert (outcome.code, outcome.out) == (0, "no findings in 2 sealed files, 2 of them opened\n")


def test_access_by_recipient(root: Path, lamina: Lamina) -> None:
    outcome = lamina("secrets", "access", cwd=root)
    assert outcome.code == 0
    width = len(ADA.recipient)
    assert outcome.out.splitlines() == [
        f"{'RECIPIENT':<{width}}  CAN OPEN",
        f"{BOB.recipient}  deploy/token.sops.yaml",
        f"{ADA.recipient}  environments/prod/app.sops.yaml",
    ]


def test_access_by_file_and_groups(tmp_path: Path, lamina: Lamina) -> None:
    group = "{{age: [{}]}}"
    groups = ", ".join(group.format(person.recipient) for person in (ADA, BOB, CLEO))
    (tmp_path / ".sops.yaml").write_text(f"creation_rules: [{{shamir_threshold: 2, key_groups: [{groups}]}}]\n")
    (tmp_path / "f.yaml").write_text("a: hunter2\n")
    assert sops("encrypt", "--in-place", "f.yaml", cwd=tmp_path, home=tmp_path).status == 0
    outcome = lamina("secrets", "access", "--by", "file", cwd=tmp_path)
    assert outcome.out.splitlines() == [
        "FILE    OPENED BY",
        "f.yaml  2 of 3 groups",
        *(f"          {number}: {person.recipient}" for number, person in enumerate((ADA, BOB, CLEO), 1)),
    ]
    outcome = lamina("secrets", "access", cwd=tmp_path)
    assert f"{ADA.recipient}  f.yaml (group 1; 2 of 3 groups needed)" in outcome.out
    said = json.loads(lamina("secrets", "access", "--format", "json", cwd=tmp_path).out)
    assert said["files"] == [
        {"file": "f.yaml", "needed": 2, "groups": [[ADA.recipient], [BOB.recipient], [CLEO.recipient]]}
    ]
    assert said["recipients"][0] == {
        "recipient": ADA.recipient,
        "files": [{"file": "f.yaml", "groups": [1], "needed": 2}],
    }
    assert lamina("secrets", "check", cwd=tmp_path).out == "no findings in 1 sealed file\n"


def test_access_of_a_file_that_cannot_tell(root: Path, lamina: Lamina) -> None:
    file = root / "environments/prod/app.sops.yaml"
    file.write_text(file.read_text().replace("lastmodified", "modified"))
    outcome = no_secret(lamina("secrets", "access", cwd=root))
    assert outcome.code == 1
    assert BOB.recipient in outcome.out
    assert "bad-lastmodified" in outcome.err


def test_access_shows_no_private_key(root: Path, lamina: Lamina) -> None:
    file = root / "environments/prod/app.sops.yaml"
    file.write_text(file.read_text().replace(ADA.recipient, ADA.secret))
    for words in (("access",), ("access", "--by", "file"), ("access", "--format", "json"), ("check", "--notes")):
        no_secret(lamina("secrets", *words, cwd=root))


def test_a_rule_that_is_as_wide_as_a_folder_makes_a_plain_layer_no_error(root: Path, lamina: Lamina) -> None:
    (root / "environments/prod/app.yaml").write_text("note: seen\n")
    outcome = lamina("secrets", "check", "environments/prod", cwd=root)
    assert outcome.code == 0
    assert "environments/prod/app.yaml:1:1: warning: a creation rule is meant for this file" in outcome.out
    assert r"ask for \.sops\. in the name" in outcome.out
