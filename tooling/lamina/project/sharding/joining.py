"""Joining the parts of `check` or of `validate`: what the whole command would have found.

What only the whole can tell, such as a comment that allows what no shard has found, is told here.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path as FolderPath

from lamina.project.gate import Change, Checked, since
from lamina.project.gate.checking import Checking
from lamina.project.gate.seeing import Seen
from lamina.project.questions import Project
from lamina.project.sharding.moment import asking_moment
from lamina.project.sharding.part import Command, Part
from lamina.project.sharding.whole import demand_alike, demand_whole
from lamina.words.finding import in_order
from lamina.words.values import dataclass


@dataclass(frozen=True, slots=True)
class Joined:
    """What a command found, as it would have in one run, asked about some environments (none: all) of a change, or of all."""

    command: Command
    change: Change
    asked: tuple[str, ...]
    found: Checked


def joined(
    parts: Sequence[tuple[str, Part]],
    opened: Callable[[str | None], Project],
    folder: FolderPath,
    received: Sequence[FolderPath],
    now: datetime,
) -> Joined:
    """The whole of parts, each with the name it was given by.

    `opened` gives the project at a commit, or as it is. Raises NotWhole, also where the repository here is of another moment
    than the parts; and what `check` and `since` raise.
    """
    demand_whole(parts)
    name, one = parts[0]
    project = opened(one.moment.commit if one.moment.revision else None)
    _demand_same_moment(project, name, one)
    seen = Seen.of([part.seen for _, part in sorted(parts, key=lambda part: part[1].shard.number)])
    if one.command == "validate":
        environments = one.environments or tuple(project.concrete())
        found = Checked(tuple(in_order(seen.others)), environments, {})
        return Joined("validate", Change(project), one.environments, found)
    change = Change(project)
    if one.base is not None:
        change = since(folder, project.version, one.base, project if one.moment.revision else None, received)
    checking = Checking(change.project, one.environments, change.extent, now=now, base=change.before)
    return Joined("check", change, one.environments, checking.settled(seen))


def _demand_same_moment(project: Project, name: str, part: Part) -> None:
    with asking_moment(project) as moment:
        demand_alike(name, part.moment.said, "the repository here", moment().said)
