"""Snapshots with anchors, from the store to the audit."""

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from archived import Keeper
from conftest import Builder

import lamina
from lamina.project import Project
from lamina.project.state.auditing import audit_store
from lamina.thought.anchors.auditing import Audit
from lamina.world.log import head


@pytest.fixture
def key(tmp_path: Path) -> str:
    file = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(file)], check=True)
    return str(file)


@pytest.fixture
def project(repository: Builder, key: str) -> Project:
    signers = f"ops@example.com {Path(f'{key}.pub').read_text()}"
    return lamina.open(repository({"lamina.yaml": "archive: {signers: allowed}\n", "allowed": signers}))


def audited(keeper: Keeper, project: Project) -> Audit:
    return audit_store(keeper.place.state, project)


def test_what_is_pushed_with_a_key_is_anchored(keeper: Keeper, project: Project, key: str) -> None:
    sizes = []
    for number in range(3):
        keeper.work("r1", f"step-{number}")
        sizes.append(head(keeper.home.log).seq)
        assert keeper.create(key=key) is not None
        keeper.push()
    found = audited(keeper, project)
    assert (found.flaws, found.anchored) == ((), sizes[-1])
    assert [(one.anchor.size, one.signer, one.holds) for one in found.anchors] == [
        (size, "ops@example.com", True) for size in sizes
    ]


def test_what_is_pushed_without_a_key_is_not_and_that_is_no_fault(plain: Keeper, project: Project, key: str) -> None:
    plain.work("r1")
    plain.create(key=key)
    plain.push()
    anchored = audited(plain, project).anchored
    plain.work("r1", "more")
    plain.create()
    plain.push()
    found = audited(plain, project)
    assert (found.flaws, found.anchored) == ((), anchored)


def test_a_store_that_is_put_back_to_what_it_was_is_told_by_a_copy(
    plain: Keeper, project: Project, key: str, tmp_path: Path
) -> None:
    """Log, records and archive of an earlier push, all of one piece."""
    plain.work("r1")
    plain.create(key=key)
    plain.push()
    shutil.copytree(plain.home.folder, tmp_path / "old")
    shutil.copy(plain.home.database, tmp_path / "old.sqlite")
    plain.work("r1", "more")
    plain.create(key=key)
    plain.push()
    newest = audited(plain, project).anchors[-1].anchor
    copy = tmp_path / "kept.note"
    tip = subprocess.check_output(
        ["git", "-C", str(plain.server), "show", f"state-archive:v1/{newest.store}/anchors/{newest.size:020}"]
    )
    copy.write_bytes(tip)

    old = replace(plain, location=tmp_path / "old.sqlite")
    assert audited(old, project).good
    found = audit_store(old.place.state, project, [copy])
    assert {flaw.kind for flaw in found.flaws} == {"log-cut", "missing-anchor"}
