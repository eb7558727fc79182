"""Failures: what stops a command, as small records that say the way out."""

from collections.abc import Iterable, Sequence


class Failure(Exception):
    """An expected reason to stop: one sentence, a hint that helps, the exit status it earns; `details` are further lines."""

    status = 3
    details: tuple[str, ...] = ()

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        if hint:
            self.add_note(f"hint: {hint}")  # for programs that let it through: a traceback shows notes

    def __reduce__(self) -> tuple[object, ...]:
        """What a process sends to another: not made anew from its message, which few of the kinds take."""
        return type(self).__new__, (type(self), *self.args), self.__dict__

    def __str__(self) -> str:
        return self.message


class Misuse(Failure):
    """The command's words are off: an address that does not parse, options that contradict each other."""

    status = 2


_LONGEST = 200


def near(name: str, known: Iterable[str]) -> str | None:
    """The known name that is most like `name`, in whatever case, or None when nothing is close enough to be meant."""
    from difflib import get_close_matches

    if len(name) > _LONGEST:  # nobody mistypes that, and to compare it takes long
        return None
    spellings: dict[str, list[str]] = {}
    for one in known:
        spellings.setdefault(one.casefold(), []).append(one)
    found = get_close_matches(name.casefold(), spellings, n=1, cutoff=0.6)
    return get_close_matches(name, spellings[found[0]], n=1, cutoff=0)[0] if found else None


def listing(names: Sequence[str], most: int = 8) -> str:
    """Names for a sentence: `a, b, c`, cut after `most` with a count of the rest."""
    shown = ", ".join(names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown
