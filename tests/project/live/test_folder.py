"""Rendered folders and mounted ConfigMaps as sources of a live configuration."""

import os
import shutil
import time
from collections.abc import Mapping
from pathlib import Path

import pytest
from conftest import Lamina
from living import replaced, until, written

import lamina as package
from lamina.project.live.ground import Refused


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return written(tmp_path / "repository")


@pytest.mark.parametrize("form", ["yaml", "json"])
def test_a_render_that_is_written_again(root: Path, tmp_path: Path, lamina: Lamina, form: str) -> None:
    out = tmp_path / "out"
    assert lamina("render", "prod", "-o", str(out), "--format", form, cwd=root).code == 0
    with package.live(out, "prod") as live:
        assert live.current["web"] == {"from": 1}
        assert sorted(live.current) == ["app", "teams/blue", "teams/red", "web"]
        before = live.current
        replaced(root / "environments/base/app.yaml", "n: 2\n")
        assert lamina("render", "prod", "-o", str(out), "--format", form, cwd=root).code == 0
        until(lambda: live.generation == 2)
        assert live.current["web"] == {"from": 2}
        assert live.current["teams/red"] is before["teams/red"]


def test_a_render_of_all_environments(root: Path, tmp_path: Path, lamina: Lamina) -> None:
    replaced(root / "environments/dev/app.yaml", "name: dev\n")
    out = tmp_path / "out"
    assert lamina("render", "--all", "-o", str(out), cwd=root).code == 0
    with package.live(out, "dev", watch=False) as live:
        assert live.current["app"]["name"] == "dev"
    with pytest.raises(Refused, match="holds no render of staging: it holds dev, prod"):
        package.live(out, "staging")


def test_a_link_to_a_render_that_is_swapped(root: Path, tmp_path: Path, lamina: Lamina) -> None:
    for number in (1, 2):
        replaced(root / "environments/base/app.yaml", f"n: {number}\n")
        assert lamina("render", "prod", "-o", str(tmp_path / f"out-{number}"), cwd=root).code == 0
    link = tmp_path / "out"
    link.symlink_to("out-1")
    with package.live(link, "prod") as live:
        (tmp_path / "beside").symlink_to("out-2")
        os.replace(tmp_path / "beside", link)
        until(lambda: live.generation == 2)
        assert live.current["app"]["n"] == 2


def test_a_file_that_the_record_does_not_know(root: Path, tmp_path: Path, lamina: Lamina) -> None:
    out = tmp_path / "out"
    assert lamina("render", "prod", "-o", str(out), cwd=root).code == 0
    with package.live(out, "prod", watch=False) as live:
        sound = (out / "app.yaml").read_bytes()
        replaced(out / "app.yaml", sound[:-3])
        assert live.reload().reason == "app.yaml is not what the record of the folder says"
        (out / "app.yaml").unlink()
        assert live.reload().verdict == "refused"
        replaced(out / "app.yaml", sound)
        assert live.reload().verdict == "unchanged"
        replaced(out / ".lamina.json", "{")
        assert live.reload().reason == "the record is damaged: it is not JSON"
        shutil.rmtree(out)
        assert live.reload().verdict == "refused"
        assert live.current["app"]["n"] == 1


def test_a_form_that_cannot_be_read_back(tmp_path: Path, lamina: Lamina) -> None:
    root = written(tmp_path / "r", {"schemas/app/v1.schema.yaml": "{}\n", "environments/prod/app.yaml": "n: 1\n"})
    assert lamina("render", "prod", "-o", str(tmp_path / "out"), "--format", "env", cwd=root).code == 0
    with pytest.raises(Refused, match="is rendered as env, which cannot be read back"):
        package.live(tmp_path / "out", "prod")


def mounted(folder: Path, number: int, files: Mapping[str, str]) -> None:
    """Mount a ConfigMap as Kubernetes does: a folder beside, and the link `..data` swapped for one to it."""
    fresh = folder / f"..2026_{number}"
    written(fresh, files)
    (folder / "..tmp").symlink_to(fresh.name)
    before = os.readlink(folder / "..data") if (folder / "..data").is_symlink() else None
    os.replace(folder / "..tmp", folder / "..data")
    for name in files:
        if not (folder / name).is_symlink():
            (folder / name).symlink_to(f"..data/{name}")
    if before is not None:
        shutil.rmtree(folder / before)


