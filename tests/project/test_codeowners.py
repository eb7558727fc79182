"""CODEOWNERS, read as GitHub documents it; and that of this repository against lamina.yaml."""

from pathlib import Path

import pytest

import lamina
from lamina.project.codeowners import code_owners
from lamina.thought.owners import owners_of_file

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("pattern", "fitting", "others"),
    [
        ("*", ["a", "a/b/c.yaml"], []),
        ("*.js", ["a.js", "x/y/a.js"], ["a.jsx"]),
        ("/build/logs/", ["build/logs/a", "build/logs/b/c"], ["x/build/logs/a"]),
        ("docs/*", ["docs/a.md"], ["docs/b/c.md", "x/docs/a.md"]),
        ("apps/", ["apps/a", "x/apps/a"], ["apps"]),
        ("/docs/", ["docs/a"], ["x/docs/a"]),
        ("**/logs", ["logs/a", "deeply/nested/logs", "x/logs/a"], ["logs.txt"]),
        ("/apps/github", ["apps/github/a", "apps/github"], ["apps/githubs"]),
        ("/environments/prod*/**/*.sops.yaml", ["environments/prod-eu/a.sops.yaml"], ["environments/dev/a.sops.yaml"]),
    ],
)
def test_a_pattern_fits_what_it_says(pattern: str, fitting: list[str], others: list[str]) -> None:
    text = f"{pattern} @ada"
    assert {name: code_owners(text, name) for name in fitting} == dict.fromkeys(fitting, ("@ada",))
    assert {name: code_owners(text, name) for name in others} == dict.fromkeys(others, ())


def test_the_last_line_that_fits_counts_also_where_it_names_nobody() -> None:
    text = "# who\n* @all # everybody\n\n[Section] @nobody\n/a/ @ada @bob\n/a/free\n"
    assert code_owners(text, "x") == ("@all",)
    assert code_owners(text, "a/x") == ("@ada", "@bob")
    assert code_owners(text, "a/free") == ()


def test_who_reviews_here_are_the_owners_that_lamina_yaml_names() -> None:
    project = lamina.open(ROOT)
    owners = project.tree.settings.owners
    text = (ROOT / ".github/CODEOWNERS").read_text("utf-8")
    names = [f"environments/{one.name}/new{end}" for one in project.environments() for end in (".yaml", ".sops.yaml")]
    files = [*project.tree.files, *names, *(f"environments/{one}/agents/new.sops.yaml" for one in ("prod", "prod-eu"))]
    files += [".sops.yaml", "lamina.yaml", "schemas/new/v1.schema.yaml"]
    owned = {file: sorted(set(owners_of_file(owners, file))) for file in files}
    said = {file: sorted(name.removeprefix("@lamina/") for name in code_owners(text, file)) for file in files}
    # What lamina.yaml leaves to nobody is everybody's here: the platform's.
    assert said == {file: names or ["platform"] for file, names in owned.items()}
