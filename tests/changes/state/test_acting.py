"""What `help` shows of a store: each act with its words and what comes of it."""

from inspect import signature
from pathlib import Path

import pytest
from runs import ticking

from lamina.changes.state.later import AsyncStateStore
from lamina.changes.state.opening import opened
from lamina.changes.state.store import StateStore
from lamina.project.state.opening import place_at
from lamina.words.runs import Phase

PUBLIC = sorted(name for name in dir(StateStore) if not name.startswith("_") and callable(getattr(StateStore, name)))


def test_an_act_is_shown_with_its_words() -> None:
    shown = signature(StateStore.add_phase)
    assert list(shown.parameters) == ["self", "run", "name", "number", "retries"]
    assert shown.return_annotation is Phase


def test_of_a_store_that_is_open_it_is_shown_as_it_is_called(tmp_path: Path) -> None:
    with opened(place_at(tmp_path / "state"), ticking(), pytest.fail) as store:
        assert list(signature(store.add_phase).parameters) == ["run", "name", "number", "retries"]
        assert list(signature(AsyncStateStore(store).close).parameters) == []


@pytest.mark.parametrize("name", PUBLIC)
def test_every_method_explains_itself_and_is_the_same_awaited(name: str) -> None:
    now, later = getattr(StateStore, name), getattr(AsyncStateStore, name)
    assert now.__doc__
    assert (later.__name__, list(signature(later).parameters)) == (name, list(signature(now).parameters))
    assert (signature(now).parameters.keys() - {"self"}).isdisjoint({"words", "named", "present"})
