"""The keyring: the user's keys, looked for when the first sealed file needs them, and what to say where none fits."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from lamina.world.identities import COMMAND, SSH_COMMAND, find_identities

if TYPE_CHECKING:
    from lamina.thought.sealed.opening import Look, Opened, OpenedLayer

Found = TypeVar("Found")


class Keyring:
    """The keys that a user's environment variables and home lead to; it shows nothing of them.

    `warn` is told, once, of keys that others may read and of what holds no key.
    """

    def __init__(self, variables: Mapping[str, str], warn: Callable[[str], None] = lambda text: None) -> None:
        self._variables = variables
        self._warn = warn
        self._found: dict[tuple[str, ...], tuple[list[Any], tuple[str, ...]]] = {}
        self._warned: set[str] = set()

    def __repr__(self) -> str:
        return "Keyring()"

    def open(self, of: "Look", *, check_mac: bool = True) -> "Opened":
        """A sealed file opened; raises NoKey, with the places that were looked at, and Tampered."""
        from lamina.thought.sealed.opening import opened

        return self._telling(of.metadata.recipients, lambda found: opened(of, found, check_mac))

    def open_layer(self, data: bytes, file: str) -> "OpenedLayer":
        """A sealed layer opened; raises NoKey, with the places that were looked at, Unsound and Tampered."""
        from lamina.thought.sealed.opening import look, open_layer

        return self._telling(look(data, file).metadata.recipients, lambda found: open_layer(data, file, found))

    def identities(self, recipients: Sequence[str]) -> list[Any]:
        """The identities at hand, for a file that is sealed for these recipients."""
        return self._look(recipients)[0]

    def _telling(self, recipients: Sequence[str], act: Callable[[list[Any]], Found]) -> Found:
        from lamina.thought.sealed.failures import NoKey

        found, looked = self._look(recipients)
        try:
            return act(found)
        except NoKey as failure:
            failure.details += ("keys were looked for in", *(f"  {place}" for place in looked))
            raise

    def _look(self, recipients: Sequence[str]) -> tuple[list[Any], tuple[str, ...]]:
        """The identities, and every place with what came of looking there.

        Only a command that the user named may give other keys for other recipients.
        """
        asks = any(self._variables.get(name) for name in (COMMAND, SSH_COMMAND))
        known = tuple(recipients) if asks else ()
        if known not in self._found:
            from lamina.thought.sealed.recipients import identities

            home = Path(self._variables.get("HOME") or "/nonexistent")
            said = find_identities(self._variables, home, lambda text: identities(text).faults, recipients)
            for warning in said.warnings:
                if warning not in self._warned:
                    self._warned.add(warning)
                    self._warn(warning)
            found = [one for text in said.texts for one in identities(text).found]
            self._found[known] = found, said.looked
        return self._found[known]
