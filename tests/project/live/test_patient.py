"""Who is patient begins with nothing where the configuration is wrong at the start, and sees it when it is mended."""

from pathlib import Path

import pytest
from living import replaced, written

from lamina.project import NoSuchEnvironment
from lamina.project.live.opening import opened
from lamina.project.live.outcomes import Outcome

APP = "environments/prod/app.yaml"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return written(tmp_path / "repository")


def test_what_is_wrong_at_the_start_is_waited_for(root: Path) -> None:
    replaced(root / APP, "name: 5\n")
    heard: list[Outcome] = []
    with opened(root, "prod", "1.2.3", watch=False, patient=True) as live:
        live.on_outcome(heard.append)
        assert (live.generation, dict(live.current), live.made()[1]) == (0, {}, {})
        refused = live.status().refused
        assert refused is not None
        assert (refused.findings[0].rule, live.status().healthy) == ("wrong-type", False)
        live.reload()
        assert heard == []  # it was said already
        replaced(root / APP, "name: right\n")
        assert live.reload().verdict == "applied"
        assert (live.generation, live.current["app"]["name"], live.status().refused) == (1, "right", None)
        assert [(one.verdict, one.generation, one.changed) for one in heard] == [
            ("applied", 1, ("app", "teams/blue", "teams/red", "web"))
        ]


def test_an_environment_that_is_none_is_not_waited_for(root: Path) -> None:
    with pytest.raises(NoSuchEnvironment):
        opened(root, "nowhere", "1.2.3", watch=False, patient=True)


def test_what_documents_were_made_of_is_of_what_is_in_force(root: Path) -> None:
    with opened(root, "prod", "1.2.3", watch=False) as live:
        before, made = live.made()
        assert before is live.current
        assert {name: one.document.data for name, one in made.items()} == dict(before)
        replaced(root / APP, "name: 5\n")
        live.reload()
        assert live.made() == (before, made)
        replaced(root / APP, "name: other\n")
        live.reload()
        current, now = live.made()
        assert (current.generation, now["app"].document.name) == (2, "app")
        assert now["teams/red"] is made["teams/red"]
        assert now["app"] is not made["app"]
