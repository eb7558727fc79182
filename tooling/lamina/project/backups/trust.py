"""Whose word a backup is: its signature, by those who may sign."""

from datetime import datetime
from pathlib import Path

from lamina.project.questions import Project
from lamina.thought.anchors.signers import Signers, read_signers
from lamina.thought.anchors.sshsig import BadSignature, fault, fingerprint, read_signature, unarmoured
from lamina.thought.backups.manifest import NAMESPACE, Manifest
from lamina.words.errors import Failure
from lamina.words.values import dataclass
from lamina.world.files import read_file


class NotTrusted(Failure):
    """A backup that is not signed by somebody who may."""

    status = 1

    def __init__(self, path: Path, what: str) -> None:
        super().__init__(
            f"{path} is not to be trusted: {what}",
            "name who may sign: archive.signers in lamina.yaml, or --signers FILE (of ssh's form allowed_signers)",
        )


@dataclass(frozen=True, slots=True)
class Word:
    """Who signed: the key's fingerprint (None: nobody did), and whose that is, where it is known who may sign."""

    key: str | None = None
    signer: str | None = None


def signers_from(file: Path | None, project: Project | None) -> Signers | None:
    """Who may sign: by a file that is named, or by the settings of the repository; or None. Raises CannotRead."""
    if file is not None:
        return read_signers(read_file(file).decode("utf-8", "replace"))
    name = project.tree.settings.archive_signers if project else None
    if name is None or project is None:
        return None
    return read_signers(project.source.read(name).decode("utf-8", "replace"))


def word_on(path: Path, manifest: Manifest, data: bytes, signature: bytes | None, signers: Signers | None) -> Word:
    """Who stands for a manifest, `data` in the file; where it is known who may sign, one of them has to. Raises NotTrusted."""
    if signature is None:
        if signers is not None:
            raise NotTrusted(path, "it is not signed")
        return Word()
    try:
        made = read_signature(unarmoured(signature.decode("ascii", "replace")))
        wrong = fault(made, NAMESPACE, data)
    except BadSignature as error:
        wrong = str(error)
    if wrong is not None:
        raise NotTrusted(path, f"its signature does not hold: {wrong}")
    key = fingerprint(made.key)
    if signers is None:
        return Word(key)
    signer, why = signers.judge(made.key, NAMESPACE, datetime.fromisoformat(manifest.taken))
    if why is not None:
        raise NotTrusted(path, f"it is signed by {key}: {why}")
    return Word(key, signer)
