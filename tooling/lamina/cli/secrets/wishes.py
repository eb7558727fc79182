"""What a user may say of a new sealed file: for whom it is."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])


def recipients_option(command: Command) -> Command:
    """`--age`, as sops has it."""
    text = "Seal for these, separated by commas, and not for those of the creation rule."
    return click.option("--age", metavar="RECIPIENTS", default="", envvar="SOPS_AGE_RECIPIENTS", help=text)(command)


def recipients_of(text: str) -> tuple[str, ...]:
    """The recipients that `--age` names."""
    return tuple(one.strip() for one in text.split(",") if one.strip())
