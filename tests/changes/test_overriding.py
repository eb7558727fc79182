"""The smallest edits of an environment's own layer that make a document what is wanted."""

from typing import Any

import pytest
from held import APP_SCHEMA, Held
from hypothesis import given
from hypothesis import strategies as st

from lamina.changes.overriding import CannotOverride, SecretDiffers, merged, overridden
from lamina.project import Project
from lamina.thought.document import read
from lamina.thought.merge import ABSENT
from lamina.words.node import Data, Sealed, same

SEALED = "db: {password: 'ENC[AES256_GCM,data:QQ==,iv:QQ==,tag:QQ==,type:str]'}\nsops: {mac: x}\n"
BASE = """
    # What all share.
    name: shop # the name
    level: info
    hosts: [a, b]
    labels: {team: core, tier: web}
    users:
    - name: ada
    - {name: bob, role: reader}
"""

BOB = {"name": "bob", "role": "reader"}


def project(**files: str | None) -> Project:
    names = {"base": "environments/base/app.yaml", "prod": "environments/prod/app.yaml"}
    given = {names.get(name, f"environments/prod/{name}"): text for name, text in files.items() if text is not None}
    common = {"schemas/app/v1.schema.yaml": APP_SCHEMA, "lamina.yaml": "environments: {prod: {}}\n"}
    return Project(Held({**common, **given}), "0.1")


def said(before: Project, wanted: Data) -> str | None:
    """The own layer's text after; None for no file. The document is what is wanted then."""
    files = overridden(before, "prod", "app", wanted)
    assert set(files) <= {"environments/prod/app.yaml"}
    after = before.with_files(files)
    assert same(merged(after, "prod", "app"), wanted)
    data = after.source.read("environments/prod/app.yaml") if "environments/prod/app.yaml" in after.tree.files else None
    return data.decode() if data is not None else None


def changed(base: dict[str, Any], **keys: Any) -> dict[str, Any]:
    return {key: value for key, value in {**base, **keys}.items() if value is not ABSENT}


@pytest.mark.parametrize(
    ("prod", "keys", "text"),
    [
        (None, {"level": "error"}, "level: error\n"),
        ("# mine\nlevel: debug # loud\n", {"level": "error"}, "# mine\nlevel: error # loud\n"),
        ("# mine\nlevel: debug\nretries: 2\n", {"level": "info", "retries": 2}, "# mine\nretries: 2\n"),
        ("level: debug\n", {"level": ABSENT}, "level: !unset\n"),
        ("labels: !unset\n", {"labels": {"team": "core", "tier": "db"}}, "labels:\n  tier: db\n"),
        (None, {"hosts": ["a", "b", "c"]}, "hosts:\n  - c\n"),
        (None, {"hosts": ["a"]}, "hosts: !replace\n  - a\n"),
        (None, {"users": [{"name": "ada", "role": "admin"}, BOB]}, "users:\n  - name: ada\n    role: admin\n"),
        (None, {"users": [BOB]}, "users:\n  - !unset {name: ada}\n"),
        ("labels: !replace {a: b}\n", {"labels": {"a": "b", "tier": "web"}}, "labels: !replace {a: b, tier: web}\n"),
        ("level: info\n", {}, "level: info\n"),
        ("level: info\nlabels:\n  tier: db\n", {}, "level: info\n"),
        ("level: info\ndb:\n  host: x\n", {"db": {}}, "level: info\ndb: {}\n"),
    ],
)  # fmt: skip
def test_edits_are_the_smallest(prod: str | None, keys: dict[str, Any], text: str) -> None:
    before = project(base=BASE, prod=prod)
    assert said(before, changed(value(BASE), **keys)) == text


def value(text: str) -> dict[str, Any]:
    from textwrap import dedent

    data: Any = read(dedent(text).encode(), "x.yaml").value
    return dict(data)


@pytest.mark.parametrize(
    ("wanted", "files"),
    [
        (changed({}, name="shop", level="info", retries=1), {".json": '{"retries": 1}\n'}),
        (
            changed({}, name="shop", retries=1, hosts=["b"]),
            {".json": None, ".yaml": "level: !unset\nretries: 1\nhosts:\n  - b\n"},
        ),
        (ABSENT, {".json": None, ".yaml": "!unset\n"}),
    ],
)  # fmt: skip
def test_a_json_layer_goes_on_as_yaml_where_a_tag_is_needed(wanted: Data, files: dict[str, str | None]) -> None:
    before = project(base="name: shop\nlevel: info\n", **{"app.json": '{"level": "debug", "retries": 1}\n'})
    found = overridden(before, "prod", "app", wanted)
    assert {name.removeprefix("environments/prod/app"): data and data.decode() for name, data in found.items()} == files
    after = before.with_files(found)
    assert merged(after, "prod", "app") is wanted or same(merged(after, "prod", "app"), wanted)


def test_a_document_that_came_or_went() -> None:
    assert said(project(base=BASE), ABSENT) == "!unset\n"
    assert said(project(base=None, prod=BASE), ABSENT) is None
    assert said(project(base=BASE, prod="!unset\n"), value(BASE)) == ""
    assert said(project(base=None), {"name": "shop"}) == "name: shop\n"
    assert said(project(base=BASE, prod="!unset\n"), ABSENT) == "!unset\n"


def test_nothing_is_said_where_nothing_differs() -> None:
    assert overridden(project(base=BASE, prod="level: info # as below\n"), "prod", "app", value(BASE)) == {}


def test_secrets_are_never_written_in_plain_text() -> None:
    sealed = Sealed("ENC[AES256_GCM,data:Qg==,iv:QQ==,tag:QQ==,type:str]", "str")
    with pytest.raises(SecretDiffers, match=r"db\.password"):
        overridden(project(base=BASE), "prod", "app", {**value(BASE), "db": {"password": "hunter2"}})
    with pytest.raises(SecretDiffers, match=r"db\.password"):
        overridden(project(base=BASE), "prod", "app", {**value(BASE), "db": {"password": sealed}})
    with pytest.raises(SecretDiffers, match=r"db\.password"):
        overridden(
            project(base=BASE, **{"app.sops.yaml": SEALED}), "prod", "app", {**value(BASE), "db": {"password": sealed}}
        )


def test_what_a_sealed_layer_above_says_cannot_be_overridden() -> None:
    before = project(base=BASE, **{"app.sops.yaml": "level: debug\nsops: {mac: x}\n"})
    with pytest.raises(CannotOverride, match="app:level"):
        overridden(before, "prod", "app", value(BASE))


_NAMES = st.sampled_from(["a", "b", "team"])
DOCUMENTS = st.fixed_dictionaries(
    {"name": st.just("x")},
    optional={
        "level": st.sampled_from(["debug", "info"]),
        "retries": st.integers(0, 3),
        "hosts": st.lists(st.sampled_from(["a", "b", "c"]), max_size=3),
        "labels": st.dictionaries(_NAMES, st.sampled_from(["1", "x: y", "# no", ""]), max_size=3),
        "users": st.lists(
            st.fixed_dictionaries({"name": _NAMES}, optional={"role": st.sampled_from(["r", "w"])}),
            max_size=3,
            unique_by=lambda user: user["name"],
        ),
    },
)


@given(base=DOCUMENTS, prod=DOCUMENTS, wanted=DOCUMENTS)
def test_any_document_is_reached_from_any_other(base: Any, prod: Any, wanted: Any) -> None:
    import json

    assert said(project(base=json.dumps(base), prod=json.dumps(prod)), wanted) is not None
