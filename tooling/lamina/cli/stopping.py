"""The one place where a command's end becomes an exit status and a message."""

import os
import sys
from collections.abc import Callable
from contextlib import suppress

import click

from lamina.words.errors import Failure

BUG = 4
INTERRUPTED = 130
PIPE_CLOSED = 141  # 128 + SIGPIPE: what the shell shows for any program whose reader went away


class ReaderGone(Exception):
    """A broken pipe under a name that click does not know: of the other one it makes the status 1, that of findings."""


def stopping(command: Callable[[], object]) -> int:
    """Run a command and give its exit status: what it returned, a failure's own, or that of a bug, which is reported."""
    try:
        result = command()
        sys.stdout.flush()
        status = result if isinstance(result, int) else 0
    except Failure as failure:
        _say(failure.message, failure.hint, failure.details)
        status = failure.status
    except click.UsageError as error:
        where = error.ctx.command_path if error.ctx else "lamina"
        _say(error.format_message(), f"{where} --help shows how it is used")
        status = 2
    except (click.exceptions.Exit, SystemExit) as stop:
        status = int(getattr(stop, "exit_code", getattr(stop, "code", 0)) or 0)
    except (KeyboardInterrupt, click.Abort):
        status = INTERRUPTED
    except (BrokenPipeError, ReaderGone):
        _give_up_stdout()  # the reader has all it wanted
        status = PIPE_CLOSED
    except OSError as error:
        # What concerns a file names it, or has been told as a failure by whoever opened it; without a name it is stdout.
        if error.filename is not None:
            _report(error)
            status = BUG
        else:
            _give_up_stdout()
            _say(f"cannot write the output: {error.strerror}", "look at where stdout leads")
            status = Failure.status
    except Exception as bug:  # the last resort: whatever it is, the user gets a report and no traceback
        _report(bug)
        status = BUG
    return status


def _give_up_stdout() -> None:
    """Let what is still to be written go nowhere, or the interpreter would complain about it when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _report(bug: Exception) -> None:
    """Leave a report in a file: where it happened, and nothing of the data, since a message may quote a secret."""
    import tempfile
    import traceback

    from lamina import __version__

    frames = traceback.extract_tb(bug.__traceback__)
    lines = [f"lamina {__version__}, Python {sys.version.split()[0]}, {sys.platform}", type(bug).__qualname__]
    lines += [f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames]
    try:
        descriptor, path = tempfile.mkstemp(prefix="lamina-bug-", suffix=".txt")
        with open(descriptor, "w") as file:
            file.write("\n".join(lines) + "\n")
    except OSError:  # such as a full disk
        hint = "the report cannot be written to a file; it holds nothing of yours"
        _say(f"a bug in lamina: {type(bug).__name__}", hint, tuple(lines))
        return
    _say(f"a bug in lamina: {type(bug).__name__}", f"the report {path} says where; it holds nothing of your files")


def _say(message: str, hint: str | None, details: tuple[str, ...] = ()) -> None:
    # Imported late, as all that a command which succeeds has no use for.
    from lamina.cli import output

    with suppress(OSError):
        output.error(message, hint, details)
