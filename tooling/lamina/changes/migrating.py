"""Migrating: every layer rewritten to the newest version of its kind, all files or none, proved to mean the same."""

from collections.abc import Iterator
from contextlib import contextmanager

from lamina.changes.drafts import Draft, draft
from lamina.changes.migrated_text import rewritten
from lamina.changes.proving import differences
from lamina.changes.rewriting import NothingWritten
from lamina.changes.writing import FileChange
from lamina.project import Project
from lamina.project.keyring import Keyring
from lamina.project.outdated import OutdatedLayer, Survey, mended
from lamina.project.raising import raised
from lamina.thought.document.edit import put
from lamina.thought.document.version_line import with_version
from lamina.thought.topology import kind_of_document
from lamina.words.errors import Failure
from lamina.words.node import Patch, Path


class NotSound(Failure):
    """Something is wrong with a layer or with a migration, so that nobody knows what would become of the layer."""

    status = 1


def migrated(project: Project, survey: Survey, keyring: Keyring) -> tuple[FileChange, ...]:
    """What the layers of a survey become, all of the newest version; raises NothingWritten with every reason."""
    failures: list[Failure] = [NotSound(f"{one.position}: {one.message}", one.fix) for one in survey.findings]
    drafts: dict[str, Draft] = {}
    touched = {one.of for one in survey.layers} | {one.of for one in survey.references}
    for of in sorted(touched, key=lambda of: of.file):
        with _collecting(failures):
            drafts[of.file] = draft(project.tree, of, keyring)
    for one in survey.layers if not survey.findings else ():
        if one.of.file in drafts:
            with _collecting(failures):
                _raise(project, drafts[one.of.file], one)
    if not failures:
        for file, path, value in survey.defaults:
            with _collecting(failures):
                drafts[file].text = put(drafts[file].text, file, path, value)
    changes = tuple(_changes(survey, drafts, failures)) if not failures else ()
    if not failures:
        failures += differences(project, project.with_files({one.file: one.after for one in changes}))
    if failures:
        raise NothingWritten(failures, max(len(touched), len(failures)))
    return changes


@contextmanager
def _collecting(failures: list[Failure]) -> Iterator[None]:
    try:
        yield
    except Failure as failure:
        failures.append(failure)


def _raise(project: Project, made: Draft, one: OutdatedLayer) -> None:
    """A draft brought to the newest version, its secrets followed to their new places."""
    file, patch = one.of.file, made.layer.patch
    kind = kind_of_document(one.of.document)
    found = raised(patch, kind, project.tree.versions(kind).since(one.version), one.needless, made.secret)
    for migration, plan in found.plans:
        for fault in plan.faults:
            # The survey found none, but opened values may hold what cannot be converted.
            way = f"from version {migration.version - 1} to {migration.version}"
            raise NotSound(f"{file}: {fault.message} ({way})", fault.fix)
        made.text = rewritten(made.text, file, patch, plan.steps)
        patch = plan.patch
    made.secret = found.literal
    made.text = with_version(made.text, file, one.newest)


def _changes(survey: Survey, drafts: dict[str, Draft], failures: list[Failure]) -> Iterator[FileChange]:
    """The files that differ, their references mended and their secrets sealed again."""
    for file, made in drafts.items():
        with _collecting(failures):
            for path, value in mended(made.layer.patch, made.of, survey.places):
                made.text = _mended(made, path, value)
            after = made.sealed()
            if after != made.before:
                yield FileChange(file, made.before, after)


def _mended(made: Draft, path: Path, value: Patch) -> bytes:
    return made.text if path in made.secret else put(made.text, made.of.file, path, value)
