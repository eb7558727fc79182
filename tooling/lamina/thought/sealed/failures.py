"""What stops the opening or the sealing of a file. No message, and no exception behind one, ever holds a value."""

from collections.abc import Sequence

from lamina.words.address import path_text
from lamina.words.errors import Failure
from lamina.words.node import Path

_LONGEST = 2_000


_MOST_SHOWN = 20


class Unsound(Failure):
    """A sealed file that cannot be what its writer wrote: it does not parse, lacks its metadata, or was tampered with."""

    status = 1

    def __init__(self, file: str, message: str, hint: str, path: Path = (), *, comment: bool = False) -> None:
        place = f"a comment in {_place(path) or 'the file'}" if comment else _place(path)
        super().__init__(f"{file}: {place}: {message}" if place else f"{file}: {message}", hint)
        self.file = file
        self.path = path


class NotSealed(Unsound):
    """A file without the metadata of a sealed one."""

    def __init__(self, file: str) -> None:
        super().__init__(file, "no sops metadata, so the file is not sealed", "seal it: lamina secrets encrypt")


class Tampered(Unsound):
    """A value, or the whole, is not what was sealed: its tag or the file's MAC does not fit."""

    def __init__(self, file: str, message: str, path: Path = (), hint: str | None = None) -> None:
        super().__init__(file, message, hint or "restore the file from a commit that opens", path)


class NoKey(Failure):
    """None of the identities opens the file; the details say for whom it is sealed."""

    def __init__(self, file: str, recipients: Sequence[str], identities: int, groups: str = "") -> None:
        tried = "there is no key to open it" if not identities else f"none of the {identities} keys at hand opens it"
        super().__init__(
            f"{file}: {tried}{groups}",
            "set SOPS_AGE_KEY_FILE, or ask a recipient to add you: lamina secrets updatekeys",
        )
        self.file = file
        self.recipients = tuple(recipients)
        shown = [_short(name) for name in recipients[:_MOST_SHOWN]] or ["nobody"]
        more = len(recipients) - len(shown)
        shown += [f"and {more} more"] if more > 0 else []
        self.details = ("it is sealed for", *(f"  {name}" for name in shown))


class CannotSeal(Failure):
    """A plain file, a rule or a recipient that cannot be sealed, or not so that every reader opens it alike."""

    status = 1

    def __init__(self, file: str, message: str, hint: str, path: Path = ()) -> None:
        super().__init__(f"{file}: {_place(path)}: {message}" if path else f"{file}: {message}", hint)
        self.file = file
        self.path = path


def _place(path: Path) -> str:
    text = path_text(path)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def _short(recipient: str) -> str:
    """An SSH recipient by its kind and comment; any other as it is, as far as it can be one: labels can be any text."""
    words = recipient[:_LONGEST].split()
    shown = recipient[:_LONGEST] if len(words) < 2 else f"{words[0]} {' '.join(words[2:])}".strip()
    return shown if shown.isprintable() and shown else "somebody unnamed"
