"""The golden files: made by the real sops program, with the keys that open them and what it answered."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lamina.thought.sealed.recipients import identities

GOLDEN = Path(__file__).parent / "data" / "golden"
ALICE = "age1rv2qkhvz80wxgwjgqr24hegucuzukh45ld474usknmzdkvl3p5nsjc2het"
BOB = "age19p4p4k02c0m4gqpand4xdau6hh0jg5yufldacdlk4udh9z9rnq5sej04cx"
CAROL = "age1mlt45scfg3vvrjf9m2f6dmtxtxpflem6wdw8nqpdycwq5d5ugphqulj9sg"


@dataclass(frozen=True)
class Case:
    """One folder of the golden files."""

    folder: Path
    meta: dict[str, Any]

    @property
    def kind(self) -> str:
        """The format, as sops names it."""
        return str(self.meta.get("format", "yaml"))

    def file(self, stem: str) -> Path | None:
        """The file of that name with whatever ending, if there is one."""
        return next(iter(sorted(self.folder.glob(f"{stem}.*"))), None)

    def data(self, stem: str) -> bytes:
        """The bytes of a file that is there."""
        file = self.file(stem)
        assert file is not None
        return file.read_bytes()


def cases(below: str = "") -> dict[str, Case]:
    """The cases in a folder of the golden files, by name."""
    found = sorted((GOLDEN / below).glob("*/meta.json"))
    return {path.parent.name: Case(path.parent, json.loads(path.read_text("utf-8"))) for path in found}


def keys(*names: str) -> list[Any]:
    """The identities of people in the golden files."""
    files = [GOLDEN / "_keys" / (name if name.startswith("ssh") else f"{name}.txt") for name in names]
    return [one for file in files for one in identities(file.read_text("utf-8")).found]
