"""The entry: which command there is and where it lives; each is imported only when it is called."""

import gc
import os
import sys
from contextlib import suppress
from io import BufferedWriter, RawIOBase, TextIOWrapper
from pathlib import Path
from typing import Any, NoReturn

import click

from lamina import __version__
from lamina.cli.groups import TableGroup, help_alone
from lamina.cli.stopping import INTERRUPTED, ReaderGone, stopping
from lamina.words.errors import Failure

# In the order of the help page: looking, judging, deploying, changing, setting up.
COMMANDS = {
    "list": "looking", "get": "looking", "explain": "looking", "diff": "comparing", "graph": "graph",
    "size": "sizing", "profile": "profiling",
    "log": "history", "blame": "history", "bisect": "bisecting",
    "validate": "judging", "check": "checking", "rule": "checking", "test": "testing", "impact": "impact",
    "join": "joining",
    "render": "deploying", "verify": "verifying", "watch": "watching",
    "set": "changing", "unset": "changing", "promote": "promoting", "fix": "fixing",
    "migrate": "migrating",
    "rollback": "going_back", "revert": "going_back",
    "audit": "audit",
    "schema": "schemas", "docs": "generating", "example": "examples", "secrets": "secrets",
    "state": "state", "snapshot": "snapshot", "backup": "backup",
    "init": "setup", "ide": "generating", "hooks": "hooks", "doctor": "setup",
    "cache": "caching",
}  # fmt: skip


class _Commands(TableGroup):
    """The group of all commands: of a reader that went away, and of the revision that a failure is about, it tells."""

    # The help page and the version are written while the context is made, all else when it is invoked.
    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        try:
            return super().make_context(info_name, args, parent, **extra)
        except BrokenPipeError:
            raise ReaderGone from None

    def invoke(self, ctx: click.Context) -> object:
        try:
            result = super().invoke(ctx)
        except BrokenPipeError:
            raise ReaderGone from None
        except Failure as failure:
            failure.details = (*failure.details, *_revisions(ctx))
            raise
        _remember(ctx)
        return result


def _remember(ctx: click.Context) -> None:
    """Keep, for the commands that come, what this one made."""
    from lamina.cli.options import OPENED

    for project in ctx.meta.get(OPENED, {}).values():
        project.close()


def _revisions(ctx: click.Context) -> list[str]:
    """Of which commits a failed command spoke, where it was asked about a revision."""
    from lamina.cli.options import OPENED

    opened = ctx.meta.get(OPENED, {})
    return [
        f"at {revision}, which is the commit {project.commit}" if project.commit else "in what is staged"
        for revision, project in opened.items()
        if revision
    ]


@click.group(
    cls=_Commands,
    table=COMMANDS,
    package="lamina.cli",
    no_args_is_help=False,
    invoke_without_command=True,
    subcommand_metavar="COMMAND [ARGS]...",
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.option("-C", "folder", metavar="DIR", default=".", help="Work in the repository that DIR stands in.")
@click.version_option(__version__, "--version", message="lamina %(version)s")
@click.pass_context
def lamina(ctx: click.Context, folder: str) -> None:
    """Layered configuration in git: render it, validate it, and ask where every value comes from."""
    ctx.obj = Path(folder)
    help_alone(ctx)


def run() -> NoReturn:
    """Run the command line of this process and end it with the exit status of DESIGN: 0, 1, 2, 3, 4 or 130."""
    # A command lives for a moment and makes millions of small acyclic values: looking for cycles only costs time.
    gc.disable()
    _settle_streams()
    sys.exit(stopping(lambda: lamina.main(prog_name="lamina", standalone_mode=False)))


def _settle_streams() -> None:
    """Write UTF-8 whatever the locale, and to nowhere where a stream is closed."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115  # for as long as the process lives
        elif isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
            if isinstance(stream.buffer, RawIOBase):
                # PYTHONUNBUFFERED: what a pipe does not take at once would be lost, which is the rest of a long output.
                setattr(
                    sys, name, TextIOWrapper(_Whole(stream.buffer), "utf-8", "backslashreplace", write_through=True)
                )


class _Whole(BufferedWriter):
    """A stream that keeps nothing back, and writes all of what it is given."""

    def write(self, data: Any) -> int:
        written = super().write(data)
        self.flush()
        return written


def program() -> NoReturn:
    """The console script: run, and leave at once, since taking down an interpreter full of documents takes its time."""
    status = INTERRUPTED
    # An interruption after the work is done must not end in a traceback either.
    with suppress(KeyboardInterrupt):
        try:
            run()
        except SystemExit as end:
            status = int(end.code or 0)
        with suppress(OSError):
            sys.stdout.flush()
            sys.stderr.flush()
    os._exit(status)
