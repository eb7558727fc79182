"""What is served is what is in force, as `render` prints it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from living import applied, replaced, written

import lamina
from lamina.changes.watching.answers import Answers
from lamina.changes.watching.metrics import Metrics, Present
from lamina.project.live.live import Live

APP = "environments/prod/app.yaml"
NOW = Present("prod", 1, "sha256:1", None, True, 0)


@pytest.fixture
def live(tmp_path: Path) -> Iterator[Live]:
    with lamina.live(written(tmp_path / "repository"), "prod", watch=False) as one:
        yield one


def test_all_documents_and_one(live: Live, tmp_path: Path) -> None:
    answers = Answers(live, Metrics(), lambda: NOW)
    whole, one = answers("/current"), answers("/current/teams/red")
    assert whole is not None
    assert one is not None
    assert json.loads(whole.data) == dict(live.current)
    assert (json.loads(one.data), one.tag) == ({"n": 10}, live.current.digest)
    replaced(tmp_path / "repository" / APP, "name: other\n")
    applied(live)
    again = answers("/current")
    assert again is not None
    assert json.loads(again.data)["app"]["name"] == "other"
    assert (again.tag, again.more["Lamina-Generation"]) == (live.current.digest, "2")


@pytest.mark.parametrize(
    "path", ["", "/", "/curren", "/currents", "/current/none", "/current/app/", "/current/%ff", "/x"]
)
def test_nothing_is_elsewhere(path: str, live: Live) -> None:
    assert Answers(live, Metrics(), lambda: NOW)(path) is None


def test_what_json_has_no_word_for_is_said(tmp_path: Path) -> None:
    root = written(tmp_path / "repository")
    replaced(root / "schemas/app/v1.schema.yaml", "type: object\n")
    replaced(root / APP, "ratio: .inf\n")
    with lamina.live(root, "prod", watch=False) as live:
        answers = Answers(live, Metrics(), lambda: NOW)
        for path in ("/current", "/current/app"):
            found = answers(path)
            assert found is not None
            assert (found.status, b"not finite" in found.data) == (406, True)
        assert answers("/current/web") is not None
