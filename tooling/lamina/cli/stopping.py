"""The one place where a command's end becomes an exit status and a message."""

import os
import sys
from collections.abc import Callable

import click

from lamina.words.errors import Failure

BUG = 4
INTERRUPTED = 130
PIPE_CLOSED = 141  # 128 + SIGPIPE: what the shell shows for any program whose reader went away


def stopping(command: Callable[[], object]) -> int:
    """Run a command and give its exit status: what it returned, a failure's own, or that of a bug, which is reported."""
    try:
        result = command()
        sys.stdout.flush()
        status = result if isinstance(result, int) else 0
    except Failure as failure:
        _say(failure.message, failure.hint)
        status = failure.status
    except click.UsageError as error:
        where = error.ctx.command_path if error.ctx else "lamina"
        _say(error.format_message(), f"{where} --help shows how it is used")
        status = 2
    except (click.exceptions.Exit, SystemExit) as stop:
        status = int(getattr(stop, "exit_code", getattr(stop, "code", 0)) or 0)
    except (KeyboardInterrupt, click.Abort):
        status = INTERRUPTED
    except BrokenPipeError:
        # The reader has all it wanted; the interpreter must not complain about the closed pipe when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = PIPE_CLOSED
    except Exception as bug:  # the last resort: whatever it is, the user gets a report and no traceback
        _report(bug)
        status = BUG
    return status


def _report(bug: Exception) -> None:
    """Leave a report in a file: where it happened, and nothing of the data, since a message may quote a secret."""
    import tempfile
    import traceback

    from lamina import __version__

    frames = traceback.extract_tb(bug.__traceback__)
    lines = [f"lamina {__version__}, Python {sys.version.split()[0]}, {sys.platform}", type(bug).__qualname__]
    lines += [f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames]
    descriptor, path = tempfile.mkstemp(prefix="lamina-bug-", suffix=".txt")
    with open(descriptor, "w") as file:
        file.write("\n".join(lines) + "\n")
    _say(f"a bug in lamina: {type(bug).__name__}", f"the report {path} says where; it holds nothing of your files")


def _say(message: str, hint: str | None) -> None:
    # Imported late, as all that a command which succeeds has no use for.
    from lamina.cli import output

    output.error(message, hint)
