"""How many bytes of YAML a second are read, in one process, without the garbage collector, beside CSafeLoader."""

import gc
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, TypeAlias

import yaml

from bench.model import model
from bench.trees import to_yaml

Reader: TypeAlias = Callable[[bytes], Any]

BIG_LAYER = 1_200_000
"""Bytes of the one big layer."""


@dataclass(frozen=True, slots=True)
class Speed:
    """Seconds of every round, by reader, for so many bytes."""

    size: int
    seconds: Mapping[str, Sequence[float]]

    def megabytes(self, reader: str) -> float:
        """Millions of bytes a second, by the median."""
        return self.size / median(self.seconds[reader]) / 1e6


def readers() -> dict[str, Reader]:
    """lamina's reader first; with positions means those of every key and value of the file, by the second walk."""
    from lamina.thought.document import outline, read

    def with_positions(data: bytes) -> Any:
        outline(data, "layer.yaml")
        return read(data, "layer.yaml").value

    return {
        "lamina": lambda data: read(data, "layer.yaml").value,
        "lamina, positions of everything": with_positions,
        "CSafeLoader": lambda data: yaml.load(data, yaml.CSafeLoader),
    }


def layers(repository: Path) -> list[bytes]:
    """Every layer of a lamina repository."""
    return [path.read_bytes() for path in sorted((repository / "environments").rglob("*.yaml"))]


def big_layer() -> bytes:
    """One layer of about the big size: services in a map."""
    pool = model(1000, 1)
    share = BIG_LAYER / len(to_yaml({name: pool.service(name) for name in pool.services}))
    return to_yaml({name: pool.service(name) for name in pool.services[: round(share * len(pool.services))]}).encode()


def measure(files: Sequence[bytes], by: Mapping[str, Reader], rounds: int) -> Speed:
    """Reads all files with each reader in turn, round by round, after one round in which all must read the same."""
    first, *others = (json.dumps([read(data) for data in files]) for read in by.values())
    if any(other != first for other in others):
        raise ValueError("the readers do not read the same")
    seconds: dict[str, list[float]] = {name: [] for name in by}
    gc.collect()
    gc.disable()
    try:
        for _ in range(rounds):
            for name, read in by.items():
                started = time.perf_counter()
                for data in files:
                    read(data)
                seconds[name].append(time.perf_counter() - started)
    finally:
        gc.enable()
    return Speed(sum(map(len, files)), seconds)
