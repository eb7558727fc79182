"""Several files in one act: nothing is written while anything is in the way."""

import os
from pathlib import Path

import pytest
from conftest import Builder
from sealing import NOW, Person, sealed_for
from world.unprivileged import bound

from lamina.changes import rewriting
from lamina.changes.rekeying import rotate, update_keys
from lamina.changes.resealing import reseal
from lamina.changes.revoking import revocation, revoke
from lamina.changes.rewriting import NothingWritten
from lamina.changes.writing import ChangedMeanwhile
from lamina.project.keyring import Keyring
from lamina.project.rule_differences import rule_differences
from lamina.words.errors import Failure
from lamina.world.disk import CannotWrite, LinkInTheWay

ANN, BOB = Person(), Person()
FILES = ("a.yaml", "b.yaml", "c.yaml")
KEYRING = Keyring(ANN.env)


@pytest.fixture
def root(repository: Builder) -> Path:
    rules = f"creation_rules:\n- age: {ANN.recipient}\n  encrypted_regex: ^password$\n"
    made = {name: sealed_for(ANN, BOB, text="password: hunter2\nuser: x\n", file=name) for name in FILES}
    return repository({**made, ".sops.yaml": rules})


def held(root: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in root.iterdir() if path.is_file()}


@pytest.mark.parametrize("act", ["update_keys", "reseal", "revoke"])
def test_a_file_that_changes_while_the_user_thinks(act: str, root: Path) -> None:
    before = held(root)

    def agree(*_: object) -> bool:
        (root / "b.yaml").write_bytes(before["b.yaml"] + b"# mine\n")
        return True

    acts = {
        "update_keys": lambda: update_keys(rule_differences(root), KEYRING, os.urandom, agree),
        "reseal": lambda: reseal(rule_differences(root, selection=True), KEYRING, os.urandom, NOW, agree),
        "revoke": lambda: revoke(revocation(root, [], BOB.recipient), KEYRING, os.urandom, NOW, agree),
    }
    with pytest.raises(ChangedMeanwhile, match=r"b\.yaml was changed by somebody else"):
        acts[act]()
    assert held(root) == {**before, "b.yaml": before["b.yaml"] + b"# mine\n"}


def test_a_file_that_vanishes_while_the_user_thinks(root: Path) -> None:
    with pytest.raises(ChangedMeanwhile):
        update_keys(rule_differences(root), KEYRING, os.urandom, lambda: (root / "c.yaml").unlink() is None)
    assert sorted(held(root)) == [".sops.yaml", "a.yaml", "b.yaml"]


def test_what_was_written_before_a_failure_is_said(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before, whole = held(root), rewriting.replace_file

    def failing(path: Path, name: str, old: bytes | None, new: bytes) -> bool:
        if name == "c.yaml":
            raise CannotWrite(path, OSError(28, "No space left on device"))
        return whole(path, name, old, new)

    monkeypatch.setattr(rewriting, "replace_file", failing)
    with pytest.raises(CannotWrite) as caught:
        rotate(root, [Path()], KEYRING, os.urandom, NOW)
    assert caught.value.details == ("written before that: a.yaml, b.yaml",)
    assert held(root)["c.yaml"] == before["c.yaml"]


def test_a_link_is_found_before_anything_is_written(root: Path) -> None:
    (root / "other").mkdir()
    (root / "other/a.yaml").write_bytes((root / "a.yaml").read_bytes())
    (root / "d.yaml").symlink_to("other/a.yaml")
    before = held(root)
    with pytest.raises(NothingWritten) as caught:
        rotate(root, [Path(name) for name in (*FILES, "d.yaml")], KEYRING, os.urandom, NOW)
    assert "d.yaml is a link to other/a.yaml, so it is left alone" in caught.value.details[0]
    with pytest.raises(LinkInTheWay):
        rotate(root, [Path("d.yaml")], KEYRING, os.urandom, NOW)
    assert held(root) == before


@pytest.mark.parametrize("mode", ["file", "folder"])
def test_what_may_not_be_written_is_found_before_anything_is(mode: str, root: Path) -> None:
    (root / "deep").mkdir()
    (root / "deep/e.yaml").write_bytes((root / "a.yaml").read_bytes())
    (root / "deep/e.yaml").chmod(0o444 if mode == "file" else 0o644)
    (root / "deep").chmod(0o555 if mode == "folder" else 0o755)
    before = held(root)

    def act() -> int:
        try:
            rotate(root, [Path("a.yaml"), Path("deep/e.yaml")], KEYRING, os.urandom, NOW)
        except Failure as failure:
            return 10 + ("deep/e.yaml: Permission denied" in " ".join(failure.details))
        return 0

    status = bound(act)
    (root / "deep").chmod(0o755)
    assert status == 11
    assert held(root) == before


def test_a_named_file_is_rewritten_once(root: Path) -> None:
    done = rotate(
        root, [Path("a.yaml"), Path("./a.yaml"), Path("../repository/a.yaml"), Path()], KEYRING, os.urandom, NOW
    )
    assert [file.name for file in done] == ["a.yaml", "b.yaml", "c.yaml"]
