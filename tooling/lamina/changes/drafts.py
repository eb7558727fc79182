"""Drafts: layers as they would be after a migration, on their plain text; sealed ones opened, and sealed again at the end."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from hmac import digest

from lamina.project.keyring import Keyring
from lamina.project.tree import Tree
from lamina.thought.document import Layer, read_layer
from lamina.thought.topology import LayerFile
from lamina.words.address import path_text
from lamina.words.errors import Failure
from lamina.words.node import Data, Path, Sealed, at


class WouldShow(Failure):
    """A value that is sealed would stand in plain text in its new place."""

    status = 1

    def __init__(self, file: str, path: Path) -> None:
        message = f"{file}: the file's rule of selection would leave {path_text(path)} in plain text, where it moves to"
        super().__init__(message, "mend the rule in .sops.yaml and run lamina secrets reseal, or choose another place")


@dataclass(slots=True)
class Draft:
    """One layer on its way: its bytes, its text in plain, what in it is secret, and how it is sealed again."""

    of: LayerFile
    before: bytes = field(repr=False)
    text: bytes = field(repr=False)
    secret: frozenset[Path] = frozenset()
    seal: Callable[[bytes], bytes] | None = field(default=None, repr=False)

    @property
    def layer(self) -> Layer:
        """The layer that the text is now."""
        return read_layer(self.text, self.of.file)

    def sealed(self) -> bytes:
        """The bytes of the file; raises CannotSeal, and WouldShow where a secret would not be one any more."""
        if self.seal is None:
            return self.text
        data = self.seal(self.text)
        shown = read_layer(data, self.of.file)
        from lamina.thought.sealed import closed

        patch, _ = closed(shown.patch)
        for path in sorted(self.secret, key=str):
            if not isinstance(_at(patch, path), Sealed):
                raise WouldShow(self.of.file, path)
        return data


def draft(tree: Tree, of: LayerFile, keyring: Keyring) -> Draft:
    """A layer to be changed; a sealed one is opened: raises NoKey, Unsound and Tampered."""
    data = tree.data(of.file)
    if not of.sealed:
        return Draft(of, data, data)
    from lamina.thought.sealed.opening import look
    from lamina.thought.sealed.plaintext import plain_text
    from lamina.thought.sealed.sealing import resealed

    opened = keyring.open(look(data, of.file))
    time = _time(opened.look.metadata.last_modified)
    random = _bytes(opened.key, data)
    return Draft(of, data, plain_text(opened), opened.sealed_paths, lambda text: resealed(opened, text, random, time))


def _bytes(key: bytes, data: bytes) -> Callable[[int], bytes]:
    """A source of initialisation vectors that gives the same for the same file, so that a preview is what is written.

    They are a keyed digest of the file that is sealed anew: no two files, nor two values of one, share any.
    """
    count = 0

    def take(length: int) -> bytes:
        nonlocal count
        count += 1
        assert length <= sha256().digest_size
        return digest(key, b"lamina migrate\0" + sha256(data).digest() + count.to_bytes(8, "big"), "sha256")[:length]

    return take


def _time(text: str) -> datetime:
    """When the file was last modified: it stays, since a migration changes no value."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _at(patch: object, path: Path) -> object:
    node: Data = patch  # type: ignore[assignment]
    try:
        return at(node, path)
    except LookupError:
        return None
