"""What has to be at rest while a process forks: a child must not inherit what another thread is in the middle of."""

import os
from typing import Protocol
from weakref import WeakSet


class Resting(Protocol):
    """Something that is told of forks."""

    def before_fork(self) -> None:
        """Come to rest."""

    def after_fork(self, in_child: bool) -> None:
        """Go on, in the parent or in the child."""


_EVERY: WeakSet[Resting] = WeakSet()
_FORKING: list[Resting] = []


def tell_of_forks(one: Resting) -> None:
    """Have it told, as long as it lives."""
    _EVERY.add(one)


def _before() -> None:
    _FORKING[:] = list(_EVERY)
    for one in _FORKING:
        one.before_fork()


def _after(in_child: bool) -> None:
    while _FORKING:
        _FORKING.pop().after_fork(in_child)


os.register_at_fork(
    before=_before, after_in_parent=lambda: _after(in_child=False), after_in_child=lambda: _after(in_child=True)
)
