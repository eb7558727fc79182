"""A corpus: one configuration written to a folder in the form of every tool that is asked for."""

import os
import shutil
import subprocess
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from bench.model import Model, Tree, model
from bench.trees import TREES

SIZES = {"small": (10, 3), "medium": (100, 5), "large": (1000, 10)}
"""How many services and environments."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """A written configuration of a size: `folder/TREE/...`."""

    folder: Path
    size: str

    @property
    def model(self) -> Model:
        """What is written."""
        return model(*SIZES[self.size])

    def expected(self) -> dict[str, dict[str, Tree]]:
        """What every tool must render, by environment and service."""
        written = self.model
        return {
            environment: {service: written.document(environment, service) for service in written.services}
            for environment in written.environments
        }


def write(folder: Path, size: str, trees: Collection[str] = tuple(TREES)) -> Corpus:
    """Writes the trees of a size below the folder; the lamina repository is committed where git is installed."""
    corpus = Corpus(folder, size)
    for name in trees:
        for path, text in TREES[name](corpus.model):
            target = folder / name / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
    if "lamina" in trees and shutil.which("git"):
        commit(folder / "lamina")
    return corpus


def commit(repository: Path) -> None:
    """Makes the tree a clean work tree, as a real one is; author, dates and settings are the same everywhere."""
    stamps = {f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER") for what, value in _AUTHOR.items()}
    environment = {**os.environ, **stamps, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    for words in ("init --quiet --initial-branch=main", "add --all", "commit --quiet --no-verify --message=Corpus"):
        subprocess.run(["git", *words.split()], cwd=repository, env=environment, check=True)


_AUTHOR = {"NAME": "bench", "EMAIL": "bench@example.com", "DATE": "2026-01-01T00:00:00+00:00"}
