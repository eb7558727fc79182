"""The manifest: it reads back, and one that is not of the form is refused by name."""

from typing import Any

import orjson
import pytest

from lamina.thought.backups.manifest import (
    BadManifest,
    Configuration,
    Manifest,
    Member,
    blob_name,
    blob_of,
    read_manifest,
    segment_name,
    segment_of,
)
from lamina.words.event import Head

SUM = "0123456789abcdef" * 4
BLOB = f"blobs/sha256/{SUM}"
NAMES = (
    "store.json",
    segment_name(1),
    segment_name(9),
    "records.jsonl",
    BLOB,
    "configuration.bundle",
    "archive.bundle",
)


def manifest(**changed: Any) -> Manifest:
    given: dict[str, Any] = {
        "tool": "0.1.0",
        "taken": "2026-11-21T12:00:00.000000Z",
        "store": "prod-1a2b3c4d",
        "format": "sqlite",
        "head": Head(12, SUM),
        "members": tuple(Member(name, 7, SUM) for name in NAMES),
        "first": 1,
        "configuration": Configuration("a" * 40, f"sha256:{SUM}"),
    }
    return Manifest(**given | changed)


def test_it_reads_back() -> None:
    for one in (
        manifest(),
        manifest(environment="prod", archive="state-archive", signed=True, missing=(f"sha256:{SUM}",)),
        manifest(first=None, members=(Member("store.json", 0, SUM), Member("records.jsonl", 0, SUM))),
    ):
        assert read_manifest(one.bytes) == one


def test_names_of_members() -> None:
    for digest in (f"sha256:{SUM}", f"sha512:{SUM}{SUM}"):
        assert blob_of(blob_name(digest)) == digest
    assert (segment_of(segment_name(17)), segment_of("store.json"), blob_of("store.json")) == (17, None, None)
    assert manifest().member("store.json") == Member("store.json", 7, SUM)
    assert manifest().member("other") is None


def _members(*names: str) -> dict[str, Any]:
    return {"members": [{"name": name, "size": 7, "sha256": SUM} for name in names]}


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        pytest.param({"v": 2}, "version is 2", id="newer"),
        pytest.param({"v": True}, "version is True", id="version-of-another-type"),
        pytest.param({"more": 1}, "'more'", id="unknown-key"),
        pytest.param({"store": "../x"}, "'../x'", id="store"),
        pytest.param({"store": None}, "None", id="no-store"),
        pytest.param({"format": "xml"}, "xml", id="format"),
        pytest.param({"taken": "today"}, "today", id="time"),
        pytest.param({"head": {"seq": -1, "hash": SUM}}, "-1", id="negative"),
        pytest.param({"head": {"seq": True, "hash": SUM}}, "True", id="true-for-a-number"),
        pytest.param({"head": {"seq": 1, "hash": "x"}}, "'x'", id="hash"),
        pytest.param({"signed": 1}, "neither true nor false", id="signed"),
        pytest.param({"missing": ["sha256:x"]}, "sha256:x", id="missing"),
        pytest.param({"configuration": {"commit": "--all", "digest": None}}, "--all", id="commit"),
        pytest.param({"environment": 1}, "no text", id="environment"),
        pytest.param({"members": 1}, "int", id="members"),
        pytest.param({"members": [{"name": "store.json"}]}, "size", id="member"),
        pytest.param(_members("records.jsonl"), "store.json", id="no-marker"),
        pytest.param(_members("store.json"), "records.jsonl", id="no-records"),
        pytest.param(_members(*NAMES[:4], NAMES[3]), "stands twice", id="twice"),
        pytest.param(_members(NAMES[0], NAMES[2], NAMES[1], NAMES[3]), "out of its place", id="order"),
        pytest.param(_members(*NAMES[:1], *NAMES[2:]), "begins with event 9", id="first"),
        pytest.param(_members(*NAMES[:1], *NAMES[3:]), "begins with event none", id="no-log"),
        pytest.param(_members(*NAMES, "../../etc/passwd"), "no member of a backup", id="up"),
        pytest.param(_members(*NAMES, "/etc/passwd"), "no member of a backup", id="absolute"),
        pytest.param(_members(*NAMES, "log/1.jsonl"), "no member of a backup", id="segment"),
        pytest.param(_members(*NAMES, "seal"), "no member of a backup", id="seal"),
    ],
)
def test_what_is_none_is_refused_by_name(changed: dict[str, Any], told: str) -> None:
    said = {**orjson.loads(manifest().bytes), **changed}
    with pytest.raises(BadManifest) as refused:
        read_manifest(orjson.dumps(said))
    assert told in str(refused.value)


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"null", b"\xff", b"[" * 9_999], ids=range(6))
def test_what_is_no_json_or_no_map_is_refused(data: bytes) -> None:
    with pytest.raises(BadManifest):
        read_manifest(data)
