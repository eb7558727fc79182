"""Regular expressions that are compiled when they are first used: modules define hundreds, and a command uses a few."""

import re
from typing import Any, AnyStr, cast


def regex(text: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """What `re.compile` gives, by the same words; one that is wrong is noticed when it is first used."""
    return cast(re.Pattern[AnyStr], _Later(text, flags))


class _Later:
    """A pattern whose methods are looked up once each."""

    def __init__(self, text: str | bytes, flags: int) -> None:
        self._said: Any = (text, flags)

    def __getattr__(self, name: str) -> Any:
        # Only what is not there yet comes here.
        value = getattr(re.compile(*self._said), name)
        setattr(self, name, value)
        return value

    def __reduce__(self) -> Any:
        return regex, self._said

    def __repr__(self) -> str:
        return repr(re.compile(*self._said))
