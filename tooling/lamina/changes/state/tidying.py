"""Clean-up from the command line: a store that is opened for it alone."""

from collections.abc import Callable
from datetime import datetime

from lamina.changes.state.cleanup import Cleanup
from lamina.changes.state.opening import opened
from lamina.project.state.opening import StatePlace, home_of
from lamina.world.store.home import marker


def cleaned_up(
    place: StatePlace, clock: Callable[[], datetime], warn: Callable[[str], None], *, dry_run: bool, if_due: bool
) -> Cleanup | None:
    """What was removed from the store of a place, or would be; None where it is not due.

    Raises NoStateKept, NoStore where nothing was ever kept there, and what opening and cleaning up raise.
    """
    marker(home_of(place))
    with opened(place, clock, warn) as store:
        return store.clean_up(dry_run=dry_run, if_due=if_due)
