"""The schemas of this repository accept a sound document and refuse each of these mistakes, for the right reason."""

from copy import deepcopy
from typing import Any

import pytest
import yaml
from repository.schema_files import KINDS, newest, validator

GONE = object()  # the key is taken away

SOUND = {
    "orchestrator": """
        service: {environment: test, region: local, public_url: "http://localhost:8080", labels: {app/name: a}}
        execution:
          retry: {limit: 4}
          timeouts: {step_minutes: 15, phase_minutes: 60, run_minutes: 480}
          concurrency: {max_runs: 2, max_agents_per_run: 6, max_agents: 24}
          copilot: {mode: approve, approvers: [platform]}
          sandbox:
            image: registry.example.com/sandbox@sha256:0000000000000000000000000000000000000000000000000000000000000000
            network: restricted
            allowed_hosts: [packages.example.com]
        findings_thresholds: {critical: 0, high: 0, medium: 5, low: null}
        verification:
          build: {enabled: true, command: make build}
          lint: {enabled: false}
          test: {enabled: true, command: make test, minimum_coverage_percent: 80}
          security: {enabled: true, command: make security, scanners: [secrets]}
          custom_tests: [{name: contract, command: make contract}]
        rag:
          enabled: true
          embedding_model: embedding
          embedding_dimensions: 3072
          chunk_size_tokens: 512
          chunk_overlap_tokens: 256
          search: {strategy: hybrid, keyword_weight: 0.3, top_k: 40}
          index: {backend: postgres, refresh: "*/20 * * * *"}
        git: {auto_commit: true, push: on_gate, author: {name: Agents, email: agents@example.com}}
        artifacts:
          storage: {kind: s3, bucket: artifacts, region: eu-central-1}
          compression: {algorithm: gzip, level: 9}
        logging: {level: info, sinks: [{kind: stdout}, {kind: file, path: /var/log/service.log}]}
        persistence:
          enabled: true
          format: sqlite
          location: /var/lib/state.sqlite
          events: {durability: strict, sync: group}
        checkpoint: {mode: every_n_steps, n: 5}
        cleanup: {retention_days: 30, max_size_mib: 4096, schedule: "@daily"}
        database: {host: localhost, name: runs, user: app, password: made-up-made-up-made-up}
    """,
    "models": """
        gateway_url: http://localhost:4000
        default_model: standard
        providers:
          remote:
            protocol: anthropic
            base_url: https://llm.example.com/remote
            authentication: api_key
            api_key: made-up-made-up-made-up
            rate_limits: {requests_per_minute: 100, tokens_per_minute: 100000}
          local: {protocol: openai, base_url: "http://localhost:11434/v1", authentication: none}
        models:
          standard:
            provider: remote
            identifier: a-model-20260101
            kind: chat
            context_tokens: 200000
            max_output_tokens: 32000
            temperature: 0.2
            prices: {input_usd: 3, output_usd: 15}
          embedding:
            provider: remote
            identifier: an-embedding-20260101
            kind: embedding
            context_tokens: 8192
            dimensions: 1536
            prices: {input_usd: 0.13}
        run_overrides:
          allowed: [model]
          profiles: {economy: {description: For small things., models: {standard: standard}}}
    """,
    "agents": """
        name: coder
        description: Carries out one step of a plan.
        role: write
        model: standard
        instructions: You carry out one step of a plan, and nothing else.
        tools: [read_file, write_file, git, fetch_url]
        permissions: {write_paths: [src/**], git: commit, network: restricted, hosts: ["*.docs.example.com"]}
        reviewed_by: reviewer
    """,
    "artifacts": """
        artifacts:
          plan: {description: The steps of a change., format: markdown}
          patch: {description: The change itself., format: diff, personal_data: true}
    """,
    "workflows": """
        name: feature
        description: Plans and writes a feature.
        trigger: {kind: event, event: issue_labelled, label: "agents:feature"}
        cost_limit_usd: 10
        steps:
          - name: plan
            agent: planner
            phase: planning
            task: Plan the feature.
            gate: {kind: approval, approvers: [platform]}
          - name: implement
            agent: coder
            phase: implementation
            task: Carry out the plan.
            needs: [plan]
            on_failure: retry
            max_retries: 2
            gate: {kind: checks, checks: [build, test]}
        notify: [{channel: alerts, events: [failed]}]
    """,
}

