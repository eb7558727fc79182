"""The cache: `cache info` and `cache clear`."""

import click

from lamina.cli import output
from lamina.cli.groups import help_alone
from lamina.cli.options import folder_of, formats


@click.group(
    "cache",
    invoke_without_command=True,
    subcommand_metavar="COMMAND [ARGS]...",
    short_help="What is remembered from one command to the next.",
)
@click.pass_context
def cache_command(ctx: click.Context) -> None:
    """What is remembered from one command to the next, in a file under git's folder.

    It is never wrong, only useful: to remove it costs time and nothing else.

    Example: lamina cache info
    """
    help_alone(ctx)


@cache_command.command("info", short_help="Where the cache lies, and how large it is.")
@formats("text", "json")
@click.pass_context
def info_command(ctx: click.Context, form: str) -> None:
    """Where the cache lies, how many entries it has, and how large it is and may grow.

    Example: lamina cache info --format json
    """
    from lamina.project.caches import cache_info

    found = cache_info(folder_of(ctx))
    if form == "json":
        shape = {"file": found.path, "entries": found.entries, "bytes": found.bytes, "most_bytes": found.most_bytes}
        output.result_json({**shape, "unused": found.unused})
        return
    entries = f"{found.entries:,} {'entry' if found.entries == 1 else 'entries'}"
    size = f"{entries}, {_megabytes(found.bytes)} of at most {_megabytes(found.most_bytes)}"
    output.result(f"{output.safe_line(found.path)}: {size}")
    if found.unused is not None:
        output.note(f"it is not used: {found.unused}")
        output.tell("lamina cache clear removes it, and the next command makes a new one")


@cache_command.command("clear", short_help="Remove the cache.")
@click.pass_context
def clear_command(ctx: click.Context) -> None:
    """Remove the cache; the next command makes a new one.

    Example: lamina cache clear
    """
    from lamina.changes.caches import clear_cache

    removed = clear_cache(folder_of(ctx))
    output.result(f"removed {_megabytes(removed)}" if removed else "there is none")


def _megabytes(count: int) -> str:
    return f"{count / 1e6:,.1f} MB"
