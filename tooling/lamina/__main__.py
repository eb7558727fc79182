"""`python -m lamina`: the same as the command `lamina`."""

from lamina.cli.main import program

program()
