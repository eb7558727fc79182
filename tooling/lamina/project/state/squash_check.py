"""Whether a branch that was begun anew says why: by a record that someone signed who may."""

from collections.abc import Iterator
from datetime import UTC, datetime

from lamina.project.questions import Project
from lamina.thought.anchors.signers import Signers, read_signers
from lamina.thought.anchors.sshsig import BadSignature, fault, read_signature, unarmoured
from lamina.thought.archiving import layout, squashes
from lamina.thought.archiving.squashes import Squash
from lamina.words.times import instant
from lamina.world.archive.shelf import Shelf
from lamina.world.sources import Unreadable


def signers_of(project: Project) -> Signers | None:
    """Who may sign, by the file that `archive.signers` names; None where it names none, or one that is not there."""
    name = project.tree.settings.archive_signers
    if name is None:
        return None
    try:
        return read_signers(project.source.read(name).decode("utf-8", "replace"))
    except Unreadable:
        return None


def is_explained(shelf: Shelf, known: str, now: str, signers: Signers | None) -> bool:
    """Whether a record at the new history, signed by who may, says that it replaces the one that `known` belongs to."""
    first = shelf.commits(now)[0].id
    parts = parts_of(shelf, first)
    return any(squashes.explains(one, known, parts) for one in signed_records(shelf, first, signers))


def parts_of(shelf: Shelf, commit: str) -> dict[str, str]:
    """The folders of the stores that a commit holds, by their ids."""
    folders = {name: shelf.folder(commit, layout.own(name)) for name in shelf.names(commit, "v1")}
    return {name: id for name, id in folders.items() if id is not None}


def signed_records(shelf: Shelf, commit: str, signers: Signers | None) -> Iterator[Squash]:
    """The records that a commit holds, of those that are sound and signed by who may."""
    held = dict(shelf.files(commit, layout.RETENTION))
    for name, data in held.items():
        signature = held.get(name + squashes.SIGNATURE)
        if signature is not None and signers is not None and name.endswith(".json"):
            try:
                found = squashes.squash_of(data)
                if _is_signed(data, signature, found.time, signers):
                    yield found
            except ValueError:
                continue


def _is_signed(data: bytes, signature: bytes, time: str, signers: Signers) -> bool:
    try:
        found = read_signature(unarmoured(signature.decode("ascii", "replace")))
    except BadSignature:
        return False
    at = datetime.fromtimestamp(instant(time) / 1_000_000, UTC)
    who, _ = signers.judge(found.key, squashes.NAMESPACE, at)
    return who is not None and fault(found, squashes.NAMESPACE, data) is None
