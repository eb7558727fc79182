"""Rules over a repository: where they are told, and that suspicion spares no document that breaks one."""

import json
from textwrap import dedent
from typing import Any

import pytest
from held import project, told
from hypothesis import given
from hypothesis import strategies as st
from rendered import document, shape

from lamina.project.gate import check
from lamina.thought.rules import OF_DOCUMENTS, OF_TWINS, Twins
from lamina.thought.starter import starter
from lamina.words.finding import Finding
from lamina.words.mend import Mend, Put
from lamina.words.node import same

OPEN = "type: object\n"
PROTECTED = {"lamina.yaml": "environments: {prod: {protected: true}}\n"}


def checked(files: dict[str, str], schema: str = OPEN) -> list[Finding]:
    texts = {"schemas/app/v1.schema.yaml": schema, **PROTECTED, **files}
    findings = check(project({name: dedent(text) for name, text in texts.items()})).findings
    return [one for one in findings if one.rule not in ("open-schema", "undocumented-key")]


def places(files: dict[str, str], schema: str = OPEN) -> list[str]:
    return [
        f"{line} ({', '.join(str(one.position) for one in found.related)})" if found.related else line
        for found in checked(files, schema)
        for line in told([found])
    ]


BASE, PROD, DEV = (f"environments/{name}/app.yaml" for name in ("base", "prod", "dev"))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: 1\nlogging:\n  level:  debug\n", "3:11 debug-in-production"),
        ("admin:\n  allowed_cidrs:\n    - 10.0.0.0/8\n    - 0.0.0.0/0\n", "4:7 world-open-address"),
        ("jobs: {a: {image: 'ghcr.io/a/b:latest'}}\n", "1:19 unpinned-remote"),
        ("tls:\n  min_version: '1.0'\n", "2:16 weak-crypto-setting"),
        ("timeout_seconds: 5m\n", "1:18 inconsistent-unit"),
        ("on: push\n", "1:1 yaml-1.1-boolean"),
        ("country: no\n", "1:10 yaml-1.1-boolean"),
        ("logLevel: a\nloglevel: b\n", f"2:1 case-collision ({PROD}:1:1)"),
    ],
)
def test_where_a_layer_breaks_a_rule(text: str, line: str) -> None:
    assert places({BASE: "a: 0\n", PROD: text}) == [f"{PROD}:{line}"]


def test_a_value_of_the_schema_is_told_in_the_schema() -> None:
    schema = """
        type: object
        properties:
          tls:
            type: object
            default: {}
            properties:
              min_version: {type: string, default: "1.0"}
          debug: {type: boolean, default: true}
    """
    assert places({PROD: "a: 0\n"}, dedent(schema)) == [
        "schemas/app/v1.schema.yaml:8:35 weak-crypto-setting",
        "schemas/app/v1.schema.yaml:9:26 debug-in-production",
    ]


def test_a_value_that_a_reference_brings_is_told_at_the_reference() -> None:
    files = {BASE: "words: {loud: debug}\n", PROD: "logging: {level: '${words.loud}'}\n"}
    assert places(files) == [f"{PROD}:1:18 debug-in-production"]


def test_keys_of_two_layers_collide() -> None:
    assert places({BASE: "logLevel: a\n", PROD: "loglevel: b\n"}) == [f"{PROD}:1:1 case-collision ({BASE}:1:1)"]


def test_names_of_documents_and_environments_collide() -> None:
    files = {
        "environments/base/app.yaml": "a: 0\n",
        "environments/dev/app.yaml": "a: 1\n",
        "environments/DEV/App.yaml": "a: 1\n",
        PROD: "a: 2\n",
        "schemas/App/v1.schema.yaml": OPEN,
    }
    assert places(files) == [
        f"environments/DEV/App.yaml:1:1 case-collision ({PROD}:1:1)",
        f"environments/DEV/App.yaml:1:1 case-collision ({DEV}:1:1)",
        "schemas/App/v1.schema.yaml:1:1 case-collision (schemas/app/v1.schema.yaml:1:1)",
    ]


def test_a_unit_is_told_in_the_schema_that_contradicts_it() -> None:
    schema = "type: object\nproperties:\n  wait_seconds: {type: integer, x-unit: minutes}\n"
    assert places({PROD: "a: 0\n"}, schema) == ["schemas/app/v1.schema.yaml:3:3 inconsistent-unit"]


def test_words_of_a_schema() -> None:
    schema = "type: object\nproperties:\n  answer: {enum: [yes, maybe]}\n"
    assert places({PROD: "a: 0\n"}, schema) == ["schemas/app/v1.schema.yaml:3:19 yaml-1.1-boolean"]


def test_a_boolean_of_yaml_1_1_is_mended_as_the_schema_has_it() -> None:
    schema = "type: object\nproperties:\n  flag: {type: boolean}\n"
    found = [one for one in checked({PROD: "flag: yes\n"}, schema) if one.rule == "yaml-1.1-boolean"]
    assert [one.mend for one in found] == [Mend(PROD, ("flag",), Put(value=True))]


