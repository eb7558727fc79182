"""Metrics are what Prometheus reads."""

import re

from lamina.changes.watching.metrics import Metrics, Present

NOW = Present('p"r\\o\nd', 3, "sha256:1", None, False, 1_795_290_246.5394, 2, 1, 4)
SAMPLE = re.compile(r'([a-z_]+)(?:\{((?:[a-z_]+="(?:[^"\\\n]|\\[\\"n])*",?)*)\})? (-?[0-9.e+]+|\+Inf)')


def samples(text: str) -> dict[str, float]:
    """Every sample by its name and labels; each has its help and its type above it."""
    found: dict[str, float] = {}
    kinds: dict[str, str] = {}
    assert text.endswith("\n")
    for line in text.splitlines():
        if line.startswith("# "):
            _, mark, name, said = line.split(" ", 3)
            assert said
            assert mark in ("HELP", "TYPE")
            if mark == "TYPE":
                kinds[name] = said
            continue
        sample = SAMPLE.fullmatch(line)
        assert sample is not None, line
        name = re.sub("_(bucket|sum|count)$", "", sample[1]) if "histogram" in kinds.values() else sample[1]
        assert kinds.get(name) or kinds.get(sample[1]), line
        key = f"{sample[1]}{{{sample[2]}}}" if sample[2] else sample[1]
        assert key not in found
        found[key] = float(sample[3])
    return found


def test_all_that_is_counted() -> None:
    metrics = Metrics()
    for seconds in (0.0004, 0.004, 0.004, 99):
        metrics.outcome("applied", seconds)
    metrics.outcome("rejected", 0.01)
    metrics.failure("folder")
    found = samples(metrics.text(NOW).decode())
    assert found['lamina_config_info{environment="p\\"r\\\\o\\nd",digest="sha256:1",commit=""}'] == 1
    assert found["lamina_config_generation"] == 3
    assert found["lamina_config_healthy"] == 0
    assert found["lamina_config_last_good_timestamp_seconds"] == 1_795_290_246.539
    assert found['lamina_config_changes_total{outcome="applied"}'] == 4
    assert found['lamina_config_changes_total{outcome="rejected"}'] == 1
    assert found['lamina_watch_failures_total{step="folder"}'] == 1
    assert found['lamina_watch_failures_total{step="command"}'] == 0
    assert (found["lamina_watch_streams"], found["lamina_watch_streams_dropped_total"]) == (2, 1)
    assert found["lamina_watch_requests_refused_total"] == 4


def test_the_histogram_is_cumulative_and_its_bounds_include_themselves() -> None:
    metrics = Metrics()
    for seconds in (0.0004, 0.005, 0.0051, 99):
        metrics.outcome("applied", seconds)
    found = samples(metrics.text(NOW).decode())
    name = "lamina_config_reload_seconds"
    counts = [count for key, count in found.items() if key.startswith(f"{name}_bucket")]
    assert counts == sorted(counts)
    told = {bound: found[f'{name}_bucket{{le="{bound}"}}'] for bound in ("0.001", "0.005", "0.01", "10", "+Inf")}
    assert told == {"0.001": 1, "0.005": 2, "0.01": 3, "10": 3, "+Inf": 4}
    assert (found[f"{name}_count"], round(found[f"{name}_sum"], 4)) == (4, 99.0105)


def test_everything_is_there_before_anything_has_happened() -> None:
    found = samples(Metrics().text(NOW).decode())
    assert found['lamina_config_changes_total{outcome="rejected"}'] == 0
    assert found["lamina_config_reload_seconds_count"] == 0
