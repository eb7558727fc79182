"""A process that appends events, `python writers.py FOLDER SYNC COUNT BATCH NAME`; it prints what was acknowledged."""

import sys
from datetime import UTC, datetime
from pathlib import Path

from lamina.words.event import Draft
from lamina.world.log import EventLog, Sync


def main(folder: str, sync: str, count: int, batch: int, name: str) -> None:
    with EventLog.open(
        Path(folder), lambda: datetime.now(UTC), store="s-1", sync=Sync(sync), segment_events=500
    ) as log:
        for number in range(0, count, batch):
            for event in log.append([Draft("run.created", f"{name}-{number + n}") for n in range(batch)]):
                print(event.seq, event.run, flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), sys.argv[5])
