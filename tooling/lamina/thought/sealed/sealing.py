"""Seal plain files, and seal them again after an edit so that only what was edited changes.

A value that stood at the same place before keeps its ciphertext to the byte. An IV is thus used again only with the same
key, place, bytes and type, which tells a reader nothing new.
"""

from collections.abc import Mapping
from dataclasses import field
from datetime import UTC, datetime

from lamina.thought.sealed.cipher import IV_BYTES, KEY_BYTES, Cipher, Random
from lamina.thought.sealed.creation.records import Indents
from lamina.thought.sealed.failures import CannotSeal, Unsound
from lamina.thought.sealed.keys import Sharing, wraps
from lamina.thought.sealed.mac import digest
from lamina.thought.sealed.metadata import fields, key_fields
from lamina.thought.sealed.opening import Look, Opened, look, opened_with
from lamina.thought.sealed.plaintext import changes_of, plain_text
from lamina.thought.sealed.selection import DEFAULT, Rule, chosen, fault_of, searcher
from lamina.thought.sealed.stores import Store, store_of
from lamina.thought.sealed.stores.json_text import tree_text
from lamina.thought.sealed.stores.texts import Unfit, Unparsable, raw
from lamina.thought.sealed.tokens import Known, known_in, placed, taken
from lamina.thought.sealed.tree import Block, Change, Leaf, Parsed, applied
from lamina.thought.sealed.values import kind_of_value, plain_bytes
from lamina.words.values import dataclass

_EXACT = 2**53


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a new file is sealed: for whom, by which rule, what the MAC covers, and how wide the metadata is indented."""

    sharing: Sharing
    rule: Rule = DEFAULT
    mac_only_encrypted: bool = False
    indents: Indents = field(default_factory=Indents)


@dataclass(slots=True, repr=False)
class _Covered:
    """The texts that take the place of leaves, the digest over all, and how many ciphertexts are new."""

    texts: dict[Leaf, str] = field(default_factory=dict)
    hashed: list[bytes] = field(default_factory=list)
    fresh: int = 0


def sealed(plain: bytes, file: str, recipe: Recipe, random: Random, now: datetime, store: str | None = None) -> bytes:
    """A plain file sealed anew; raises CannotSeal."""
    of = store_of(file, store)
    rule = None if of.name == "binary" else recipe.rule
    only = recipe.mac_only_encrypted and rule is not None
    _demand_rule(rule, file)
    key = random(KEY_BYTES)
    keys = key_fields(wraps(key, recipe.sharing, file, random), recipe.sharing.threshold)
    parsed = plain_parsed(plain, file, of)
    cipher = Cipher(key)
    covered = _cover(parsed, of, file, rule or DEFAULT, only, cipher, random, {})
    time = stamp(now)
    mac = cipher.seal(digest(covered.hashed, only).encode(), "str", time, random(IV_BYTES))
    written = fields(keys, time, mac, rule, only)
    if of.name == "binary":
        (text,) = covered.texts.values() or ('""',)
        wide = recipe.indents.json_binary
        step = "\t" if wide < 0 else " " * wide
        data = raw(tree_text({"data": text.strip('"'), "sops": written}, step=step) + "\n")
    else:
        changes = changes_of(parsed, of, covered.texts)
        changes += (of.put(parsed, end, of.metadata(parsed, end, written, recipe.indents.yaml)) for end in parsed.ends)
        data = _bytes(parsed, applied(parsed.text, changes))
    return _checked(data, file, of.name, key, covered)


def resealed(found: Opened, plain: bytes, random: Random, now: datetime) -> bytes:
    """An opened file's plain text after an edit, sealed again; what is unchanged keeps its ciphertext. Raises CannotSeal."""
    _demand_rule(None if found.look.store.name == "binary" else found.look.metadata.rule, found.look.file)
    if not found.doubts and _is_untouched(found, plain):
        return _bytes(found.look.parsed, found.look.parsed.text)
    return sealed_again(found, plain, random, now)


def sealed_again(found: Opened, plain: bytes, random: Random, now: datetime) -> bytes:
    """As `resealed`, of a file whose plain text may be as it was, but not its rule. Raises CannotSeal."""
    of, file, metadata = found.look.store, found.look.file, found.look.metadata
    _demand_rule(None if of.name == "binary" else metadata.rule, file)
    parsed = plain_parsed(plain, file, of)
    cipher = Cipher(found.key)
    known = known_in(found, parsed)
    count = sum(map(len, known.values()))
    covered = _cover(parsed, of, file, metadata.rule, metadata.mac_only_encrypted, cipher, random, known)
    hashed = digest(covered.hashed, metadata.mac_only_encrypted)
    renewed: dict[str, str] = {}
    if covered.fresh or hashed != found.hashed or count != len(covered.texts):
        time = stamp(now)
        renewed = {"lastmodified": time, "mac": cipher.seal(hashed.encode(), "str", time, random(IV_BYTES))}
    old = found.look.parsed
    if of.name == "binary":
        leaf = next((leaf for leaf in old.leaves() if leaf.step == "data"), None)
        if leaf is None:
            raise CannotSeal(file, "it has no data to be edited", "seal the file anew: lamina secrets encrypt")
        changes = [Change(leaf.start, leaf.end, *covered.texts.values())] if covered.texts else []
        changes = changes or [Change(leaf.start, leaf.end, '""')]
        data = _bytes(old, applied(old.text, [*changes, *scalar_changes(found.look, renewed)]))
    else:
        data = _bytes(parsed, applied(parsed.text, _with_blocks(parsed, found.look, covered, renewed)))
    return _checked(data, file, of.name, found.key, covered)