def test_a_mounted_config_map(tmp_path: Path) -> None:
    mounted(tmp_path, 1, {"app.yaml": "n: 1\n", "limits.json": '{"most": 1.0}'})
    with package.live(tmp_path, "prod") as live:
        assert dict(live.current) == {"app": {"n": 1}, "limits": {"most": 1.0}}
        for number in range(2, 7):
            mounted(tmp_path, number, {"app.yaml": f"n: {number}\n", "limits.json": f'{{"most": {number}}}'})
            until(lambda number=number: live.current["app"]["n"] == number)  # type: ignore[misc]  # mypy gives such a default no type
            assert live.current["limits"]["most"] == number
        mounted(tmp_path, 7, {"app.yaml": "n: 7\n", "limits.json": "{"})
        until(lambda: live.status().refused)
        assert live.current["app"]["n"] == 6


def test_a_config_map_is_never_mixed_of_two(tmp_path: Path) -> None:
    names = [f"{letter}.yaml" for letter in "abcdefghij"]
    mounted(tmp_path, 1, dict.fromkeys(names, "n: 1\n"))
    with package.live(tmp_path, "prod") as live:
        mixed = list[set[object]]()
        live.on_outcome(lambda outcome: mixed.append({one["n"] for one in live.current.values()}))
        for number in range(2, 40):
            mounted(tmp_path, number, dict.fromkeys(names, f"n: {number}\n"))
        until(lambda: live.current["j"]["n"] == 39)
    assert mixed
    assert all(len(one) == 1 for one in mixed)


WRONG = {
    "half a file": {"app.yaml": "n: ["},
    "a tag of layers": {"app.yaml": "n: !unset\n"},
    "one document twice": {"app.json": "{}"},
    "a list": {"app.yaml": "- 1\n"},
}


@pytest.mark.parametrize("files", [pytest.param(files, id=name) for name, files in WRONG.items()])
def test_a_plain_folder_and_what_never_gets_in(tmp_path: Path, files: Mapping[str, str]) -> None:
    written(tmp_path, {"app.yaml": "n: 1\n", "notes.txt": "x", ".hidden.yaml": "["})
    with package.live(tmp_path, "prod", watch=False) as live:
        assert dict(live.current) == {"app": {"n": 1}}
        written(tmp_path, files)
        assert live.reload().verdict == "refused"
        assert live.current["app"] == {"n": 1}


def test_links_and_emptiness_in_a_plain_folder(tmp_path: Path) -> None:
    written(tmp_path, {"app.yaml": "n: 1\n"})
    with package.live(tmp_path, "prod", watch=False) as live:
        (tmp_path / "passwd.yaml").symlink_to("/etc/passwd")
        assert live.reload().reason == "passwd.yaml is no plain file"
        (tmp_path / "passwd.yaml").unlink()
        (tmp_path / "app.yaml").unlink()
        assert live.reload().reason == f"{tmp_path} holds no documents"


def test_the_digest_of_what_may_be_secret_tells_nothing_to_others(tmp_path: Path) -> None:
    written(tmp_path, {"app.yaml": "password: hunter2\n"})
    digests = set[str]()
    for _ in range(2):
        with package.live(tmp_path, "prod", watch=False) as live:
            digests.add(live.current.digest)
            replaced(tmp_path / "app.yaml", "# a comment\npassword:   hunter2\n")
            assert live.reload().verdict == "unchanged"
            replaced(tmp_path / "app.yaml", "password: swordfish\n")
            assert live.reload().changed == ("app",)
            assert live.current.digest not in digests
            replaced(tmp_path / "app.yaml", "password: hunter2\n")
    assert len(digests) == 2


def test_a_plain_file_that_is_being_written_is_seen_when_it_is_whole(tmp_path: Path) -> None:
    written(tmp_path, {"app.yaml": "n: 1\nm: 1\n"})
    seen = set[tuple[int, int]]()
    with package.live(tmp_path, "prod") as live:
        live.on_outcome(lambda outcome: seen.add((live.current["app"]["n"], live.current["app"].get("m", 0))))
        for number in (2, 3, 4):
            with (tmp_path / "app.yaml").open("w") as stream:
                for part in (f"n: {number}\n", f"m: {number}\n"):
                    time.sleep(0.005)
                    stream.write(part)
                    stream.flush()
            until(lambda number=number: live.current["app"]["n"] == number)  # type: ignore[misc]  # mypy gives such a default no type
    assert seen == {(2, 2), (3, 3), (4, 4)}


def test_a_plain_file_that_is_emptied_is_refused(tmp_path: Path) -> None:
    written(tmp_path, {"app.yaml": "n: 1\n"})
    with package.live(tmp_path, "prod", watch=False) as live:
        (tmp_path / "app.yaml").write_bytes(b"")
        assert live.reload().reason == "app.yaml is empty: delete it, or write {}"
        replaced(tmp_path / "app.yaml", "{}\n")
        assert live.reload().verdict == "applied"
