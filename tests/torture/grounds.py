"""What a soaked program follows: a work tree, a bare repository, a rendered folder, a mounted ConfigMap. Each can be changed
soundly, spoilt, or handled roughly, which leaves it as it is."""

import json
import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Protocol

from githistory import begun, committed, git
from living import FILES, replaced, written
from running import run_here

BASE, PROD = "environments/base/app.yaml", "environments/prod/app.yaml"


class Ground(Protocol):
    """A ground; each act tells the number that is sound there afterwards."""

    path: Path

    def sound(self, number: int) -> int: ...
    def spoil(self, chance: Random) -> str: ...
    def handle(self, chance: Random) -> str: ...


def app(number: object) -> str:
    return f"n: {number}\nname: base\nmap: {{a: 1, b: 2}}\n"


def cleared(path: Path) -> None:
    """Take away whatever stands there."""
    with suppress(OSError):
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


def _holds(file: Path, data: bytes) -> bool:
    return file.exists() and file.stat().st_size == len(data) and file.read_bytes() == data


def _huge(file: Path) -> None:
    with open(file, "wb") as stream:
        stream.truncate(2**33)


WRONG: dict[str, Callable[[Path], object]] = {
    "half a file": lambda file: replaced(file, "n: [1, 2"),
    "an empty list": lambda file: replaced(file, "[]\n"),
    "another type": lambda file: replaced(file, app("many")),
    "an unknown key": lambda file: replaced(file, "nmae: x\n"),
    "no UTF-8": lambda file: replaced(file, b"name: \xff\xfe\n"),
    "nuls": lambda file: replaced(file, b"\0" * 4096),
    "noise": lambda file: replaced(file, os.urandom(4096)),
    "a long key": lambda file: replaced(file, f"? {os.urandom(4).hex() * 50_000}\n: 1\n"),
    "a long reference": lambda file: replaced(file, f"name: ${{app:{os.urandom(4).hex() * 50_000}}}\n"),
    "a long number": lambda file: replaced(file, f"n: {os.urandom(4).hex() * 50_000}\n"),
    "brackets": lambda file: replaced(file, "name: " + "[" * 50_000),
    "a huge file": _huge,
    "a pipe": lambda file: (cleared(file), os.mkfifo(file)),
    "a folder": lambda file: (cleared(file), file.mkdir()),
    "a link out": lambda file: (cleared(file), file.symlink_to("/dev/zero")),
    "a link to itself": lambda file: (cleared(file), file.symlink_to(file.name)),
}


class WorkTree:
    """Files that are edited as people and editors do."""

    def __init__(self, path: Path) -> None:
        self.path = written(path)

    def sound(self, number: int) -> int:
        for name, text in FILES.items():
            file = self.path / name
            if file.is_symlink() or not file.is_file():
                cleared(file)
            if name == BASE or not _holds(file, text.encode()):
                replaced(file, app(number) if name == BASE else text)
        return number

    def spoil(self, chance: Random) -> str:
        name, wrong = chance.choice(sorted(WRONG.items()))
        wrong(self.path / chance.choice([BASE, PROD] if name != "an empty list" else [PROD]))
        return name

    def handle(self, chance: Random) -> str:
        match chance.randrange(6):
            case 5:
                replaced(self.path / PROD, f"name: {chance.randbytes(4).hex() * 50_000}\n")
                return "a long text"
            case 0:
                for number in range(200):
                    (self.path / BASE).write_text(app(number))
                return "a flood"
            case 1:
                shutil.rmtree(self.path)
                return "deleted and made again"
            case 2:
                self.path.rename(self.path.with_name("aside"))
                written(self.path)
                shutil.rmtree(self.path.with_name("aside"))
                return "exchanged"
            case 3:
                for number in range(20):
                    written(self.path, {f"environments/base/teams/more{number}.yaml": "n: 1\n"})
                    (self.path / f"environments/base/teams/more{number}.yaml").unlink()
                return "files that come and go"
            case _:
                for file in self.path.rglob("*.yaml"):
                    os.utime(file)
                return "touched"


