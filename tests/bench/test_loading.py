"""The measuring of one large layer loads and validates one."""

from pathlib import Path

import pytest

import lamina
from bench import loading
from bench.measure import run


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "AGENTS", 10)


@pytest.mark.usefixtures("few")
def test_a_measure_of_all_is_taken(tmp_path: Path) -> None:
    taken = loading.measure(tmp_path / "agents", 2)
    assert [len(seconds) for seconds in (*taken.loads.values(), *taken.judges.values())] == [2] * 7
    assert [next(iter(taken.loads)), next(iter(taken.judges))] == ["CSafeLoader", "jsonschema"]


@pytest.mark.usefixtures("few")
def test_what_is_remembered_is_found_and_what_is_forgotten_is_not(tmp_path: Path) -> None:
    loading.write(tmp_path)
    cache = tmp_path / ".git" / "lamina"
    assert not cache.exists()
    loads = loading._loads(tmp_path)
    for name in (loading.COLD, loading.WARM):
        opened = loads[name].before()
        assert cache.exists() is (name == loading.WARM)
        assert len(loads[name].act(opened)) == 10


@pytest.mark.usefixtures("few")
def test_the_layer_is_valid_for_both_sides(tmp_path: Path) -> None:
    loading.write(tmp_path)
    assert list(lamina.open(tmp_path).validate()) == []
    assert run(loading.plain_job(tmp_path)).wall > 0


def test_the_layer_is_as_large_as_the_page_says(tmp_path: Path) -> None:
    loading.write(tmp_path)
    assert 1_190_000 < (tmp_path / "environments/prod/fleet/all.yaml").stat().st_size < 1_250_000
