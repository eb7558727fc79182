"""The configuration that every tool must render, before any file format.

A document is one service in one environment, and its stack has four layers, lowest first: what all services share, the
service itself, what its environment sets for everyone, and the override of that service there. Maps merge, lists and
scalars replace, nothing refers to anything: the common ground of all tools. Same seed, same configuration, anywhere.
"""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

Tree: TypeAlias = dict[str, Any]

ENVIRONMENTS = ("dev", "staging", "prod", "qa", "perf", "prod-eu", "prod-us", "prod-ap", "dr", "canary")
REGIONS = ("eu-west-1", "us-east-1", "ap-south-1")
TEAMS = ("core", "payments", "search", "growth", "infra", "data", "identity", "mobile")
SCHEMA_FILE = Path(__file__).with_name("service.schema.json")


@dataclass(frozen=True, slots=True)
class Model:
    """So many services in so many environments."""

    services: tuple[str, ...]
    environments: tuple[str, ...]
    seed: int = 1

    @property
    def documents(self) -> int:
        """How many documents a render of every environment has."""
        return len(self.services) * len(self.environments)

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Every environment and service, environment by environment."""
        return ((environment, service) for environment in self.environments for service in self.services)

    def shared(self) -> Tree:
        """The lowest layer of every document."""
        exporter = {"url": "http://otel-collector.observability:4317", "protocol": "grpc"}
        return {
            "observability": {
                "metrics": {"enabled": True, "path": "/metrics", "port": 9090},
                "tracing": {"enabled": True, "sample_rate": 0.01, "exporter": exporter},
            },
            "app": {"log": {"level": "info", "format": "json", "sampling": 100}},
            "deploy": {"strategy": {"type": "RollingUpdate"}, "terminationGraceSeconds": 30},
        }

    def service(self, service: str) -> Tree:
        """A service as its owners describe it: about sixty leaves."""
        dice = self._dice(service)
        return {
            "meta": _meta(dice, service),
            "deploy": _deploy(dice, service),
            "network": _network(dice, service),
            "app": _app(dice, service),
            "observability": {"alerts": _alerts(service)},
            "env": {"LOG_COLOR": "never", "GOMAXPROCS": "2", "TZ": "UTC", "JAVA_OPTS": "-Xmx512m -XX:+UseG1GC"},
        }

    def environment(self, environment: str) -> Tree:
        """What an environment sets for all of its services."""
        place = self.environments.index(environment)
        cluster = f"{environment}-k8s-{place:02d}"
        return {
            "meta": {"environment": environment, "region": REGIONS[place % len(REGIONS)], "cluster": cluster},
            "observability": {"tracing": {"sample_rate": round((place + 1) / 100, 2)}},
            "network": {"dnsDomain": f"{environment}.svc.example.internal"},
        }

    def override(self, environment: str, service: str) -> Tree:
        """The layer of one service in one environment: a fifth of its leaves, two whole lists among them."""
        dice = self._dice(environment, service)
        callers = [_name(dice.randrange(1000)), "gateway", f"{environment}-probe"]
        return {
            "deploy": {
                "replicas": dice.randint(2, 20),
                "image": {"tag": _tag(dice)},
                "resources": {
                    "requests": {"cpu": f"{dice.choice((500, 1000))}m"},
                    "limits": {"memory": f"{dice.choice((2048, 4096))}Mi"},
                },
            },
            "network": {
                "ingress": {
                    "host": f"{service}.{environment}.example.com",
                    "paths": ["/api", "/healthz", f"/{environment}"],
                },
                "policies": {"allowFrom": callers},
            },
            "app": {
                "log": {"level": dice.choice(("debug", "info", "warn"))},
                "db": {"host": f"{service}-db.{environment}.internal", "pool": {"max": dice.randint(20, 90)}},
                "features": {"new_checkout": True, "beta_search": environment.startswith("d")},
            },
            "env": {"JAVA_OPTS": f"-Xmx{dice.choice((1024, 2048))}m -XX:+UseG1GC"},
        }

    def stack(self, environment: str, service: str) -> tuple[Tree, ...]:
        """The layers of one document, lowest first."""
        return (
            self.shared(),
            self.service(service),
            self.environment(environment),
            self.override(environment, service),
        )

    def document(self, environment: str, service: str) -> Tree:
        """What every tool must render."""
        rendered: Tree = {}
        for layer in self.stack(environment, service):
            rendered = merge(rendered, layer)
        return rendered

    def _dice(self, *names: str) -> random.Random:
        return random.Random("/".join((str(self.seed), *names)))


def model(services: int, environments: int) -> Model:
    """The configuration of a size."""
    return Model(tuple(map(_name, range(services))), ENVIRONMENTS[:environments])


def merge(lower: Tree, upper: Tree) -> Tree:
    """Maps merge by key, anything else replaces."""
    merged = dict(lower)
    for key, value in upper.items():
        below = merged.get(key)
        merged[key] = merge(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return merged


def schema() -> Tree:
    """The JSON Schema of a rendered service."""
    parsed: Tree = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    return parsed


def _name(number: int) -> str:
    return f"svc-{number:04d}"


def _tag(dice: random.Random) -> str:
    return f"v{dice.randint(1, 9)}.{dice.randint(0, 40)}.{dice.randint(0, 9)}"


def _meta(dice: random.Random, service: str) -> Tree:
    return {
        "name": service,
        "team": dice.choice(TEAMS),
        "tier": dice.choice(("critical", "standard", "batch")),
        "owner": {"email": f"{service}-owners@example.com", "oncall": f"https://oncall.example.com/{service}"},
        "description": f"Service {service}: handles domain {dice.choice(TEAMS)} requests and events",
    }


def _deploy(dice: random.Random, service: str) -> Tree:
    toleration = {"key": "dedicated", "operator": "Equal", "value": "apps", "effect": "NoSchedule"}
    return {
        "replicas": dice.randint(1, 6),
        "image": {"repository": f"registry.example.com/{dice.choice(TEAMS)}/{service}", "tag": _tag(dice)},
        "strategy": {"rolling": {"maxSurge": "25%", "maxUnavailable": 0}},
        "resources": {
            "requests": {"cpu": f"{dice.choice((100, 250, 500))}m", "memory": f"{dice.choice((128, 256, 512))}Mi"},
            "limits": {"cpu": f"{dice.choice((1000, 2000))}m", "memory": f"{dice.choice((512, 1024, 2048))}Mi"},
        },
        "nodeSelector": {"pool": dice.choice(("general", "highmem", "spot"))},
        "tolerations": [toleration],
    }


def _network(dice: random.Random, service: str) -> Tree:
    port = 8000 + int(service.removeprefix("svc-")) % 1000
    return {
        "ports": [
            {"name": "http", "port": port, "protocol": "TCP"},
            {"name": "admin", "port": port + 1000, "protocol": "TCP"},
        ],
        "ingress": {
            "enabled": dice.random() < 0.5,
            "host": f"{service}.example.com",
            "paths": ["/api", "/healthz"],
            "tls": {"enabled": True, "secretName": f"{service}-tls"},
        },
        "policies": {"allowFrom": [_name(dice.randrange(1000)), "gateway"]},
    }


def _app(dice: random.Random, service: str) -> Tree:
    return {
        "db": {
            "host": f"{service}-db.internal",
            "port": 5432,
            "name": service.replace("-", "_"),
            "pool": {"min": 2, "max": dice.randint(10, 50), "timeout_ms": 3000},
            "ssl": {"mode": "verify-full", "ca": "/etc/ssl/certs/db-ca.pem"},
        },
        "cache": {"host": f"{service}-redis.internal", "port": 6379, "ttl_seconds": dice.choice((60, 300, 3600))},
        "queue": {"topic": f"{service}.events.v1", "partitions": dice.choice((3, 6, 12))},
        "features": {
            "new_checkout": dice.random() < 0.5,
            "dark_mode": dice.random() < 0.5,
            "beta_search": False,
            "audit_log": True,
        },
        "http": {
            "timeouts": {"read_ms": 5000, "write_ms": 5000, "idle_ms": 60000},
            "cors": {"origins": ["https://www.example.com", "https://admin.example.com"]},
        },
    }


def _alerts(service: str) -> list[Tree]:
    errors, latency = f'rate(errors{{service="{service}"}}[5m])', f'p99(latency{{service="{service}"}})'
    return [
        {"name": "HighErrorRate", "expr": f"{errors} > 0.05", "severity": "page"},
        {"name": "HighLatency", "expr": f"{latency} > 0.5", "severity": "ticket"},
    ]
