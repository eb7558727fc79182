"""Which documents changed files may touch, told from names alone: rather one too many than one too few."""

from collections.abc import Callable, Collection, Iterable

from lamina.thought.topology import DEFAULTS, ENVIRONMENTS


def touched(files: Iterable[str], chain: Collection[str]) -> Callable[[str], bool] | None:
    """Tells of a document of an environment, by its chain, whether one of some layers may be in its stack; None: of no one."""
    layers = tuple(rest for file in files if (rest := _in(file, chain)))
    defaults = tuple(f"{rest[: rest.rindex('/')]}/" for rest in layers if f"/{DEFAULTS}." in rest)
    if not layers:
        return None
    return lambda name: name.startswith(defaults) or any(layer.startswith(f"{name}.") for layer in layers)


def _in(file: str, chain: Collection[str]) -> str | None:
    """The name of a file in the folder of an environment of the chain."""
    top, _, rest = file.partition("/")
    environment, _, name = rest.partition("/")
    return name if top == ENVIRONMENTS and environment in chain else None