def plain_parsed(plain: bytes, file: str, store: Store) -> Parsed:
    """A plain file taken apart; raises CannotSeal."""
    fault, hint, line = "", "mend the file", 1
    try:
        return store.parse(plain, False)
    except Unparsable as error:
        fault, line = f"it cannot be read: {error}", error.line
    except Unfit as error:
        fault, hint, line = str(error), error.hint, error.line
    raise CannotSeal(f"{file}:{line}", fault, hint)


def _is_untouched(found: Opened, plain: bytes) -> bool:
    try:
        return plain_text(found) == plain
    except Unsound:
        return False


def stamp(now: datetime) -> str:
    """An instant as `lastmodified` says it."""
    return now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def scalar_changes(of: Look, renewed: Mapping[str, str]) -> list[Change]:
    """The changes that put a new `mac` and `lastmodified` into every copy of the metadata."""
    return [change for block in of.parsed.blocks for change in _in_block(of, block, renewed)]


def _in_block(of: Look, block: Block, renewed: Mapping[str, str]) -> list[Change]:
    return [
        Change(place.value_start, place.value_end, of.store.scalar(of.parsed, block, place.name, renewed[place.name]))
        for place in block.fields
        if place.name in renewed
    ]


def _demand_rule(rule: Rule | None, file: str) -> None:
    fault = fault_of(rule) if rule is not None else None
    if rule is not None and fault is not None:
        message = f"{rule.name} is a pattern that RE2 refuses ({fault}), so nothing would be chosen by it"
        raise CannotSeal(file, message, "mend the pattern: no lookahead, lookbehind or backreference")
    if rule is not None and not rule.text:
        raise CannotSeal(file, f"{rule.name} is empty", "say what it is to match")


def _cover(
    parsed: Parsed,
    store: Store,
    file: str,
    rule: Rule,
    only: bool,
    cipher: Cipher,
    random: Random,
    known: Known,
) -> _Covered:
    """Ciphertexts for all leaves that the rule chooses: known ones where there are, else new ones."""
    covered = _Covered()
    everything = store.name == "binary"
    for leaf, selected in zip(parsed.entries, chosen(parsed.entries, rule), strict=True):
        if not isinstance(leaf, Leaf) or leaf.value is None:
            continue
        data = plain_bytes(leaf.value)
        if (selected or everything) and data:
            token = taken(leaf, known, store)
            if token is None:
                covered.fresh += 1
                kind = "comment" if leaf.note else kind_of_value(leaf.value)
                text = cipher.seal(data, kind, leaf.bound, random(IV_BYTES))
                covered.texts[leaf] = store.cipher(parsed, leaf, text)
            else:
                covered.texts[leaf] = placed(token, leaf, parsed, store)
                data = token.data
            if leaf.note and rule.name == "unencrypted_comment_regex" and searcher(rule.text)(covered.texts[leaf]):
                raise CannotSeal(
                    file, "unencrypted_comment_regex fits sealed comments too", "make it fit plain ones only"
                )
        elif (
            not selected and store.name == "json" and type(leaf.value) is int and abs(leaf.value) > _EXACT and not only
        ):
            message = "versions of sops read so large a number in plain text differently"
            raise CannotSeal(file, message, "write it in quotes, or seal it", leaf.path)
        if not leaf.note and (selected or everything or not only):
            covered.hashed.append(data)
    return covered


def _with_blocks(parsed: Parsed, old: Look, covered: _Covered, renewed: Mapping[str, str]) -> list[Change]:
    """The changes of a plain text that seal it with the metadata of an old file, in its layout."""
    store = old.store
    changes = changes_of(parsed, store, covered.texts)
    blocks = [(block, _block_text(old, block, renewed)) for block in old.parsed.blocks]
    if store.name != "yaml":
        whole = "".join(text if text.endswith("\n") or len(blocks) == 1 else text + "\n" for _, text in blocks)
        return [*changes, *(store.put(parsed, end, whole) for end in parsed.ends)]
    for number, end in enumerate(parsed.ends):
        block, text = blocks[min(number, len(blocks) - 1)]
        if end.style != ("flow" if text[:1] in (",", "{") or block.style == "flow" else "block") or end.column:
            text = store.metadata(parsed, end, {**(old.parsed.raw or {}), **renewed})
        elif end.style == "block" and not text.endswith("\n"):
            text += parsed.newline
        changes.append(store.put(parsed, end, text.removeprefix(",").lstrip(" ") if end.style == "flow" else text))
    return changes


def _block_text(old: Look, block: Block, renewed: Mapping[str, str]) -> str:
    moved = [
        Change(change.start - block.start, change.end - block.start, change.text)
        for change in _in_block(old, block, renewed)
    ]
    return applied(old.parsed.text[block.start : block.end], moved)


def _bytes(parsed: Parsed, text: str) -> bytes:
    return (b"\xef\xbb\xbf" if parsed.has_mark else b"") + raw(text)


def _checked(data: bytes, file: str, store: str, key: bytes, covered: _Covered) -> bytes:
    """The bytes, if they open and hold the very values, in order; what was written is read again before it is given out."""
    try:
        found = opened_with(look(data, file, store), key)
        hashed = digest(covered.hashed, found.look.metadata.mac_only_encrypted)
        is_exact = found.hashed == hashed and len(found.values) == len(covered.texts)
    except Unsound:
        is_exact = False
    if not is_exact:
        message = "its layout does not allow it to be sealed exactly"
        raise CannotSeal(file, message, "make it simpler: fewer comments, no tags, no `? key`")
    return data
