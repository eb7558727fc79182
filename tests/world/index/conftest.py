"""What the tests of the index share: git without the settings of the machine."""

import pytest
from running import surroundings


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in surroundings().items():
        monkeypatch.setenv(name, value)
