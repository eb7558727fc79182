"""Run state tortured: its programs are killed, failed and cut off from power, and what they acknowledged is looked for.

    python -m torture kills 60          one harness, so many times; prints a row of the table, as JSON

A program (`programs/`) works on a store in a child process and tells what is acknowledged to it on a pipe; `judging.py` reads
what is on the disk with code of its own. What a harness can find is proved by `mutants.py`: code with one fault each.
"""
