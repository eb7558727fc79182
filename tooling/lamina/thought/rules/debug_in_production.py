"""A protected environment runs with a switch that is meant for development.

What: Debug pages, stack traces and messages at the level `debug` tell strangers about the program and put what users send into
logs; a framework in its mode for development is slow, and often lets whoever finds its console run code.

Example:

    # environments/prod/app.yaml, and lamina.yaml says `prod: {protected: true}`
    logging: {level: debug}
    debug: true

Instead: set it in the environments where it is needed, and leave it off below them. To look into something in production for
a day, say so where it stands:

    level: debug  # lamina: allow debug-in-production -- until the lost orders are found

Fix: none, since only people know which value was meant.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Literal

from lamina.thought.rules.naming import Test, above, on, plainly, words
from lamina.thought.rules.rule import Breach, Rule
from lamina.thought.rules.subjects import Rendered, Shape
from lamina.words.address import path_text
from lamina.words.finding import Severity
from lamina.words.node import Path

Sort = Literal["switch", "profiler", "level", "levels", "environment"]

_AROUND = frozenset({"app", "django", "enable", "enabled", "flask", "is", "mode", "node", "use", "logging", "output"})
_SWITCHES = frozenset(
    {
        *("debug", "debugger", "debugging", "verbose", "trace", "debug_toolbar", "debug_endpoints", "debug_pages"),
        *("display_errors", "detailed_errors", "verbose_errors", "expose_errors", "show_errors", "show_exceptions"),
        *("show_stack_trace", "show_stack_traces", "include_stack_trace", "include_stack_traces"),
        *("expose_stack_trace", "expose_stack_traces", "stack_traces", "stacktraces"),
    }
)
_PROFILERS = frozenset({"profiling", "profiler", "pprof"})
_LOUD = frozenset({"debug", "trace"})
_LOUDEST = frozenset({"all", "finest", "finer", "silly", "verbose"})
_OF_LOGS = frozenset({"log", "logs", "logging", "logger", "loggers", "loglevel", "logback"})
_FOR_DEVELOPERS = frozenset({"dev", "develop", "development", "debug", "local"})


@lru_cache(maxsize=16_384)
def _sort(key: str) -> Sort | None:
    name, parts = plainly(key), words(key)
    bare = "_".join(part for part in name.split("_") if part not in _AROUND)
    if name in _SWITCHES or bare in _SWITCHES or name.endswith("_debug"):
        return "switch"
    if bare in _PROFILERS:
        return "profiler"
    if parts & {"level", "loglevel", "verbosity"} or name in ("log", "logging"):
        return "level"
    if name in ("loggers", "levels", "log_levels"):
        return "levels"
    ends = name.rpartition("_")[2]
    return "environment" if ends in ("env", "environment", "mode", "profile") and len(parts) <= 3 else None


def _suspects(key: str, shape: Shape | None) -> Test | None:
    return _TESTS.get(_sort(key))


def _check(document: Rendered) -> Iterator[Breach]:
    for path, name, value, _ in document.suspected(_suspects) if document.protected else ():
        sort, parts = _sort(name), words(document.environment)
        if isinstance(value, Mapping):
            yield from _inside(sort, path, value, document)
        elif sort in ("switch", "profiler"):
            yield _switched(path, path, sort, document)
        elif sort == "environment" and value.lower() not in parts:
            yield _breach(path, path, value.lower(), "leave it to the environments of developers", document)
        elif sort == "level" and (value.lower() in _LOUD or (above(path) | words(name)) & _OF_LOGS):
            yield _breach(path, path, value.lower(), _QUIETER, document)


def _inside(sort: Sort | None, path: Path, value: Mapping[str, Any], document: Rendered) -> Iterator[Breach]:
    """A switch that is a map (`debug: {enabled: true}`), and the levels of loggers by their names."""
    for key, part in value.items():
        at = (*path, key)
        if sort in ("switch", "profiler"):
            if plainly(key) in ("enabled", "enable", "active") and on(part):
                yield _switched(path, at, sort, document)
        elif isinstance(part, str) and part.lower() in _LOUD and _sort(key) != "level":
            yield _breach(at, at, part.lower(), _QUIETER, document)


def _switched(named: Path, path: Path, sort: Sort | None, document: Rendered) -> Breach:
    severity: Severity | None = "note" if sort == "profiler" else None
    return _breach(named, path, "on", "switch it off", document, severity)


def _breach(
    named: Path, path: Path, what: str, fix: str, document: Rendered, severity: Severity | None = None
) -> Breach:
    message = f"{path_text(named)} is {what} in {document.environment}, which is protected"
    return Breach(message, path, severity=severity, fix=fix)


def _is_loud(value: Any, loud: frozenset[str]) -> bool:
    """Whether a level, or one of the levels in a map, is one of those."""
    levels = value.values() if isinstance(value, dict) else (value,)
    return any(isinstance(level, str) and level.lower() in loud for level in levels)


def _one_of(texts: frozenset[str]) -> Test:
    return lambda value: isinstance(value, str) and value.lower() in texts


_TESTS: Mapping[Sort | None, Test] = {
    "switch": lambda value: on(value) or isinstance(value, dict),
    "profiler": lambda value: on(value) or isinstance(value, dict),
    "level": lambda value: _is_loud(value, _LOUD | _LOUDEST),
    "levels": lambda value: _is_loud(value, _LOUD),
    "environment": _one_of(_FOR_DEVELOPERS),
}
_QUIETER = "log from info or warning up"

RULE = Rule("debug-in-production", "warning", __doc__, _check, suspects=_suspects)
