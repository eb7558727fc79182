"""The words that name an archive, and snapshots in it: `ENVIRONMENT [SNAPSHOT...]`, or `[SNAPSHOT...] --location PATH`."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

from lamina.cli import output
from lamina.cli.clock import now
from lamina.cli.options import folder_of, project_of
from lamina.words.errors import Misuse

if TYPE_CHECKING:
    from lamina.changes.archiving.pushing import Trusts
    from lamina.changes.state.store import StateStore
    from lamina.project import Project
    from lamina.project.state.snapshots import ArchivePlace
    from lamina.thought.archiving.snapshots import Snapshot
    from lamina.world.archive.remote import Patience

_Command = TypeVar("_Command", bound=Callable[..., Any])
_LOCATION = "The store itself, in place of an environment: a file that ends in .sqlite, or a folder."
_STORE = "A store by its name, where the archive has several; the usual one is that of this machine."


def of_archive(*more: str, remote: bool = False, store: bool = False) -> Callable[[_Command], _Command]:
    """`ENVIRONMENT MORE...`, or `MORE... --location PATH`; the command gets the `place`, and what else is named.

    With `remote` the archive has to have one; with `store` another store in it may be named than that of this machine.
    """

    def placing(command: _Command) -> _Command:
        @click.argument("named", metavar=" ".join(["ENVIRONMENT", *(one.upper() for one in more)]), nargs=-1)
        @click.option("--location", metavar="PATH", type=click.Path(path_type=Path, readable=False), help=_LOCATION)
        @click.pass_context
        @wraps(command)
        def placed(ctx: click.Context, /, named: tuple[str, ...], location: Path | None, **options: Any) -> Any:
            wanted = (() if location else ("environment",)) + more
            if len(named) != len(wanted):
                hint = f"{ctx.command_path} --help shows how it is called"
                lacking = [one.upper() for one in wanted[len(named) :]]
                if lacking:
                    raise Misuse(f"{' and '.join(lacking)} {'are' if len(lacking) > 1 else 'is'} missing", hint)
                raise Misuse(f"{' '.join(named[len(wanted) :])} is too much", hint)
            given = dict(zip(wanted, named, strict=True))
            place = _place(ctx, given.pop("environment", None), location, remote)
            place = replace(place, store=options.pop("store", None))
            return ctx.invoke(command, place=place, **given, **options)

        if store:
            placed = click.option("--store", metavar="NAME", help=_STORE)(placed)
        return cast(_Command, placed)

    return placing


def _place(ctx: click.Context, environment: str | None, location: Path | None, remote: bool) -> "ArchivePlace":
    from lamina.project.state.opening import found_at, state_place
    from lamina.project.state.snapshots import archive_place

    project = _project(ctx, environment)
    if location is not None:
        return archive_place(project, found_at(location), remote)
    assert environment is not None
    assert project is not None
    return archive_place(project, state_place(project, environment, _commit(project)), remote)


def _project(ctx: click.Context, environment: str | None) -> "Project | None":
    """The project, whose settings say what branch it is; none is needed for a store that is named by its location."""
    from lamina.world.repository import NotARepository

    try:
        return project_of(ctx)
    except NotARepository:
        if environment is not None:
            raise
        return None


def _commit(project: "Project") -> str | None:
    """The commit that the configuration is of, where nothing differs from it."""
    from lamina.world.repository import asking_commit

    if project.root is None:
        return project.commit
    with asking_commit(Path(project.root)) as asked:
        found = asked()
    return found.id if found is not None and not found.dirty else None


@contextmanager
def at_work(place: "ArchivePlace") -> "Iterator[StateStore]":
    """The store whose archive it is, for as long as something is done that its log should tell."""
    from lamina.changes.state.opening import opened
    from lamina.world.store import home as homes

    # A store is made by the programs that keep state, and not by archiving it.
    homes.marker(place.home)
    store = opened(place.state, now, output.note)
    try:
        yield store
    finally:
        store.close()


def trusts_of(ctx: click.Context) -> "Trusts":
    """Whether a branch that was begun anew is followed: where who may has signed why."""
    from lamina.project.state.squash_check import is_explained, signers_of

    project = _project(ctx, None)
    signers = signers_of(project) if project is not None else None
    return lambda shelf, old, new: is_explained(shelf, old, new, signers)


def patience() -> "Patience":
    """How long a push is tried while others push too."""
    from lamina.world.archive.remote import Patience

    return Patience(random.uniform)


def key_of(ctx: click.Context) -> str | None:
    """The key that the user's git signs with, if any."""
    from lamina.world.signing import signing_key

    return signing_key(folder_of(ctx))


def snapshot_json(one: "Snapshot") -> dict[str, Any]:
    """The documented shape of a snapshot."""
    return {
        **{"name": one.name, "store": one.store, "seq": one.seq, "hash": one.hash, "previous": one.previous},
        **{"config_commit": one.config_commit, "pinned": one.pinned},
    }
