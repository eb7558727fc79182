"""Revert: what one commit did, taken back by a three-way merge; old layers in between are brought to today's versions."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import field
from pathlib import Path

from lamina.changes.landing import Landing
from lamina.changes.migrating import migrated
from lamina.changes.plan import Plan, demand_no_new_errors, planned
from lamina.changes.rolling.by_value import merged_by_value
from lamina.changes.rolling.rollback import demand_before
from lamina.changes.rolling.target import demand_readers, target
from lamina.project import Project
from lamina.project.keyring import Keyring
from lamina.project.outdated import surveyed, tree_layers
from lamina.project.revisions import NothingThere, folder_in_git, project_at
from lamina.thought.topology import ENVIRONMENTS, LayerFile, kind_of_document
from lamina.words.errors import Failure
from lamina.words.values import dataclass
from lamina.world.history import BeyondShallow, Commit, Conflict, History, Side

_HUNK = re.compile(r"^<{7} [^\n]*\n(.*?)^>{7} [^\n]*$", re.MULTILINE | re.DOTALL)
_MOST_LINES = 20


class NothingBefore(Failure):
    """The first commit, which cannot be taken back: there is nothing before it."""

    def __init__(self, commit: Commit) -> None:
        super().__init__(f"{commit.id[:12]} is the first commit, so there is nothing before it to return to", None)


class Conflicts(Failure):
    """What a commit did cannot be taken back, since later commits changed the same lines."""

    status = 1

    def __init__(self, commit: Commit, conflicts: tuple[Conflict, ...], hidden: frozenset[str]) -> None:
        files = f"{len(conflicts)} file{'s' * (len(conflicts) > 1)}"
        message = f"{commit.id[:12]} cannot be taken back: later commits changed the same lines of {files}"
        hint = "change the values by hand, or roll an environment back: lamina rollback ENV --to REV"
        super().__init__(message, hint)
        self.details = tuple(line for one in conflicts for line in _told(one, one.file in hidden))


@dataclass(frozen=True, slots=True)
class Revert:
    """A revert that is not committed yet: of which commit, the files that change (named from git's top), and the plan.

    `others` are those of the files that lamina does not read.
    """

    commit: Commit
    files: Mapping[str, bytes | None] = field(repr=False)
    plan: Plan
    others: tuple[str, ...]

    def land(self, landing: Landing, reason: str | None) -> str | None:
        """Commit it, and give the id; None where nothing changes. Raises what `Branch.commit` raises."""
        from lamina.changes.committing import committed_files

        if not self.files or landing.branch is None:
            return None
        message = f'Revert "{self.commit.subject}"\n\nThis reverts commit {self.commit.id}.'
        return committed_files(landing.branch, self.files, message, {"Reason": reason} if reason else {})


def revert(landing: Landing, folder: Path, revision: str, keyring: Keyring) -> Revert:
    """What takes back what a commit did, on the tip of a branch; of a merge, what it brought to its first parent.

    Nothing is written. Raises NotOnBranch, NothingBefore, Conflicts, NothingWritten, WouldNotHold and ReadableByOthers.
    """
    history, now, tip = History(folder), landing.project, landing.project.commit or "HEAD"
    commit = history.commit(revision)
    demand_before(history, commit, tip)
    if not commit.parents:
        ends = history.ends()
        raise (
            BeyondShallow(f"what stood before {commit.id[:12]}", [*ends])
            if commit.id in ends
            else NothingBefore(commit)
        )
    start = folder_in_git(now)
    prefix = f"{start}/" if start else ""
    ids = (commit.id, commit.parents[0])
    changed = {name.removeprefix(prefix) for name in history.changed(*ids) if name.startswith(prefix)}
    base, theirs = (_side(folder, now, id, prefix, changed, keyring) for id in ids)
    merge = history.merged(base, Side(tip), theirs)
    solved = _solved(history, now, prefix, merge.conflicts, base, theirs)
    if solved:
        # What is solved is the same on both sides of the next try.
        base, theirs = (Side(side.commit, {**side.files, **solved}) for side in (base, theirs))
        merge = history.merged(base, Side(tip, solved), theirs)
    if merge.conflicts:
        raise Conflicts(commit, merge.conflicts, frozenset(f"{prefix}{file}" for file in _with_secrets(now)))
    files = {**merge.files, **solved}
    inside = {name.removeprefix(prefix): data for name, data in files.items() if name.startswith(prefix)}
    plan = planned(now, {name: data for name, data in inside.items() if _is_read(name)})
    _demand_sound(now, plan, inside)
    read = {f"{prefix}{one.file}" for one in plan.files}
    return Revert(commit, files, plan, tuple(sorted(files.keys() - read)))


def _solved(
    history: History, now: Project, prefix: str, conflicts: Sequence[Conflict], base: Side, theirs: Side
) -> dict[str, bytes]:
    """The plain layers whose lines conflict but not what they say."""
    layers = tree_layers(now)
    solved: dict[str, bytes] = {}
    for name in (one.file for one in conflicts if one.text is not None):
        of = layers.get(name.removeprefix(prefix)) if name.startswith(prefix) else None
        if of is not None and not of.sealed:
            before, after = (side.files.get(name, history.file(side.commit, name)) for side in (base, theirs))
            data = merged_by_value(of.file, before, now.tree.data(of.file), after)
            solved |= {name: data} if data is not None else {}
    return solved


def _side(folder: Path, now: Project, id: str, prefix: str, files: Collection[str], keyring: Keyring) -> Side:
    """A commit, some layers of it brought to the versions that they have today where those are the newest."""
    try:
        then = project_at(folder, id, now.version)
    except NothingThere:
        return Side(id)
    raised = target(now, then, [one.name for one in then.environments()])
    today, old = tree_layers(now), tree_layers(raised)
    outdated = {
        file: of
        for file, of in old.items()
        if file in files and file in today and _is_newer(now, today[file], raised, of)
    }
    if not outdated:
        return Side(id)
    names = sorted({of.environment for of in outdated.values()})
    changes = migrated(raised, surveyed(raised, names, plain=True).of(outdated), keyring)
    return Side(id, {f"{prefix}{one.file}": one.after for one in changes if one.after is not None})


def _is_newer(now: Project, of: LayerFile, old: Project, was: LayerFile) -> bool:
    kind = now.tree.schema(kind_of_document(of.document))
    newest = kind is not None and now.tree.layer(of).version == kind.version
    return newest and not of.sealed and (old.tree.layer(was).version or 0) < (now.tree.layer(of).version or 0)


def _demand_sound(now: Project, plan: Plan, files: Mapping[str, bytes | None]) -> None:
    for one in plan.files:
        if one.after is not None and ".sops." in one.file and one.file.startswith(ENVIRONMENTS):
            demand_readers(now.with_files(files), one.file, one.after)
    demand_no_new_errors(now, plan)


def _is_read(name: str) -> bool:
    """Whether lamina reads a file of that name."""
    return name == "lamina.yaml" or name.startswith(("environments/", "schemas/"))


def _with_secrets(now: Project) -> Iterator[str]:
    """The layers whose text must not be shown: sealed ones, and those of kinds that know secrets."""
    for file, of in tree_layers(now).items():
        kind = now.tree.schema(kind_of_document(of.document))
        if of.sealed or kind is None or kind.schema is None or kind.schema.shape.has_secrets:
            yield file


def _told(conflict: Conflict, hidden: bool) -> Iterator[str]:
    """A conflict in lines: the file, and what stands on the two sides."""
    if conflict.text is None:
        yield f"{conflict.file}: changed on one side, and taken away on the other"
        return
    for found in _HUNK.finditer(conflict.text):
        place = f"{conflict.file}:{conflict.text.count(chr(10), 0, found.start()) + 1}"
        if hidden:
            yield f"{place}: lines that may hold secrets are not shown"
            continue
        lines = ["<<<<<<< as it is", *found[1].splitlines(), ">>>>>>> without the commit"]
        yield f"{place}:"
        yield from (f"  {one}" for one in lines[:_MOST_LINES])
        if len(lines) > _MOST_LINES:
            yield f"  and {len(lines) - _MOST_LINES} more lines"
