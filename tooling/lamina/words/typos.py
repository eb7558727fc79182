"""Typos: whether a name is another one that was mistyped, so surely that a program may mend it."""

from collections.abc import Iterable

from lamina.words.regex import regex

_DIGIT = regex("[0-9]")
_JOINT = regex("[-_. ]")


def typo_of(name: str, known: Iterable[str]) -> list[str]:
    """The known names that `name` may be a typo of, those written alike but for case and joints alone where there are any.

    A slip is a letter too much, one too few, another one, or two that changed places: one slip in a name of three to seven
    letters, two in a longer one, none in its first letter. Who writes another digit means another thing.
    """
    others = [one for one in known if one != name]
    if alike := [one for one in others if _plain(one) == _plain(name)]:
        return alike
    most = min(len(name) // 3, 1 + (len(name) > 7))
    return [one for one in others if _may_be(name, one, most)]


def only_case(name: str, known: Iterable[str]) -> list[str]:
    """The known names that differ from `name` in case and joints (`-`, `_`, blanks) alone."""
    return [one for one in known if one != name and _plain(one) == _plain(name)]


def _plain(name: str) -> str:
    return _JOINT.sub("", name).casefold()


def _may_be(name: str, other: str, most: int) -> bool:
    if not name or name[:1].casefold() != other[:1].casefold() or abs(len(name) - len(other)) > most:
        return False
    return _DIGIT.findall(name) == _DIGIT.findall(other) and _slips(name.casefold(), other.casefold()) <= most


def _slips(left: str, right: str) -> int:
    """The edit distance in which two neighbours that changed places are one slip."""
    before: list[int] = []
    row = list(range(len(right) + 1))
    for index, one in enumerate(left, 1):
        above, row = row, [index]
        for place, other in enumerate(right, 1):
            cost = min(row[-1] + 1, above[place] + 1, above[place - 1] + (one != other))
            swapped = index > 1 and place > 1 and one == right[place - 2] and left[index - 2] == other
            row.append(min(cost, before[place - 2] + 1) if swapped else cost)
        before = above
    return row[-1]
