"""The beginning of a repository: the starter's files with what lamina generates from them, put into a folder whole."""

from pathlib import Path

from lamina.project.editors import editor_setup, modelined
from lamina.project.tree import Tree
from lamina.thought.starter import starter
from lamina.thought.topology import ENVIRONMENTS, SCHEMAS, SETTINGS
from lamina.words.errors import Failure, listing
from lamina.words.values import dataclass
from lamina.world import git
from lamina.world.planting import in_the_way, plant
from lamina.world.sources.given import Given

# Files around the configuration: a repository is as sound with its own as with the starter's.
_OPTIONAL = frozenset(
    {
        *("README.md", ".gitignore", ".sops.yaml", ".pre-commit-config.yaml"),
        *(".github/workflows/gate.yml", ".github/rulesets/main.json", ".vscode/settings.json"),
    }
)


class AlreadyARepository(Failure):
    """The folder holds a lamina repository, or lies among the files of one."""

    def __init__(self, folder: Path, why: str) -> None:
        super().__init__(f"{folder} {why}", "lamina doctor says whether anything is missing there")


class InTheWay(Failure):
    """The folder holds files of the names that would be written, or links where folders would be."""

    def __init__(self, folder: Path, names: list[str], optional: bool) -> None:
        keep = "lamina init --keep leaves what is there as it is and writes the rest"
        hint = keep if optional else "move that away, or choose another folder"
        super().__init__(f"{folder} holds {listing(names, most=20)} already, so nothing was written", hint)


@dataclass(frozen=True, slots=True)
class Begun:
    """What was made: the names of the files, those that were kept, and the top of the git repository.

    `fresh` says that this repository was begun too.
    """

    files: tuple[str, ...]
    kept: tuple[str, ...]
    top: Path
    fresh: bool


def new_repository(version: str) -> dict[str, bytes]:
    """Every file of a new repository by name; `version` is that of the lamina that makes it."""
    files = {name: text.encode() for name, text in starter(version).items()}
    tree = Tree(Given(files), version)
    return files | {name: data for name, data in (editor_setup(tree) | modelined(tree)).items() if data is not None}


def begin(folder: Path, version: str, *, keep: bool = False) -> Begun:
    """Make a repository in a folder that is new, empty, or holds other things; all of it or nothing.

    `keep` leaves files around the configuration (a README, a .gitignore) as they are. A git repository is begun when the
    folder stands in none. Raises AlreadyARepository, InTheWay, CannotStart and CannotPlant.
    """
    _demand_room(folder)
    files = new_repository(version)
    present = in_the_way(folder, files)
    optional = _OPTIONAL.issuperset(present)
    if present and not (keep and optional):
        raise InTheWay(folder, present, optional)
    for name in present:
        del files[name]
    top = git.top(folder)
    plant(folder, files, git.start if top is None else None)
    return Begun(tuple(sorted(files)), tuple(present), top or folder.resolve(), top is None)


def _demand_room(folder: Path) -> None:
    """Raise AlreadyARepository for a repository, and for a folder whose files another one would take for its own."""
    for sign in (SETTINGS, ENVIRONMENTS):
        if (folder / sign).exists():
            raise AlreadyARepository(folder, f"holds {sign} already")
    whole = folder.resolve()
    for root in whole.parents:
        if (root / SETTINGS).exists() and whole.relative_to(root).parts[0] in (ENVIRONMENTS, SCHEMAS):
            raise AlreadyARepository(folder, f"lies in the repository {root}")
