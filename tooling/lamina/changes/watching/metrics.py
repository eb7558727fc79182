"""Metrics in the text format of Prometheus (https://prometheus.io/docs/instrumenting/exposition_formats)."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from threading import Lock

TYPE = "text/plain; version=0.0.4; charset=utf-8"
# In seconds; a reload takes milliseconds, and one of ten thousand documents some seconds.
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
OUTCOMES = ("applied", "rejected")
STEPS = ("command", "folder", "log", "signal")
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n"})


@dataclass(frozen=True, slots=True)
class Present:
    """What is in force when the metrics are asked for; `applied` is the time of the last that was good, in Unix seconds."""

    environment: str
    generation: int
    digest: str
    commit: str | None
    healthy: bool
    applied: float
    streams: int = 0
    dropped: int = 0
    refused: int = 0


@dataclass(slots=True)
class Metrics:
    """What has happened so far, counted; any thread may count, and read."""

    _lock: Lock = field(default_factory=Lock)
    _outcomes: dict[str, int] = field(default_factory=lambda: dict.fromkeys(OUTCOMES, 0))
    _failures: dict[str, int] = field(default_factory=lambda: dict.fromkeys(STEPS, 0))
    _counts: list[int] = field(default_factory=lambda: [0] * (len(_BUCKETS) + 1))
    _sum: float = 0.0

    def outcome(self, verdict: str, seconds: float) -> None:
        """Count a change, and how long it took until it was in force, or rejected."""
        with self._lock:
            self._outcomes[verdict] += 1
            self._counts[bisect_left(_BUCKETS, seconds)] += 1
            self._sum += seconds

    def failure(self, step: str) -> None:
        """Count a step of `STEPS` that failed after a change."""
        with self._lock:
            self._failures[step] += 1

    def text(self, present: Present) -> bytes:
        """All of it, as Prometheus reads it."""
        with self._lock:
            return "".join(f"{line}\n" for line in self._lines(present)).encode()

    def _lines(self, now: Present) -> Iterator[str]:
        told = {"environment": now.environment, "digest": now.digest, "commit": now.commit or ""}
        yield from _one("lamina_config_info", "gauge", "What is in force.", 1, told)
        yield from _one("lamina_config_generation", "gauge", "How often it was another, from 1.", now.generation)
        text = "Whether what lies there now is in force: 0 after a change that was rejected."
        yield from _one("lamina_config_healthy", "gauge", text, int(now.healthy))
        text = "When the last good configuration was applied."
        yield from _one("lamina_config_last_good_timestamp_seconds", "gauge", text, round(now.applied, 3))
        yield from _head("lamina_config_changes_total", "counter", "Changes, by what became of them.")
        for verdict, count in self._outcomes.items():
            yield f'lamina_config_changes_total{{outcome="{verdict}"}} {count}'
        yield from self._histogram()
        yield from _head("lamina_watch_failures_total", "counter", "Steps after a change that failed.")
        for step, count in self._failures.items():
            yield f'lamina_watch_failures_total{{step="{step}"}} {count}'
        yield from _one("lamina_watch_streams", "gauge", "Clients that follow the changes.", now.streams)
        text = "Clients that were cut off because they did not read."
        yield from _one("lamina_watch_streams_dropped_total", "counter", text, now.dropped)
        yield from _one("lamina_watch_requests_refused_total", "counter", "Requests that were refused.", now.refused)

    def _histogram(self) -> Iterator[str]:
        name = "lamina_config_reload_seconds"
        yield from _head(name, "histogram", "From noticing a change until it was in force, or rejected.")
        count = 0
        for bound, more in zip(_BUCKETS, self._counts, strict=False):
            count += more
            yield f'{name}_bucket{{le="{bound:g}"}} {count}'
        yield f'{name}_bucket{{le="+Inf"}} {count + self._counts[-1]}'
        yield f"{name}_sum {self._sum:.6f}"
        yield f"{name}_count {count + self._counts[-1]}"


def _one(name: str, kind: str, text: str, value: float, labels: Mapping[str, str] | None = None) -> Iterator[str]:
    yield from _head(name, kind, text)
    said = ",".join(f'{key}="{label.translate(_ESCAPES)}"' for key, label in (labels or {}).items())
    yield f"{name}{{{said}}} {value}" if said else f"{name} {value}"


def _head(name: str, kind: str, text: str) -> Iterator[str]:
    yield f"# HELP {name} {text}"
    yield f"# TYPE {name} {kind}"
