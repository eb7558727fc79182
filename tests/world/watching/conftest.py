"""A watch that is closed when the test ends."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from world.watching.watched import Watching

from lamina.world.watching import Watch, watching


@pytest.fixture(name="watching")
def _watching() -> Iterator[Watching]:
    """`watching`; the sweep is an hour, so that only events tell, unless it is named."""
    watches: list[Watch] = []

    def made(*places: Path, sweep: float = 3600.0) -> Watch:
        watches.append(watching(places, sweep=sweep))
        return watches[-1]

    yield made
    for watch in watches:
        watch.close()
