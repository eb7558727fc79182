"""The rendered folder: where it may be, and what its record tells."""

import hashlib
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from conftest import Builder
from githistory import begun

import lamina
from lamina.project import Override
from lamina.project.folder import HasErrors, Order, write_folder
from lamina.project.folder.writing import demand_apart
from lamina.words.errors import Misuse
from lamina.world.repository import Commit

SCHEMA = "$schema: https://json-schema.org/draft/2020-12/schema\nproperties: {a: {}, n: {$ref: n.yaml}}\n"
SECRET = SCHEMA.replace("a: {}", "a: {}, token: {type: string, x-secret: true}")
FILES = {
    "schemas/open/v1.schema.yaml": SCHEMA,
    "schemas/open/n.yaml": "$ref: ../common/n.yaml\n",
    "schemas/common/n.yaml": "type: integer\n",
    "schemas/common/other.yaml": "",
    "schemas/closed/v1.schema.yaml": SECRET.replace("n.yaml", "../common/n.yaml"),
    "environments/dev/open/one.yaml": "a: ${open/two:a}\n",
    "environments/dev/open/two.yaml": "a: ${closed/three:a}\n",
    "environments/dev/open/four.yaml": "a: 4\n",
    "environments/dev/closed/three.yaml": "a: 3\n",
}


def written(root: Path, folder: Path, document: str | None = None, overrides: tuple[Override, ...] = ()) -> Any:
    write_folder(
        lamina.open(root),
        Order(("dev",), "yaml", document=document, secrets="omit", overrides=overrides),
        folder,
        version="0.1.0",
        asked=lambda: None,
        advance=lambda: None,
    )
    return json.loads((folder / ".lamina.json").read_text())


