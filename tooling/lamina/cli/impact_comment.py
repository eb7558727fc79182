"""Impact as a comment on a pull request: whatever the change, GitHub takes it, and nothing in it is more than text.

A comment has room for 65,536 characters; as bytes are counted here, it fits wherever it is kept.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from lamina.cli.comparing import change_cells
from lamina.cli.impact_phrases import place_text, troubles_text
from lamina.words.errors import listing
from lamina.words.harmless import cell, row
from lamina.words.values import dataclass

if TYPE_CHECKING:
    from lamina.project.impact import EnvironmentImpact, Impact

_ROOM = 64_000
_SECTION = 12_000
_LONGEST = 120
_NAMES, _LONGEST_NAME = 8, 60
_ALL = "`lamina impact --format json` tells of all"


@dataclass(frozen=True, slots=True)
class _Row:
    """What happens to an address in some environments; `rank` is less for what matters more."""

    environments: tuple[str, ...]
    rank: tuple[bool, bool, bool]
    cells: tuple[str, ...]


def comment(found: "Impact", unexpected: Sequence[str] = ()) -> str:
    """The impact as markdown."""
    above = "\n".join([*_head(found, unexpected), *_environments(found)])
    below = "\n".join([*_reaching(found), *_owners(found)])
    room = _ROOM - len(above.encode()) - len(below.encode())
    return "\n".join(part for part in (above, "\n".join(_changes(found, room)), below) if part) + "\n"


def _head(found: "Impact", unexpected: Sequence[str]) -> Iterator[str]:
    touched = [one for one in found.environments if one.touched]
    total = len(found.environments)
    yield f"### Impact on {len(touched):,} of {total:,} environments" if touched else "### No effect on any environment"
    yield ""
    yield f"From {cell(found.base.id[:12])} to {cell(found.head.id[:12]) if found.head else 'the work tree'}."
    if unexpected:
        yield ""
        yield f"**Not expected to be touched:** {_names(unexpected)}"
    untouched = [one.name for one in found.environments if not one.touched]
    if untouched:
        yield ""
        yield f"No effect on {_names(untouched)}: {'it renders' if len(untouched) == 1 else 'they render'} the same."


def _environments(found: "Impact") -> Iterator[str]:
    touched = [one for one in found.environments if one.touched]
    touched.sort(key=lambda one: (not one.protected, not one.troubles, one.name))
    rows = [row(_name(one.name) + " (protected)" * one.protected, _effect(one), *_digests(one)) for one in touched]
    yield from _section(
        ("environment", "effect", "digest before", "digest after"), rows, _SECTION, _more("environments")
    )


def _effect(one: "EnvironmentImpact") -> str:
    states = {"added": "new", "removed": "removed", "renamed": f"was {_name(one.was or '')}, renders the same"}
    errors = len({error.document for error in one.troubles})
    secrets = sum(caused.found.secret for caused in one.changes)
    said = [states[one.state]] if one.state in states else []
    said += [f"**{errors:,} with errors**"] if errors else []
    said += [f"{len(one.changes):,} changed" + (f", of these {secrets:,} secret" if secrets else "")]
    return ", ".join(said)


def _digests(one: "EnvironmentImpact") -> tuple[str, str]:
    sides = (one.digest.before, one.digest.after)
    before, after = (cell(side.removeprefix("sha256:")[:12]) if side else "" for side in sides)
    return before, after


def _changes(found: "Impact", room: int) -> Iterator[str]:
    rows = sorted(_rows(found), key=lambda one: one.rank)
    shown = [row(_names(one.environments), *one.cells) for one in rows]

    def left_out(count: int) -> str:
        rest = rows[len(rows) - count :]
        where = {name for one in rest for name in one.environments}
        total = sum(len(one.environments) for one in rest)
        return f"{total:,} more changes in {len(where):,} environments are left out; {_ALL}."

    yield from _section(("environments", "address", "before", "after", "cause"), shown, room, left_out)


def _rows(found: "Impact") -> Iterator[_Row]:
    """Every change and every error once, with all environments that it is in."""
    protected = {one.name for one in found.environments if one.protected}
    groups: dict[tuple[bool, bool, tuple[str, ...]], list[str]] = {}
    for one in found.environments:
        for documents, error in troubles_text(one.troubles):
            what = (cell(documents or "all", _LONGEST), "", "", cell(error, 2 * _LONGEST))
            groups.setdefault((True, False, what), []).append(one.name)
        for caused in one.changes:
            weighs = caused.found.secret or caused.found.change.change == "removed"
            cells = (*change_cells(caused.found, _LONGEST), cell(place_text(caused.cause), _LONGEST))
            groups.setdefault((False, weighs, cells), []).append(one.name)
    for (broken, weighs, row_cells), names in groups.items():
        yield _Row(tuple(names), (protected.isdisjoint(names), not broken, not weighs), row_cells)


def _reaching(found: "Impact") -> Iterator[str]:
    rows = [row(_name(one.file), _names(one.environments)) for one in found.files if len(one.environments) > 1]
    yield from _section(("file", "reaches"), rows, _SECTION, _more("files"))


def _owners(found: "Impact") -> Iterator[str]:
    rows = [row(_name(one.name), _names((*one.files, *one.addresses))) for one in found.owners]
    yield from _section(("needs the consent of", "for"), rows, _SECTION, _more("owners"))


def _section(head: Sequence[str], rows: Sequence[str], room: int, left_out: Callable[[int], str]) -> Iterator[str]:
    """A table of as many rows as there is room for, and how many are left out."""
    if not rows:
        return
    yield from ("", row(*head), "|---" * len(head) + "|")
    for number, one in enumerate(rows):
        room -= len(one.encode()) + 1
        if room < 0:
            yield from ("", left_out(len(rows) - number))
            return
        yield one


def _more(what: str) -> Callable[[int], str]:
    return lambda count: f"{count:,} more {what} are left out; {_ALL}."


def _name(text: str) -> str:
    return cell(text, _LONGEST_NAME)


def _names(names: Sequence[str]) -> str:
    """Names as code, the first of many, with a count of the rest."""
    return listing([_name(one) for one in names], _NAMES)
