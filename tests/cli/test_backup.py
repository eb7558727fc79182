"""`backup create`, `verify` and `restore`: what they print, and when they cannot."""

import json
import shutil
from pathlib import Path

import pytest
from backups import new_key
from conftest import Builder, Lamina
from example_state import FOLDER
from githistory import begun, committed

SCHEMA = "type: object\n"


@pytest.fixture
def root(repository: Builder, tmp_path: Path) -> Path:
    """A repository in git whose `prod` keeps its state in a copy of the example."""
    shutil.copytree(FOLDER, tmp_path / "state")
    document = f"persistence: {{format: sqlite, location: {tmp_path}/state.sqlite}}\n"
    root = repository(
        {
            "environments/prod/orchestrator.yaml": document,
            "schemas/orchestrator/v1.schema.yaml": SCHEMA,
            "lamina.yaml": "",
        }
    )
    begun(root)
    committed(root, {})
    return root


def test_there_and_back(root: Path, lamina: Lamina, tmp_path: Path) -> None:
    made = lamina("backup", "create", "prod", "-o", "b.tar", cwd=root)
    assert made.code == 0, made.err
    first, taken, commit, lacks = made.out.splitlines()
    assert first.startswith("b.tar: the store example-5eed0001, events 1 to 42, 2 runs, 0 blobs, ")
    assert taken.startswith("  taken 20")
    assert commit.startswith("  configuration at ")
    assert lacks == f"  lacks sha256:{'c0' * 32}, which was not there or damaged"
    assert made.err == "lamina: it is not signed: --key FILE, or git config user.signingKey, names a key\n"
    seen = lamina("backup", "verify", "b.tar", cwd=root)
    assert (seen.code, seen.out) == (0, made.out)
    assert "nobody says whose it is" in seen.err
    shutil.move(tmp_path / "state", tmp_path / "gone")
    done = lamina("backup", "restore", "b.tar", "--into", "new/state", cwd=root)
    assert done.out.splitlines() == [
        "new/state: the store example-5eed0001, up to event 42, 2 runs",
        f"  its configuration: git clone {root}/new/state.configuration.bundle",
        f"  lacks sha256:{'c0' * 32}, as the backup does",
    ]
    before = lamina("state", "export", "release-31", "--location", str(tmp_path / "gone"), cwd=root)
    after = lamina("state", "export", "release-31", "--location", "new/state", cwd=root)
    assert (after.code, after.out) == (0, before.out)


def test_with_an_archive_and_from_another_folder(root: Path, lamina: Lamina, tmp_path: Path) -> None:
    """Git works in the repositories that it bundles; `-o` is relative to where the command was given."""
    assert lamina("snapshot", "create", "prod", cwd=root).code == 0
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    made = lamina("-C", str(root), "backup", "create", "prod", "-o", "b.tar", cwd=elsewhere)
    assert made.code == 0, made.err
    assert "  archive state-archive" in made.out.splitlines()
    done = lamina("backup", "restore", "b.tar", "--into", "new.sqlite", cwd=elsewhere)
    assert done.code == 0, done.err
    listed = lamina("snapshot", "list", "--location", "new.sqlite", "--store", "example-5eed0001", cwd=elsewhere)
    assert "example-5eed0001@43" in listed.out, listed.err


def test_signed_and_by_whom(root: Path, lamina: Lamina, tmp_path: Path) -> None:
    key, line = new_key(tmp_path)
    committed(root, {".signers": line, "lamina.yaml": "archive: {signers: .signers}\n"})
    made = lamina("backup", "create", "prod", "-o", "b.tar", "--key", key, cwd=root)
    assert made.err == ""
    assert "  signed by SHA256:" in made.out
    seen = lamina("backup", "verify", "b.tar", cwd=root)
    assert (seen.code, seen.err) == (0, "")
    assert "  signed by ops@example.com SHA256:" in seen.out
    elsewhere = lamina("backup", "verify", str(root / "b.tar"), cwd=tmp_path)
    assert "nobody here says who may sign" in elsewhere.err
    (tmp_path / "others").write_text("")
    for command in (["verify", "b.tar"], ["restore", "b.tar", "--into", "x"]):
        refused = lamina("backup", *command, "--signers", str(tmp_path / "others"), cwd=root)
        assert refused.code == 1
        assert "nobody's key is this one" in refused.err