# The kind, the place and the value that is put there, and the keyword that has to refuse it.
WRONG: list[tuple[str, str, Any, str]] = [
    # Contradictions: a key that another one demands, or has no use for.
    ("orchestrator", "checkpoint", {"mode": "every_n_steps"}, "required"),
    ("orchestrator", "checkpoint", {"mode": "every_step", "n": 5}, "false"),
    ("orchestrator", "checkpoint", {"mode": "time_based"}, "required"),
    ("orchestrator", "checkpoint", {"mode": "time_based", "interval_seconds": 60, "n": 5}, "false"),
    ("orchestrator", "checkpoint", {"mode": "on_gates", "interval_seconds": 60}, "false"),
    ("orchestrator", "persistence.location", GONE, "required"),
    ("orchestrator", "persistence.location", "/var/lib/state/", "pattern"),
    ("orchestrator", "persistence.format", "json", "pattern"),
    ("orchestrator", "persistence.events.sync", "never", "enum"),
    ("orchestrator", "persistence.events", {"durability": "best_effort", "sync": "interval"}, "required"),
    ("orchestrator", "persistence.events.interval_milliseconds", 500, "false"),
    ("orchestrator", "execution.copilot.approvers", GONE, "required"),
    ("orchestrator", "execution.sandbox.allowed_hosts", GONE, "required"),
    ("orchestrator", "execution.sandbox.network", "none", "false"),
    ("orchestrator", "verification.build.command", GONE, "required"),
    ("orchestrator", "verification.security.scanners", GONE, "required"),
    ("orchestrator", "rag.embedding_model", GONE, "required"),
    ("orchestrator", "rag.search.keyword_weight", GONE, "required"),
    ("orchestrator", "rag.search.strategy", "semantic", "false"),
    ("orchestrator", "rag.index.backend", "file", "required"),
    ("orchestrator", "rag.index.path", "/var/lib/index/", "false"),
    ("orchestrator", "git.auto_commit", False, "const"),
    ("orchestrator", "artifacts.storage.region", GONE, "required"),
    ("orchestrator", "artifacts.storage.path", "/var/lib/artifacts/", "false"),
    ("orchestrator", "artifacts.storage.kind", "local", "required"),
    ("orchestrator", "artifacts.compression.level", GONE, "required"),
    ("orchestrator", "artifacts.compression.algorithm", "none", "false"),
    ("orchestrator", "logging.sinks", [{"kind": "file"}], "required"),
    ("orchestrator", "logging.sinks", [{"kind": "stdout", "endpoint": "https://otel.example.com"}], "false"),
    ("models", "providers.remote.api_key", GONE, "required"),
    ("models", "providers.local.base_url", "https://llm.example.com/v1", "pattern"),
    ("models", "models.standard.max_output_tokens", GONE, "required"),
    ("models", "models.standard.dimensions", 1536, "false"),
    ("models", "models.standard.prices.output_usd", GONE, "required"),
    ("models", "models.embedding.dimensions", GONE, "required"),
    ("models", "models.embedding.temperature", 0.5, "false"),
    ("agents", "reviewed_by", GONE, "required"),
    ("agents", "role", "check", "const"),
    ("agents", "permissions.write_paths", GONE, "required"),
    ("agents", "tools", ["read_file", "git", "fetch_url"], "false"),
    ("agents", "tools", ["read_file", "write_file", "fetch_url"], "contains"),
    ("agents", "permissions.network", "none", "const"),
    ("agents", "permissions.hosts", GONE, "required"),
    ("workflows", "trigger.event", GONE, "required"),
    ("workflows", "trigger.label", GONE, "required"),
    ("workflows", "trigger.schedule", "@daily", "false"),
    ("workflows", "trigger", {"kind": "schedule"}, "required"),
    ("workflows", "trigger", {"kind": "manual", "event": "tag_pushed"}, "false"),
    ("workflows", "steps.0.gate.approvers", GONE, "required"),
    ("workflows", "steps.1.gate.checks", GONE, "required"),
    ("workflows", "steps.1.gate.approvers", ["platform"], "false"),
    ("workflows", "steps.1.max_retries", GONE, "required"),
    ("workflows", "steps.0.max_retries", 2, "false"),
    # Two numbers in the wrong order: their ranges touch and do not overlap.
    ("orchestrator", "execution.timeouts.step_minutes", 60, "maximum"),
    ("orchestrator", "execution.timeouts.run_minutes", 60, "minimum"),
    ("orchestrator", "execution.concurrency.max_agents", 4, "minimum"),
    ("orchestrator", "execution.retry.backoff_max_seconds", 1, "minimum"),
    ("orchestrator", "rag.chunk_overlap_tokens", 257, "maximum"),
    ("orchestrator", "rag.search.keep", 41, "maximum"),
    ("orchestrator", "artifacts.compression.level", 12, "maximum"),
    ("orchestrator", "database.pool", {"min_connections": 20, "max_connections": 10}, "maximum"),
    ("models", "models.standard.max_output_tokens", 200001, "maximum"),
    ("models", "models.standard.context_tokens", 16384, "maximum"),
    # Out of bounds.
    ("orchestrator", "execution.retry.limit", -1, "minimum"),
    ("orchestrator", "execution.retry.limit", 11, "maximum"),
    ("orchestrator", "findings_thresholds.high", 51, "maximum"),
    ("orchestrator", "rag.chunk_size_tokens", 500, "enum"),
    ("orchestrator", "rag.search.keyword_weight", 1, "exclusiveMaximum"),
    ("orchestrator", "verification.test.minimum_coverage_percent", 100.5, "maximum"),
    ("orchestrator", "cleanup.retention_days", 0, "minimum"),
    ("orchestrator", "logging.sinks", [], "minItems"),
    ("orchestrator", "database.port", 65536, "maximum"),
    ("orchestrator", "database.password", "short", "minLength"),
    ("models", "models.standard.temperature", 2.1, "maximum"),
    ("models", "models.standard.prices.input_usd", -1, "minimum"),
    ("models", "run_overrides.profiles.economy", {"description": "Changes nothing."}, "minProperties"),
    ("agents", "cost_limit_usd", 0, "minimum"),
    ("agents", "instructions", "Do it.", "minLength"),
    ("workflows", "steps", [], "minItems"),
    # The wrong type, or a word that is not one of those known.
    ("orchestrator", "execution.retry.limit", True, "type"),
    ("orchestrator", "execution.retry.limit", "4", "type"),
    ("orchestrator", "findings_thresholds.critical", None, "type"),
    ("orchestrator", "checkpoint.mode", "every_steps", "enum"),
    ("orchestrator", "logging.level", "INFO", "enum"),
    ("orchestrator", "cleanup.schedule", "@yearly", "pattern"),
    ("orchestrator", "execution.sandbox.image", "registry.example.com/sandbox:latest", "pattern"),
    ("orchestrator", "git.author.email", "agents at example", "format"),
    ("orchestrator", "service.listen", {"host": "0.0.0"}, "format"),
    ("orchestrator", "service.labels", {"Upper": "a"}, "pattern"),
    ("agents", "tools", ["read_file", "read_file"], "uniqueItems"),
    ("agents", "permissions.write_paths", ["../outside"], "pattern"),
    ("workflows", "steps.0.phase", "plan", "enum"),
    # Keys that nobody knows, at the top, deep inside, in a closed composition, and below a pattern.
    ("orchestrator", "checkpoints", {}, "additionalProperties"),
    ("orchestrator", "execution.timeouts.step", 60, "additionalProperties"),
    ("orchestrator", "verification.build.comand", "make", "unevaluatedProperties"),
    ("orchestrator", "verification.test.coverage", 80, "unevaluatedProperties"),
    ("models", "providers.remote.apikey", "made-up-made-up-made-up", "additionalProperties"),
    ("models", "providers.Remote", {"protocol": "openai", "base_url": "https://x.example.com"}, "additionalProperties"),
    ("workflows", "steps.0.need", ["plan"], "additionalProperties"),
    # What a deployment cannot do without.
    ("orchestrator", "database.password", GONE, "required"),
    ("orchestrator", "database", GONE, "required"),
    ("models", "providers", {}, "minProperties"),
    ("agents", "model", GONE, "required"),
    ("workflows", "steps.0.agent", GONE, "required"),
    ("artifacts", "artifacts", {}, "minProperties"),
    ("artifacts", "artifacts.Plan", {"description": "In capitals.", "format": "json"}, "pattern"),
    ("artifacts", "artifacts.plan.format", "pdf", "enum"),
    ("artifacts", "artifacts.plan.description", GONE, "required"),
]

