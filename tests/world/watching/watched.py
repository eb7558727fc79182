"""Watches for tests: closed when the test ends, and asked with patience."""

from collections.abc import Callable
from pathlib import Path
from threading import Thread

from lamina.world.watching import Watch

LONG, SHORT = 20.0, 0.05  # seconds: what must come is waited for long, what must not come only so long

Watching = Callable[..., Watch]


def told(watch: Watch) -> bool:
    """Whether a change is told; what else is told of it is taken along."""
    answer = watch.wait(LONG)
    quiet(watch)
    return answer


def quiet(watch: Watch) -> None:
    """Take all that is told until nothing is."""
    while watch.wait(SHORT):
        pass


def silent(watch: Watch) -> bool:
    """Whether nothing is told."""
    return not watch.wait(SHORT)


def written(path: Path, text: str = "a: 1\n") -> Path:
    """A file with its folders."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def later(act: Callable[[], object]) -> Thread:
    """A thread that does something after the watch has begun to wait, as far as one can know."""
    thread = Thread(target=act)
    thread.start()
    return thread
