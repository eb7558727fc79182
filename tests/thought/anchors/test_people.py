"""What people are told of an event, and of which."""

from typing import Any

import pytest

from lamina.thought.anchors.people import told
from lamina.words.event import Event

SAID: list[tuple[str, dict[str, Any], str | None]] = [
    ("run.created", {"workflow": "x"}, None),
    ("gate.passed", {"gate": "x"}, None),
    ("step.finished", {"step": "x"}, None),
    ("log.rotated", {"segment": 1}, None),
    ("archive.committed", {"seq": 1}, None),
    ("phase.transitioned", {"phase": 1, "from": "failed", "status": "in_progress"}, None),
    (
        "phase.transitioned",
        {"phase": 1, "from": "failed", "status": "skipped", "intervention": "i1"},
        "phase 1 from failed to skipped after the intervention i1",
    ),
    (
        "run.transitioned",
        {"from": "executing", "status": "aborted", "by": "ada"},
        "run transitioned from executing to aborted",
    ),
    ("run.updated", {"pinned": True}, "the run is pinned"),
    ("run.updated", {"pinned": False, "labels": {"a": "b"}}, "the run is no longer pinned; labels: a=b"),
    ("run.updated", {}, None),
    ("finding.resolved", {"id": "f1", "by": "ada", "resolution": "fixed"}, "finding f1 resolved: fixed"),
    (
        "config.rejected",
        {"new": "sha256:" + "0" * 64, "reason": "no"},
        f"configuration rejected: sha256:{'0' * 12}: no",
    ),
    ("log.repaired", {"bytes": 7, "kept_as": "torn/x"}, "the log's torn end was set aside: 7 bytes in torn/x"),
    ("log.gap", {"lost": 3, "error": "ENOSPC"}, "3 events were not recorded: ENOSPC"),
    ("archive.pushed", {"seq": 7, "remote": "origin"}, "archive pushed up to event 7 to origin"),
    ("backup.restored", {"from": "prod-1", "seq": 7}, "restored from a backup of prod-1 up to event 7"),
    ("archive.squashed", {"reason": "a secret"}, "the archive's history was begun anew: a secret"),
    (
        "retention.dropped",
        {"runs": ["a", "b"], "bytes": 10, "first": 9},
        "retention dropped 2 runs, 10 bytes; the log begins with event 9",
    ),
    ("retention.ran", {"dropped": 0}, None),
    ("retention.ran", {"dropped": 2}, "retention dropped 2 things"),
    ("audit.reviewed", {"by": "ada", "note": "fine"}, "audit: note fine"),
]


@pytest.mark.parametrize(("type", "data", "what"), SAID)
def test_what_is_said(type: str, data: dict[str, Any], what: str | None) -> None:
    found = told(Event(7, "2026-11-21T12:00:00.000000Z", type, "r1", data, "", ""))
    assert (found.what if found else None) == what
    assert found is None or found.who == data.get("by")


def test_what_is_long_is_cut() -> None:
    found = told(Event(7, "", "finding.resolved", None, {"id": "f1", "resolution": "x" * 9000}, "", ""))
    assert found is not None
    assert len(found.what) == 300
