"""A program that archives, `archiver.py HOME STORE SERVER FROM TO`: it tells when a snapshot is committed, and when pushed."""

import sys
import time
from pathlib import Path

from archiving import Store

from lamina.world.archive.failures import StillWaiting


def main(home: str, name: str, server: str, first: str, last: str) -> None:
    store = Store(Path(home), name)
    print("ready", flush=True)
    for number in range(int(first), int(last)):
        store.commit(number)
        print("committed", number, flush=True)
        began = time.monotonic()
        try:
            tries = store.push(server).tries
        except StillWaiting:
            tries = -1
        print("pushed", number, tries, f"{time.monotonic() - began:.3f}", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