class Bare:
    """A bare repository that is pushed to."""

    def __init__(self, path: Path) -> None:
        self.path, self._clone = path, begun(path.with_name("clone"))
        self._good = [(1, committed(self._clone, FILES))]
        git(path.parent, "clone", "--quiet", "--bare", "clone", path.name)

    def sound(self, number: int) -> int:
        commit = committed(self._clone, {BASE: app(number), PROD: FILES[PROD]})
        self._good = [*self._good[-9:], (number, commit)]
        self._push(commit)
        return number

    def spoil(self, chance: Random) -> str:
        match chance.randrange(4):
            case 0:
                git(self.path, "update-ref", "-d", "refs/heads/main")
                return "a branch that is gone"
            case 1:
                tree = git(self._clone, "mktree")
                self._push(git(self._clone, "commit-tree", tree, "-m", "nothing"))
                return "a branch of nothing"
            case _:
                self._push(committed(self._clone, {PROD: chance.choice(["n: [", "n: many\n", "nmae: x\n"])}))
                return "a commit that is wrong"

    def handle(self, chance: Random) -> str:
        match chance.randrange(4):
            case 0:
                git(self.path, "gc", "--quiet", "--prune=now")
                git(self._clone, "gc", "--quiet")
                return "packed and pruned"
            case 1:
                git(self.path, "pack-refs", "--all")
                return "refs packed"
            case 2:
                for _, commit in self._good:
                    self._push(commit)
                return "a branch moved backwards and by force"
            case _:
                shutil.rmtree(self.path)
                git(self.path.parent, "clone", "--quiet", "--bare", "clone", self.path.name)
                return "cloned again"

    def _push(self, commit: str) -> None:
        git(self._clone, "push", "--quiet", "--force", str(self.path), f"{commit}:refs/heads/main")


class Rendered:
    """A link to a folder that `lamina render` wrote, swapped for the next."""

    def __init__(self, path: Path) -> None:
        self.path, self._tree, self._count = path, WorkTree(path.with_name("rendering")), 0
        self.sound(1)

    def sound(self, number: int) -> int:
        self._tree.sound(number)
        self._count += 1
        name = f"render-{self._count}"
        done = run_here("render", "prod", "-o", str(self.path.with_name(name)), cwd=self._tree.path)
        assert done.code == 0, done.err
        _swapped(self.path, name)
        return number

    def spoil(self, chance: Random) -> str:
        match chance.randrange(4):
            case 0:
                with open(self.path / "app.yaml", "a") as file:
                    file.write("x: 1\n")
                return "a render that was changed by hand"
            case 1:
                (self.path / "web.yaml").unlink()
                return "a render that lacks a document"
            case 2:
                replaced(self.path / ".lamina.json", (self.path / ".lamina.json").read_bytes()[:100])
                return "half a record"
            case _:
                _swapped(self.path, "nowhere")
                return "a link that dangles"

    def handle(self, chance: Random) -> str:
        name = os.readlink(self.path)
        for _ in range(chance.randrange(1, 20)):
            _swapped(self.path, name, keep=True)
        return "swapped for itself"


class Mounted:
    """A folder that is written as the kubelet writes a ConfigMap."""

    def __init__(self, path: Path) -> None:
        self.path, self._count = path, 0
        path.mkdir()
        self.sound(1)
        for name in ("app.json", "web.json"):
            (path / name).symlink_to(f"..data/{name}")

    def sound(self, number: int) -> int:
        self._mount({"app.json": json.dumps({"n": number}), "web.json": json.dumps({"from": number})})
        return number

    def spoil(self, chance: Random) -> str:
        match chance.randrange(3):
            case 0:
                self._mount({"app.json": '{"n": 1, "n": 1}', "web.json": '{"from": 1}'})
                return "a key said twice"
            case 1:
                self._mount({"app.json": '{"n": ', "web.json": '{"from": 1}'})
                return "half a file in a mount"
            case _:
                self._mount({})
                return "an empty mount"

    def handle(self, chance: Random) -> str:
        now = self.path / os.readlink(self.path / "..data")
        files = {file.name: file.read_text() for file in now.iterdir()}
        for _ in range(chance.randrange(1, 20)):
            self._mount(files)
        return "mounted again"

    def _mount(self, files: dict[str, str]) -> None:
        self._count += 1
        folder = self.path / f"..{self._count}"
        folder.mkdir()
        for name, text in files.items():
            (folder / name).write_text(text)
        _swapped(self.path / "..data", folder.name)


def _swapped(link: Path, to: str, keep: bool = False) -> None:
    """Have a link lead elsewhere at once, and take away what it led to."""
    before = link.with_name(os.readlink(link)) if link.is_symlink() else None
    beside = link.with_name(f"{link.name}_tmp")
    beside.symlink_to(to)
    beside.rename(link)
    if before and not keep:
        cleared(before)