# Changes beside the mistakes above that have to stay possible.
FINE: list[tuple[str, str, Any]] = [
    ("orchestrator", "checkpoint", {"mode": "every_step"}),
    ("orchestrator", "checkpoint", {"mode": "on_gates"}),
    ("orchestrator", "checkpoint", {"mode": "time_based", "interval_seconds": 60}),
    ("orchestrator", "persistence", {"enabled": False, "format": "sqlite"}),
    ("orchestrator", "persistence", {"enabled": True, "format": "json", "location": "/var/lib/state/"}),
    ("orchestrator", "persistence.events", {"durability": "best_effort", "sync": "never"}),
    ("orchestrator", "execution.copilot", {"mode": "autonomous"}),
    ("orchestrator", "rag", {"enabled": False}),
    ("orchestrator", "rag.index", {"backend": "file", "path": "/var/lib/index/"}),
    ("orchestrator", "artifacts.storage", {"kind": "local", "path": "/var/lib/artifacts/"}),
    ("orchestrator", "artifacts.compression", {"algorithm": "none"}),
    ("orchestrator", "artifacts.compression", {"algorithm": "zstd", "level": 19}),
    ("orchestrator", "findings_thresholds.info", None),
    ("agents", "permissions.git", "push"),
    ("workflows", "trigger", {"kind": "manual"}),
    ("workflows", "trigger", {"kind": "schedule", "schedule": "30 3 * * 1"}),
    ("workflows", "steps.1.gate", {"kind": "findings"}),
]


