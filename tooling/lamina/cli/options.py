"""Options that several commands share."""

import os
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

from lamina.words.errors import Misuse

if TYPE_CHECKING:
    from lamina.project import Override, Project
    from lamina.project.keyring import Keyring
    from lamina.words.shards import Shard

# What files are called that hold secrets; an environment may have a dot in its name.
_ENDINGS = (".yaml", ".yml", ".json", ".env", ".ini")
# What becomes of the secrets that a result holds.
SECRETS = ("redact", "omit", "unseal")

# Where a command keeps the projects that it has opened, by revision; and what is staged, in the place of one.
OPENED = "lamina.projects"
STAGED = ":"
_NO_CACHE = "lamina.no_cache"

# More processes than this wait for one another, and for the disk.
_MOST_JOBS = 4

Command = TypeVar("Command", bound=Callable[..., Any])


def formats(*names: str, default: str = "text") -> Callable[[Command], Command]:
    """`--format`, one of the names."""
    choice = click.Choice(names)
    return click.option(
        "--format", "form", type=choice, default=default, show_default=True, help="The form of the output."
    )


def layer_option(command: Command) -> Command:
    """`--layer [DOCUMENT=]FILE`, several times."""
    text = "Lay FILE on top of a document's stack: the one it is named after, or DOCUMENT."
    return click.option("--layer", "layers", metavar="[DOCUMENT=]FILE", multiple=True, help=text)(command)


def jobs_option(command: Command) -> Command:
    """`--jobs N`: how many processes."""
    text = f"How many processes; as many as processors, at most {_MOST_JOBS}."
    number = click.IntRange(1)
    return click.option("--jobs", type=number, metavar="N", default=_processors, show_default=False, help=text)(command)


def _processors() -> int:
    return min(len(os.sched_getaffinity(0)), _MOST_JOBS)


def at_option(command: Command) -> Command:
    """`--at REV`, and `--no-cache`, of which `project_of` knows."""
    text = "Read the repository as it was at REV: a commit, a tag, a branch. Nothing is checked out."
    anew = "Make everything anew, and keep nothing for the commands that come."
    no_cache = click.option("--no-cache", is_flag=True, expose_value=False, callback=_without_cache, help=anew)
    return click.option("--at", metavar="REV", help=text)(no_cache(command))


def _without_cache(ctx: click.Context, _: click.Parameter, asked: bool) -> None:
    ctx.find_root().meta[_NO_CACHE] = asked


def staged_option(command: Command) -> Command:
    """`--staged`, which the command takes for `--at :`, and not beside another `--at`."""
    text = "Read what is staged, which the next commit would hold, and nothing else."

    @wraps(command)
    def asked(*words: Any, staged: bool, at: str | None, **more: Any) -> Any:
        if staged and at is not None:
            raise Misuse(
                "what is staged is of no revision, so --staged and --at contradict each other", "leave one out"
            )
        return command(*words, at=STAGED if staged else at, **more)

    return click.option("--staged", is_flag=True, help=text)(cast(Command, asked))


def shard_option(command: Command) -> Command:
    """`--shard I/N`; None where it is not given."""
    text = "Look at the documents of one of N equal shards alone; lamina join puts the parts together."
    return click.option("--shard", metavar="I/N", callback=_shard, help=text)(command)


def _shard(ctx: click.Context, _: click.Parameter, text: str | None) -> "Shard | None":
    from lamina.words.shards import parse_shard

    return None if text is None else parse_shard(text)


def project_of(ctx: click.Context, at: str | None = None) -> "Project":
    """The project that the command works in: as it is, as it is staged, or as it was at a revision; each is read once."""
    opened = ctx.find_root().meta.setdefault(OPENED, {})
    if at not in opened:
        opened[at] = _opened(folder_of(ctx), at, cached=not ctx.find_root().meta.get(_NO_CACHE))
    project: Project = opened[at]
    return project


def _opened(folder: Path, at: str | None, cached: bool) -> "Project":
    import lamina

    if at is None:
        return lamina.open(folder, cached=cached)
    from lamina.project.revisions import project_at, project_staged

    if at == STAGED:
        # git, which runs a hook, says so where another index than the usual one will be committed, as of `git commit -a`.
        index = os.environ.get("GIT_INDEX_FILE")
        return project_staged(folder, lamina.__version__, Path(index) if index else None)
    return project_at(folder, at, lamina.__version__, received_objects(), cached=cached)


def received_objects() -> list[Path]:
    """Where git keeps the objects of a push while the hook judges it that runs us: apart, until it is accepted."""
    place = os.environ.get("GIT_QUARANTINE_PATH")
    return [Path(place)] if place else []


def at_commit(project: "Project") -> dict[str, str]:
    """What a JSON result says first of a project at a revision."""
    return {"commit": project.commit} if project.commit else {}


def shown_commit(project: "Project") -> str:
    """What a text says of a project at a revision, or as it is staged, after the environment."""
    staged = " as staged" if project.root is None else ""
    return f" at {project.commit[:12]}" if project.commit else staged


def shown_shard(shard: "Shard | None") -> str:
    """What a text says of a shard, after the environments and the commit."""
    return f" (shard {shard})" if shard else ""


def environment_at(text: str, at: str | None) -> tuple[str, str | None]:
    """The environment and the revision of `ENV` or `ENV@REV`; `at` is the revision of what names none."""
    environment, mark, revision = text.partition("@")
    if mark and not (environment and revision):
        raise Misuse(f"{text} lacks one half: it is ENV@REV", "such as prod@HEAD~1")
    return environment, revision if mark else at


def project_around(path: Path) -> "Project | None":
    """The project among whose folders a file stands or would stand, or None."""
    import lamina
    from lamina.world.repository import NotARepository

    above = next(one for one in path.absolute().parents if one.is_dir())
    try:
        return lamina.open(above)
    except NotARepository:
        return None


def folder_of(ctx: click.Context) -> Path:
    """The folder that the command works in: here, or that of `-C`."""
    folder: Path = ctx.find_root().obj
    return folder


def keyring_of(ctx: click.Context) -> "Keyring":
    """The user's keys, one keyring a command; warnings about them are said as they are found."""
    from lamina.cli import output
    from lamina.project.keyring import Keyring

    root = ctx.find_root()
    if "keyring" not in root.meta:
        root.meta["keyring"] = Keyring(dict(os.environ), output.note)
    keyring: Keyring = root.meta["keyring"]
    return keyring


def named_file(ctx: click.Context, where: str) -> bool:
    """Whether a word names a file, not an environment: it is there, or looks like one."""
    return (folder_of(ctx) / where).is_file() or "/" in where or where.endswith(_ENDINGS)


def overrides_of(layers: tuple[str, ...]) -> "list[Override]":
    """The local layers that `--layer` names; raises Misuse for one that cannot be read."""
    return [_override(text) for text in layers]


def _override(text: str) -> "Override":
    from lamina.project import Override

    document, equals, file = text.partition("=")
    if not equals:
        document, file = "", text
    try:
        return Override(file, Path(file).read_bytes(), document or None)
    except OSError as error:
        raise Misuse(
            f"--layer {file} cannot be read: {error.strerror}", "name a file: --layer DOCUMENT=FILE"
        ) from error
