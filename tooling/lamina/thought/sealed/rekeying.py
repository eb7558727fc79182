"""New keys for sealed files: a new data key under all values, or the old one wrapped for others."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from lamina.thought.sealed.cipher import IV_BYTES, KEY_BYTES, Cipher, Random, ciphertext
from lamina.thought.sealed.failures import CannotSeal
from lamina.thought.sealed.keys import Sharing, wraps
from lamina.thought.sealed.metadata import VERSION, key_fields
from lamina.thought.sealed.metadata_edit import field_changes, gap_in
from lamina.thought.sealed.opening import Look, Opened, look, opened_with
from lamina.thought.sealed.sealing import scalar_changes, stamp
from lamina.thought.sealed.stores.texts import raw
from lamina.thought.sealed.tree import Block, Change, Leaf, applied
from lamina.thought.sealed.values import kind_of_value, plain_bytes

_KEY_FIELDS = ("age", "key_groups", "shamir_threshold")


def sharing_of(of: Look) -> Sharing:
    """For whom a file is sealed; raises CannotSeal where it has keys that only sops can use."""
    others = [name for group in of.metadata.groups for name in group.others]
    if others:
        message = f"it is also sealed for a key that only sops can use: {others[0]}"
        raise CannotSeal(of.file, message, "do it with sops, or seal the file anew for age recipients alone")
    return Sharing(tuple(group.recipients for group in of.metadata.groups), of.metadata.threshold)


def rotated(found: Opened, sharing: Sharing, random: Random, now: datetime) -> bytes:
    """The file under a new data key, every value with a new IV, for the recipients given; raises CannotSeal."""
    of, parsed = found.look, found.look.parsed
    sharing_of(of)
    key = random(KEY_BYTES)
    cipher = Cipher(key)
    changes = []
    for leaf, value in found.values.items():
        kind = "comment" if leaf.note else kind_of_value(value)
        place = found.bounds.get(leaf, leaf.bound)
        text = cipher.seal(plain_bytes(value), _kind(leaf, kind), place, random(IV_BYTES))
        span = parsed.text[leaf.start : leaf.end]
        changes.append(Change(leaf.start, leaf.end, span.replace(str(leaf.value), text)))
    time = stamp(now)
    mac = cipher.seal(found.hashed.encode(), "str", time, random(IV_BYTES))
    changes += scalar_changes(of, {"lastmodified": time, "mac": mac})
    changes += _wrap_changes(of, sharing, key, random)
    if of.metadata.doubts:
        changes += field_changes(of, "version", "version", VERSION)
    return _checked(found, applied(parsed.text, changes), key)


def rewrapped(found: Opened, sharing: Sharing, random: Random) -> bytes:
    """The file with its data key wrapped anew, for the recipients given; nothing else changes. Raises CannotSeal.

    Who could open it before can still open its earlier versions, and knows this data key: see `rotated`.
    """
    of = found.look
    sharing_of(of)
    return _checked(found, applied(of.parsed.text, _wrap_changes(of, sharing, found.key, random)), found.key)


def is_shared_so(of: Look, sharing: Sharing) -> bool:
    """Whether a file is sealed for exactly these groups, as its labels say; the order in a group does not matter."""
    now = [(sorted(set(group.recipients)), group.others) for group in of.metadata.groups]
    return now == [(sorted(set(group)), ()) for group in sharing.groups] and (
        len(now) == 1 or of.metadata.needed == (sharing.threshold or len(now))
    )


def _kind(leaf: Leaf, kind: str) -> str:
    """The type that the old ciphertext had: a whole number of a JSON file may be called a float."""
    parts = ciphertext(str(leaf.value))
    return parts.kind if parts is not None else kind


def _wrap_changes(of: Look, sharing: Sharing, key: bytes, random: Random) -> list[Change]:
    written = key_fields(wraps(key, sharing, of.file, random), sharing.threshold)
    return [change for block in of.parsed.blocks for change in _in_block(of, block, written)]


def _in_block(of: Look, block: Block, written: dict[str, Any]) -> Sequence[Change]:
    """The changes to one copy of the metadata: fields of the same name in their place, the rest where the first was."""
    heads = [(place.name.split("__")[0] if of.store.texts_only else place.name, place) for place in block.fields]
    old = [(name, place) for name, place in heads if name in _KEY_FIELDS]
    if not old:
        return []
    text, changes = of.parsed.text, []
    if not of.store.texts_only and {name for name, _ in old} == set(written):
        return [
            Change(place.start, place.end, of.store.field(of.parsed, block, name, written[name])) for name, place in old
        ]
    texts = [of.store.field(of.parsed, block, name, value) for name, value in written.items()]
    first = old[0][1]
    changes.append(Change(first.start, first.end, gap_in(text, block).join(texts)))
    places = [place for _, place in heads]
    for _, place in old[1:]:
        before = places[places.index(place) - 1]
        changes.append(Change(before.end, place.end, ""))
    return changes


def _checked(found: Opened, text: str, key: bytes) -> bytes:
    """The bytes, if they hold the same values as before under the key."""
    data = (b"\xef\xbb\xbf" if found.look.parsed.has_mark else b"") + raw(text)
    again = opened_with(look(data, found.look.file, found.look.store.name), key)
    if again.hashed != found.hashed or len(again.values) != len(found.values):
        raise CannotSeal(found.look.file, "its layout does not allow new keys to be written exactly", "seal it anew")
    return data
