"""The words that name a store, and a run in it: `ENVIRONMENT [RUN]`, or `[RUN] --location PATH`."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

from lamina.cli.options import project_of
from lamina.words.errors import Failure, Misuse

if TYPE_CHECKING:
    from lamina.project.state.opening import StatePlace

_Command = TypeVar("_Command", bound=Callable[..., Any])
_LOCATION = "The store itself, in place of an environment: a file that ends in .sqlite, or a folder."


def of_store(command: _Command) -> _Command:
    """`ENVIRONMENT` or `--location PATH`; the command gets the `place`."""
    return _named(command, "ENVIRONMENT", ())


def of_run(command: _Command) -> _Command:
    """`ENVIRONMENT RUN`, or `RUN --location PATH`; the command gets the `place` and the `run`."""
    return _named(command, "ENVIRONMENT RUN", ("run",))


def _named(command: _Command, words: str, more: tuple[str, ...]) -> _Command:
    @click.argument("named", metavar=words, nargs=-1)
    @click.option("--location", metavar="PATH", type=click.Path(path_type=Path, readable=False), help=_LOCATION)
    @click.pass_context
    @wraps(command)
    def placed(ctx: click.Context, /, named: tuple[str, ...], location: Path | None, **options: Any) -> Any:
        wanted = (() if location else ("environment",)) + more
        if len(named) != len(wanted):
            raise Misuse(
                _miscounted(named, wanted, location is not None), f"{ctx.command_path} --help shows how it is called"
            )
        given = dict(zip(wanted, named, strict=True))
        place = place_of(ctx, given.pop("environment", None), location)
        try:
            return ctx.invoke(command, place=place, **given, **options)
        except Failure as failure:
            _hint_at(failure, place, given.get("run"))
            raise

    return cast(_Command, placed)


def place_of(ctx: click.Context, environment: str | None, location: Path | None) -> "StatePlace":
    """Where state is kept: by an environment's configuration, or at a location."""
    from lamina.project.state.opening import found_at, state_place

    if location is not None:
        return found_at(location)
    assert environment is not None
    return state_place(project_of(ctx), environment)


def _hint_at(failure: Failure, place: "StatePlace", run: str | None) -> None:
    """Where a run is not there, the one that may be meant takes the place of the hint."""
    from lamina.project.state.showing import run_like
    from lamina.thought.runs.failures import NotFound
    from lamina.thought.timeline import NoSuchRun

    is_unknown = isinstance(failure, NoSuchRun) or (isinstance(failure, NotFound) and failure.kind == "run")
    if is_unknown and run is not None and (like := run_like(place, run)):
        failure.hint = f"did you mean {like}?"


def _miscounted(named: tuple[str, ...], wanted: tuple[str, ...], is_located: bool) -> str:
    lacking = wanted[len(named) :]
    if lacking:
        return f"{' and '.join(one.upper() for one in lacking)} {'are' if len(lacking) > 1 else 'is'} missing"
    beside = ": with --location no environment is named" if is_located else ""
    return f"{' '.join(named[len(wanted) :])} is too much{beside}"
