"""The rendered folder: where it may be, and what its record tells."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from conftest import Builder

import lamina
from lamina.project import Override
from lamina.project.folder import write_folder
from lamina.words.errors import Misuse

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
        ["dev"],
        folder,
        "yaml",
        nested=False,
        document=document,
        secrets="omit",
        overrides=overrides,
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


def test_a_folder_whose_name_only_begins_alike_may_be_written(repository: Builder) -> None:
    root = repository(FILES)
    assert written(root, root / "environments-rendered")["environments"]["dev"].keys() == {
        "closed/three", "open/four", "open/one", "open/two",
    }  # fmt: skip
