"""Acts of `thought.runs` as methods of a store: the same words, recorded before they return; and the same, awaited."""

from collections.abc import Awaitable, Callable
from typing import Concatenate, Generic, ParamSpec, Protocol, TypeVar

from lamina.thought.runs.present import Present, Wish
from lamina.words.runs import Record

_P = ParamSpec("_P")
_R = TypeVar("_R", bound=Record)


class Does(Protocol):
    """What can make a wish a fact."""

    def do(self, wishing: Callable[[Present], Wish[_R]]) -> _R:
        """The record that the wish is about, once it is a fact."""


class DoesLater(Protocol):
    """What can make a wish a fact in a thread."""

    async def do(self, wishing: Callable[[Present], Wish[_R]]) -> _R:
        """The record that the wish is about, once it is a fact."""


class Act(Generic[_P, _R]):
    """A method that does an act of `thought.runs` with the words that the act takes."""

    def __init__(self, act: Callable[Concatenate[Present, _P], Wish[_R]]) -> None:
        self._act = act
        self.__doc__ = act.__doc__

    def __get__(self, store: Does, owner: type | None = None) -> Callable[_P, _R]:
        act = self._act

        def method(*words: _P.args, **named: _P.kwargs) -> _R:
            return store.do(lambda present: act(present, *words, **named))

        return _named(method, act)


class LaterAct(Generic[_P, _R]):
    """The same, awaited: the whole act in a thread, so that a task that is cancelled leaves nothing half done."""

    def __init__(self, act: Callable[Concatenate[Present, _P], Wish[_R]]) -> None:
        self._act = act
        self.__doc__ = act.__doc__

    def __get__(self, store: DoesLater, owner: type | None = None) -> Callable[_P, Awaitable[_R]]:
        act = self._act

        async def method(*words: _P.args, **named: _P.kwargs) -> _R:
            return await store.do(lambda present: act(present, *words, **named))

        return _named(method, act)


_C = TypeVar("_C", bound=Callable[..., object])


def _named(method: _C, act: Callable[..., object]) -> _C:
    method.__name__, method.__doc__ = act.__name__, act.__doc__
    return method
