"""Answers with and without the cache are equal, whatever is edited, staged or committed between them.

LAMINA_TORTURE=1 makes thousands of edits.
"""

import os
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import Builder
from githistory import begun, git

import lamina
from lamina.project import Project
from lamina.project.folder import HasErrors, Order, write_folder
from lamina.world.repository import asking_commit

EDITS = 1500 if os.environ.get("LAMINA_TORTURE") else 60
SCHEMA = """\
$schema: https://json-schema.org/draft/2020-12/schema
type: object
properties:
  schemaVersion: {type: integer}
  name: {type: string}
  port: {type: [integer, "null"], default: 80}
  ratio: {type: number}
  tags: {type: array, items: {type: string}, x-merge: append}
  of: {type: string}
  token: {type: string, x-secret: true}
additionalProperties: {$ref: ../shared/more.yaml}
"""
FILES = {
    "lamina.yaml": "environments: {prod-eu: {extends: prod}}\n",
    "schemas/app/v1.schema.yaml": SCHEMA,
    "schemas/job/v1.schema.yaml": SCHEMA,
    "schemas/shared/more.yaml": "type: [string, integer, 'null', object, array, boolean]\n",
    "environments/base/app/_defaults.yaml": "name: x\n",
    "environments/base/app/one.yaml": "port: 1\ntags: [a]\n",
    "environments/base/app/two.yaml": "port: ${app/one:port}\n",
    "environments/base/app/three.yaml": "of: ${app/two:port} of ${@environment}\nname: ${job:name}\n",
    "environments/base/job.yaml": "schemaVersion: 1\nname: job\n",
    "environments/prod/app/one.yaml": "port: 2\ntags: !replace [b]\n",
    "environments/prod-eu/app/three.yaml": "!unset\n",
}
FOLDERS = ("base", "prod", "prod-eu")
NAMES = ("app/_defaults", "app/one", "app/two", "app/three", "app/four", "job")
LAYERS = (
    "port: 3\n", "port: 3\ntags: [c]\n", "port: null\nname: ''\n", "tags: !prepend [d]\n", "!unset\n", "tags: !unset\n", "",
    "port: ${app/one:port}\n", "port: ${app/four:port}\n", "of: ${job:name}\n", "name: ${app/one:name}\n",
    "ratio: .inf\n", "ratio: 1.0\nport: 1\n", "port: wrong\n", "port: 1\nport: 2\n", "more: {a: {b: [1, null, true]}}\n",
    "token: plain\n", "schemaVersion: 1\nname: v\n", "name: 'on'\nmore: !replace 5\n", "[",
    "name: é\n", "more: 123456789012345678901\n",
)  # fmt: skip
SCHEMA_2 = SCHEMA.replace("port", "gate")
MIGRATION = "operations:\n  - rename: {path: port, to: gate}\n"
OTHERS = (
    [("lamina.yaml", "environments: {prod-eu: {extends: base}}\n")],
    [("lamina.yaml", "environments: {prod-eu: {extends: prod}, prod: {protected: true}}\n")],
    [("lamina.yaml", "environments: {prod-eu: {extends: prod}}\n")],
    [("schemas/shared/more.yaml", "type: [string, integer, 'null', object, array, boolean]\n")],
    [("schemas/shared/more.yaml", "type: string\n")],
    [("schemas/app/v1.schema.yaml", SCHEMA)],
    [("schemas/app/v1.schema.yaml", SCHEMA.replace("default: 80", "default: 81"))],
    [("schemas/job/v2.schema.yaml", SCHEMA_2), ("schemas/job/v2.migration.yaml", MIGRATION)],
    [("environments/README.md", "stray\n")],
)


class Editor:
    """Edits, and what goes on around them, by a seed."""

    def __init__(self, root: Path, seed: int) -> None:
        self._root = root
        self._random = random.Random(seed)
        self._before: list[tuple[Path, bytes | None]] = []

    def edit(self, is_sound: bool) -> None:
        """Edit something; where the last edit left errors, it is mostly taken back."""
        if not is_sound and self._before and self._random.random() < 0.9:
            file, data = self._before.pop()
            file.unlink() if data is None else file.write_bytes(data)
            return
        acts: tuple[Callable[[], object], ...] = (self._layer,) * 6 + (
            self._other,
            self._remove,
            self._stage,
            self._commit,
        )
        self._random.choice(acts)()

    def _layer(self) -> None:
        name = f"environments/{self._random.choice(FOLDERS)}/{self._random.choice(NAMES)}.yaml"
        self._write(name, self._random.choice(LAYERS))

    def _other(self) -> None:
        for name, text in self._random.choice(OTHERS):
            self._write(name, text)

    def _write(self, name: str, text: str) -> None:
        file = self._root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        self._before.append((file, file.read_bytes() if file.exists() else None))
        if self._random.random() < 0.5:
            file.write_text(text, encoding="utf-8")  # in place: the same inode
        else:
            beside = file.with_name(".beside")
            beside.write_text(text, encoding="utf-8")
            beside.replace(file)

    def _remove(self) -> None:
        files = sorted(path for path in (self._root / "environments").rglob("*.yaml"))
        file = self._random.choice(files)
        self._before.append((file, file.read_bytes()))
        file.unlink()

    def _stage(self) -> None:
        git(self._root, "add", "--all")

    def _commit(self) -> None:
        git(self._root, "add", "--all")
        git(self._root, "commit", "--quiet", "--allow-empty", "-m", "edit")


def answers(project: Project, folder: Path) -> dict[str, Any]:
    """All that can be said of a repository: its findings, and its rendered folder file by file."""
    found: dict[str, Any] = {"findings": [str(one) for one in project.validate()]}
    for name in project.concrete():
        order = Order((name,), "yaml", secrets="redact")
        try:
            with asking_commit(project.root or folder) as asked:
                write_folder(project, order, folder / name, version="0", asked=asked, advance=lambda: None)
        except HasErrors as failure:
            found[name] = [str(one) for one in failure.findings]
        else:
            files = sorted(path for path in (folder / name).rglob("*") if path.is_file())
            found[name] = {str(path.relative_to(folder)): path.read_bytes() for path in files}
    return found


@pytest.mark.parametrize("seed", [1, 2])
def test_answers_are_the_same_with_and_without_the_cache(
    seed: int, repository: Builder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lamina.project.caching.layers._LEAST_BYTES", 0)  # small layers are kept too
    root = begun(repository(FILES))
    editor = Editor(root, seed)
    rendered, is_sound = 0, True
    for number in range(EDITS):
        editor.edit(is_sound)
        fresh = answers(lamina.open(root), tmp_path / f"fresh-{number}")
        again = lamina.open(root, cached=True)
        assert answers(again, tmp_path / "out") == fresh, f"after edit {number} of seed {seed}"
        again.flush()
        sound = [isinstance(of, dict) for of in fresh.values()]
        rendered, is_sound = rendered + sum(sound), len(sound) > 2 and all(sound[1:])
    assert rendered > EDITS


def test_a_commit_answers_as_the_work_tree_did(repository: Builder, tmp_path: Path) -> None:
    root = begun(repository(FILES))
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "-m", "begin")
    here = lamina.open(root, cached=True)
    found = {name: dict(here.render(name)) for name in here.concrete()}
    list(here.validate())
    here.flush()
    there = lamina.open(root, "HEAD", cached=True)
    assert there.road("prod").is_known_sound("app/three")
    assert {name: dict(there.render(name)) for name in there.concrete()} == found