def test_the_key_of_git_is_taken_if_it_is_one(root: Path, lamina: Lamina, tmp_path: Path) -> None:
    key, _ = new_key(tmp_path)
    for number, (value, signed) in enumerate(((key, True), ("0xC0FFEE", False))):
        with open(root / ".git/config", "a") as config:
            config.write(f"[user]\n\tsigningKey = {value}\n")
        made = lamina("backup", "create", "prod", "-o", f"{number}.tar", "--format", "json", cwd=root)
        assert made.code == 0, made.err
        assert (json.loads(made.out)["key"] is not None) == signed


def test_as_json(root: Path, lamina: Lamina) -> None:
    made = json.loads(lamina("backup", "create", "prod", "-o", "b.tar", "--format", "json", cwd=root).out)
    assert list(made) == [
        *("file", "size", "store", "environment", "taken", "tool", "first", "head", "runs", "configuration", "archive"),
        *("key", "signer", "missing", "members"),
    ]
    assert (made["environment"], made["first"], made["head"]["seq"], made["runs"]) == ("prod", 1, 42, 2)
    assert json.loads(lamina("backup", "verify", "b.tar", "--format", "json", cwd=root).out) == made
    said = lamina("backup", "restore", "b.tar", "--into", "n.sqlite", "--as-of", "16", "--format", "json", cwd=root)
    done = json.loads(said.out)
    assert list(done) == ["store", "seq", "runs", "home", "lost", "configuration", "backup"]
    assert (done["seq"], done["runs"], done["backup"]) == (16, 1, made)
    assert done["store"] != made["store"]


def test_as_of_says_of_how_many(root: Path, lamina: Lamina) -> None:
    lamina("backup", "create", "prod", "-o", "b.tar", cwd=root)
    done = lamina("backup", "restore", "b.tar", "--into", "n.sqlite", "--as-of", "2026-11-21T12:10:00Z", cwd=root)
    assert ", up to event 16 of 42, 1 run\n" in done.out


def test_where_there_would_be_two_the_second_gets_a_name_of_its_own(root: Path, lamina: Lamina) -> None:
    lamina("backup", "create", "prod", "-o", "b.tar", cwd=root)
    done = lamina("backup", "restore", "b.tar", "--into", "n.sqlite", cwd=root)
    assert done.out.startswith("n.sqlite: the store example-")
    assert "example-5eed0001," not in done.out
    assert "it has a new name, since there are other events elsewhere under example-5eed0001\n" in done.err


def test_a_store_by_its_location_is_backed_up_alone(root: Path, lamina: Lamina, tmp_path: Path) -> None:
    made = lamina("backup", "create", "--location", "state", "-o", "b.tar", cwd=tmp_path)
    assert made.code == 0, made.err
    assert "configuration" not in made.out


def test_what_is_not_committed_is_told(root: Path, lamina: Lamina) -> None:
    (root / "lamina.yaml").write_text("# more\n")
    made = lamina("backup", "create", "prod", "-o", "b.tar", cwd=root)
    assert "what is not committed of the configuration is not in it" in made.err


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        pytest.param(["create", "prod", "-o", "lamina.yaml"], 3, "is there already", id="there"),
        pytest.param(["create", "prod", "-o", "no/b.tar"], 3, "cannot be written", id="no-folder"),
        pytest.param(["create", "prod"], 2, "-o", id="no-file"),
        pytest.param(["create", "-o", "b.tar"], 2, "ENVIRONMENT is missing", id="no-environment"),
        pytest.param(["create", "prod", "-o", "b.tar", "--key", "none"], 3, "does not sign", id="no-key"),
        pytest.param(["create", "--location", "none", "-o", "b.tar"], 3, "no state is kept", id="no-store"),
        pytest.param(["verify", "lamina.yaml"], 1, "is no sound backup", id="no-backup"),
        pytest.param(["verify", "none"], 3, "cannot be read", id="no-such-file"),
        pytest.param(["verify", "lamina.yaml", "--signers", "none"], 3, "cannot be read", id="no-signers"),
        pytest.param(["restore", "lamina.yaml"], 2, "--into", id="no-place"),
        pytest.param(["restore", "a.tar", "--into", "."], 3, "already there", id="a-place-that-holds-something"),
        pytest.param(["restore", "a.tar", "--into", "x", "--as-of", "soon"], 2, "no event, no time", id="no-point"),
        pytest.param(["restore", "a.tar", "--into", "x", "--as-of", "43"], 2, "events 1 to 42", id="beyond"),
    ],
)
def test_what_cannot_be_done(words: list[str], code: int, told: str, root: Path, lamina: Lamina) -> None:
    lamina("backup", "create", "prod", "-o", "a.tar", cwd=root)
    done = lamina("backup", *words, cwd=root)
    assert (done.code, done.out) == (code, "")
    assert told in done.err
