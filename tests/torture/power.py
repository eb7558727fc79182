"""A file system of FUSE on disks that forget (`disk.py`), one for each name at its root.

`python -m torture.power FOLDER` mounts it.

Attributes of the root turn the power off: `user.load` makes a disk from a real folder, `user.arm` says after how many acts its
power is lost, and where what is left is to be written, `user.count` tells how many acts there were.
"""

import ctypes
import errno
import json
import os
import random
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from torture.disk import Change, File, Folder, Write, load, lose


class NoPower(Exception):
    """There is no FUSE here, and why."""


@contextmanager
def mounted(place: Path) -> Iterator[Path]:
    """The file system, mounted; raises NoPower."""
    place.mkdir(parents=True, exist_ok=True)
    process = subprocess.Popen([sys.executable, "-m", "torture.power", str(place)], stderr=subprocess.PIPE)
    try:
        until = time.monotonic() + 60
        while not os.path.ismount(place):
            if process.poll() is not None or time.monotonic() > until:
                process.kill()
                assert process.stderr is not None
                said = process.stderr.read().decode("utf-8", "replace").strip().splitlines()
                why = [line for line in said if line.startswith("fuse")] or said or ["it does not mount"]
                raise NoPower(f"no FUSE here: {why[-1]}")
            time.sleep(0.01)
        yield place
    finally:
        if os.path.ismount(place):
            subprocess.run(["fusermount3", "-u", "-z", str(place)], check=False, capture_output=True)
        process.terminate()
        process.wait()
        if process.stderr is not None:
            process.stderr.close()


class Trial:
    """One disk: its acts are counted, and its power may be lost before one of them."""

    def __init__(self, root: Folder) -> None:
        self.root = root
        self.acts = self.syncs = 0
        self.at: int | None = None
        self.failing_sync: int | None = None
        self.seed = ""
        self.to = Path()
        self.is_off = False

    def act(self) -> None:
        """Count an act; raises OSError when the power is off."""
        if self.at is not None and self.acts >= self.at and not self.is_off:
            self.is_off = True
            try:
                how = lose(self.root, self.to, random.Random(self.seed))
            except Exception as error:
                how = f"the harness failed: {error!r}"
            self.to.with_name(f"{self.to.name}.how").write_text(how)
        if self.is_off:
            raise OSError(errno.EIO, "the power is off")
        self.acts += 1

    def sync(self, one: File | Folder) -> None:
        self.act()
        self.syncs += 1
        if self.syncs == self.failing_sync and isinstance(one, File):
            one.forget()
            raise OSError(errno.EIO, "the disk fails")
        one.sync()


