"""Open sealed files: every leaf, in its place and of its type, and the MAC over them all; or nothing."""

from collections.abc import Sequence
from dataclasses import field
from typing import Any

from lamina.thought.sealed.cipher import Cipher, DoesNotOpen, ciphertext
from lamina.thought.sealed.failures import NotSealed, Tampered, Unsound
from lamina.thought.sealed.keys import data_key
from lamina.thought.sealed.layers import SealedFault
from lamina.thought.sealed.mac import bound, digest
from lamina.thought.sealed.metadata import Metadata, metadata_of
from lamina.thought.sealed.selection import chosen, fault_of
from lamina.thought.sealed.stores import Store, store_of
from lamina.thought.sealed.stores.texts import Unfit, Unparsable
from lamina.thought.sealed.tree import Leaf, Parsed, documents
from lamina.thought.sealed.values import HIGHEST, Undecodable, Value, float_text, plain_bytes, value_of
from lamina.words.node import Path
from lamina.words.values import dataclass

_EXACT = 2**53


@dataclass(frozen=True, slots=True)
class Look:
    """A sealed file as it stands, nothing opened: its parts, its metadata, and which entries its rule wants sealed."""

    file: str
    store: Store
    parsed: Parsed = field(repr=False)
    metadata: Metadata
    selected: Sequence[bool] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Opened:
    """An opened file: the values of its leaves, what doubts there are; shows nothing of what it holds."""

    look: Look
    key: bytes = field(repr=False)
    values: dict[Leaf, Value] = field(repr=False)
    hashed: str = field(repr=False)
    bounds: dict[Leaf, str] = field(repr=False)
    doubts: tuple[SealedFault, ...] = ()

    def documents(self) -> list[Any]:
        """The data of every document."""
        return documents(self.look.parsed.entries, self.values)

    @property
    def sealed_paths(self) -> frozenset[Path]:
        """The places of the values that were sealed."""
        return frozenset(leaf.path for leaf in self.values if not leaf.note)


@dataclass(frozen=True, slots=True)
class OpenedLayer:
    """A sealed layer as plain data, and the places of what was sealed in it."""

    patch: Any = field(repr=False)
    sealed: frozenset[Path]
    doubts: tuple[SealedFault, ...] = ()


def look(data: bytes, file: str, store: str | None = None) -> Look:
    """Take a sealed file apart, without any key; raises Unsound, or NotSealed."""
    of = store_of(file, store)
    parsed = _parsed(of, data, file)
    if parsed.raw is None:
        raise NotSealed(file)
    metadata = metadata_of(parsed.raw, file)
    return Look(file, of, parsed, metadata, chosen(parsed.entries, metadata.rule))


def opened(of: Look, identities: Sequence[Any], check_mac: bool = True) -> Opened:
    """Open a file; raises NoKey, and Tampered where it is not what was sealed."""
    return opened_with(of, data_key(of.metadata, of.file, identities), check_mac)


def opened_with(of: Look, key: bytes, check_mac: bool = True) -> Opened:
    """Open a file with its data key; raises Tampered."""
    cipher = Cipher(key)
    values: dict[Leaf, Value] = {}
    bounds: dict[Leaf, str] = {}
    hashed: list[bytes] = []
    doubts = _odd(of)
    for leaf, selected in zip(of.parsed.entries, of.selected, strict=True):
        if not isinstance(leaf, Leaf):
            continue
        if leaf.note:
            if selected and leaf.value != "":
                doubts += _open_note(leaf, cipher, values, bounds)
        elif selected and leaf.value != "" and leaf.value is not None:
            values[leaf], data = _open_leaf(leaf, cipher, of.file, of.store.name == "json")
            hashed.append(data)
        elif leaf.value is not None and (selected or not of.metadata.mac_only_encrypted):
            hashed.append(plain_bytes(leaf.value))
    digest_now = digest(hashed, of.metadata.mac_only_encrypted)
    if check_mac and _mac(of.metadata, cipher, of.file) not in (digest_now, *_other_digests(of, values)):
        message = "the values do not add up to its MAC: one was changed, added, removed, or moved in the file's order"
        raise Tampered(of.file, message)
    return Opened(of, key, values, digest_now, bounds, tuple(doubts))


def open_layer(data: bytes, file: str, identities: Sequence[Any]) -> OpenedLayer:
    """A sealed layer's data and the places of what was sealed; raises NoKey, Unsound or Tampered."""
    found = opened(look(data, file), identities)
    of = found.documents()
    if len(of) != 1:
        raise Unsound(file, f"it has {len(of)} documents, and a layer is one", "put each into a file of its own")
    for leaf, value in found.values.items():
        if isinstance(value, str) and not _is_text(value):
            raise Unsound(file, "the value is no text, but bytes", "seal such values as a file of their own", leaf.path)
    return OpenedLayer(of[0], found.sealed_paths, found.doubts)


