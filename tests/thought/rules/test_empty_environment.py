"""empty-environment: the settings name an environment that has no folder."""

from held import project, told

from lamina.project.gate import check
from lamina.thought.rules import NamedEnvironments
from lamina.thought.rules.empty_environment import RULE

APP = {"environments/base/app.yaml": "name: a\n"}


def found(named: list[str], folders: list[str]) -> list[tuple[str, str | None]]:
    assert RULE.check is not None
    return [(breach.message, breach.fix) for breach in RULE.check(NamedEnvironments(named, folders))]


def test_a_name_without_a_folder() -> None:
    assert found(["prod"], ["base", "prod"]) == []
    assert found(["prd"], ["base", "prod"]) == [("there is no folder environments/prd", "did you mean prod?")]
    assert found(["audit"], ["base", "prod"]) == [
        ("there is no folder environments/audit", "mend the name, or make environments/audit/")
    ]


def test_a_folder_that_the_settings_name_is_not_meant() -> None:
    assert found(["prod", "prod-eu"], ["base", "prod"])[0][1] == "mend the name, or make environments/prod-eu/"


def test_a_renamed_folder_is_told_where_the_old_name_stands() -> None:
    files = {
        **APP,
        "environments/production/app.yaml": "retries: 1\n",
        "lamina.yaml": "environments:\n  prod: {protected: true}\n",
    }
    assert told(check(project(files)).findings) == ["lamina.yaml:2:3 empty-environment"]


def test_one_that_is_meant_is_allowed() -> None:
    settings = "environments:\n  # lamina: allow empty-environment -- the same as base, for auditors\n  audit: {}\n"
    assert told(check(project({**APP, "lamina.yaml": settings})).findings) == []
