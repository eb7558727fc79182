"""Auditing a store as it lies on the disk: segments, private repository, records, signers of the repository."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
import ssh_keys
from audited import KEY, SIGNERS, Kept, kept
from conftest import Builder

import lamina
from lamina.project import Project
from lamina.project.state.auditing import audit_log, audit_store
from lamina.project.state.opening import place_at
from lamina.thought.anchors.auditing import Audit
from lamina.words.event import Draft
from lamina.world.archive.opening import reference
from lamina.world.log import head, segments
from lamina.world.store.home import NoStore

SETTINGS = "archive: {signers: keys/allowed}\n"


@pytest.fixture
def project(repository: Builder) -> Project:
    return lamina.open(
        repository({"lamina.yaml": SETTINGS, "keys/allowed": SIGNERS, "environments/prod/a.yaml": "a: 1\n"})
    )


@pytest.fixture
def store(tmp_path: Path) -> Kept:
    return kept(tmp_path / "kept")


def audited(store: Kept, project: Project | None, *copies: Path) -> Audit:
    return audit_store(place_at(store.location), project, copies)


def kinds(found: Audit) -> list[tuple[str, str | None, int | None]]:
    return [(flaw.kind, flaw.file, flaw.seq) for flaw in found.flaws]


def test_a_store_as_it_should_be(store: Kept, project: Project) -> None:
    found = audited(store, project)
    assert (found.good, found.flaws, found.store, found.head) == (True, (), store.store, head(store.home.log))
    assert len(segments(store.home.log)) > 2
    first, second = found.anchors
    assert (first.signer, first.holds, second.signer, second.holds) == ("ops@example.com", True) * 2
    assert found.anchored == second.anchor.size == found.head.seq - 4


def test_nothing_is_changed_by_looking(store: Kept, project: Project) -> None:
    def files() -> dict[str, tuple[int, int]]:
        found = (Path(folder, name) for folder, _, names in os.walk(store.home.folder) for name in names)
        return {str(one): (one.stat().st_size, one.stat().st_mtime_ns) for one in found}

    before = files()
    audited(store, project)
    assert files() == before


def test_without_a_project_no_anchor_counts(store: Kept) -> None:
    found = audited(store, None)
    assert (found.good, found.anchored, kinds(found)) == (True, 0, [("no-signers", "lamina.yaml", None)])


def test_where_no_state_is_kept(tmp_path: Path, project: Project) -> None:
    with pytest.raises(NoStore):
        audit_store(place_at(tmp_path / "state.sqlite"), project)
    assert not (tmp_path / "state").exists()


def test_an_edited_segment_is_named(store: Kept, project: Project) -> None:
    for place, segment in enumerate(segments(store.home.log)):
        text = segment.path.read_bytes()
        segment.path.chmod(0o600)
        segment.path.write_bytes(text.replace(b'"gate":"g', b'"gate":"h', 1))
        found = audited(store, project)
        [flaw] = found.flaws
        assert (flaw.kind, flaw.file) == ("broken-chain", f"log/{segment.path.name}")
        assert "does not match its own hash" in flaw.message
        assert flaw.seq is not None
        assert segment.first <= flaw.seq <= segment.first + 3
        assert found.head.seq == flaw.seq - 1
        segment.path.write_bytes(text)
        segment.path.chmod(0o400 if place < len(segments(store.home.log)) - 1 else 0o600)
    assert audited(store, project).flaws == ()


def test_a_segment_that_is_gone_is_named(store: Kept, project: Project) -> None:
    _, middle, after, *_ = segments(store.home.log)
    middle.path.unlink()
    [flaw] = audited(store, project).flaws
    assert (flaw.kind, flaw.seq, flaw.file) == ("broken-chain", middle.first, f"log/{after.path.name}")
    assert f"has the number {after.first} where {middle.first} is due" in flaw.message


def test_a_first_segment_that_is_gone_is_told(store: Kept, project: Project) -> None:
    first, after, *_ = segments(store.home.log)
    first.path.unlink()
    found = audited(store, project)
    assert kinds(found)[0] == ("missing-beginning", f"log/{after.path.name}", after.first)
    assert not found.good


def test_a_cut_end_is_told_by_the_anchor_and_by_the_records(store: Kept, project: Project) -> None:
    last = segments(store.home.log)[-1]
    end = head(store.home.log).seq
    last.path.unlink()
    found = audited(store, project)
    assert {kind for kind, _, _ in kinds(found)} == {"log-cut", "projection-ahead"}
    assert (found.head.seq, max(seq or 0 for _, _, seq in kinds(found))) == (last.first - 1, end)


def test_a_torn_end_is_not_part_of_the_log(store: Kept, project: Project) -> None:
    last = segments(store.home.log)[-1]
    with last.path.open("ab") as file:
        file.write(b'{"v":1,"seq":')
    assert audited(store, project).flaws == ()


def test_a_branch_that_was_moved_back_is_told_by_what_was_seen_at_the_remote(store: Kept, project: Project) -> None:
    from pygit2 import Repository

    repository = Repository(str(store.home.archive))
    branch = repository.references[reference("state-archive")]
    repository.references.create("refs/lamina/remote/0123456789abcdef", branch.target)
    assert audited(store, project).flaws == ()
    branch.set_target(repository[branch.target].parent_ids[0])  # type: ignore[union-attr,index]
    found = audited(store, project)
    assert [kind for kind, _, _ in kinds(found)] == ["missing-anchor"]


def test_a_branch_that_was_moved_back_is_told_by_a_copy(store: Kept, project: Project, tmp_path: Path) -> None:
    from pygit2 import Repository

    copy = tmp_path / "kept.note"
    copy.write_bytes(store.push())
    repository = Repository(str(store.home.archive))
    branch = repository.references[reference("state-archive")]
    branch.set_target(repository[branch.target].parent_ids[0])  # type: ignore[union-attr,index]
    assert audited(store, project).good
    found = audited(store, project, copy)
    assert [kind for kind, _, _ in kinds(found)] == ["missing-anchor"]


def test_an_archive_that_ends_before_what_was_pushed(store: Kept, project: Project) -> None:
    end = head(store.home.log).seq
    store.record(Draft("archive.pushed", None, {"seq": end}))
    assert kinds(audited(store, project)) == [("archive-rewound", None, end)]
    store.commit({"head.json": b'{"v":1,"snapshot":"x","first":1,"seq":%d,"hash":"%s"}' % (end, b"0" * 64)})
    assert kinds(audited(store, project)) == []


def test_an_anchor_by_a_key_that_may_not(store: Kept, project: Project) -> None:
    store.push(ssh_keys.ed25519())
    found = audited(store, project)
    assert [kind for kind, _, _ in kinds(found)] == ["unknown-signer"]
    assert found.anchored < head(store.home.log).seq
    assert found.flaws[0].file == f"v1/{store.store}/anchors/{head(store.home.log).seq:020}"


def test_signers_that_cannot_be_read_allow_nobody(store: Kept, repository: Builder) -> None:
    without = lamina.open(repository({"lamina.yaml": SETTINGS}))
    assert [kind for kind, _, _ in kinds(audited(store, without))] == ["unknown-signer"] * 2 + ["bad-signers"]
    wrong = lamina.open(
        repository({"lamina.yaml": SETTINGS, "keys/allowed": KEY.line("x", "cert-authority") + SIGNERS})
    )
    found = audited(store, wrong)
    assert (found.good, kinds(found)) == (True, [("bad-signers", "keys/allowed", None)])
    assert found.flaws[0].message.startswith("line 1 allows nobody")


def test_records_that_cannot_be_read_are_told(store: Kept, project: Project) -> None:
    store.home.database.write_bytes(b"no database")
    found = audited(store, project)
    assert (found.good, kinds(found)) == (True, [("unreadable-records", "state.sqlite", None)])


def test_the_log_for_people(store: Kept) -> None:
    store.record(
        Draft("intervention.requested", "r1", {"id": "i1", "kind": "approval", "reason": "deploy?"}),
        Draft("intervention.answered", "r1", {"id": "i1", "status": "approved", "by": "ada", "answer": "go"}),
        Draft("config.applied", None, {"old": "sha256:1", "new": "sha256:2", "commit": "9" * 40}),
    )
    place = place_at(store.location)
    told = list(audit_log(place))
    assert [one.what for one in told] == [
        f"the store was made: {store.store}",
        "asked for approval: deploy?",
        "answered: approved: go",
        f"configuration applied: sha256:2 of commit {'9' * 40}",
    ]
    assert [one.who for one in told] == [None, None, "ada", None]
    assert [one.event.type for one in audit_log(place, run="r1")] == ["intervention.requested", "intervention.answered"]
    since = datetime.fromisoformat(told[2].event.time).astimezone(UTC)
    assert [one.what for one in audit_log(place, since=since)] == [one.what for one in told[2:]]
