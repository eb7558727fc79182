"""Runs one command and prints what it took: launch.py PROGRAM ARGUMENT... (its standard output is dropped).

A process of its own and a small one, because Linux counts the memory of the process that starts a program into that
program's peak: from the benchmark itself, with its corpora in memory, every peak would be too large.
"""

import os
import sys
import time


def main(command: list[str]) -> None:
    """Prints exit status, wall seconds, processor seconds (children included) and peak KiB (of the largest process)."""
    quiet = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    started = time.perf_counter()
    process = os.posix_spawnp(command[0], command, os.environ, file_actions=quiet)
    _, status, usage = os.wait4(process, 0)
    wall = time.perf_counter() - started
    print(os.waitstatus_to_exitcode(status), wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss)


main(sys.argv[1:])
