"""Documenting: the reference of the configuration, written or held against what it would be."""

from pathlib import Path

from lamina.changes.generated import Stale, demand_generated, left_over, stale_files, write_generated
from lamina.project import Project
from lamina.project.manual import manual_of
from lamina.thought.manual import MARK, manual_files, manual_text
from lamina.words.errors import Misuse
from lamina.words.values import dataclass

REFERENCE = "docs/reference"
"""Where the pages stand when nobody says otherwise, from the repository's root."""

_MARK = MARK.encode()


@dataclass(frozen=True, slots=True)
class _Wanted:
    top: Path
    files: dict[str, bytes | None]


def write_reference(project: Project, place: Path | None = None) -> list[Stale]:
    """Write the reference into a folder, or into one file when the place ends in .md; says what was not as it should be.

    Raises NotGenerated, CannotWrite and LinkInTheWay, and then nothing is written.
    """
    wanted = _wanted(project, place)
    demand_generated(wanted.top, wanted.files, _MARK)
    return write_generated(wanted.top, wanted.files)


def stale_reference(project: Project, place: Path | None = None) -> list[Stale]:
    """The files of the reference that are not what they would be now."""
    wanted = _wanted(project, place)
    return stale_files(wanted.top, wanted.files)


def _wanted(project: Project, place: Path | None) -> _Wanted:
    if place is None and project.root is None:
        raise Misuse("this repository is not a work tree, so nothing can be written", "-o names a place")
    manual = manual_of(project)
    if place is not None and place.suffix == ".md":
        return _Wanted(place.parent, {place.name: manual_text(manual).encode()})
    below = "" if place is not None else f"{REFERENCE}/"
    top = place or project.root or Path()
    files = {f"{below}{name}": text.encode() for name, text in manual_files(manual).items()}
    return _Wanted(top, {**files, **left_over(top, f"{below}*.md", _MARK, files)})