def _parsed(store: Store, data: bytes, file: str) -> Parsed:
    line, fault, hint = 1, "", "restore it from a commit that opens"
    try:
        return store.parse(data, True)
    except Unparsable as error:
        line, fault = error.line, f"it cannot be read: {error}"
    except Unfit as error:
        line, fault, hint = error.line, str(error), error.hint
    raise Unsound(f"{file}:{line}", fault, hint)


def _odd(of: Look) -> list[SealedFault]:
    """What is odd about the metadata, and does not keep the file from being opened."""
    odd = [
        SealedFault("odd-metadata", doubt, (), "write it anew: lamina secrets rotate") for doubt in of.metadata.doubts
    ]
    rule = of.metadata.rule
    if of.store.name != "binary" and fault_of(rule) is not None:
        left = "nothing in it is sealed" if rule.seals else "everything in it is sealed"
        message = f"its {rule.name} is a pattern that RE2 refuses, so {left}"
        odd.append(SealedFault("odd-metadata", message, (), "seal it anew by another rule: lamina secrets encrypt"))
    return odd


def _open_leaf(leaf: Leaf, cipher: Cipher, file: str, is_json: bool) -> tuple[Value, bytes]:
    parts = ciphertext(leaf.value) if isinstance(leaf.value, str) else None
    if parts is None:
        message = "it must be sealed, by the rule of this file, and is not"
        raise Tampered(file, message, leaf.path, "seal it: lamina secrets edit; or restore the file from git")
    if parts.rest:
        raise Tampered(file, "text follows its ciphertext", leaf.path, "delete what stands after the closing bracket")
    if parts.kind not in ("str", "int", "float", "bool", "time"):
        raise Tampered(file, "its type is none that SOPS writes", leaf.path)
    fault = ""
    try:
        data = cipher.open(parts, leaf.bound)
        value = value_of(data, parts.kind)
        if is_json and isinstance(value, float) and data.lstrip(b"-").isdigit() and abs(value) < _EXACT:
            # Before 3.13.2 sops called every number of a JSON file a float.
            value = int(data) if data != b"-0" else value
        return value, data
    except (DoesNotOpen, Undecodable) as error:
        fault = str(error)
    raise Tampered(file, fault, leaf.path)


def _open_note(leaf: Leaf, cipher: Cipher, values: dict[Leaf, Value], bounds: dict[Leaf, str]) -> list[SealedFault]:
    """Open a comment in whichever of the maps and lists around it that it is bound to; a plain one stays as it is."""
    parts = ciphertext(str(leaf.value))
    if parts is None:
        message = "a comment stands in plain text where comments are sealed"
        return [SealedFault("plain-comment", message, leaf.path, "seal it: lamina secrets edit")]
    for place in (leaf.frame, *leaf.others):
        try:
            values[leaf] = cipher.open(parts, place.bound or ":").decode("utf-8", "surrogateescape")
            bounds[leaf] = place.bound or ":"
            return []
        except DoesNotOpen:
            continue
    message = "a comment does not open: it was changed, or moved from another place"
    return [SealedFault("closed-comment", message, leaf.path, "delete the comment, or restore it from git")]


def _mac(metadata: Metadata, cipher: Cipher, file: str) -> str:
    if not metadata.mac:
        raise Tampered(file, "it has no MAC, so nobody can tell whether it is whole")
    time, parts = bound(metadata.last_modified), ciphertext(metadata.mac)
    if time is None:
        raise Tampered(file, "its lastmodified is no time, and the MAC is bound to it")
    if parts is None:
        raise Tampered(file, "its MAC is no ciphertext")
    fault = ""
    try:
        return cipher.open(parts, time).decode("ascii", "replace")
    except DoesNotOpen:
        fault = "its MAC does not open: it, or lastmodified, which it is bound to, was changed"
    raise Tampered(file, fault)


def _other_digests(of: Look, values: dict[Leaf, Value]) -> list[str]:
    """The digest as sops made it before 3.13.2, when large integers of a JSON file lost their last digits."""
    if of.store.name != "json":
        return []
    hashed = []
    for leaf, selected in zip(of.parsed.entries, of.selected, strict=True):
        if not isinstance(leaf, Leaf) or leaf.value is None or not (selected or not of.metadata.mac_only_encrypted):
            continue
        value = values.get(leaf, leaf.value)
        inexact = leaf not in values and type(value) is int and (abs(value) > _EXACT or value > HIGHEST)
        hashed.append(float_text(float(value)).encode() if inexact else plain_bytes(value))  # type: ignore[arg-type]
    return [digest(hashed, of.metadata.mac_only_encrypted)]


def _is_text(value: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in value)
