"""Joining rendered folders: the shards of a render come to the folder that one render makes, byte for byte."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from conftest import Builder
from hypothesis import given, settings
from hypothesis import strategies as st
from small_repositories import REPOSITORY, project

import lamina
from lamina.project import Project
from lamina.project.folder import HasErrors, Order, write_folder
from lamina.project.sharding.folders import NoShard, NotAsRecorded, join_folders
from lamina.project.sharding.whole import NotWhole
from lamina.thought.record import BadRecord
from lamina.words.errors import Failure, Misuse
from lamina.words.finding import Finding
from lamina.words.shards import Shard
from lamina.world.repository import Commit

ROOT = Path(__file__).parents[3]
CLEAN = Commit("1" * 40, dirty=False)
SCHEMA = "type: object\nproperties: {n: {type: integer}, password: {type: string, x-secret: true}}\n"
FILES = {
    "lamina.yaml": "environments: {dev: {}}\n",
    "schemas/app/v1.schema.yaml": SCHEMA,
    **{f"environments/base/app/{name}.yaml": f"n: {number}\n" for number, name in enumerate("abcdefgh")},
    "environments/prod/app/b.yaml": "n: ${app/h:n}\n",
    "environments/dev/app/i.yaml": "n: 9\n",
}


def tree(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def order(one: Project, **how: Any) -> Order:
    return Order(tuple(one.concrete()), **{"form": "yaml", "nested": True, "secrets": "redact"} | how)


def rendered(one: Project, folder: Path, ordered: Order, commit: Commit | None = CLEAN) -> Path:
    write_folder(one, ordered, folder, version=one.version, asked=lambda: commit, advance=lambda: None)
    return folder


def shards(one: Project, folder: Path, of: int, commit: Commit | None = CLEAN, **how: Any) -> list[Path]:
    """The folders of all shards, the last first."""
    numbers = range(of, 0, -1)
    return [
        rendered(one, folder / f"{number}", order(one, **how, shard=Shard(number, of)), commit) for number in numbers
    ]


def errors(one: Project, folder: Path, shard: Shard | None) -> set[Finding]:
    """Why nothing is rendered, if so."""
    try:
        rendered(one, folder, order(one, shard=shard))
    except HasErrors as failure:
        return set(failure.findings)
    return set()


@settings(max_examples=400 if os.environ.get("LAMINA_LONG") else 25)
@given(REPOSITORY, st.integers(1, 5))
def test_the_shards_of_a_render_come_to_the_whole(files: dict[str, str | None], of: int) -> None:
    with TemporaryDirectory() as name:
        folder, numbers = Path(name), range(1, of + 1)
        whole = errors(project(files), folder / "whole", None)
        found = [errors(project(files), folder / f"{number}", Shard(number, of)) for number in numbers]
        assert {one for some in found for one in some} == whole
        if not whole:
            count, _ = join_folders([folder / f"{number}" for number in numbers], folder / "joined")
            assert tree(folder / "joined") == tree(folder / "whole")
            assert count == len(tree(folder / "whole")) - 1


@pytest.mark.parametrize(("of", "form"), [*((of, "yaml") for of in range(1, 6)), (3, "json")])
def test_the_shards_of_this_repository_come_to_the_whole(of: int, form: str, tmp_path: Path) -> None:
    one = lamina.open(ROOT)
    whole = rendered(one, tmp_path / "whole", order(one, form=form))
    join_folders(shards(one, tmp_path, of, form=form), tmp_path / "joined")
    assert tree(tmp_path / "joined") == tree(whole)


def test_one_environment_is_rendered_in_shards_too(repository: Builder, tmp_path: Path) -> None:
    one = lamina.open(repository(FILES))
    alone = Order(("prod",), "json", secrets="omit")
    whole = rendered(one, tmp_path / "whole", alone)
    parts = [
        rendered(one, tmp_path / f"{number}", Order(("prod",), "json", secrets="omit", shard=Shard(number, 3)))
        for number in (1, 2, 3)
    ]
    join_folders(parts, tmp_path / "joined")
    assert tree(tmp_path / "joined") == tree(whole)


def test_a_folder_with_opened_secrets_is_its_owners_alone(repository: Builder, tmp_path: Path) -> None:
    one = lamina.open(repository({**FILES, "environments/dev/app/i.yaml": "password: hunter2\n"}))
    how: dict[str, Any] = {"secrets": "unseal", "keyring": lamina.Keyring({})}
    whole = rendered(one, tmp_path / "whole", order(one, **how))
    join_folders(shards(one, tmp_path, 2, **how), tmp_path / "joined")
    assert tree(tmp_path / "joined") == tree(whole)
    assert (tmp_path / "joined").stat().st_mode & 0o777 == 0o700
    assert "hunter2" in (tmp_path / "joined/dev/app/i.yaml").read_text()


def test_a_shard_is_rendered_again_where_it_was(repository: Builder, tmp_path: Path) -> None:
    one = lamina.open(repository(FILES))
    parts = shards(one, tmp_path, 2)
    before = [tree(part) for part in parts]
    assert [tree(part) for part in shards(one, tmp_path, 2)] == before
    # Of another N in the same folder.
    shards(one, tmp_path, 3)
    assert [tree(part) for part in shards(one, tmp_path, 2)] == before


@pytest.fixture
def parts(repository: Builder, tmp_path: Path) -> list[Path]:
    return shards(lamina.open(repository(FILES)), tmp_path, 2)


def edited(part: Path, **said: Any) -> None:
    """Say something else in a record."""
    file = part / ".lamina.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | said))


def refused(parts: list[Path], kind: type[Failure]) -> str:
    """Why parts are not joined, and that nothing is written then."""
    folder = parts[0].parent / "joined"
    with pytest.raises(kind) as caught:
        join_folders(parts, folder)
    assert not folder.exists()
    assert [path.name for path in folder.parent.iterdir() if path.name.startswith(".")] == []
    return str(caught.value).replace(f"{parts[0].parent}/", "")


def test_a_part_that_is_missing_or_there_twice_is_told(parts: list[Path]) -> None:
    assert refused(parts[:1], NotWhole) == "a shard is missing: 1/2"
    assert refused([*parts, parts[0]], NotWhole) == "the shard 2/2 is there twice: 2 and 2"


@pytest.mark.parametrize(
    ("how", "told"),
    [
        ({"form": "json"}, "in the format json"),
        ({"secrets": "omit"}, "with --secrets omit"),
        ({"commit": Commit("2" * 40, dirty=False)}, f"of the commit {'2' * 40}"),
        ({"commit": Commit("1" * 40, dirty=True)}, "of files that differ from it"),
        ({"commit": None}, "of no commit"),
        ({"of": 3}, "one of 3 shards"),
    ],
    ids=lambda one: "" if isinstance(one, str) else " ".join(one),
)
def test_parts_of_another_whole_are_told(
    how: dict[str, Any], told: str, parts: list[Path], repository: Builder, tmp_path: Path
) -> None:
    other = shards(lamina.open(repository({})), tmp_path / "other", **{"of": 2} | how)
    assert refused([parts[0], other[-1]], NotWhole).startswith(f"other/1 is {told}, and 2 is ")


def test_parts_of_one_environment_and_of_all_are_told(parts: list[Path], repository: Builder, tmp_path: Path) -> None:
    alone = Order(("prod",), "yaml", nested=True, secrets="redact", shard=Shard(1, 2))
    other = rendered(lamina.open(repository({})), tmp_path / "alone", alone)
    assert refused([parts[0], other], NotWhole) == "alone is of prod, and 2 is of dev, prod"


@pytest.mark.parametrize("commit", [None, Commit("1" * 40, dirty=True)], ids=["no commit", "dirty"])
def test_files_that_changed_between_two_shards_are_told(
    commit: Commit | None, repository: Builder, tmp_path: Path
) -> None:
    parts = shards(lamina.open(repository(FILES)), tmp_path, 2, commit)
    other = lamina.open(repository({"environments/dev/app/i.yaml": "n: 10\n"}))
    assert "of files with the digest" in refused([parts[0], shards(other, tmp_path / "other", 2, commit)[1]], NotWhole)


def test_a_file_that_was_another_for_two_parts_is_told(parts: list[Path]) -> None:
    edited(parts[1], inputs={"lamina.yaml": f"sha256:{'0' * 64}"})
    assert refused(parts, NotWhole) == "1 was made from another lamina.yaml than a part before it"


def some(part: Path) -> Path:
    return min((part / "prod/app").iterdir())


def linked(part: Path) -> None:
    file, aside = some(part), part.parent / "aside"
    file.rename(aside)
    file.symlink_to(aside)


DAMAGE: dict[str, Callable[[Path], object]] = {
    "differs from the record": lambda part: some(part).write_text("n: 7\n"),
    "is missing": lambda part: some(part).unlink(),
    "is no regular file": linked,
    "is not in the record": lambda part: (part / "prod/more.yaml").write_text(""),
}


@pytest.mark.parametrize("why", DAMAGE)
def test_a_file_that_is_not_as_recorded_is_told(why: str, parts: list[Path]) -> None:
    DAMAGE[why](parts[0])
    assert refused(parts, NotAsRecorded).endswith(why)


def test_a_document_of_another_shard_is_told(parts: list[Path], tmp_path: Path) -> None:
    twin = Path(shutil.copytree(parts[0], tmp_path / "twin"))
    edited(twin, shard={"part": "1/2", "files": None})
    assert refused([parts[0], twin], NotAsRecorded).endswith("is of a document that is not in the shard 1/2")


@pytest.mark.parametrize(
    "said", [{"part": "3/2", "files": None}, {"part": 1}, [], {"part": "1/2", "files": "x"}], ids=str
)
def test_a_damaged_record_is_told(said: object, parts: list[Path]) -> None:
    edited(parts[0], shard=said)
    refused(parts, BadRecord)


def test_what_is_no_rendered_shard_is_told(parts: list[Path], repository: Builder, tmp_path: Path) -> None:
    one = lamina.open(repository({}))
    assert "it was rendered whole" in refused([*parts, rendered(one, tmp_path / "whole", order(one))], NoShard)
    (tmp_path / "empty").mkdir()
    assert "it holds no .lamina.json" in refused([tmp_path / "empty"], NoShard)
    record = json.loads((parts[0] / ".lamina.json").read_text())
    del record["inputs"]
    (parts[0] / ".lamina.json").write_text(json.dumps(record))
    assert "what it was made from" in refused(parts, NoShard)


def test_no_folder_of_layers_is_written(parts: list[Path], repository: Builder) -> None:
    root = repository({})
    with pytest.raises(Misuse, match="lies in environments/"):
        join_folders(parts, root / "environments/more", root)