@pytest.mark.parametrize("kind", KINDS)
def test_a_sound_document_is_accepted(kind: str) -> None:
    assert refusals(kind, sound(kind)) == {}


@pytest.mark.parametrize(("kind", "place", "value", "keyword"), WRONG)
def test_a_mistake_is_refused(kind: str, place: str, value: object, keyword: str) -> None:
    assert keyword in refusals(kind, changed(sound(kind), place, value))


@pytest.mark.parametrize(("kind", "place", "value"), FINE)
def test_a_sound_variation_is_accepted(kind: str, place: str, value: object) -> None:
    assert refusals(kind, changed(sound(kind), place, value)) == {}


def sound(kind: str) -> Any:
    """A document of the kind with nothing wrong in it."""
    return yaml.safe_load(SOUND[kind])


def changed(document: Any, place: str, value: object) -> Any:
    """The document with one value put in or taken away; steps of the place are joined by dots, an index is a number."""
    result = deepcopy(document)
    steps: list[Any] = [int(step) if step.isdigit() else step for step in place.split(".")]
    parent, last = result, steps.pop()
    for step in steps:
        parent = parent[step] if isinstance(parent, list) else parent.setdefault(step, {})
    if value is GONE:
        del parent[last]
    else:
        parent[last] = value
    return result


def refusals(kind: str, document: Any) -> dict[str, str]:
    """The keywords that refuse the document, each with a message; a schema that is `false` counts as that word."""
    errors = validator(newest(kind)).iter_errors(document)
    return {str(error.validator or "false"): error.message for error in errors}
