"""Watching: `watch`."""

import gc
import logging
import os
import shlex
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from types import FrameType
from typing import TYPE_CHECKING, cast

import click

from lamina import __version__
from lamina.cli.clock import now
from lamina.cli.groups import WithCommand, command_of
from lamina.cli.options import SECRETS, folder_of, formats, keyring_of
from lamina.thought.export import EXPORTS
from lamina.words.errors import Misuse

if TYPE_CHECKING:
    from lamina.changes.watching.delivering import Deeds
    from lamina.changes.watching.watching import Inbox
    from lamina.project import SecretsMode

_AT = "Follow a branch, of a bare repository too, and not the work tree."
_FOLDER = "Write each into a folder of its own beside DIR, and make DIR a link to the newest."
_FORM = "The form of the files in DIR.  [default: yaml]"
_SECRETS = "Write and serve a mark instead of a secret, leave its key out, or open it with your key."
_SIGNAL = "Send SIGHUP, or the signal NAME, to a process."
_EXEC = "Run a command, without a shell; it may also stand after --."
_SECONDS = "End a command that takes longer."
_SERVE = "Serve the documents, the changes and metrics on this machine."
_TOKEN = "What clients of --serve must bring; made where there is no such file."
_CHECK = "Say of each change whether it is valid, and do nothing else."


@click.command(
    "watch",
    cls=WithCommand,
    short_help="Follow an environment for programs that run on.",
)
@click.argument("environment", metavar="ENVIRONMENT [-- COMMAND...]")
@click.option("-o", "--output", "folder", metavar="DIR", type=click.Path(path_type=Path), help=_FOLDER)
@click.option("--as", "files", type=click.Choice([*EXPORTS]), help=_FORM)
@click.option("--secrets", type=click.Choice(SECRETS), help=_SECRETS)
@click.option("--signal", "pid", metavar="PID[:NAME]", help=_SIGNAL)
@click.option("--exec", "words", metavar="COMMAND", help=_EXEC)
@click.option(
    "--exec-timeout",
    "seconds",
    metavar="SECONDS",
    type=click.FloatRange(0.1, 86_400),
    default=60.0,
    show_default=True,
    help=_SECONDS,
)
@click.option("--serve", metavar="127.0.0.1:PORT|unix:PATH", help=_SERVE)
@click.option("--token-file", "token", metavar="FILE", type=click.Path(path_type=Path), help=_TOKEN)
@click.option("--check-only", "nothing", is_flag=True, help=_CHECK)
@click.option("--at", metavar="BRANCH", help=_AT)
@formats("text", "json")
@click.pass_context
def watch_command(
    ctx: click.Context,
    environment: str,
    folder: Path | None,
    files: str | None,
    secrets: str | None,
    pid: str | None,
    words: str | None,
    seconds: float,
    serve: str | None,
    token: Path | None,
    nothing: bool,
    at: str | None,
    form: str,
) -> None:
    """Follow ENVIRONMENT, so that programs in any language can: a valid change is passed on, one that is not is reported.

    What is asked for is done with the configuration at the start too. SIGHUP reads it anew; SIGTERM and Ctrl-C end it.

    Examples: lamina watch prod -o /run/app/config --signal 4711;
    lamina watch prod -o out -- systemctl reload app; lamina watch prod --check-only
    """
    from lamina.changes.watching.watching import watch
    from lamina.cli.watched import Telling
    from lamina.project.live.opening import opened

    command = _command(ctx, words)
    if nothing and (folder or pid or command or serve):
        raise Misuse(
            "--check-only does nothing with a change", "leave out -o, --signal, --exec and --serve, or --check-only"
        )
    deeds = _deeds(ctx, folder, files, secrets, pid, command, seconds, serve, token, nothing)
    # Unlike other commands this one lives on, and what goes round in its documents must go.
    gc.enable()
    inbox: Inbox = SimpleQueue()
    with _heard(inbox) as ended, _said_once():
        live = opened(
            folder_of(ctx),
            environment,
            __version__,
            at=at,
            secrets=cast("SecretsMode", secrets or "redact"),
            keyring=keyring_of(ctx),
            patient=nothing,
        )
        with live:
            watch(live, deeds, __version__, inbox, clock=now, variables=os.environ, say=Telling(form, nothing).say)
    if signal.SIGINT in ended:
        raise KeyboardInterrupt


def _command(ctx: click.Context, words: str | None) -> tuple[str, ...]:
    """The command to run: what stands after `--`, or the words of `--exec`."""
    after = tuple(command_of(ctx))
    if words is None:
        return after
    if after:
        raise Misuse("a command stands both in --exec and after --", "leave one out")
    try:
        split = tuple(shlex.split(words))
    except ValueError as error:
        raise Misuse(
            f"--exec {words}: {str(error).lower()}", "mend its quotes, or write the command after --"
        ) from None
    if not split:
        raise Misuse("--exec names no command", "lamina watch ENVIRONMENT -- COMMAND")
    return split


def _deeds(
    ctx: click.Context,
    folder: Path | None,
    files: str | None,
    secrets: str | None,
    pid: str | None,
    command: tuple[str, ...],
    seconds: float,
    serve: str | None,
    token: Path | None,
    nothing: bool,
) -> "Deeds":
    from lamina.changes.watching.delivering import Deeds
    from lamina.project.revisions import home_of
    from lamina.world.serving import address_of

    if files is not None and folder is None:
        raise Misuse("--as is about the files of -o", "add -o DIR, or leave it out")
    if (serve is None) != (token is None):
        raise Misuse(
            "--serve and --token-file belong together", "name a file for the token: it is made where it is not there"
        )
    served = (address_of(serve), token) if serve is not None and token is not None else None
    mode = cast("SecretsMode | None", secrets)
    return Deeds(nothing, home_of(folder_of(ctx)), folder, files or "yaml", mode, pid, command, seconds, served)


@contextmanager
def _said_once() -> Iterator[None]:
    """Keep the library from logging to stderr what is said here."""
    log = logging.getLogger("lamina.live")
    before = log.level
    log.setLevel(logging.ERROR)
    try:
        yield
    finally:
        log.setLevel(before)


@contextmanager
def _heard(inbox: "Inbox") -> Iterator[set[int]]:
    """Have signals put their wishes into the inbox; those that ended it. A second one ends it at once."""
    ended: set[int] = set()

    def end(number: int, frame: FrameType | None) -> None:
        ended.add(number)
        signal.signal(number, before[signal.Signals(number)])
        inbox.put("stop")

    def reload(number: int, frame: FrameType | None) -> None:
        inbox.put("reload")

    acts = {signal.SIGTERM: end, signal.SIGINT: end, signal.SIGHUP: reload}
    before = {number: signal.signal(number, act) for number, act in acts.items()}
    try:
        yield ended
    finally:
        for number, act in before.items():
            signal.signal(number, act)
