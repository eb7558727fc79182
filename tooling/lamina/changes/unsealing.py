"""Open whole files: printed, written to another file, or in place."""

from typing import TYPE_CHECKING

from lamina.changes.results import Formats, Result, Target, fitting, put
from lamina.project.keyring import Keyring
from lamina.project.sealed_files import FileOnDisk
from lamina.thought.sealed.failures import Unsound
from lamina.thought.sealed.opening import Opened, look
from lamina.thought.sealed.plaintext import plain_text
from lamina.words.errors import Failure, near
from lamina.words.node import Path as TreePath
from lamina.words.tree_path import tree_path_text

if TYPE_CHECKING:
    from lamina.thought.sealed.conversion import Branch

# A new file of plain text is for its owner alone, whatever the umask says.
_PRIVATE = 0o600


class NoSuchPlace(Failure):
    """A file has no value at the place that was asked for."""

    status = 1

    def __init__(self, name: str, reason: str, hint: str) -> None:
        super().__init__(f"{name}: {reason}", hint)


def decrypt(
    file: FileOnDisk, formats: Formats, part: TreePath, to: Target, keyring: Keyring, *, check_mac: bool = True
) -> Result:
    """Open a sealed file, or the `part` of it at a path that is not empty.

    Raises NotSealed, Unsound, NoKey, Tampered, NoSuchPlace, and what writing may raise.
    """
    kind, output = formats.of(file.name)
    found = keyring.open(look(file.data, file.name, kind), check_mac=check_mac)
    data = fitting(lambda: _opened(found, file, part, output), Unsound, file.name)
    return Result(data, put(file, data, to, _PRIVATE), found.doubts)


def _opened(found: Opened, file: FileOnDisk, part: TreePath, output: str) -> bytes:
    if not part and output == found.look.store.name:
        return plain_text(found)
    from lamina.project.recipes import indents_for
    from lamina.thought.sealed.conversion import branches, converted, extract

    documents = branches(found.look.parsed.entries, found.values)
    indents = indents_for(file.path)
    if not part:
        return converted(documents, output, indents)
    reason = ""
    try:
        return extract(documents, part, output, indents)
    except LookupError as error:
        reason = str(error.args[0])
    raise NoSuchPlace(file.name, reason, _instead(documents, part))


def _instead(documents: "list[Branch]", part: TreePath) -> str:
    """What may have been meant by a path that leads nowhere: the first step that is wrong, mended."""
    from lamina.thought.sealed.conversion import keys_at

    for depth, step in enumerate(part):
        keys = keys_at(documents, part[:depth])
        if isinstance(step, str) and keys and step not in keys:
            like = near(step, keys)
            return (
                f"did you mean {tree_path_text((*part[:depth], like))}?"
                if like
                else "look at the file: its keys are plain"
            )
    return """a path is keys and places in brackets: '["db"]["users"][0]'"""
