"""lamina: layered configuration in git, with the origin of every value.

`lamina.open(path)` reads a repository and answers questions about it; `lamina.live(path, ENVIRONMENT)` follows its changes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from os import PathLike

    from lamina.project import Project, SecretsMode
    from lamina.project.keyring import Keyring
    from lamina.project.live.current import Current
    from lamina.project.live.later import AsyncLive
    from lamina.project.live.live import Live
    from lamina.project.live.outcomes import Change, Outcome, Status

__version__ = "0.1.0"

__all__ = [
    "AsyncLive",
    "Change",
    "Current",
    "Keyring",
    "Live",
    "Outcome",
    "Status",
    "__version__",
    "live",
    "live_later",
    "open",
]


def open(path: str | PathLike[str] = ".", at: str | None = None, *, cached: bool = False) -> Project:
    """The project that the folder `path` stands in, as it is now, or as it was `at` a revision; nothing is checked out.

    A `cached` one remembers what other processes made of the same, under git's folder. Raises NotARepository; and at a revision
    what `lamina.project.revisions.project_at` raises.
    """
    from pathlib import Path

    if at is not None:
        from lamina.project.revisions import project_at

        return project_at(Path(path), at, __version__, cached=cached)

    from lamina.project.opening import project_here

    return project_here(Path(path), __version__, cached)


def live(
    path: str | PathLike[str],
    environment: str,
    *,
    at: str | None = None,
    secrets: SecretsMode = "redact",
    keyring: Keyring | None = None,
    watch: bool = True,
) -> Live:
    """An environment as it is now, for as long as the program runs: `current` is replaced whole when a sound change is there.

    `path` is in a work tree, or is a rendered folder or a mounted ConfigMap; with `at` a branch of that repository is followed.
    Raises what is wrong at the start, when there is nothing to fall back on.
    """
    from pathlib import Path

    from lamina.project.live.opening import opened

    return opened(Path(path), environment, __version__, at=at, secrets=secrets, keyring=keyring, watch=watch)


async def live_later(
    path: str | PathLike[str],
    environment: str,
    *,
    at: str | None = None,
    secrets: SecretsMode = "redact",
    keyring: Keyring | None = None,
    watch: bool = True,
) -> AsyncLive:
    """The same for a program that awaits: its callbacks run in the event loop, and may be coroutines."""
    import asyncio

    from lamina.project.live.later import AsyncLive

    made = await asyncio.to_thread(live, path, environment, at=at, secrets=secrets, keyring=keyring, watch=watch)
    return AsyncLive(made, asyncio.get_running_loop())


def __getattr__(name: str) -> object:
    """The classes of what is handed out, each imported only when it is asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"lamina.project.{_HOMES[name]}"), name)


_HOMES = {
    "AsyncLive": "live.later",
    "Change": "live.outcomes",
    "Current": "live.current",
    "Keyring": "keyring",
    "Live": "live.live",
    "Outcome": "live.outcomes",
    "Status": "live.outcomes",
}
