"""Recording changes of the configuration in the log of the environment's own run state, where it keeps one."""

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from lamina.project.state.opening import DOCUMENT, StatePlace
from lamina.thought.runs.soundness import only
from lamina.thought.upkeep.settings import StateSettings, state_settings
from lamina.words.event import Draft
from lamina.world.store import home as homes


class Recording:
    """The log of an environment's state, found anew for each event: it may be moved, restored or made while this runs."""

    def __init__(self, environment: str, clock: Callable[[], datetime]) -> None:
        self._environment, self._clock = environment, clock

    def applied(self, documents: Mapping[str, Any], old: str | None, new: str, commit: str | None) -> bool:
        """Record that a configuration is in force; whether there is a log. Raises what reading and writing it does."""
        return self._record(documents, Draft("config.applied", None, self._told(old=old, new=new, commit=commit)))

    def rejected(self, documents: Mapping[str, Any], old: str | None, new: str | None, reason: str | None) -> bool:
        """Record that a change was rejected; whether there is a log. Raises what reading and writing it does."""
        return self._record(documents, Draft("config.rejected", None, self._told(old=old, new=new, reason=reason)))

    def _told(self, **words: str | None) -> dict[str, object]:
        # The digests are those of the environment's render, which sets them apart from those of policies.
        return only(environment=self._environment, **words)

    def _record(self, documents: Mapping[str, Any], draft: Draft) -> bool:
        from lamina.changes.state.opening import opened

        place = self._place(documents)
        if place is None:
            return False
        with opened(place, self._clock, _unsaid) as store:
            store.note(draft)
        return True

    def _place(self, documents: Mapping[str, Any]) -> StatePlace | None:
        """The store that there is, to be used as those do who work with it."""
        settings = _kept(documents)
        if settings is None:
            return None
        home = homes.home(Path(str(settings.persistence.location)))
        return StatePlace(settings, home, self._environment, assumed=True) if home.marker.is_file() else None


def _kept(documents: Mapping[str, Any]) -> StateSettings | None:
    """The policies of state that is kept, with a log; raises BadStateSettings."""
    if DOCUMENT not in documents:
        return None
    settings = state_settings(documents[DOCUMENT])
    kept = settings.persistence
    return settings if kept.enabled and kept.location and kept.events.enabled else None


def _unsaid(text: str) -> None:
    """What is risky about where the store lies is for the program that works with it to say."""
