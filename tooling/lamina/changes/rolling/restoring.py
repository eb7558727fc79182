"""The files of a rollback: old layers brought to the newest versions, and the settings of who extends whom."""

from collections.abc import Collection, Iterator

from lamina.changes.migrating import migrated
from lamina.changes.rolling.target import demand_readers
from lamina.project import Project
from lamina.project.keyring import Keyring
from lamina.project.outdated import surveyed, tree_layers
from lamina.project.plain_secrets import plain_secrets
from lamina.thought.document import read_layer
from lamina.thought.document.edit import drop, put
from lamina.thought.document.placing import holds
from lamina.thought.settings import EnvironmentSettings
from lamina.thought.topology import SETTINGS, LayerFile, kind_of_document
from lamina.words.address import Address
from lamina.words.errors import Failure
from lamina.words.node import Patch


class SecretReturns(Failure):
    """A secret that stood in plain text then, and would again."""

    status = 1

    def __init__(self, file: str, address: Address) -> None:
        message = f"{file} held {address} in plain text then, and it must be sealed today"
        super().__init__(message, "seal the value first (lamina secrets set), or go back to a later revision")


def newest(wanted: Project, names: Collection[str], keyring: Keyring, secrets: bool) -> Project:
    """The project with the layers in the environments' own folders rewritten to the newest versions; raises NothingWritten."""
    known = [name for name in names if name in wanted.tree.topology.environments]
    survey = surveyed(wanted, known, plain=not secrets)
    changes = migrated(wanted, survey, keyring) if not survey.current else ()
    return wanted.with_files({one.file: one.after for one in changes})


def restored(now: Project, wanted: Project, names: Collection[str], secrets: bool) -> dict[str, bytes | None]:
    """The layers in the environments' own folders as they are to be; None for those that are to go.

    Sealed ones only with `secrets`. Raises ReadableByOthers and SecretReturns.
    """

    def chosen(project: Project) -> dict[str, LayerFile]:
        layers = tree_layers(project).items()
        return {file: of for file, of in layers if of.environment in names and (secrets or not of.sealed)}

    old, today = chosen(wanted), chosen(now)
    files: dict[str, bytes | None] = {file: None for file in today if file not in old}
    for file, of in old.items():
        data, before = wanted.tree.data(file), now.tree.data(file) if file in today else None
        if data == before:
            continue
        if of.sealed:
            demand_readers(now, file, data)
        files[file] = data if of.sealed else _without_secrets(wanted, of, data, before)
    return files


def settings_restored(now: Project, then: Project) -> dict[str, bytes | None]:
    """The settings of today with the environments that extend each other as they did then; all else stays."""
    today, old = now.tree.settings.environments, then.tree.settings.environments
    before = now.source.read(SETTINGS) if SETTINGS in now.tree.files else b""
    data = before
    for name in dict.fromkeys([*today, *old]):
        one, was = today.get(name, EnvironmentSettings()), old.get(name, EnvironmentSettings())
        for key, value, wanted in (("extends", one.extends, was.extends), ("abstract", one.abstract, was.abstract)):
            path = ("environments", name, key)
            if value != wanted:
                data = drop(data, SETTINGS, path) if wanted is None else put(data, SETTINGS, path, wanted)
    return {SETTINGS: data} if data != before else {}


def _without_secrets(wanted: Project, of: LayerFile, data: bytes, before: bytes | None) -> bytes:
    """An old plain layer without the values that a sealed layer of the same environment holds today."""
    kind = wanted.tree.schema(kind_of_document(of.document))
    if kind is None or kind.schema is None or not kind.schema.shape.has_secrets:
        return data
    shape = kind.schema.shape
    plain = {path for path, _ in plain_secrets(read_layer(data, of.file).patch, shape)}
    known = {path for path, _ in plain_secrets(read_layer(before, of.file).patch, shape)} if before else set()
    for path in sorted(plain - known, key=str):
        if not any(holds(patch, path) for patch in _sealed_beside(wanted, of)):
            raise SecretReturns(of.file, Address(of.document, path))
        data = drop(data, of.file, path)
    return data


def _sealed_beside(project: Project, of: LayerFile) -> Iterator[Patch]:
    for one in project.tree.topology.layers.get(of.environment, {}).get(of.document, ()):
        if one.sealed:
            yield project.tree.layer(one).patch
