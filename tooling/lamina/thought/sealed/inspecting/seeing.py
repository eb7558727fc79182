"""Look at a sealed file without a key, and write down all that is wrong with it, with the places."""

import re
from collections.abc import Iterable
from dataclasses import field
from datetime import datetime

from lamina.thought.sealed.failures import Unsound
from lamina.thought.sealed.inspecting.cover import note_cover
from lamina.thought.sealed.inspecting.header import find_in_metadata, find_in_wraps
from lamina.thought.sealed.inspecting.leaves import find_in_leaves
from lamina.thought.sealed.inspecting.page import Page
from lamina.thought.sealed.metadata import metadata_of
from lamina.thought.sealed.opening import Look
from lamina.thought.sealed.selection import chosen
from lamina.thought.sealed.stores import Store, store_of
from lamina.thought.sealed.stores.texts import Unfit, Unparsable
from lamina.thought.sealed.tree import Parsed
from lamina.words.finding import Finding, Position
from lamina.words.regex import regex
from lamina.words.values import dataclass

_RESTORE = "restore the file from a commit that opens"
# A mark of a merge stands at the start of a line, where no sealed format has such text.
_OURS, _THEIRS = regex(r"^<{7} ", re.MULTILINE), regex(r"^>{7} ", re.MULTILINE)
_METADATA = rb"(?:lastmodified|mac|version|age|enc|pgp|kms)\b"
# What nothing but a sealed file of the format holds, even one that was cut off or edited by hand.
_MARKS = {
    "yaml": regex(
        rb"(?m)^sops:[ \t]*(?:#.*)?\r?\n[ \t]+%(m)s|\bsops[\"']?: *\{ *[\"']?%(m)s|[:-] +[\"']?ENC\[AES256_GCM,"
        % {b"m": _METADATA}
    ),
    "json": regex(rb'"sops"\s*:\s*\{\s*"%(m)s|:\s*"ENC\[AES256_GCM,' % {b"m": _METADATA}),
    "dotenv": regex(rb"(?m)^sops_%(m)s|^[^#\n=]+=ENC\[AES256_GCM," % {b"m": _METADATA.removesuffix(rb"\b")}),
    "ini": regex(rb"(?m)^[ \t]*\[sops\]|^[^#;\n=:]+[=:][ \t]*ENC\[AES256_GCM,"),
    "binary": regex(rb'\A\s*\{\s*"data"\s*:\s*"ENC\[AES256_GCM,|\A\s*\{.*"sops"\s*:\s*\{\s*"', re.DOTALL),
}


@dataclass(frozen=True, slots=True)
class Inspection:
    """What was seen: the file taken apart (None where that, or its metadata, cannot be read), and what is wrong with it."""

    look: Look | None
    findings: tuple[Finding, ...] = field(default=())

    @property
    def sound(self) -> bool:
        """Whether nothing speaks against opening the file."""
        return self.look is not None and not any(finding.severity == "error" for finding in self.findings)


def looks_sealed(data: bytes, file: str) -> bool:
    """Whether bytes are, or were once, a sealed file of the format that the name says."""
    if b"sops" not in data and b"ENC[" not in data:
        return False
    return _MARKS[store_of(file).name].search(data) is not None


def inspected(data: bytes, file: str, now: datetime) -> Inspection:
    """A file that looks sealed, seen without a key; never raises on bad input."""
    store = store_of(file)
    text = data.decode("utf-8", "surrogateescape")
    conflict = _OURS.search(text)
    if conflict is not None and _THEIRS.search(text, conflict.end()):
        message = "a merge left its marks here, so the file opens for nobody"
        place = Position(file, text.count("\n", 0, conflict.start()) + 1)
        return _refused("merge-conflict", message, place, "merge the two sides with their values: lamina secrets merge")
    try:
        parsed = store.parse(data, True)
    except Unparsable as error:
        return _refused("syntax", f"it cannot be read: {error}", Position(file, error.line), _RESTORE)
    except Unfit as error:
        return _refused("unsound-file", str(error), Position(file, error.line), error.hint)
    return _seen(parsed, store, file, now)


def _seen(parsed: Parsed, store: Store, file: str, now: datetime) -> Inspection:
    page = Page(parsed, file)
    if parsed.raw is None:
        if any(str(leaf.value).startswith("ENC[AES256_GCM,") for leaf in parsed.leaves()):
            message = "it holds ciphertexts and no sops metadata: it was cut off, or the metadata was deleted"
            page.find("no-metadata", message, 0, _RESTORE)
        return Inspection(None, tuple(page.findings))
    find_in_metadata(page, parsed.raw, now)
    look = _look(page, parsed, store)
    if look is not None:
        find_in_wraps(page, look.metadata)
        find_in_leaves(page, look)
        note_cover(page, look)
    return Inspection(look, _sorted(page.findings))


def _look(page: Page, parsed: Parsed, store: Store) -> Look | None:
    """The file as those who open it take it, if its metadata says enough."""
    message = ""
    try:
        metadata = metadata_of(parsed.raw or {}, page.file)
        return Look(page.file, store, parsed, metadata, chosen(parsed.entries, metadata.rule))
    except Unsound as failure:
        message = failure.message.removeprefix(f"{page.file}: ")
    if not any(finding.severity == "error" for finding in page.findings):
        page.find("unsound-file", message, page.field(), _RESTORE)
    return None


def _refused(rule: str, message: str, place: Position, fix: str) -> Inspection:
    return Inspection(None, (Finding(rule, message, place, fix=fix),))


def _sorted(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(dict.fromkeys(findings), key=lambda finding: finding.position))
