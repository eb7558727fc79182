"""Acts of `thought.runs` as methods of a store: the same words, recorded before they return; and the same, awaited."""

from collections.abc import Awaitable, Callable
from inspect import Parameter, Signature, signature
from typing import Concatenate, Generic, ParamSpec, Protocol, TypeVar, get_args

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
        self._words = words_of(act)

    def __get__(self, store: Does, owner: type | None = None) -> Callable[_P, _R]:
        act = self._act

        def method(*words: _P.args, **named: _P.kwargs) -> _R:
            return store.do(lambda present: act(present, *words, **named))

        return named(method, act, self._words, bound=store is not None)


class LaterAct(Generic[_P, _R]):
    """The same, awaited: the whole act in a thread, so that a task that is cancelled leaves nothing half done."""

    def __init__(self, act: Callable[Concatenate[Present, _P], Wish[_R]]) -> None:
        self._act = act
        self._words = words_of(act)

    def __get__(self, store: DoesLater, owner: type | None = None) -> Callable[_P, Awaitable[_R]]:
        act = self._act

        async def method(*words: _P.args, **named: _P.kwargs) -> _R:
            return await store.do(lambda present: act(present, *words, **named))

        return named(method, act, self._words, bound=store is not None)


_C = TypeVar("_C", bound=Callable[..., object])


def words_of(act: Callable[..., object]) -> Signature:
    """The words that an act takes as a method: of what is present it is the store that knows, and the wish comes true."""
    whole = signature(act)
    _, *words = whole.parameters.values()
    returned = get_args(whole.return_annotation)[0]
    return whole.replace(
        parameters=[Parameter("self", Parameter.POSITIONAL_OR_KEYWORD), *words], return_annotation=returned
    )


def named(method: _C, like: Callable[..., object], words: Signature, *, bound: bool) -> _C:
    """A method that `help` shows with the name, the words and the explanation of what it does."""
    method.__name__, method.__doc__ = like.__name__, like.__doc__
    method.__qualname__ = like.__name__
    parameters = list(words.parameters.values())
    method.__signature__ = words.replace(parameters=parameters[1:]) if bound else words  # type: ignore[attr-defined]
    return method
