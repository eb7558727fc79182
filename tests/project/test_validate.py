"""Everything wrong with a repository, each at the place that did it."""

from collections.abc import Mapping
from typing import Any

import pytest
from held import APP_SCHEMA, Held, project, told
from hypothesis import given
from hypothesis import strategies as st
from laid_out import layer_texts

from lamina.project import Project
from lamina.words.address import Address
from lamina.words.errors import Failure

GOOD = {"environments/base/app.yaml": "name: x\n", "environments/dev/app.yaml": "{}\n"}


def findings(files: Mapping[str, str | bytes]) -> list[str]:
    return told(list(project(files).validate()))


def test_a_sound_repository_has_no_findings() -> None:
    assert findings(GOOD) == []


def test_nothing_is_sound() -> None:
    assert told(list(Project(Held({}), "0.1.0").validate())) == []


CASES: dict[str, tuple[dict[str, str], list[str]]] = {
    "an unknown key, at the key": (
        {"environments/dev/app.yaml": "labels: {}\nretires: 5\n"},
        ["environments/dev/app.yaml:2:1 unknown-key"],
    ),
    "a missing key, at the map of the highest layer": (
        {"environments/base/app.yaml": "retries: 1\n", "environments/dev/app.yaml": "\nlevel: info\n"},
        ["environments/dev/app.yaml:2:1 missing-key"],
    ),
    "a wrong type, at the value": (
        {"environments/dev/app.yaml": "retries: many\n"},
        ["environments/dev/app.yaml:1:10 wrong-type"],
    ),
    "out of bounds, at the layer that set it": (
        {"environments/base/app.yaml": "name: x\nretries: -1\n"},
        ["environments/base/app.yaml:2:10 out-of-bounds"],
    ),
    "not allowed": ({"environments/dev/app.yaml": "level:   loud\n"}, ["environments/dev/app.yaml:1:10 not-allowed"]),
    "every error and not the first": (
        {"environments/dev/app.yaml": "retries: many\nlevel: loud\nnames: x\n"},
        [
            "environments/dev/app.yaml:2:8 not-allowed",
            "environments/dev/app.yaml:3:1 unknown-key",
            "environments/dev/app.yaml:1:10 wrong-type",
        ],
    ),
    "an item of an appended list, where its layer wrote it": (
        {"environments/base/app.yaml": "name: x\nhosts: [a]\n", "environments/dev/app.yaml": "hosts:\n- b\n- 5\n"},
        ["environments/dev/app.yaml:3:3 wrong-type"],
    ),
    "a type clash, at the upper value": (
        {"environments/base/app.yaml": "name: x\nlabels: {a: b}\n", "environments/dev/app.yaml": "labels: red\n"},
        ["environments/dev/app.yaml:1:9 type-clash"],
    ),
    "!unset of nothing, at the key": (
        {"environments/dev/app.yaml": "labels:\n  a: !unset\n"},
        ["environments/dev/app.yaml:2:3 unset-of-nothing"],
    ),
    "an item without its key": (
        {"environments/dev/app.yaml": "users:\n- role: admin\n"},
        ["environments/dev/app.yaml:2:3 item-without-key"],
    ),
    "a dead reference": (
        {"environments/dev/app.yaml": "level: ${db.hots}\ndb: {host: h}\n"},
        ["environments/dev/app.yaml:1:8 dead-reference"],
    ),
    "a circular reference": (
        {"environments/dev/app.yaml": "db: {host: '${db.url}', url: '${db.host}'}\n"},
        ["environments/dev/app.yaml:1:12 circular-reference"],
    ),
    "a value that a reference brought, at the reference": (
        {"environments/dev/app.yaml": "retries: ${name}\n"},
        ["environments/dev/app.yaml:1:10 wrong-type"],
    ),
    "a layer that does not parse keeps the others' findings": (
        {
            "environments/dev/app.yaml": "a: [\n",
            "environments/dev/app2.yaml": "x: 1\n",
            "schemas/app2/v1.schema.yaml": "false\n",
        },
        ["environments/dev/app.yaml:1:4 syntax", "schemas/app2/v1.schema.yaml:1:1 not-a-map"],
    ),
    "a layer that no document holds": (
        {"environments/base/web/_defaults.yaml": "a: {\n", "schemas/web/v1.schema.yaml": "type: object\n"},
        ["environments/base/web/_defaults.yaml:1:4 syntax"],
    ),
    "a removal of nothing": (
        {"environments/dev/typo.yaml": "!unset\n", "schemas/typo/v1.schema.yaml": "type: object\n"},
        ["environments/dev/typo.yaml:1:1 unset-of-nothing"],
    ),
    "defaults that would take documents away": (
        {
            "environments/dev/web/_defaults.yaml": "!unset\n",
            "environments/dev/web/a.yaml": "x: 1\n",
            "schemas/web/v1.schema.yaml": "type: object\n",
        },
        ["environments/dev/web/_defaults.yaml:1:1 misplaced-tag"],
    ),
    "no schema": ({"environments/dev/web.yaml": "a: 1\n"}, ["environments/dev/web.yaml:1:1 no-schema"]),
    "a version that is not there": (
        {"environments/dev/app.yaml": "schemaVersion: 2\n"},
        ["environments/dev/app.yaml:1:16 newer-version"],
    ),
    "versions not said": (
        {"schemas/app/v2.schema.yaml": APP_SCHEMA, "environments/base/app.yaml": "schemaVersion: 2\nname: x\n"},
        ["environments/dev/app.yaml:1:1 missing-schema-version"],
    ),
    "an unreadable layer": (
        {"environments/dev/app.yaml": "<unreadable>"},
        ["environments/dev/app.yaml:1:1 unreadable-file"],
    ),
    "an unreadable schema": (
        {"schemas/app/v1.schema.yaml": "<unreadable>"},
        ["schemas/app/v1.schema.yaml:1:1 unreadable-file"],
    ),
}


