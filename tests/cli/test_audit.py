"""`lamina audit verify` and `lamina audit log`."""

import json
from pathlib import Path

import pytest
import ssh_keys
from audited import SIGNERS, Kept, kept
from conftest import Builder, Lamina

from lamina.words.event import Draft
from lamina.world.log import head, segments

SCHEMA = {"schemas/orchestrator/v1.schema.yaml": "type: object\n"}


@pytest.fixture
def store(tmp_path: Path) -> Kept:
    return kept(tmp_path / "kept")


@pytest.fixture
def root(repository: Builder, store: Kept) -> Path:
    return repository(
        SCHEMA
        | {
            "lamina.yaml": "archive: {signers: allowed}\n",
            "allowed": SIGNERS,
            "environments/prod/orchestrator.yaml": f"persistence:\n  location: {store.location}\n",
        }
    )


def test_a_log_that_is_as_it_was_recorded(store: Kept, root: Path, lamina: Lamina) -> None:
    end = head(store.home.log).seq
    done = lamina("audit", "verify", "prod", cwd=root)
    assert (done.code, done.err) == (0, "")
    assert done.out == (
        f"{store.store}: {end} events, 2 anchors\n"
        f"anchored up to event {end - 4}, at 2026-11-21 12:00:{end - 4}Z by ops@example.com: "
        f"a cut after event {end - 4} would go unnoticed (4 came since)\n"
    )
    store.push()
    assert lamina("audit", "verify", "prod", cwd=root).out.endswith("by ops@example.com, which is the last\n")


def test_a_log_that_was_tampered_with(store: Kept, root: Path, lamina: Lamina) -> None:
    first = segments(store.home.log)[0].path
    first.chmod(0o600)
    first.write_bytes(first.read_bytes().replace(b'"g1"', b'"g9"'))
    done = lamina("audit", "verify", "prod", cwd=root)
    assert done.code == 1
    assert done.out.splitlines()[1].startswith(f"log/{first.name}: error: line 3 does not match its own hash; ")
    assert done.out.splitlines()[1].endswith(" [broken-chain]")
    assert done.out.splitlines()[2].startswith("  fix: ")
    assert done.out.splitlines()[-1] == "no anchor counts: a cut anywhere would go unnoticed"


def test_json(store: Kept, root: Path, lamina: Lamina) -> None:
    done = lamina("audit", "verify", "prod", "--format", "json", cwd=root)
    end = head(store.home.log)
    told = json.loads(done.out)
    assert list(told) == ["environment", "store", "good", "first", "head", "anchored", "anchors", "findings"]
    assert (told["environment"], told["store"], told["good"], told["first"]) == ("prod", store.store, True, 1)
    assert (told["head"], told["anchored"], told["findings"]) == ({"seq": end.seq, "hash": end.hash}, end.seq - 4, [])
    assert told["anchors"][-1] == {
        "seq": end.seq - 4,
        "time": f"2026-11-21T12:00:{end.seq - 4}.000000Z",
        "config_commit": "9" * 40,
        "signer": "ops@example.com",
        "holds": True,
        "where": ["the archive"],
    }
    store.push(ssh_keys.ed25519())
    done = lamina("audit", "verify", "prod", "--format", "json", cwd=root)
    [flaw] = json.loads(done.out)["findings"]
    assert done.code == 1
    assert list(flaw) == ["kind", "severity", "message", "file", "seq", "fix"]
    assert (flaw["kind"], flaw["severity"], flaw["seq"]) == ("unknown-signer", "error", end.seq)


def test_a_copy_of_an_anchor_that_was_kept_elsewhere(store: Kept, root: Path, lamina: Lamina) -> None:
    (root / "kept.note").write_bytes(store.note())
    done = lamina("audit", "verify", "prod", "--anchor", "kept.note", cwd=root)
    assert done.code == 1
    assert "kept.note: error: the anchor of event" in done.out
    assert "[missing-anchor]" in done.out
    done = lamina("audit", "verify", "prod", "--anchor", "absent.note", cwd=root)
    assert (done.code, "absent.note cannot be read" in done.err) == (3, True)


def test_a_store_by_its_location(store: Kept, root: Path, tmp_path: Path, lamina: Lamina) -> None:
    at = ("--location", str(store.location))
    assert lamina("audit", "verify", *at, cwd=root).code == 0
    # Outside of a repository nobody is named who may sign.
    apart = tmp_path / "apart"
    apart.mkdir()
    done = lamina("audit", "verify", *at, cwd=apart)
    assert (done.code, "[no-signers]" in done.out) == (0, True)
    assert lamina("audit", "verify", "prod", *at, cwd=root).code == 2
    done = lamina("audit", "verify", cwd=root)
    assert (done.code, "ENVIRONMENT is missing" in done.err) == (2, True)
    done = lamina("audit", "log", "--location", "none.sqlite", cwd=root)
    assert (done.code, "no state is kept in" in done.err) == (3, True)


def test_what_people_did(store: Kept, root: Path, lamina: Lamina) -> None:
    hostile = "yes\n::error::x\x1b[2J ##[error]"
    store.record(
        Draft("intervention.requested", "r1", {"id": "i1", "kind": "approval", "reason": "deploy?"}),
        Draft("intervention.answered", "r1", {"id": "i1", "status": "approved", "by": "ada", "answer": hostile}),
        Draft("run.updated", "r2", {"pinned": True}),
    )
    done = lamina("audit", "log", "prod", cwd=root)
    assert done.code == 0
    head_line, made, asked, answered, pinned = done.out.splitlines()
    assert head_line.split() == ["EVENT", "TIME", "RUN", "WHO", "WHAT"]
    assert made.split()[-1] == store.store
    assert asked.endswith("r1   -    asked for approval: deploy?")
    assert answered.endswith("r1   ada  answered: approved: yes\\n::error::x\\x1b[2J #\\x23[error]")
    assert pinned.endswith("r2   -    the run is pinned")

    told = json.loads(lamina("audit", "log", "prod", "--run", "r1", "--format", "json", cwd=root).out)
    assert [(one["type"], one["who"]) for one in told["events"]] == [
        ("intervention.requested", None),
        ("intervention.answered", "ada"),
    ]
    assert list(told["events"][0]) == ["seq", "time", "type", "run", "who", "what", "data"]


def test_since_when(store: Kept, root: Path, lamina: Lamina) -> None:
    store.record(Draft("run.updated", "r2", {"pinned": True}))
    every = lamina("audit", "log", "prod", "--since", "2026-11-21", cwd=root)
    assert len(every.out.splitlines()) == 3
    late = lamina("audit", "log", "prod", "--since", "2026-11-21T14:00:10+02:00", cwd=root)
    assert [line.split()[-1] for line in late.out.splitlines()] == ["WHAT", "pinned"]
    none = lamina("audit", "log", "prod", "--since", "2026-11-22", cwd=root)
    assert (none.code, none.out, none.err) == (0, "", "lamina: nobody did anything of note\n")
    wrong = lamina("audit", "log", "prod", "--since", "yesterday", cwd=root)
    assert (wrong.code, "yesterday is no time" in wrong.err) == (2, True)


def test_a_word_that_is_no_command(root: Path, lamina: Lamina) -> None:
    done = lamina("audit", "verfy", "prod", cwd=root)
    assert (done.code, "did you mean verify?" in done.err) == (2, True)
    assert lamina("audit", cwd=root).code == 2