SAME = "type: object\nproperties:\n  mode: {type: string, x-environments: same}\n  some: {x-environments: [dev]}\n"


def test_the_environment_that_differs_is_told_with_the_others() -> None:
    files = {BASE: "mode: a\n", DEV: "z: 1\n", "environments/qa/app.yaml": "z: 1\n", PROD: "z: 1\nmode: b\n"}
    assert places(files, SAME) == [f"{PROD}:2:7 undeclared-difference ({BASE}:1:7, {BASE}:1:7)"]
    [found] = checked(files, SAME)
    assert (found.environment, found.path) == ("prod", ("mode",))


def test_of_two_environments_the_one_that_sets_the_value_itself_is_told() -> None:
    assert places({BASE: "mode: b\n", DEV: "mode: a\n", PROD: "z: 1\n"}, SAME) == [
        f"{DEV}:1:7 undeclared-difference ({BASE}:1:7)"
    ]
    assert places({BASE: "mode: b\n", DEV: "z: 1\n", PROD: "mode: a\n"}, SAME) == [
        f"{PROD}:1:7 undeclared-difference ({BASE}:1:7)"
    ]


def test_who_extends_one_that_may_differ_may_too() -> None:
    settings = {"lamina.yaml": "environments: {lab: {extends: dev}}\n"}
    files = {BASE: "some: 1\n", DEV: "some: 2\n", "environments/lab/app.yaml": "z: 1\n", PROD: "z: 1\n", **settings}
    assert places(files, SAME) == []


def test_a_new_repository_has_no_findings() -> None:
    assert told(check(project(starter("0.1.0"))).findings) == []


# Suspicion: what is looked at must not depend on which layers hold a value, nor on what else is there.

KEYS = st.sampled_from(
    [
        *(
            "debug",
            "enabled",
            "logging",
            "level",
            "loggers",
            "environment",
            "bind",
            "allow_from",
            "cidr",
            "image",
            "tag",
            "ref",
        ),
        *(
            "repository",
            "uses",
            "source",
            "tls",
            "min_version",
            "verify",
            "algorithm",
            "rsa",
            "bits",
            "sslmode",
            "token_url",
        ),
        *(
            "timeout_seconds",
            "connect_timeout_ms",
            "read_timeout_seconds",
            "wait",
            "name",
            "value",
            "Debug",
            "ref",
            "url",
        ),
    ]
)
SCALARS = st.sampled_from(
    [
        *(
            True,
            False,
            None,
            0,
            1,
            1.0,
            512,
            "true",
            "debug",
            "DEBUG",
            "dev",
            "0.0.0.0",
            "0.0.0.0/0",
            "*",
            ":80",
            "latest",
        ),
        *(
            "main",
            "nginx",
            "ghcr.io/a/b",
            "1.0",
            "TLSv1.1",
            "md5",
            "none",
            "disable",
            "http://id.example.com",
            "5m",
            "LOG_LEVEL",
        ),
        *(
            "https://x.example.com/a",
            "https://raw.githubusercontent.com/a/b/main/c",
            "RSA",
            "actions/checkout@main",
            "",
        ),
    ]
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=8,
)
DOCUMENTS = st.dictionaries(KEYS, VALUES, max_size=4)


def in_full(data: Any) -> set[str]:
    seen = document(data, "prod")
    found = set()
    for rule in OF_DOCUMENTS:
        assert rule.check is not None
        found.update(f"{rule.name} {one.path} {one.message}" for one in rule.check(seen))
    return found


@given(DOCUMENTS, DOCUMENTS)
def test_suspicion_spares_no_document_that_breaks_a_rule(lower: Any, upper: Any) -> None:
    files = {"schemas/app/v1.schema.yaml": OPEN, **PROTECTED}
    files |= {"environments/base/app.json": json.dumps(lower), "environments/prod/app.json": json.dumps(upper)}
    seen = project(files)
    finished = seen.concrete_road("prod").document("app")
    names = {rule.name for rule in OF_DOCUMENTS}
    if finished.sound:
        found = {f"{one.rule} {one.path} {one.message}" for one in check(seen).findings if one.rule in names}
        assert found == in_full(finished.data)


ANYTHING: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12) | SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6) | KEYS, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text(max_size=6) | KEYS, ANYTHING), st.dictionaries(st.text(max_size=6) | KEYS, ANYTHING))
def test_no_data_makes_a_rule_fail(left: Any, right: Any) -> None:
    in_full(left)
    everywhere = shape("x-environments: same")
    for rule in OF_TWINS:
        assert rule.check is not None
        twins = {"a": document(left, "a"), "b": document(left, "b"), "c": document(right, "c")}
        found = list(rule.check(Twins("app", "app", twins, everywhere)))
        assert {one.environment for one in found} <= {"c"}
        assert bool(found) != same(left, right)
