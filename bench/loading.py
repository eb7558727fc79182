"""How long one large layer takes: loaded and validated, in one process, beside CSafeLoader and jsonschema."""

import gc
import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from shutil import rmtree
from typing import Any

import yaml

import lamina
from bench import agents
from bench.corpus import commit
from bench.measure import Job
from bench.trees import to_yaml

AGENTS, WORDS = 1000, 132
"""Agents of the layer, and words of each one's prompt: 1.2 MB."""
COLD, WARM = "lamina, nothing remembered", "lamina, remembered"
OURS = "lamina"
_LAYER = "environments/prod/fleet/all.yaml"
_SCHEMA = "schemas/fleet/v1.schema.json"
_SCRIPT = Path(__file__).with_name("peers") / "plain_validate.py"


@dataclass(frozen=True, slots=True)
class Loading:
    """Bytes of the layer, and seconds of every round: of those who load it, and of those who validate it once it is read."""

    size: int
    loads: Mapping[str, Sequence[float]]
    judges: Mapping[str, Sequence[float]]


def measure(root: Path, rounds: int) -> Loading:
    """Writes the repository; then all in turn, round by round, after one round in which all must load the same."""
    write(root)
    data = (root / _LAYER).read_bytes()
    plain = yaml.load(data, yaml.CSafeLoader)
    loads = _loads(root)
    for name, (load, _) in loads.items():
        if load()["agent-0007"]["limits"] != plain["agent-0007"]["limits"]:
            raise ValueError(f"{name} loads something else")
    return Loading(len(data), _taken(loads, rounds), _taken(_judges(plain), rounds))


def plain_job(root: Path) -> Job:
    """Reading and validating it with the usual libraries, in a process of its own."""
    return Job("CSafeLoader and jsonschema", (sys.executable, str(_SCRIPT), str(root / _LAYER), str(root / _SCHEMA)))


def write(root: Path) -> None:
    """A repository of one document, of one layer."""
    layer = to_yaml({f"agent-{number:04}": agents.agent(number, WORDS) for number in range(AGENTS)})
    for name, text in {_LAYER: layer, _SCHEMA: json.dumps(agents.SCHEMA)}.items():
        (root / name).parent.mkdir(parents=True)
        (root / name).write_text(text, encoding="utf-8")
    commit(root)


def _loads(root: Path) -> dict[str, tuple[Callable[[], Any], Callable[[], None]]]:
    """Who loads it, and what is done before, untimed."""
    forget = partial(rmtree, root / ".git" / "lamina", ignore_errors=True)
    return {
        "CSafeLoader": (lambda: yaml.load((root / _LAYER).read_bytes(), yaml.CSafeLoader), _nothing),
        COLD: (lambda: _layer(root), forget),
        WARM: (lambda: _layer(root), _nothing),
        "lamina, the document, nothing remembered": (lambda: _document(root), forget),
        "lamina, the document, remembered": (lambda: _document(root), _nothing),
    }


def _layer(root: Path) -> Any:
    project = lamina.open(root, cached=True)
    (of,) = project.tree.topology.stack("prod", "fleet/all")
    layer = project.tree.layer(of)
    project.close()
    return layer.patch


def _document(root: Path) -> Any:
    project = lamina.open(root, cached=True)
    document = project.render("prod", "fleet/all")["fleet/all"]
    project.close()
    return document


def _judges(plain: Any) -> dict[str, tuple[Callable[[], Any], Callable[[], None]]]:
    import jsonschema

    from lamina.thought.schema import compile_schema

    theirs = jsonschema.Draft202012Validator(agents.SCHEMA)
    ours = compile_schema(_SCHEMA, agents.SCHEMA, lambda path: None)
    return {"jsonschema": (lambda: theirs.validate(plain), _nothing), OURS: (lambda: ours.accepts(plain), _nothing)}


def _taken(by: Mapping[str, tuple[Callable[[], Any], Callable[[], None]]], rounds: int) -> dict[str, list[float]]:
    """Seconds of each, without the garbage collector, which no short program needs."""
    seconds: dict[str, list[float]] = {name: [] for name in by}
    gc.collect()
    gc.disable()
    try:
        for _ in range(rounds):
            for name, (act, before) in by.items():
                before()
                started = time.perf_counter()
                act()
                seconds[name].append(time.perf_counter() - started)
    finally:
        gc.enable()
    return seconds


def _nothing() -> None:
    pass
