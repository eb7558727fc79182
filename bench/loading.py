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
from lamina.project import Project

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
    for name, contender in loads.items():
        if contender.act(contender.before())["agent-0007"]["limits"] != plain["agent-0007"]["limits"]:
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


@dataclass(frozen=True, slots=True)
class _Contender:
    """What is timed, of what is done before it, untimed."""

    act: Callable[[Any], Any]
    before: Callable[[], Any] = lambda: None


def _loads(root: Path) -> dict[str, _Contender]:
    """The layer, out of an opened repository; and its document merged and validated, from opening the repository."""
    forget = partial(rmtree, root / ".git" / "lamina", ignore_errors=True)
    opened = partial(lamina.open, root, cached=True)
    return {
        "CSafeLoader": _Contender(lambda _: yaml.load((root / _LAYER).read_bytes(), yaml.CSafeLoader)),
        COLD: _Contender(_layer, lambda: (forget(), opened())[1]),
        WARM: _Contender(_layer, opened),
        "lamina, the document, nothing remembered": _Contender(lambda _: _document(opened()), forget),
        "lamina, the document, remembered": _Contender(lambda _: _document(opened()), lambda: _validated(opened())),
    }


def _layer(project: Project) -> Any:
    (of,) = project.tree.topology.stack("prod", "fleet/all")
    layer = project.tree.layer(of)
    project.close()
    return layer.patch


def _document(project: Project) -> Any:
    document = project.render("prod", "fleet/all")["fleet/all"]
    project.close()
    return document


def _validated(project: Project) -> None:
    """Has a document remembered, as `lamina validate` does."""
    if findings := list(project.validate()):
        raise ValueError(f"the layer is not valid: {findings[0].message}")
    project.close()


def _judges(plain: Any) -> dict[str, _Contender]:
    import jsonschema

    from lamina.thought.schema import compile_schema

    theirs = jsonschema.Draft202012Validator(agents.SCHEMA)
    ours = compile_schema(_SCHEMA, agents.SCHEMA, lambda path: None)
    return {
        "jsonschema": _Contender(lambda _: theirs.validate(plain)),
        OURS: _Contender(lambda _: ours.accepts(plain)),
    }


def _taken(by: Mapping[str, _Contender], rounds: int) -> dict[str, list[float]]:
    """Seconds of each, without the garbage collector, which no short program needs."""
    seconds: dict[str, list[float]] = {name: [] for name in by}
    gc.collect()
    gc.disable()
    try:
        for _ in range(rounds):
            for name, contender in by.items():
                ready = contender.before()
                started = time.perf_counter()
                contender.act(ready)
                seconds[name].append(time.perf_counter() - started)
    finally:
        gc.enable()
    return seconds
