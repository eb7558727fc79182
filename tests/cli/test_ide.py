"""`lamina ide`: what editors need is written, nothing of anybody else's is lost, and `--check` says what is stale."""

from pathlib import Path

import pytest
from conftest import Builder, Lamina

FILES = {
    "schemas/app/v1.schema.yaml": "{properties: {port: {type: integer}}}",
    "environments/dev/app.yaml": "port: 8080\n",
    "lamina.yaml": "{}\n",
}
NAMES = [".editor/app.schema.json", ".editor/lamina.yaml.schema.json", ".vscode/settings.json"]


def present(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_it_writes_what_is_missing_and_nothing_the_second_time(repository: Builder, lamina: Lamina) -> None:
    root = repository(FILES)
    outcome = lamina("ide", cwd=root)
    assert (outcome.code, outcome.out.splitlines()) == (0, [f"wrote {name}" for name in NAMES])
    before = present(root)
    again = lamina("ide", cwd=root)
    assert (again.code, again.out, present(root)) == (0, "all is up to date\n", before)


def test_check_says_what_is_stale_and_writes_nothing(repository: Builder, lamina: Lamina) -> None:
    root = repository(FILES)
    assert lamina("ide", cwd=root).code == 0
    assert lamina("ide", "--check", cwd=root).code == 0
    (root / "schemas/app/v1.schema.yaml").rename(root / "schemas/app/v2.schema.yaml")
    (root / "schemas/more").mkdir()
    (root / "schemas/more/v1.schema.yaml").write_text("{}\n")
    before = present(root)
    outcome = lamina("ide", "--check", cwd=root)
    assert (outcome.code, outcome.out.splitlines(), present(root)) == (
        1,
        ["outdated: .editor/app.schema.json", "missing: .editor/more.schema.json", "outdated: .vscode/settings.json"],
        before,
    )
    assert outcome.err == "lamina: hint: lamina ide brings them up to date\n"


def test_comments_and_settings_of_others_stay(repository: Builder, lamina: Lamina) -> None:
    mine = '{\n  // mine\n  "editor.tabSize": 4, // four\n}\n'
    root = repository({**FILES, ".vscode/settings.json": mine})
    assert lamina("ide", cwd=root).code == 0
    text = (root / ".vscode/settings.json").read_text()
    assert text.startswith(mine.removesuffix("}\n") + '  "yaml.schemas": {')
    assert lamina("ide", "--check", cwd=root).code == 0


@pytest.mark.parametrize(
    ("name", "text"), [(".vscode/settings.json", "{ mine"), (".idea/jsonSchemas.xml", "<mine>")], ids=["json", "xml"]
)
def test_what_cannot_be_kept_is_refused_and_nothing_is_written(
    name: str, text: str, repository: Builder, lamina: Lamina
) -> None:
    root = repository({**FILES, name: text})
    before = present(root)
    outcome = lamina("ide", cwd=root)
    assert (outcome.code, outcome.out, present(root)) == (3, "", before)
    assert name in outcome.err
    assert "nothing was written" in outcome.err
    doctor = lamina("doctor", cwd=root)
    assert doctor.code == 0
    assert "warning  editors" in doctor.out or not (root / ".editor").exists()


@pytest.mark.parametrize("folder", [".editor", ".vscode", ".idea"])
def test_a_link_out_of_the_repository_is_not_followed(
    folder: str, repository: Builder, lamina: Lamina, tmp_path: Path
) -> None:
    root = repository(FILES)
    (tmp_path / "outside").mkdir()
    (root / folder).symlink_to(tmp_path / "outside")
    outcome = lamina("ide", cwd=root)
    assert (outcome.code, outcome.out) == (3, "")
    assert list((tmp_path / "outside").iterdir()) == []
    assert not [name for name in NAMES if (root / name).exists()]


def test_first_lines_are_written_when_asked_for(repository: Builder, lamina: Lamina) -> None:
    root = repository({**FILES, "environments/dev/app.sops.yaml": "sops: {}\n"})
    assert lamina("ide", cwd=root).code == 0
    assert lamina("ide", "--modelines", "--check", cwd=root).out.splitlines() == [
        "outdated: environments/dev/app.yaml",
        "outdated: lamina.yaml",
    ]
    assert lamina("ide", "--modelines", cwd=root).code == 0
    line = "# yaml-language-server: $schema="
    assert (root / "environments/dev/app.yaml").read_text() == f"{line}../../.editor/app.schema.json\nport: 8080\n"
    assert (root / "environments/dev/app.sops.yaml").read_text() == "sops: {}\n"
    assert lamina("ide", "--modelines", "--check", cwd=root).code == 0


def test_a_new_repository_has_nothing_to_wish_for(lamina: Lamina, tmp_path: Path) -> None:
    assert lamina("init", "new", cwd=tmp_path).code == 0
    outcome = lamina("ide", "--modelines", "--check", cwd=tmp_path / "new")
    assert (outcome.code, outcome.out) == (0, "all is up to date\n")
