"""`render --shard` and `join -o`: what machines of a matrix render, and the folder that is deployed."""

from pathlib import Path

import pytest
from conftest import Lamina
from githistory import begun, committed

FILES: dict[str, str | None] = {
    "schemas/app/v1.schema.yaml": "type: object\nproperties: {n: {type: integer}, token: {type: string, x-secret: true}}\n",
    **{f"environments/base/app/{name}.yaml": f"n: {number}\n" for number, name in enumerate("abcdefgh")},
    "environments/prod/app/b.yaml": "n: ${app/h:n}\n",
}


@pytest.fixture
def place(tmp_path: Path) -> Path:
    root = begun(tmp_path / "place")
    committed(root, FILES)
    return root


def tree(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.mark.parametrize("words", [["--all"], ["prod"], ["prod", "--at", "HEAD", "--format", "json"]], ids=" ".join)
def test_what_is_joined_is_what_one_render_makes(words: list[str], place: Path, lamina: Lamina) -> None:
    assert lamina("render", *words, "-o", "../whole", cwd=place).code == 0
    for number in (1, 2, 3):
        done = lamina("render", *words, "-o", f"../part-{number}", "--shard", f"{number}/3", cwd=place)
        assert (done.code, done.out) == (0, "")
        assert done.err.endswith(f" in ../part-{number} (shard {number}/3)\n")
        # A part is sound by itself.
        assert lamina("verify", f"../part-{number}", cwd=place).code == 0
    done = lamina("join", "../part-3", "../part-1", "../part-2", "-o", "../joined", cwd=place)
    assert (done.code, done.out, done.err) == (0, "", "lamina: 8 documents of prod in ../joined\n")
    assert tree(place.parent / "joined") == tree(place.parent / "whole")
    verified = lamina("verify", "../joined", cwd=place)
    assert (verified.code, verified.out) == (0, "../joined: 8 documents, as recorded and as rendered now\n")


def test_no_repository_is_needed_to_join(place: Path, lamina: Lamina) -> None:
    for number in (1, 2):
        lamina("render", "--all", "-o", f"../part-{number}", "--shard", f"{number}/2", cwd=place)
    assert lamina("join", "part-1", "part-2", "-o", "joined", cwd=place.parent).code == 0


def test_errors_are_those_of_the_whole(place: Path, lamina: Lamina) -> None:
    (place / "environments/prod/app/b.yaml").write_text("n: two\n")
    (place / "environments/prod/app/c.yaml").write_text("n: ${app/b:n}\n")
    whole = lamina("render", "--all", "-o", "../whole", cwd=place)
    parts = [
        lamina("render", "--all", "-o", f"../part-{number}", "--shard", f"{number}/3", cwd=place)
        for number in (1, 2, 3)
    ]
    assert whole.code == max(part.code for part in parts) == 1
    told = {line for part in parts for line in part.err.splitlines() if "error: n is" in line}
    assert told == {line for line in whole.err.splitlines() if "error: n is" in line} != set()
    there = [f"../part-{number}" for number, part in enumerate(parts, 1) if part.code == 0]
    done = lamina("join", *there, "-o", "../joined", cwd=place)
    assert (done.code, "missing" in done.err) == (3, True)


def test_what_becomes_of_secrets_must_be_said(place: Path, lamina: Lamina) -> None:
    (place / "environments/prod/app/b.yaml").write_text("token: x\n")
    words = ["render", "--all", "-o"]
    codes = [lamina(*words, f"../{number}", "--shard", f"{number}/3", cwd=place).code for number in (1, 2, 3)]
    assert sorted(codes) == [0, 0, 2]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["render", "prod", "--shard", "1/2"], "a shard is rendered into a folder"),
        (["render", "prod", "app/a", "-o", "../x", "--shard", "1/2"], "a shard is rendered into a folder"),
        (["render", "prod", "-o", "../x", "--shard", "1/2", "--layer", "a.yaml"], "a local layer is of one machine"),
        (["join", "environments"], "environments is a folder"),
        (["join", "environments", "-o", "environments/x"], "lies in environments/"),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, list) else "",
)
def test_what_does_not_go_together_is_told(words: list[str], told: str, place: Path, lamina: Lamina) -> None:
    done = lamina(*words, cwd=place)
    assert (done.code, done.out) == (2, "")
    assert told in done.err
