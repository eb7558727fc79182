"""The metadata of a sealed file, judged without a key: its MAC, its time, its rule, and the keys that it names."""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from lamina.thought.sealed.cipher import ciphertext
from lamina.thought.sealed.creation.private import find_others, find_private, holds_private_key
from lamina.thought.sealed.creation.records import is_foreign
from lamina.thought.sealed.inspecting.armor import armored
from lamina.thought.sealed.inspecting.page import Page
from lamina.thought.sealed.inspecting.parts import decoded, part_fault
from lamina.thought.sealed.labels import short
from lamina.thought.sealed.mac import bound
from lamina.thought.sealed.metadata import Group, Metadata, Wrap
from lamina.thought.sealed.selection import RULES, pattern_fault

_RESTORE = "restore the file from a commit that opens"
_REWRAP = "lamina secrets updatekeys {file}"
_MAC_BYTES = 128  # SHA-512 in hexadecimal
_SKEW = timedelta(days=1)


def find_in_metadata(page: Page, raw: Mapping[str, Any], now: datetime) -> None:
    """What is wrong with the fields by themselves."""
    named = sorted((name for name in RULES if raw.get(name)), key=page.field)
    for name in named[1:]:
        message = f"the metadata has two rules of selection, {named[0]} and {name}, and a file has one"
        fix = "keep the one that the file was sealed by"
        page.find("several-selections", message, page.field(name), fix, first=page.field(named[0]))
    for name in named:
        fault = pattern_fault(str(raw[name])) if name.endswith("regex") else None
        if fault is not None:
            message = f"{name} is no pattern that RE2, and so sops, takes: {fault}"
            page.find("bad-pattern", message, page.field(name), f"lamina secrets reseal {page.file}")
    _find_in_mac(page, str(raw.get("mac") or ""))
    _find_in_time(page, str(raw.get("lastmodified") or ""), now)
    threshold = raw.get("shamir_threshold")
    if threshold is not None and not str(threshold).removesuffix(".0").removesuffix(".000000").isdigit():
        page.find("bad-threshold", "shamir_threshold is no whole number", page.field("shamir_threshold"), _RESTORE)
    find_others(page)


def _find_in_mac(page: Page, mac: str) -> None:
    parts = ciphertext(mac)
    if not mac:
        message = "the metadata has no MAC, so nobody can tell whether the values are those that were sealed"
        page.find("no-mac", message, page.field(), _RESTORE)
    elif parts is None or part_fault(parts) or parts.kind != "str" or len(decoded(parts.data) or b"") != _MAC_BYTES:
        page.find("bad-mac", "this cannot be a MAC: it was cut off, or edited by hand", page.field("mac"), _RESTORE)


def _find_in_time(page: Page, text: str, now: datetime) -> None:
    time = bound(text)
    if time is None:
        what = "is no time" if text else "is missing"
        message = f"lastmodified {what}, and the MAC is bound to it"
        page.find("bad-lastmodified", message, page.field("lastmodified"), _RESTORE)
        return
    try:
        ahead = datetime.fromisoformat(time).astimezone(UTC) - now
    except (ValueError, OverflowError):
        return
    if ahead > _SKEW:
        message = "lastmodified lies in the future: a clock was wrong, or it was edited by hand"
        page.find("future-lastmodified", message, page.field("lastmodified"), None, "warning")


def find_in_wraps(page: Page, metadata: Metadata) -> None:
    """What is wrong with the keys that the file names, and with the data key that is wrapped for them."""
    for doubt in metadata.doubts:
        page.find("odd-metadata", doubt, page.field("version"), "write version: 3.11.0 there", "warning")
    groups = metadata.groups
    if len(groups) > 1 and not 2 <= metadata.needed <= len(groups):
        message = f"{metadata.needed} of {len(groups)} key groups cannot be: it takes from 2 to all of them"
        page.find("bad-threshold", message, page.field("shamir_threshold"), _RESTORE)
    elif len(groups) == 1 and metadata.threshold > 1:
        message = "shamir_threshold has no effect, since the keys are no groups"
        fix = "name key_groups in .sops.yaml, then: " + _REWRAP.format(file=page.file)
        page.find("bad-threshold", message, page.field("shamir_threshold"), fix, "warning")
    for number, group in enumerate(groups, 1):
        if not (group.wraps or group.others):
            message = f"key group {number} is empty" if len(groups) > 1 else "the metadata names nobody who can open it"
            page.find("no-recipient", message, page.field("age", "key_groups"), _RESTORE)
        _find_foreign(page, group)
    wraps = [wrap for group in groups for wrap in group.wraps]
    counts = Counter(wrap.recipient for wrap in wraps if wrap.recipient)
    for name in (name for name, count in counts.items() if count > 1 and not holds_private_key(name)):
        message = f"{short(name)} stands here {counts[name]} times"
        page.find("repeated-recipient", message, page.said(name, 1), _REWRAP.format(file=page.file), "warning")
    first: dict[str, Wrap] = {}
    for wrap in wraps:
        _find_in_label(page, wrap)
        _find_in_wrap(page, wrap, len(groups) > 1)
        other = first.setdefault(wrap.enc.strip(), wrap) if wrap.enc.strip() else wrap
        if other is not wrap:
            message = "two recipients have the same wrapped key, so one was copied from the other and opens nothing"
            page.find("copied-key", message, page.said(wrap.recipient), _REWRAP.format(file=page.file))


def _find_foreign(page: Page, group: Group) -> None:
    others = [name.partition(" ")[0] for name in group.others]
    for kind in dict.fromkeys(others):
        message = f"the file is sealed for a {kind} key too, which only sops uses; lamina opens files by age keys"
        page.find("unsupported-key", message, page.field(kind, "key_groups"), None, "note")


def _find_in_label(page: Page, wrap: Wrap) -> None:
    from lamina.thought.sealed.recipients import recipient_fault

    name = wrap.recipient
    if holds_private_key(name):
        find_private(page, page.said(name.partition("\n")[0]), "a recipient")
    elif not name:
        message = "an entry does not say for whom the key is wrapped"
        page.find("bad-recipient", message, page.field("age", "key_groups"), _REWRAP.format(file=page.file))
    elif is_foreign(name):
        message = f"{short(name)} is of an age plugin, or of a new kind, which lamina does not seal for"
        page.find("unsupported-key", message, page.said(name), None, "note")
    elif recipient_fault(name) is not None:
        message = "this is no recipient: one starts with age1 (X25519), ssh-ed25519 or ssh-rsa"
        page.find("bad-recipient", message, page.said(name), _REWRAP.format(file=page.file))


def _find_in_wrap(page: Page, wrap: Wrap, shared: bool) -> None:
    """What the text of a wrapped key gives away: whether it is whole, and for what kind of key it was made."""
    found = armored(wrap.enc)
    who = "a private key" if holds_private_key(wrap.recipient) else short(wrap.recipient) or "somebody"
    fix = _REWRAP.format(file=page.file)
    if found is None or found.holds != (33 if shared else 32):
        rule, message = "bad-wrapped-key", f"the key that is wrapped for {who} is not whole, so it opens nothing"
    elif found.fits(wrap.recipient) is False:
        rule = "wrong-recipient"
        message = f"the key at {who} is wrapped for another: the name was changed by hand, and says who opens the file"
    elif len(found.stanzas) > 1:
        rule = "hidden-recipient"
        message = f"the key at {who} is wrapped for {len(found.stanzas)} keys, of which the file names one"
        fix = "find out who has the other, then: lamina secrets rotate"
    else:
        return
    page.find(rule, message, page.said(wrap.recipient.partition("\n")[0]), fix)
