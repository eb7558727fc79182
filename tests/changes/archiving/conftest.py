"""Stores with an archive, in both formats, and a bare repository to push to."""

import os
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest
from archived import Keeper
from githistory import begun
from running import surroundings


@pytest.fixture(autouse=True)
def _plain() -> Iterator[None]:
    with mock.patch.dict(os.environ, surroundings(), clear=True):
        yield


@pytest.fixture
def server(tmp_path: Path) -> Path:
    return begun(tmp_path / "server.git", "--bare")


@pytest.fixture(params=["sqlite", "json"])
def keeper(request: pytest.FixtureRequest, tmp_path: Path, server: Path) -> Keeper:
    return Keeper(tmp_path / ("state.sqlite" if request.param == "sqlite" else "state"), server)


@pytest.fixture
def plain(tmp_path: Path, server: Path) -> Keeper:
    """One in the usual format alone, where the format makes no difference."""
    return Keeper(tmp_path / "plain.sqlite", server)
