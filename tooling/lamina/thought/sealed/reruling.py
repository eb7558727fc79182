"""Another rule of selection for a file that is sealed: what it now chooses is sealed, what it no longer chooses is opened."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from lamina.thought.sealed.cipher import Random
from lamina.thought.sealed.failures import CannotSeal
from lamina.thought.sealed.metadata_edit import field_changes
from lamina.thought.sealed.opening import Look, Opened, look
from lamina.thought.sealed.plaintext import plain_text
from lamina.thought.sealed.rekeying import sharing_of
from lamina.thought.sealed.sealing import sealed_again
from lamina.thought.sealed.selection import Rule
from lamina.thought.sealed.stores.texts import raw
from lamina.thought.sealed.tree import Leaf, applied

_ONLY = "mac_only_encrypted"


def is_ruled_so(of: Look, rule: Rule, mac_only_encrypted: bool) -> bool:
    """Whether a file is sealed by this rule; a binary file is sealed whole, by any."""
    if of.store.name == "binary":
        return True
    return of.metadata.rule == rule and of.metadata.mac_only_encrypted == mac_only_encrypted


def reruled(found: Opened, rule: Rule, mac_only_encrypted: bool, random: Random, now: datetime) -> bytes:
    """The file as the rule wants it, under its data key; a value that stays sealed keeps its ciphertext. Raises CannotSeal."""
    sharing_of(found.look)
    as_ruled = _with_rule(found.look, rule, mac_only_encrypted)
    values = _moved(found.look, as_ruled, found.values)
    bounds = _moved(found.look, as_ruled, found.bounds)
    # Without the digest of before, so that the MAC and its instant are renewed even where no value changes.
    opened = replace(found, look=as_ruled, values=values, bounds=bounds, hashed="")
    return sealed_again(opened, plain_text(found), random, now)


def _with_rule(of: Look, rule: Rule, mac_only_encrypted: bool) -> Look:
    """The file with other metadata and the same leaves."""
    changes = field_changes(of, of.metadata.rule.name, rule.name, rule.text)
    changes += field_changes(of, _ONLY, _ONLY, mac_only_encrypted or None)
    mark = b"\xef\xbb\xbf" if of.parsed.has_mark else b""
    made = look(mark + raw(applied(of.parsed.text, changes)), of.file, of.store.name)
    if not is_ruled_so(made, rule, mac_only_encrypted):
        raise CannotSeal(
            of.file, "the layout of its metadata does not allow another rule to be written", "seal it anew"
        )
    return made


def _moved(old: Look, new: Look, held: Mapping[Leaf, Any]) -> dict[Leaf, Any]:
    """What is held for the leaves of one look, for those of another of the same file."""
    pairs = zip(old.parsed.leaves(), new.parsed.leaves(), strict=True)
    return {twin: held[leaf] for leaf, twin in pairs if leaf in held}