@pytest.mark.parametrize(("files", "found"), CASES.values(), ids=CASES)
def test_findings_stand_where_they_belong(files: dict[str, str], found: list[str]) -> None:
    sound = {**GOOD, **files}
    if "base/app" not in " ".join(files):
        sound["environments/base/app.yaml"] = "name: x\n"
    assert sorted(set(findings(sound))) == sorted(found)


def test_a_clash_tells_both_places() -> None:
    files = {"environments/base/app.yaml": "name: x\nlabels:\n  a: b\n", "environments/dev/app.yaml": "labels: [1]\n"}
    clash = next(one for one in project(files).validate() if one.rule == "type-clash")
    assert [str(related.position) for related in clash.related] == ["environments/base/app.yaml:3:3"]
    assert (clash.environment, clash.document, clash.path) == ("dev", "app", ("labels",))


def test_the_other_layers_that_took_part_are_told() -> None:
    files = {"environments/base/app.yaml": "name: x\nlevel: info\n", "environments/dev/app.yaml": "level: loud\n"}
    [finding] = project(files).validate()
    assert str(finding.position) == "environments/dev/app.yaml:1:8"
    assert [str(related.position) for related in finding.related] == ["environments/base/app.yaml:2:8"]


def test_a_wrong_schema_stands_at_its_own_place_and_once() -> None:
    schema = APP_SCHEMA.replace("x-merge: append", "x-merge: apend")
    files = {**GOOD, "schemas/app/v1.schema.yaml": schema, "environments/prod/app.yaml": "retires: 1\n"}
    [finding] = set(project(files).validate())
    assert (finding.rule, finding.position.file) == ("bad-annotation", "schemas/app/v1.schema.yaml")


def test_a_schema_that_nobody_uses_is_checked_too() -> None:
    assert findings({**GOOD, "schemas/other/v1.schema.yaml": "type: strin\n"})[0].startswith(
        "schemas/other/v1.schema.yaml:1:"
    )


