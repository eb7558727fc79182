"""Comparing two projects, each under the newer schemas of both, so that a change of form alone is no change."""

from collections.abc import Iterable, Mapping

from lamina.project.comparing import DocumentChange, compared
from lamina.project.questions import Project
from lamina.thought.topology import SCHEMAS


def differences(old: Project, left: str, new: Project, right: str) -> list[DocumentChange]:
    """What differs between an environment of one project and one of another, such as two revisions of a repository.

    Both are brought to the newer versions of their kinds first. Raises what rendering raises, and Broken.
    """
    if old is new:
        return old.diff(left, right)
    return compared(raised(old, new).render(left), raised(new, old).render(right))


def raised(project: Project, to: Project) -> Project:
    """A project with the schemas and migrations of another for the kinds that have a higher version there.

    Its layers are then brought to those versions; the project itself where there is no such kind.
    """
    mine, theirs = project.tree.topology.schemas, to.tree.topology.schemas
    newer = [kind for kind in theirs if kind in mine and max(theirs[kind]) > max(mine[kind])]
    if not newer:
        return project
    folders = tuple(f"{SCHEMAS}/{kind}/" for kind in newer)
    # What the newer schemas refer to comes along, as it is there.
    drawn_on = {file for kind in newer if (schema := to.tree.schema(kind)) is not None for file in schema.files}
    names = [
        name
        for name in to.tree.files
        if name.startswith(f"{SCHEMAS}/")
        and (name.startswith(folders) or name in drawn_on or name not in project.tree.files)
    ]
    return project.with_files({name: to.source.read(name) for name in names}, unstated_versions(project, newer))


def unstated_versions(project: Project, kinds: Iterable[str]) -> Mapping[str, int]:
    """By kind the version of layers that state none: that of the only schema there is."""
    schemas = project.tree.topology.schemas
    alone = {kind: max(schemas[kind]) for kind in kinds if len(schemas.get(kind, ())) == 1}
    return {**alone, **project.tree.unstated}
