"""The record of a rendered folder, read: from bytes that anybody may have written to what they say, or to what is wrong."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from lamina.words.errors import Failure, Misuse
from lamina.words.shards import Shard, parse_shard
from lamina.words.values import dataclass

_DIGEST = {"type": "string", "pattern": "^sha256:[0-9a-f]{64}$"}
_ENTRY = {
    "type": "object",
    "required": ["file", "kind", "version", "digest"],
    "properties": {
        "file": {"type": "string"},
        "kind": {"type": "string"},
        "version": {"type": ["integer", "null"]},
        "digest": _DIGEST,
        "written": {**_DIGEST, "type": ["string", "null"]},
    },
}
_OVERRIDE = {
    "type": "object",
    "required": ["document", "file"],
    "properties": {"document": {"type": "string"}, "file": {"type": "string"}},
}
_RECORD = {
    "type": "object",
    "required": ["lamina", "commit", "dirty", "format", "secrets", "overrides", "nested", "document", "environments"],
    "properties": {
        "lamina": {"type": "string", "maxLength": 100},
        # An id, since it is looked up as a revision: no name, no expression.
        "commit": {"type": ["string", "null"], "pattern": "^([0-9a-f]{40}|[0-9a-f]{64})$"},
        "dirty": {"type": ["boolean", "null"]},
        "format": {"type": "string"},
        "secrets": {"enum": ["redact", "omit", "unseal", None]},
        "overrides": {"type": "array", "items": _OVERRIDE},
        "nested": {"type": "boolean"},
        "document": {"type": ["string", "null"]},
        "environments": {"type": "object", "additionalProperties": {"type": "object", "additionalProperties": _ENTRY}},
        "inputs": {"type": "object", "additionalProperties": {"type": "string"}},
        "shard": {
            "type": "object",
            "required": ["part", "files"],
            "properties": {"part": {"type": "string"}, "files": {**_DIGEST, "type": ["string", "null"]}},
        },
    },
}


class BadRecord(Failure):
    """A record that says nothing sound, so that nothing in its folder is looked at."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"the record is damaged: {what}", "render the folder again, or get it anew from where it was made"
        )


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a record says of a document: its file in the folder, the digest of its render, and that of the file.

    The last is None for a file with opened secrets.
    """

    environment: str
    document: str
    file: str
    digest: str
    written: str | None


@dataclass(frozen=True, slots=True)
class Record:
    """A record: who rendered what, from which commit, how, and each document; `overridden` are files of `--layer`.

    `nested` says that every environment was rendered, into a folder of its own; `document` which one alone was asked for;
    `shard` of which part of the documents it is, where it is not of all.
    """

    lamina: str
    commit: str | None
    dirty: bool | None
    format: str
    secrets: Literal["redact", "omit", "unseal"] | None
    nested: bool
    document: str | None
    overridden: Mapping[str, tuple[str, ...]]
    environments: tuple[str, ...]
    documents: tuple[Recorded, ...]
    shard: Shard | None = None


def read_record(data: bytes) -> Record:
    """The record that bytes hold; raises BadRecord, also where it names a file outside of its folder."""
    import orjson
    from jsonschema_rs import validator_for

    try:
        value: Any = orjson.loads(data)
    except orjson.JSONDecodeError:
        raise BadRecord("it is not JSON") from None
    for fault in validator_for(_RECORD).iter_errors(value):
        place = ".".join(map(str, fault.instance_path))
        # The library's sentence may hold whatever the record does.
        raise BadRecord(f"{place} is not what it should be" if place else "it lacks what a record says")
    documents = tuple(_documents(value))
    files = [one.file for one in documents]
    if len({*files}) < len(files):
        raise BadRecord("two documents have one file")
    overridden: dict[str, tuple[str, ...]] = {}
    for one in value["overrides"]:
        overridden[one["document"]] = (*overridden.get(one["document"], ()), one["file"])
    same = {key: value[key] for key in ("lamina", "commit", "dirty", "format", "secrets", "nested", "document")}
    shard = _shard(value["shard"]["part"]) if "shard" in value else None
    return Record(
        **same, overridden=overridden, environments=tuple(value["environments"]), documents=documents, shard=shard
    )


def _shard(text: str) -> Shard:
    try:
        return parse_shard(text)
    except Misuse:
        raise BadRecord("it is of no shard") from None


def _documents(value: Mapping[str, Any]) -> Iterator[Recorded]:
    for environment, entries in value["environments"].items():
        for name, entry in entries.items():
            file = f"{environment}/{entry['file']}" if value["nested"] else entry["file"]
            if "\0" in file or not {"", ".", ".."}.isdisjoint(file.split("/")) or "/" in environment:
                raise BadRecord(f"{name} of {environment} is in no file of this folder")
            yield Recorded(environment, name, file, entry["digest"], entry.get("written", entry["digest"]))
