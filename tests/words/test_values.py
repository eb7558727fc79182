"""A value is what the standard decorator makes of the same class, and its methods are made when they are first used."""

import copy
import dataclasses
import inspect
import pickle
from collections.abc import Callable
from dataclasses import FrozenInstanceError, field, fields, replace
from functools import cached_property
from typing import Any, ClassVar, Generic, TypeVar

import pytest

from lamina.words.values import dataclass

Item = TypeVar("Item")


def classes(decorator: Callable[..., Any]) -> dict[str, type[Any]]:
    """The same classes, by one decorator and by the other."""

    @decorator(frozen=True, slots=True)
    class Pair:
        """Two things."""

        left: int
        right: "list[str]" = field(default_factory=list, hash=False)
        kind: ClassVar[str] = "pair"

    @decorator(frozen=True, slots=True)
    class Three(Pair):
        """And one more."""

        more: str = field(default="x", repr=False, compare=False)
        made: int = field(default=7, init=False)

    @decorator(frozen=True, slots=True)
    class Of(Generic[Item]):
        """Some item, never below nothing."""

        item: Item

        def __post_init__(self) -> None:
            if self.item == -1:
                raise ValueError("below nothing")

    @decorator(frozen=True, slots=True)
    class Own:
        """Methods of its own are kept."""

        name: str

        def __repr__(self) -> str:
            return f"<{self.name}>"

        def __eq__(self, other: object) -> bool:
            return isinstance(other, type(self))

    @decorator(frozen=True, slots=True)
    class Nothing:
        """No field at all."""

    return {one.__name__: one for one in (Pair, Three, Of, Own, Nothing)}


OURS, STANDARD = classes(dataclass), classes(dataclasses.dataclass)
MADE: dict[str, tuple[str, tuple[Any, ...], dict[str, Any]]] = {
    "by place": ("Pair", (1, ["a"]), {}),
    "by name": ("Pair", (), {"right": ["a"], "left": 1}),
    "with a default": ("Pair", (2,), {}),
    "of a class with a parent": ("Three", (1, [], "y"), {}),
    "generic": ("Of", ({"a": 1},), {}),
    "with methods of its own": ("Own", ("me",), {}),
    "empty": ("Nothing", (), {}),
}


def tried(act: Callable[[], object]) -> object:
    """What an act gives, or how it fails."""
    try:
        return act()
    except (TypeError, ValueError, AttributeError) as error:
        return type(error), str(error)


@pytest.mark.parametrize("made", MADE.values(), ids=MADE)
def test_a_value_is_as_the_standard_one(made: tuple[str, tuple[Any, ...], dict[str, Any]]) -> None:
    name, words, named = made
    one, two = OURS[name](*words, **named), OURS[name](*words, **named)
    same, other = STANDARD[name](*words, **named), STANDARD[name](*words, **named)
    assert repr(one) == repr(same)
    assert (one == two, one != two) == (same == other, same != other) == (True, False)
    assert (one == same, one == 1) == (False, False)
    assert tried(lambda: hash(one) == hash(two)) == tried(lambda: hash(same) == hash(other))
    assert [(part.name, getattr(one, part.name)) for part in fields(one)] == [
        (part.name, getattr(same, part.name)) for part in fields(same)
    ]
    assert OURS[name].__match_args__ == STANDARD[name].__match_args__
    assert OURS[name].__slots__ == STANDARD[name].__slots__
    assert OURS[name].__doc__ == STANDARD[name].__doc__
    assert copy.copy(one) == copy.deepcopy(one) == one
    assert tried(lambda: dataclasses.asdict(one)) == tried(lambda: dataclasses.asdict(same))
    assert not hasattr(one, "__dict__")


@pytest.mark.parametrize(
    "words", [(), (1, 2, 3), (1, 2, 3, 4)], ids=["none where one is needed", "too many", "far too many"]
)
def test_words_that_do_not_fit_are_refused_alike(words: tuple[object, ...]) -> None:
    assert tried(lambda: OURS["Pair"](*words)) == tried(lambda: STANDARD["Pair"](*words)) is not None
    assert tried(lambda: OURS["Pair"](1, wrong=2)) == tried(lambda: STANDARD["Pair"](1, wrong=2))


def test_what_is_done_after_the_making_is_done() -> None:
    with pytest.raises(ValueError, match="below nothing"):
        OURS["Of"](-1)


def test_a_value_cannot_be_changed() -> None:
    one = OURS["Pair"](1)
    with pytest.raises(FrozenInstanceError, match="cannot assign to field 'left'"):
        one.left = 2
    with pytest.raises(FrozenInstanceError, match="cannot delete field 'left'"):
        del one.left
    with pytest.raises(FrozenInstanceError):
        one.other = 2
    assert replace(one, left=2) == OURS["Pair"](2)
    assert one == OURS["Pair"](1)


def test_values_differ_by_what_is_compared() -> None:
    three = OURS["Three"]
    assert three(1, [], "x") == three(1, [], "y") != three(2, [], "x")
    assert hash(three(1, ["a"])) == hash(three(1, ["b"]))
    assert len({OURS["Of"](1), OURS["Of"](1), OURS["Of"](2)}) == 2


@dataclass(frozen=True, slots=True)
class Sent:
    """What a process may send to another."""

    name: str
    parts: tuple["Sent", ...] = ()


def test_a_value_is_sent_to_another_process() -> None:
    whole = Sent("whole", (Sent("part"),))
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        assert pickle.loads(pickle.dumps(whole, protocol)) == whole


def test_a_method_is_made_when_it_is_first_used() -> None:
    fresh = classes(dataclass)["Pair"]
    before = {name: vars(fresh)[name] for name in ("__init__", "__repr__", "__eq__", "__hash__")}
    one = fresh(1)
    assert vars(fresh)["__init__"] is not before["__init__"]
    assert vars(fresh)["__repr__"] is before["__repr__"]
    assert repr(one).endswith("Pair(left=1, right=[])")
    assert vars(fresh)["__repr__"] is not before["__repr__"]
    assert list(inspect.signature(fresh).parameters) == ["left", "right"]
    # One whose first method is bound, and used after another has been made, does the same.
    assert before["__repr__"](one) == repr(one)


def test_a_value_without_slots_keeps_what_it_has_worked_out() -> None:
    @dataclass(frozen=True)
    class Text:
        words: str

        @cached_property
        def count(self) -> int:
            return len(self.words.split())

    one = Text("a b")
    assert (one.count, vars(one)) == (2, {"words": "a b", "count": 2})
    assert one == Text("a b") == copy.deepcopy(one) != Text("b")
    assert hash(one) == hash(Text("a b"))
    with pytest.raises(FrozenInstanceError, match="cannot assign to field 'words'"):
        one.words = "c"  # type: ignore[misc]


def test_what_is_not_frozen_is_left_to_the_standard_decorator() -> None:
    @dataclass
    class Changing:
        count: int = 0

    @dataclass(frozen=True, slots=True, order=True)
    class Ordered:
        rank: int

    changing = Changing()
    changing.count += 1
    assert changing == Changing(1)
    assert sorted([Ordered(2), Ordered(1)]) == [Ordered(1), Ordered(2)]
