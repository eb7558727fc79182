"""debug-in-production: a protected environment runs with a switch that is meant for development."""

import pytest
from rendered import breaches, document, paths

from lamina.thought.rules.debug_in_production import RULE


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("debug: true", "debug"),
        ("app: {debug: True}", "app.debug"),
        ("DEBUG: 'true'", "DEBUG"),
        ("FLASK_DEBUG: '1'", "FLASK_DEBUG"),
        ("DJANGO_DEBUG: 1", "DJANGO_DEBUG"),
        ("debug_mode: true", "debug_mode"),
        ("debugMode: true", "debugMode"),
        ("enable_debug: yes", "enable_debug"),
        ("enableDebugLogging: true", "enableDebugLogging"),
        ("debug: {enabled: true, port: 5005}", "debug.enabled"),
        ("verbose: true", "verbose"),
        ("verbose_errors: on", "verbose_errors"),
        ("trace: true", "trace"),
        ("http: {display_errors: true}", "http.display_errors"),
        ("show_stack_traces: true", "show_stack_traces"),
        ("logging: {level: debug}", "logging.level"),
        ("logging: {level: DEBUG}", "logging.level"),
        ("log_level: trace", "log_level"),
        ("logLevel: debug", "logLevel"),
        ("LOG_LEVEL: DEBUG", "LOG_LEVEL"),
        ("loglevel: debug", "loglevel"),
        ("logging: {level: all}", "logging.level"),
        ("log: debug", "log"),
        ("log: {verbosity: debug}", "log.verbosity"),
        ("logging: {sinks: [{kind: file, level: debug}]}", "logging.sinks[0].level"),
        ("logging: {loggers: {com.example.orders: DEBUG, root: INFO}}", 'logging.loggers."com.example.orders"'),
        ("logging: {level: {root: info, sql: trace}}", "logging.level.sql"),
        ("env: [{name: LOG_LEVEL, value: debug}]", "env[0].value"),
        ("env: [{name: DEBUG, value: 'true'}]", "env[0].value"),
        ("profiling: true", "profiling"),
        ("enable_pprof: true", "enable_pprof"),
        ("profiler: {enabled: true}", "profiler.enabled"),
        ("environment: development", "environment"),
        ("NODE_ENV: development", "NODE_ENV"),
        ("RAILS_ENV: Development", "RAILS_ENV"),
        ("GIN_MODE: debug", "GIN_MODE"),
        ("spring: {profile: dev}", "spring.profile"),
    ],
)
def test_what_is_for_development(text: str, where: str) -> None:
    assert paths(RULE, text) == [where]


@pytest.mark.parametrize(
    "text",
    [
        "debug: false",
        "debug: 'false'",
        "debug: 0",
        "debug_port: 5005",
        "debug: {enabled: false}",
        "debug: off",
        "debug: null",
        "debug: []",
        "debugger_token: abc",
        "verbose: false",
        "logging: {level: info}",
        "log_level: warning",
        "logging: {levels: {root: info}}",
        "compression: {level: all}",
        "level: all",
        "tracing: {enabled: true, sample_rate: 0.1}",
        "trace_sampling: 1",
        "environment: production",
        "environment: ${@environment}",
        "NODE_ENV: production",
        "mode: approve",
        "env: {HOME: /home/dev}",
        "dark_mode: true",
        "features: {debug_view_for_admins: false}",
        "title: debug",
        "enabled: true",
        "environments: [development, production]",
    ],
)
def test_what_is_not(text: str) -> None:
    assert paths(RULE, text) == []


def test_only_protected_environments_are_looked_at() -> None:
    assert paths(RULE, "debug: true", protected=False) == []
    assert paths(RULE, "environment: dev", environment="dev") == []


def test_what_is_secret_is_not_looked_at() -> None:
    assert paths(RULE, "debug: true", secrets=frozenset({("debug",)})) == []
    assert paths(RULE, "auth: {debug: true}", secrets=frozenset({("auth",)})) == []


def test_profiling_is_a_note() -> None:
    [found] = breaches(RULE, document({"profiling": True}))
    assert (found.severity, found.message) == ("note", "profiling is on in prod, which is protected")
