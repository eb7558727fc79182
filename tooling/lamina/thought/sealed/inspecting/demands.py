"""Whether a file that is not sealed should be: its name says so, or a creation rule is meant for it."""

import re

from lamina.thought.sealed.creation import CreationRule
from lamina.thought.sealed.creation.nodes import Source
from lamina.thought.sealed.selection import DEFAULT, chosen, searcher
from lamina.thought.sealed.stores import store_of
from lamina.thought.sealed.stores.texts import Unfit, Unparsable
from lamina.thought.sealed.tree import Leaf, Parsed
from lamina.words.address import path_text
from lamina.words.finding import Finding, Position, Related
from lamina.words.regex import regex

_NAMED = regex(r"\.sops\.[A-Za-z0-9]+\Z")
# What lies beside sealed files without being meant by the rule for their folder.
_BESIDE = regex(r"(?:README|LICENSE)[^/]*\Z|\.(?!env)[^/]*\Z|[^/]*\.(?:md|pub)\Z", re.IGNORECASE)


def unsealed(data: bytes, file: str, rule: CreationRule | None) -> Finding | None:
    """The finding about a file that stands in plain text and should not, or None.

    A rule is meant for a file when its pattern tells the file's name from others of that ending: one that takes every
    `.yaml` says only how those are sealed that are. Where the rule seals parts of files, the finding is a warning.
    """
    fix = f"lamina secrets encrypt --in-place {file}; a secret that was committed in plain text is known"
    if _NAMED.search(file):
        return Finding("not-sealed", "the name says that the file is sealed, and it is not", Position(file), fix=fix)
    if rule is None or rule.faults or not is_meant(rule, file) or not data.strip():
        return None
    related = (Related(rule.place, "the creation rule"),)
    parsed = _plain(data, file)
    if parsed is None:
        message = "a creation rule is meant for this file, and it is not sealed"
        return Finding("not-sealed", message, Position(file), related=related, fix=fix)
    selection = rule.selection or DEFAULT
    leaves = _would_be_sealed(parsed, None if store_of(file).name == "binary" else rule)
    if not leaves:
        return None
    partly = selection.seals and store_of(file).name != "binary"
    what = f"{path_text(leaves[0].path)} stands" if partly else "its values stand"
    message = f"a creation rule is meant for this file, and it is not sealed: {what} in plain text"
    place = Source(parsed.text, file).place(max(leaves[0].start, 0)) if partly else Position(file)
    return Finding("not-sealed", message, place, "warning" if partly else "error", related=related, fix=fix)


def is_meant(rule: CreationRule, file: str) -> bool:
    """Whether the pattern of a rule says something of the file's name beyond its ending."""
    if rule.pattern is None or _BESIDE.match(file.rpartition("/")[2]):
        return False
    ending = re.search(r"\.[^./]*\Z", file)
    return not searcher(rule.pattern)(f"another-folder/another-file{ending[0] if ending else ''}")


def _plain(data: bytes, file: str) -> Parsed | None:
    try:
        return store_of(file).parse(data, False)
    except (Unparsable, Unfit):
        return None


def _would_be_sealed(parsed: Parsed, rule: CreationRule | None) -> list[Leaf]:
    selected = chosen(parsed.entries, rule.selection or DEFAULT) if rule else [True] * len(parsed.entries)
    pairs = zip(parsed.entries, selected, strict=True)
    found = (entry for entry, choice in pairs if choice and isinstance(entry, Leaf) and not entry.note)
    return [leaf for leaf in found if leaf.value is not None and leaf.value != ""]