@pytest.mark.parametrize(
    "reference", ["https://example.org/x.json", "../../secret.yaml", "file:///etc/passwd", "/etc/passwd"]
)
def test_references_of_schemas_stay_inside(reference: str) -> None:
    schema = f"$schema: https://json-schema.org/draft/2020-12/schema\nproperties:\n  a: {{$ref: '{reference}'}}\n"
    [finding] = set(project({**GOOD, "schemas/app/v1.schema.yaml": schema, "secret.yaml": "type: object"}).validate())
    assert (finding.rule, finding.position.line) == ("remote-reference", 3)
    assert reference in finding.message


def test_settings_are_checked_at_their_places() -> None:
    settings = "environments:\n  dev:\n    extend: base\n    abstract: 1\n"
    assert findings({**GOOD, "lamina.yaml": settings}) == [
        "lamina.yaml:4:15 wrong-type",
        "lamina.yaml:3:5 unknown-key",
    ]
    assert findings({**GOOD, "lamina.yaml": "requires: newest\n"}) == ["lamina.yaml:1:11 wrong-format"]
    assert findings({**GOOD, "lamina.yaml": "environments: {dev: {extends: dev}}\n"}) == [
        "lamina.yaml:1:31 circular-extends"
    ]


def test_an_abstract_environment_is_not_validated_by_itself() -> None:
    assert findings({"environments/base/app.yaml": "retries: many\n"}) == []
    settings = {"lamina.yaml": "environments: {base: {abstract: false}}\n"}
    assert findings({"environments/base/app.yaml": "name: x\nretries: many\n", **settings}) == [
        "environments/base/app.yaml:2:10 wrong-type"
    ]


_LAYERS = st.one_of(layer_texts(), st.binary(max_size=40))
_NAMES = [
    "environments/base/app.yaml",
    "environments/dev/app.yaml",
    "environments/dev/app.json",
    "environments/dev/app.sops.yaml",
    "lamina.yaml",
    "schemas/app/v1.schema.yaml",
    "environments/base/agents/_defaults.yaml",
    "environments/dev/agents/a.yaml",
]


@given(files=st.dictionaries(st.sampled_from(_NAMES), _LAYERS, max_size=4))
def test_any_files_give_findings_or_data(files: dict[str, bytes]) -> None:
    answers(project({**GOOD, **files}))


@given(st.data())
def test_mutated_files_give_findings_or_data(data: st.DataObject) -> None:
    files = {
        "environments/base/app.yaml": "name: x\nhosts: [a, b]\nusers:\n- {name: u, token: t}\n- name: v\ndb: {host: h}\n",
        "environments/dev/app.yaml": "hosts: !prepend [c]\nusers:\n- !unset {name: v}\ndb:\n  url: pg://${db.host}/${@environment}\n",
        "lamina.yaml": "requires: '>=0.1'\nenvironments:\n  dev: {extends: base}\n",
        "schemas/app/v1.schema.yaml": APP_SCHEMA,
    }
    name = data.draw(st.sampled_from(sorted(files)))
    held = Held(files).files
    text = held[name]
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 12)))
    middle = data.draw(
        st.sampled_from(
            [b"", b":", b"- ", b"!replace ", b"{}", b"[]", b"null", b"\n", b"'", b"${", text[start:end] * 2]
        )
    )
    answers(project({**held, name: text[:start] + middle + text[end:]}))


def answers(over: Project) -> None:
    """Every question to a project is answered, or refused with a reason."""
    list(over.validate())
    for environment in over.environments():
        for name in attempt(over.documents, environment.name) or ():
            attempt(over.get, environment.name, Address(name))
            attempt(over.explain, environment.name, Address(name, ("users", 0, "token")))
            attempt(over.explain, environment.name, Address(name, ("hosts",)))
            rendering = attempt(over.render, environment.name)
            attempt(lambda of, name=name: of[name], rendering)


def attempt(question: Any, *words: Any) -> Any:
    try:
        return question(*words) if words[0] is not None else None
    except Failure:
        return None
