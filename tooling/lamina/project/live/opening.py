"""Opening a live configuration: which ground a path is, and what notices its changes."""

from pathlib import Path

from lamina.project.hiding import SecretsMode
from lamina.project.keyring import Keyring
from lamina.project.live.folder import Folder, is_rendered
from lamina.project.live.ground import Ground
from lamina.project.live.live import Live, Watching
from lamina.project.live.repository import Repository
from lamina.project.live.trees import Branch, WorkTrees


def opened(
    path: Path,
    environment: str,
    version: str,
    *,
    at: str | None = None,
    secrets: SecretsMode = "redact",
    keyring: Keyring | None = None,
    watch: bool = True,
    patient: bool = False,
) -> Live:
    """The live configuration of an environment (see `lamina.live`, and for `patient` `Live`)."""
    path = path.absolute()
    ground: Ground
    if at is None and is_rendered(path):
        ground = Folder(path, environment)
    else:
        trees = Branch(path, at) if at is not None else WorkTrees(path)
        ground = Repository(trees, environment, version, secrets, keyring)
    return Live(ground, environment, _watching(ground) if watch else None, patient)


def _watching(ground: Ground) -> Watching:
    from lamina.world.watching import watching

    return watching(ground.places())
