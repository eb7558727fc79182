"""`lamina docs`: the reference is written, kept up to date, and checked."""

from pathlib import Path

import pytest
from conftest import Builder, Lamina

FILES = {
    "schemas/app/v1.schema.yaml": "{properties: {port: {type: integer, default: 80, description: Where.}}}",
    "schemas/old/v1.schema.yaml": "{properties: {a: {type: string}}}",
    "environments/dev/app.yaml": "port: 8080\n",
    "environments/prod/app.yaml": "{}\n",
}
NAMES = ["README.md", "app.md", "old.md"]


def pages(root: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((root / "docs/reference").iterdir())}


def test_it_writes_a_page_a_kind_and_nothing_the_second_time(repository: Builder, lamina: Lamina) -> None:
    root = repository(FILES)
    outcome = lamina("docs", cwd=root)
    assert (outcome.code, outcome.out.splitlines()) == (0, [f"wrote docs/reference/{name}" for name in NAMES])
    first = pages(root)
    assert b"| dev | <code>8080</code> |\n| prod | <code>80</code> (default) |\n" in first["app.md"]
    again = lamina("docs", cwd=root / "environments")
    assert (again.code, again.out, pages(root)) == (0, "all is up to date\n", first)


def test_check_says_what_is_stale_and_writes_nothing(repository: Builder, lamina: Lamina) -> None:
    root = repository(FILES)
    assert lamina("docs", cwd=root).code == 0
    assert lamina("docs", "--check", cwd=root).code == 0
    (root / "docs/reference/README.md").unlink()
    (root / "environments/dev/app.yaml").write_text("port: 8081\n")
    (root / "schemas/old/v1.schema.yaml").unlink()
    before = pages(root)
    outcome = lamina("docs", "--check", cwd=root)
    stale = ["missing: docs/reference/README.md", "outdated: docs/reference/app.md", "left over: docs/reference/old.md"]
    assert (outcome.code, outcome.out.splitlines(), pages(root)) == (1, stale, before)
    assert outcome.err == "lamina: hint: lamina docs writes the reference anew\n"
    assert lamina("docs", cwd=root).out.splitlines() == [
        "wrote docs/reference/README.md",
        "wrote docs/reference/app.md",
        "removed docs/reference/old.md",
    ]
    assert lamina("docs", "--check", cwd=root).code == 0


def test_another_place(repository: Builder, lamina: Lamina) -> None:
    root = repository(FILES)
    assert lamina("docs", "-o", "here/pages", cwd=root).out.splitlines() == [f"wrote {name}" for name in NAMES]
    assert lamina("docs", "-o", "here/all.md", cwd=root).out == "wrote all.md\n"
    assert (root / "here/all.md").read_text().count("\n# ") == 2
    assert lamina("docs", "-o", "here/all.md", "--check", cwd=root).code == 0
    assert not (root / "docs").exists()


@pytest.mark.parametrize("words", [(), ("-o", "docs/reference/app.md")], ids=["folder", "file"])
def test_a_page_that_somebody_wrote_is_left_alone(words: tuple[str, ...], repository: Builder, lamina: Lamina) -> None:
    root = repository({**FILES, "docs/reference/app.md": "# Mine\n"})
    outcome = lamina("docs", *words, cwd=root)
    assert (outcome.code, outcome.out) == (3, "")
    assert "app.md was not written by lamina" in outcome.err
    assert pages(root) == {"app.md": b"# Mine\n"}


def test_a_link_out_of_the_repository_is_not_followed(repository: Builder, lamina: Lamina, tmp_path: Path) -> None:
    root = repository(FILES)
    (tmp_path / "outside").mkdir()
    (root / "docs").symlink_to(tmp_path / "outside")
    outcome = lamina("docs", cwd=root)
    assert (outcome.code, outcome.out, list((tmp_path / "outside").iterdir())) == (3, "", [])


def test_the_order_of_files_and_the_language_change_nothing(repository: Builder, lamina: Lamina) -> None:
    root = repository(FILES)
    written = []
    for env in (
        {"LC_ALL": "C", "PYTHONHASHSEED": "1"},
        {"LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "2", "TZ": "Asia/Tokyo"},
    ):
        assert lamina("docs", "-o", "all.md", cwd=root, env=env, apart=True).code == 0
        written.append((root / "all.md").read_bytes())
        (root / "all.md").unlink()
    assert written[0] == written[1]
