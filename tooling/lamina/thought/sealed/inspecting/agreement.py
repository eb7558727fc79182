"""Whether a sealed file is as its creation rule wants it: for whom it is sealed, and which values are."""

from collections import Counter
from collections.abc import Iterable

from lamina.thought.sealed.creation import CreationRule, KeyGroup
from lamina.thought.sealed.creation.private import holds_private_key
from lamina.thought.sealed.inspecting.page import Page
from lamina.thought.sealed.labels import short
from lamina.thought.sealed.metadata import Group, Metadata
from lamina.thought.sealed.opening import Look
from lamina.thought.sealed.selection import DEFAULT, Rule
from lamina.words.errors import listing
from lamina.words.finding import Finding, Related


def disagreements(of: Look, rule: CreationRule) -> tuple[Finding, ...]:
    """What a file and its creation rule say differently; of a rule that is wrong itself nothing is said."""
    page = Page(of.parsed, of.file)
    if rule.faults:
        return ()
    related = Related(rule.place, "the creation rule")
    found = []
    if said := _keys(of.metadata, rule):
        at = page.place(page.field("age", "key_groups"))
        fix = f"lamina secrets updatekeys {of.file}"
        found.append(Finding("wrong-recipients", said, at, related=(related,), fix=fix))
    # sops writes no rule into a binary file, which is one value.
    if of.store.name != "binary" and (said := _selection(of.metadata, rule)):
        at = page.place(page.field(of.metadata.rule.name, "mac_only_encrypted"))
        fix = f"lamina secrets reseal {of.file}"
        found.append(Finding("wrong-selection", said, at, related=(related,), fix=fix))
    return tuple(found)


def _keys(metadata: Metadata, rule: CreationRule) -> str:
    now, wanted = metadata.groups, rule.groups
    if len(now) != len(wanted):
        return f"the file is sealed for {_groups(len(now))}, and its creation rule names {_groups(len(wanted))}"
    parts = []
    for number, (group, goal) in enumerate(zip(now, wanted, strict=True), 1):
        said = _difference(group, goal)
        parts += [f"in group {number} {said}" if len(now) > 1 else said] if said else []
    needed = rule.threshold or len(wanted)
    if len(now) > 1 and metadata.needed != needed:
        parts.append(f"{metadata.needed} of {len(now)} groups open it, and should be {needed}")
    return "; ".join(parts)


def _difference(group: Group, goal: KeyGroup) -> str:
    have, want = dict.fromkeys(group.recipients), dict.fromkeys(goal.recipients)
    missing = [name for name in want if name not in have]
    extra = [name for name in have if name not in want]
    parts = [f"{_names(missing)} cannot open it, and should"] if missing else []
    parts += [f"{_names(extra)} can open it, and should not"] if extra else []
    # The same key of another kind may be written in several ways, so only their number is compared.
    ours, theirs = (Counter(name.partition(" ")[0] for name in names) for names in (group.others, goal.others))
    parts += [f"it has {ours[kind]} {kind} keys, and should have {theirs[kind]}" for kind in sorted(ours | theirs)
              if ours[kind] != theirs[kind]]  # fmt: skip
    return "; ".join(parts)


def _selection(metadata: Metadata, rule: CreationRule) -> str:
    wanted = rule.selection or DEFAULT
    if metadata.rule != wanted:
        return f"the file selects what is sealed by {_said(metadata.rule)}, and its creation rule by {_said(wanted)}"
    if metadata.mac_only_encrypted != rule.mac_only_encrypted:
        here, there = ("only what is sealed", "all values")[:: 1 if metadata.mac_only_encrypted else -1]
        return f"the MAC of the file covers {here}, and by its creation rule it covers {there}"
    return ""


def _said(rule: Rule) -> str:
    return f"{rule.name}: {rule.text}"


def _groups(count: int) -> str:
    return f"{count} key groups" if count > 1 else "one group of keys"


def _names(names: Iterable[str]) -> str:
    return listing(["a private key" if holds_private_key(name) else short(name) for name in names])
