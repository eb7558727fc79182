"""`python -m lamina`: the same as the command `lamina`."""

import sys

if not sys.flags.safe_path:
    # Python has put the folder where it stands first: no file of a repository may be taken for a library.
    del sys.path[0]

from lamina.cli.main import program

program()
