"""Which leaves are sealed: one of six rules a file, tested on every key of the path, and never on the whole of it.

Patterns are RE2's, as in sops, and run in linear time. One that RE2 refuses matches nothing there, so that sops writes plain
text; here such a rule reads the same, and nothing is ever sealed by it (see `fault_of`).
"""

from collections.abc import Callable, Iterator, Sequence

from lamina.thought.sealed.tree import Entry, Frame, Leaf
from lamina.words.regex import regex
from lamina.words.values import dataclass

RULES = (
    "unencrypted_suffix",
    "encrypted_suffix",
    "unencrypted_regex",
    "encrypted_regex",
    "unencrypted_comment_regex",
    "encrypted_comment_regex",
)
# What C++'s RE2 takes and Go's does not: one byte of a character.
_ONE_BYTE = regex(r"(?<!\\)(?:\\\\)*\\C")
_MOST_MEMORY = 1 << 22


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of selection: its name in the metadata, and the suffix or pattern it goes by."""

    name: str = "unencrypted_suffix"
    text: str = "_unencrypted"

    @property
    def seals(self) -> bool:
        """Whether a hit is sealed (or, otherwise, is left in plain)."""
        return self.name.startswith("encrypted")

    @property
    def reads_comments(self) -> bool:
        """Whether comments choose, not keys."""
        return "comment" in self.name


DEFAULT = Rule()


def fault_of(rule: Rule) -> str | None:
    """Why RE2 refuses the pattern of a rule, or None."""
    return None if rule.name.endswith("suffix") else pattern_fault(rule.text)


def pattern_fault(pattern: str) -> str | None:
    """Why Go's RE2 refuses a pattern, or None."""
    if _ONE_BYTE.search(pattern):
        return r"invalid escape sequence: \C"
    try:
        _compiled(pattern)
    except ValueError as error:
        return str(error)
    return None


def searcher(pattern: str) -> Callable[[str], bool]:
    """Whether a text holds a match; of a pattern that RE2 refuses, never."""
    if pattern_fault(pattern) is not None:
        return lambda text: False
    search = _compiled(pattern)
    return lambda text: search(text if text.isascii() else _as_go_reads(text)) is not None


def _as_go_reads(text: str) -> str:
    """The text with the replacement character for bytes that are no UTF-8."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def chosen(entries: Sequence[Entry], rule: Rule) -> list[bool]:
    """For every entry, whether the rule wants it sealed; of maps and lists the answer means nothing."""
    if rule.reads_comments:
        return list(_by_comments(entries, rule))
    text = rule.text
    hit = (lambda key: key.endswith(text)) if rule.name.endswith("suffix") else searcher(text)
    return list(_by_keys(entries, rule.seals, hit))


def _by_keys(entries: Sequence[Entry], seals: bool, hit: Callable[[str], bool]) -> Iterator[bool]:
    known: dict[str | int | None, bool] = {}
    within: dict[int, bool] = {}
    for entry in entries:
        step = entry.step
        own = known.get(step)
        if own is None:
            own = known[step] = isinstance(step, str) and hit(step)
        if isinstance(entry, Frame):
            own = within[id(entry)] = own or (entry.parent is not None and within[id(entry.parent)])
        else:
            own = own or within[id(entry.frame)]
        yield own is seals


def _by_comments(entries: Sequence[Entry], rule: Rule) -> Iterator[bool]:
    """By the comments that stand before an entry, or before a map or list that holds it."""
    hit = searcher(rule.text)
    active: dict[int, bool] = {}
    last: Frame | None = None
    for entry in entries:
        frame = entry.frame if isinstance(entry, Leaf) else entry.parent
        holders = list(_upwards(frame))
        # A map or list that has ended has used up the comments before it.
        for ended in _upwards(last):
            if ended in holders:
                break
            active.pop(id(ended.parent), None)
        last = frame
        marked = any(active.get(id(holder)) for holder in holders)
        if isinstance(entry, Leaf) and entry.note:
            matches = hit(str(entry.value))
            active[id(frame)] = active.get(id(frame), False) or matches
            # The comment that says "seal" stays readable itself.
            marked = marked or (matches and not rule.seals)
        elif isinstance(entry, Leaf):
            active.pop(id(frame), None)
        yield marked is rule.seals
        last = entry if isinstance(entry, Frame) else frame


def _upwards(frame: Frame | None) -> Iterator[Frame]:
    while frame is not None:
        yield frame
        frame = frame.parent


def _compiled(pattern: str) -> Callable[[str], object]:
    import re2

    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MOST_MEMORY
    refusal = ""
    try:
        search: Callable[[str], object] = re2.compile(pattern, options).search
        return search
    except re2.error as error:
        said = error.args[0] if error.args else ""
        refusal = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    raise ValueError(refusal)