def listing(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def test_inputs_are_the_files_of_all_that_was_drawn_on(repository: Builder, tmp_path: Path) -> None:
    record = written(repository(FILES), tmp_path / "out", "open/one")
    assert list(record["inputs"]) == [
        "environments/dev/closed/three.yaml",
        "environments/dev/open/one.yaml",
        "environments/dev/open/two.yaml",
        "schemas/closed/v1.schema.yaml",
        "schemas/common/n.yaml",
        "schemas/open/n.yaml",
        "schemas/open/v1.schema.yaml",
    ]


def test_an_override_is_told_by_its_base_name_and_its_document(repository: Builder, tmp_path: Path) -> None:
    data = b"a: 9\n"
    overrides = (Override("/home/me/private/mine.yaml", data, "open/two"), Override("open/four.yaml", data))
    record = written(repository(FILES), tmp_path / "out", "open/one", overrides)
    digest = "sha256:" + hashlib.sha256(data).hexdigest()
    assert record["overrides"] == [{"document": "open/two", "file": "mine.yaml", "digest": digest}]


@pytest.mark.parametrize("above", [b"", b"token: !unset\n"])
def test_nothing_is_told_of_what_an_override_of_a_kind_with_secrets_holds(
    above: bytes, repository: Builder, tmp_path: Path
) -> None:
    data = b"token: hunter2\n"
    overrides = (Override("x/low.yaml", data, "closed/three"), Override("x/high.yaml", above, "closed/three"))
    record = written(repository(FILES), tmp_path / "out", None, overrides)
    assert record["overrides"] == [
        {"document": "closed/three", "file": "low.yaml"},
        {"document": "closed/three", "file": "high.yaml"},
    ]
    assert hashlib.sha256(data).hexdigest() not in json.dumps(record)


@pytest.mark.parametrize(
    "name", ["environments", "environments/dev/out", "schemas/out", "out/../environments/x", "alias/x", "", ".."]
)
def test_a_folder_among_the_layers_or_around_them_is_refused(name: str, repository: Builder) -> None:
    root = repository(FILES)
    (root / "alias").symlink_to("schemas")
    (root.parent / ".lamina.json").touch()
    (root / ".lamina.json").touch()
    before = listing(root.parent)
    with pytest.raises(Misuse) as refused:
        written(root, root / name)
    assert refused.value.hint == "choose a folder of its own, such as -o out"
    assert listing(root.parent) == before


def test_a_folder_lies_apart_from_what_is_read(repository: Builder, tmp_path: Path) -> None:
    root = repository(FILES)
    demand_apart(root / "out", root)
    demand_apart(tmp_path / "out", None)
    (tmp_path / "link").symlink_to(root / "schemas")
    inside = (root / "environments", root / "environments/dev/out", root / "policies/out", tmp_path / "link/out")
    for place in (root, root.parent, *inside):
        with pytest.raises(Misuse):
            demand_apart(place, root)


def test_a_folder_whose_name_only_begins_alike_may_be_written(repository: Builder) -> None:
    root = repository(FILES)
    assert written(root, root / "environments-rendered")["environments"]["dev"].keys() == {
        "closed/three", "open/four", "open/one", "open/two",
    }  # fmt: skip


def render(root: Path, folder: Path, *, jobs: int = 1, cached: bool = True, form: str = "yaml") -> None:
    project = lamina.open(root, cached=cached)
    order = Order(("dev",), form, secrets="omit")
    write_folder(project, order, folder, version="0", asked=lambda: None, advance=lambda: None, jobs=jobs)
    project.close()


def inodes(folder: Path) -> dict[str, int]:
    return {str(path.relative_to(folder)): path.stat().st_ino for path in folder.rglob("*") if path.is_file()}


def texts(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def rendered(repository: Builder, tmp_path: Path) -> tuple[Path, Path]:
    """A git repository and its render."""
    root, folder = begun(repository(FILES)), tmp_path / "out"
    render(root, folder)
    return root, folder


def test_a_folder_in_which_nothing_would_change_is_left_alone(rendered: tuple[Path, Path]) -> None:
    root, folder = rendered
    before = inodes(folder)
    render(root, folder)
    assert inodes(folder) == before


def test_only_what_changed_is_made_anew(rendered: tuple[Path, Path]) -> None:
    root, folder = rendered
    before = inodes(folder)
    (root / "environments/dev/open/four.yaml").write_text("a: 5\n")
    render(root, folder)
    changed = {name for name, inode in inodes(folder).items() if before[name] != inode}
    assert changed == {"open/four.yaml", ".lamina.json"}
    assert texts(folder)["open/four.yaml"] == "a: 5\n"


def test_what_is_under_an_environment_no_longer_is_gone_from_it(repository: Builder, tmp_path: Path) -> None:
    root, folder = begun(repository({**FILES, "environments/base/open/four.yaml": "n: 1\n"})), tmp_path / "out"
    render(root, folder)
    assert texts(folder)["open/four.yaml"] == '"n": 1\na: 4\n'
    shutil.rmtree(root / "environments/base")
    render(root, folder)
    assert texts(folder)["open/four.yaml"] == "a: 4\n"


def test_what_others_changed_in_the_folder_is_put_right(rendered: tuple[Path, Path]) -> None:
    root, folder = rendered
    before = texts(folder)
    (folder / "open/four.yaml").write_text("a: 6\n")
    (folder / "open/two.yaml").unlink()
    (folder / "open/stray.yaml").write_text("")
    os.link(folder / "open/four.yaml", folder / "more.yaml")
    (folder / "open/one.yaml").unlink()
    (folder / "open/one.yaml").symlink_to(folder / "open/four.yaml")
    render(root, folder)
    assert texts(folder) == before
    (folder / ".lamina.json").write_text("{}")
    render(root, folder)
    assert texts(folder) == before


def test_a_file_whose_time_was_put_back_is_not_taken_for_what_was_written(rendered: tuple[Path, Path]) -> None:
    root, folder = rendered
    before = texts(folder)
    for change in ("a: 4\n", "a: 5\n"):  # the second time files were taken over
        (root / "environments/dev/open/four.yaml").write_text(change)
        render(root, folder)
        file = folder / "open/two.yaml"
        written = file.stat().st_mtime_ns
        file.write_text(file.read_text().replace("3", "7"))
        os.utime(file, ns=(written, written))
        render(root, folder)
        assert texts(folder)["open/two.yaml"] == before["open/two.yaml"]


def test_a_file_that_is_not_older_than_the_record_proves_nothing(rendered: tuple[Path, Path]) -> None:
    root, folder = rendered
    file, record = folder / "open/four.yaml", folder / ".lamina.json"
    written = file.stat().st_mtime_ns
    assert written < record.stat().st_mtime_ns
    late = record.stat().st_mtime_ns
    os.utime(file, ns=(late, late))
    before = texts(folder)
    render(root, folder)
    assert texts(folder) == before
    assert file.stat().st_mtime_ns != late


def test_the_record_alone_is_another_where_only_the_commit_is(repository: Builder, tmp_path: Path) -> None:
    root, folder = begun(repository(FILES)), tmp_path / "out"

    def at(commit: str) -> dict[str, int]:
        project = lamina.open(root, cached=True)
        order = Order(("dev",), "yaml", secrets="omit")
        told = Commit(commit, dirty=False)
        write_folder(project, order, folder, version="0", asked=lambda: told, advance=lambda: None)
        project.close()
        assert json.loads((folder / ".lamina.json").read_text())["commit"] == commit
        return inodes(folder)

    before = at("a" * 40)
    after = at("b" * 40)
    assert {name for name in after if after[name] != before[name]} == {".lamina.json"}
    assert at("b" * 40) == after


@pytest.mark.parametrize("jobs", [2, 3])
def test_several_processes_write_the_same_bytes(jobs: int, repository: Builder, tmp_path: Path) -> None:
    many = {f"environments/dev/open/n{number}.yaml": f"a: {number}\n" for number in range(240)}
    root = repository({**FILES, **many})
    render(root, tmp_path / "one", cached=False)
    render(root, tmp_path / "more", cached=False, jobs=jobs)
    assert texts(tmp_path / "more") == texts(tmp_path / "one")


def test_several_processes_tell_all_errors_as_one_does(repository: Builder, tmp_path: Path) -> None:
    many = {f"environments/dev/open/n{number}.yaml": f"a: ${{x{number}}}\n" for number in range(240)}
    root = repository({**FILES, **many})
    told = []
    for jobs in (1, 2):
        with pytest.raises(HasErrors) as failure:
            render(root, tmp_path / "out", cached=False, jobs=jobs)
        told.append(failure.value.findings)
        assert not (tmp_path / "out").exists()
    assert told[0] == told[1]
    assert len(told[0]) == 240