def serve(place: str) -> None:
    """Mount it, until it is unmounted or this process is told to end."""
    import mfusepy

    class Disks(mfusepy.Operations):  # type: ignore[misc]
        """What the kernel asks; see mfusepy.Operations."""

        use_ns = True

        def __init__(self) -> None:
            self.trials: dict[str, Trial] = {}
            self.files: dict[int, tuple[Trial, File]] = {}
            self.next = 1

        def setxattr(self, path: str, name: str, value: bytes, options: int, position: int = 0) -> int:
            said = json.loads(value)
            if name == "user.load":
                self.trials[said["trial"]] = Trial(load(Path(said["from"])))
            elif name == "user.arm":
                trial = self.trials[said["trial"]]
                trial.at, trial.seed, trial.to = said["at"], said["seed"], Path(said["to"])
                trial.failing_sync = said.get("failing_sync")
            elif name == "user.drop":
                self.trials.pop(said["trial"], None)
            return 0

        def getxattr(self, path: str, name: str, position: int = 0) -> bytes:
            if name != "user.count":
                raise mfusepy.FuseOSError(errno.ENODATA)
            trial = self._found(path)[0]
            return json.dumps([trial.acts, trial.syncs, trial.is_off]).encode()

        def getattr(self, path: str, fh: int | None = None) -> dict[str, Any]:
            if path == "/":
                return {"st_mode": stat.S_IFDIR | 0o755, "st_nlink": 2, "st_ino": 1}
            one = self.files[fh][1] if fh in self.files else self._found(path)[1]
            kind = stat.S_IFREG if isinstance(one, File) else stat.S_IFDIR if isinstance(one, Folder) else stat.S_IFLNK
            told = {"st_uid": os.getuid(), "st_gid": os.getgid(), "st_mtime": 0, "st_atime": 0, "st_ctime": 0}
            if isinstance(one, str):
                return {**told, "st_mode": kind | 0o777, "st_nlink": 1, "st_size": len(one)}
            size = len(one.data) if isinstance(one, File) else 0
            links = one.links if isinstance(one, File) else 2
            return {**told, "st_mode": kind | one.mode, "st_nlink": links, "st_size": size, "st_ino": one.number}

        def readdir(self, path: str, fh: int) -> list[tuple[str, dict[str, int], int]]:
            if path == "/":
                entries = {name: trial.root.number for name, trial in self.trials.items()}
            else:
                names = self._folder(path)[1].names
                entries = {name: 1 if isinstance(one, str) else one.number for name, one in names.items()}
            # An entry without a number would count as removed; one without a kind is asked for it.
            return [
                (name, {"st_mode": 0, "st_ino": number}, 0) for name, number in {".": 1, "..": 1, **entries}.items()
            ]

        def readlink(self, path: str) -> str:
            one = self._found(path)[1]
            assert isinstance(one, str)
            return one

        def open(self, path: str, flags: int) -> int:
            trial, one = self._found(path)
            assert isinstance(one, File)
            if flags & os.O_TRUNC and one.data:
                trial.act()
                one.write(0)
            return self._held(trial, one)

        def create(self, path: str, mode: int, fi: object = None) -> int:
            trial, folder, name = self._parent(path)
            trial.act()
            made = File(mode & 0o7777)
            folder.change(Change({name: made}))
            return self._held(trial, made)

        def release(self, path: str, fh: int) -> int:
            self.files.pop(fh, None)
            return 0

        def read(self, path: str, size: int, offset: int, fh: int) -> bytes:
            return bytes(self.files[fh][1].data[offset : offset + size])

        def write(self, path: str, data: bytes, offset: int, fh: int) -> int:
            self._write(*self.files[fh], (offset, bytes(data)))
            return len(data)

        def truncate(self, path: str, length: int, fh: int | None = None) -> int:
            if fh in self.files:
                self._write(*self.files[fh], length)
            else:
                trial, one = self._found(path)
                assert isinstance(one, File)
                self._write(trial, one, length)
            return 0

        def fsync(self, path: str, datasync: int, fh: int) -> int:
            trial, one = self.files[fh]
            trial.sync(one)
            return 0

        def fsyncdir(self, path: str, datasync: int, fh: int) -> int:
            if path != "/":
                trial, folder = self._folder(path)
                trial.sync(folder)
            return 0

        def mkdir(self, path: str, mode: int) -> int:
            trial, folder, name = self._parent(path)
            trial.act()
            folder.change(Change({name: Folder(mode & 0o7777)}))
            return 0

        def symlink(self, target: str, source: str) -> int:
            trial, folder, name = self._parent(target)
            trial.act()
            folder.change(Change({name: source}))
            return 0

        def link(self, target: str, source: str) -> int:
            trial, folder, name = self._parent(target)
            one = self._found(source)[1]
            assert isinstance(one, File)
            trial.act()
            one.links += 1
            folder.change(Change({name: one}))
            return 0

        def unlink(self, path: str) -> int:
            trial, folder, name = self._parent(path)
            trial.act()
            one = folder.names[name]
            if isinstance(one, File):
                one.links -= 1
            folder.change(Change({name: None}))
            return 0

        def rmdir(self, path: str) -> int:
            trial, folder, name = self._parent(path)
            if folder.names[name].names:  # type: ignore[union-attr]
                raise mfusepy.FuseOSError(errno.ENOTEMPTY)
            trial.act()
            folder.change(Change({name: None}))
            return 0

        def rename(self, old: str, new: str) -> int:
            trial, before, name = self._parent(old)
            _, after, new_name = self._parent(new)
            trial.act()
            one = before.names[name]
            if isinstance(gone := after.names.get(new_name), File):
                gone.links -= 1
            if before is after:
                before.change(Change({name: None, new_name: one}))
                return 0
            taken, put = Change({name: None}), Change({new_name: one})
            taken.other, put.other = (after, put), (before, taken)
            after.change(put)
            before.change(taken)
            return 0

        def chmod(self, path: str, mode: int) -> int:
            trial, one = self._found(path)
            trial.act()
            if not isinstance(one, str):
                one.mode = mode & 0o7777
            return 0

        def chown(self, path: str, uid: int, gid: int) -> int:
            return 0

        def utimens(self, path: str, times: object = None) -> int:
            return 0

        def statfs(self, path: str) -> dict[str, int]:
            return {"f_bsize": 4096, "f_frsize": 4096, "f_blocks": 1 << 20, "f_bfree": 1 << 20, "f_bavail": 1 << 20}

        def _write(self, trial: Trial, one: File, write: Write) -> None:
            trial.act()
            one.write(write)

        def _held(self, trial: Trial, one: File) -> int:
            self.next += 1
            self.files[self.next] = (trial, one)
            return self.next

        def _found(self, path: str) -> "tuple[Trial, File | Folder | str]":
            _, first, *names = path.split("/")
            if first not in self.trials:
                raise mfusepy.FuseOSError(errno.ENOENT)
            trial = self.trials[first]
            if trial.is_off:
                raise mfusepy.FuseOSError(errno.EIO)
            one: File | Folder | str = trial.root
            for name in names:
                if not isinstance(one, Folder):
                    raise mfusepy.FuseOSError(errno.ENOTDIR)
                if name not in one.names:
                    raise mfusepy.FuseOSError(errno.ENOENT)
                one = one.names[name]
            return trial, one

        def _folder(self, path: str) -> tuple[Trial, Folder]:
            trial, one = self._found(path)
            if not isinstance(one, Folder):
                raise mfusepy.FuseOSError(errno.ENOTDIR)
            return trial, one

        def _parent(self, path: str) -> tuple[Trial, Folder, str]:
            above, _, name = path.rpartition("/")
            return *self._folder(above), name

    # Who mounted it may be killed: then it ends as well, and is unmounted.
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)
    mfusepy.FUSE(Disks(), place, foreground=True, nothreads=True, fsname="torture", use_ino=True)


if __name__ == "__main__":
    serve(sys.argv[1])
