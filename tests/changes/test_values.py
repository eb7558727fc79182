"""`set` and `unset` end to end: the right layer, the right lines, and only what validates."""

from pathlib import Path
from typing import Any

import pytest
from conftest import Builder
from held import APP_SCHEMA, told
from hypothesis import given
from hypothesis import strategies as st

import lamina
from lamina.changes import values
from lamina.changes.judging import WouldBreak
from lamina.changes.landing import Landing
from lamina.changes.layers import InheritedItem
from lamina.changes.values import NotSetHere, SecretValue, set_value, unset_value
from lamina.changes.writing import ChangedMeanwhile
from lamina.project import NoSuchDocument, NoSuchEnvironment, Project
from lamina.project.explaining import NoSuchValue
from lamina.thought.document.edit import CannotEdit
from lamina.words.address import Address, parse_address
from lamina.words.errors import Failure, Misuse
from lamina.world.sources.overlay import Overlay

BASE = """
    # What all share.
    name:   'shop'   # the name
    level: info

    hosts: [a, b]
    labels:
        team: core    # odd indentation
    users:
    - name: ada
    - {name: bob,   role: reader}
"""
DEV = """
    # Development.
    level: debug # loud
    hosts: [c, d]
    users:
    - name: bob
      role: admin
    db:
      host: db.local
"""
FILES = {
    "schemas/app/v1.schema.yaml": APP_SCHEMA,
    "environments/base/app.yaml": BASE,
    "environments/dev/app.yaml": DEV,
    "environments/prod/web.yaml": "upstream: ${app:name}\n",
    "environments/prod/app.yaml": "{}\n",
    "schemas/web/v1.schema.yaml": """
        $schema: https://json-schema.org/draft/2020-12/schema
        additionalProperties: false
        properties: {upstream: {type: string, maxLength: 6}, level: {}}
        """,
}


@pytest.fixture
def root(repository: Builder) -> Path:
    return repository(FILES)


def put(root: Path, environment: str, address: str, text: str, **more: Any) -> values.Outcome:
    return set_value(Landing(lamina.open(root)), environment, parse_address(address), text, **more)


def take(root: Path, environment: str, address: str, **more: Any) -> values.Outcome:
    return unset_value(Landing(lamina.open(root)), environment, parse_address(address), **more)


def lines_changed(before: str, after: str) -> tuple[list[str], list[str]]:
    """Lines that only one of two texts has."""
    old, new = before.splitlines(), after.splitlines()
    return [line for line in old if line not in new], [line for line in new if line not in old]


@pytest.mark.parametrize(
    ("address", "text", "gone", "come"),
    [
        ("app:level", "error", ["level: debug # loud"], ["level: error # loud"]),
        ("app:retries", "5", [], ["retries: 5"]),
        ("app:db.host", "other", ["  host: db.local"], ["  host: other"]),
        ("app:db.url", "x://y", [], ["  url: x://y"]),
        ("app:labels.team", "007", [], ["labels:", '  team: "007"']),
        ("app:hosts[2]", "e", ["hosts: [c, d]"], ["hosts: [e, d]"]),
        ("app:hosts[3]", "e", ["hosts: [c, d]"], ["hosts: [c, e]"]),
        ("app:users[1].role", "guest", ["  role: admin"], ["  role: guest"]),
        ("app:hosts", "[x]", ["hosts: [c, d]"], ["hosts: [x]"]),
    ],
)
def test_only_the_lines_of_that_key_change(
    root: Path, address: str, text: str, gone: list[str], come: list[str]
) -> None:
    file = root / "environments/dev/app.yaml"
    before = file.read_text()
    outcome = put(root, "dev", address, text)
    assert (outcome.file, outcome.findings) == ("environments/dev/app.yaml", ())
    assert lines_changed(before, file.read_text()) == (gone, come)
    assert outcome.after is not None
    assert outcome.after.value == lamina.open(root).render("dev").value(address)


def test_every_other_byte_stays(root: Path) -> None:
    file = root / "environments/dev/app.yaml"
    file.write_bytes(b"\xef\xbb\xbf# c\r\nlevel:   'debug'\t# loud\r\n\r\nhosts:\r\n    - x   # y\r\n\r\n# end")
    put(root, "dev", "app:level", "info")
    assert (
        file.read_bytes() == b"\xef\xbb\xbf# c\r\nlevel:   'info'\t# loud\r\n\r\nhosts:\r\n    - x   # y\r\n\r\n# end"
    )


def test_setting_what_is_set_writes_nothing(root: Path) -> None:
    file = root / "environments/dev/app.yaml"
    before = file.stat()
    put(root, "dev", "app:level", "debug")
    assert file.stat().st_ino == before.st_ino


def test_a_missing_layer_is_made(root: Path) -> None:
    (root / "environments/prod/app.yaml").unlink()
    outcome = put(root, "prod", "app:db.host", "db.prod")
    assert outcome.file == "environments/prod/app.yaml"
    assert (root / outcome.file).read_text() == "db:\n  host: db.prod\n"


def test_a_new_layer_says_its_version_where_there_are_several(root: Path) -> None:
    (root / "schemas/app/v2.schema.yaml").write_text((root / "schemas/app/v1.schema.yaml").read_text())
    for layer in ("base", "dev", "prod"):
        file = root / f"environments/{layer}/app.yaml"
        file.write_text("schemaVersion: 2\n" + file.read_text().replace("{}", ""))
    (root / "environments/prod/app.yaml").unlink()
    put(root, "prod", "app:level", "error")
    assert (root / "environments/prod/app.yaml").read_text() == "schemaVersion: 2\nlevel: error\n"


def test_a_json_layer(root: Path) -> None:
    (root / "environments/prod/app.yaml").unlink()
    file = root / "environments/prod/app.json"
    file.write_text('{\n  "level": "info"\n}\n')
    put(root, "prod", "app:retries", "7")
    assert file.read_text() == '{\n  "level": "info",\n  "retries": 7\n}\n'


def test_another_layer_of_the_chain(root: Path) -> None:
    outcome = put(root, "dev", "app:name", "store", layer="base")
    assert outcome.file == "environments/base/app.yaml"
    assert "name:   'store'   # the name\n" in (root / outcome.file).read_text()
    assert outcome.beaten_by is None


def test_a_value_that_a_higher_layer_beats(root: Path) -> None:
    outcome = put(root, "dev", "app:level", "error", layer="base")
    assert outcome.beaten_by == "environments/dev/app.yaml:2:8"
    assert outcome.after is not None
    assert outcome.after.value == "debug"


def test_a_layer_that_is_not_of_the_chain(root: Path) -> None:
    with pytest.raises(Misuse, match="dev does not extend prod"):
        put(root, "dev", "app:level", "info", layer="prod")
    with pytest.raises(NoSuchEnvironment):
        put(root, "dev", "app:level", "info", layer="bse")


@pytest.mark.parametrize(
    ("address", "text", "value"),
    [
        ("app:labels.a", "1", "1"),
        ("app:labels.a", "true", "true"),
        ("app:labels.a", "", ""),
        ("app:labels.a", "a: b", "a: b"),
        ("app:labels.a", "#fff", "#fff"),
        ("app:labels.a", "!unset", "!unset"),
        ("app:labels.a", "x\ny\n", "x\ny\n"),
        ("app:labels.a", "\x1b[31m", "\x1b[31m"),
        ("app:retries", "1", 1),
        ("app:hosts", "[p, q]", ["a", "b", "p", "q"]),
        ("web:level", "1", 1),
        ("web:level", "'1'", "1"),
        ("web:level", "yes", "yes"),
        ("web:level", "{a: [1, x]}", {"a": [1, "x"]}),
        ("web:level", "null", None),
        ("web:level", "!unset", "!unset"),
        ("web:level", "[", "["),
        ("web:level", "|", "|"),
        ("web:level", "#fff", "#fff"),
        ("web:level", "&a b", "&a b"),
        ("web:level", "a # b", "a # b"),
        ("web:level", "# x", "# x"),
        ("web:level", "5 # x", "5 # x"),
        ("web:level", "[a] # x", "[a] # x"),
        ("web:level", "'a' # x", "'a' # x"),
        ("web:level", ">-", ">-"),
        ("web:level", "-5", -5),
        ("web:level", "1e3", 1000.0),
        ("app:retries", "1e3", 1000),
        ("web:level", "", None),
        ("web:level", "~", None),
        ("web:level", "a: 1\nb: 2", "a: 1\nb: 2"),
        ("web:level", "ключ 😀", "ключ 😀"),
    ],
)
def test_a_value_takes_the_type_that_the_schema_gives_else_yamls(
    root: Path, address: str, text: str, value: Any
) -> None:
    put(root, "prod", address, text)
    assert lamina.open(root).render("prod").value(address) == value


def test_what_would_not_validate_is_not_written(root: Path) -> None:
    file = root / "environments/dev/app.yaml"
    before = file.read_bytes()
    with pytest.raises(WouldBreak) as refused:
        put(root, "dev", "app:level", "loud")
    assert told(refused.value.findings) == ["environments/dev/app.yaml:2:8 not-allowed"]
    assert refused.value.status == 1
    assert file.read_bytes() == before


def test_force_writes_and_says_what_is_wrong(root: Path) -> None:
    outcome = put(root, "dev", "app:level", "loud", force=True)
    assert told(outcome.findings) == ["environments/dev/app.yaml:2:8 not-allowed"]
    assert "level: loud # loud" in (root / "environments/dev/app.yaml").read_text()


def test_documents_that_refer_to_it_are_checked_in_every_environment(root: Path) -> None:
    with pytest.raises(WouldBreak) as refused:
        put(root, "dev", "app:name", "emporium", layer="base")
    assert [(one.environment, one.document, str(one.position)) for one in refused.value.findings] == [
        ("prod", "web", "environments/prod/web.yaml:1:11")
    ]


def test_errors_elsewhere_do_not_hinder(root: Path) -> None:
    (root / "environments/prod/other.yaml").write_text("a: [")
    (root / "environments/dev/other.yaml").write_text("a: [")
    assert put(root, "dev", "app:level", "info").findings == ()


@pytest.mark.parametrize(
    ("address", "text"),
    [
        ("app:db.password", "hunter2"),
        ("app:db", "{host: h, password: hunter2}"),
        ("app:users", "[{name: x, token: hunter2}]"),
        ("app:users[1].token", "hunter2"),
    ],
)
@pytest.mark.parametrize("force", [False, True])
def test_a_secret_is_never_written_in_plain_text(root: Path, address: str, text: str, force: bool) -> None:
    before = (root / "environments/dev/app.yaml").read_bytes()
    with pytest.raises(SecretValue) as refused:
        put(root, "dev", address, text, force=force)
    assert "hunter2" not in f"{refused.value} {refused.value.hint}"
    assert "lamina secrets set dev" in (refused.value.hint or "")
    assert (root / "environments/dev/app.yaml").read_bytes() == before


def test_a_sealed_key_is_left_to_the_command_that_seals(root: Path) -> None:
    enc = "ENC[AES256_GCM,data:aGk=,iv:aXY=,tag:dGFn,type:str]"
    (root / "environments/dev/app.sops.yaml").write_text(f"labels:\n  key: {enc}\nsops: {{version: 3.9.0}}\n")
    with pytest.raises(SecretValue):
        put(root, "dev", "app:labels.key", "x")


def test_a_plain_reference_to_a_secret_is_replaced(root: Path) -> None:
    enc = "ENC[AES256_GCM,data:aGk=,iv:aXY=,tag:dGFn,type:str]"
    (root / "environments/dev/app.sops.yaml").write_text(f"labels:\n  key: {enc}\nsops: {{version: 3.9.0}}\n")
    (root / "environments/dev/web.yaml").write_text("level: ${app:labels.key}\n")
    put(root, "dev", "web:level", "x")
    assert (root / "environments/dev/web.yaml").read_text() == "level: x\n"


@pytest.mark.parametrize(
    ("before", "address", "text", "after"),
    [
        ("level: !replace {b: 1}\n", "web:level", "{b: 2}", "level: !replace {b: 2}\n"),
        ("level: !replace {b: 1}\n", "web:level.b", "2", "level: !replace {b: 2}\n"),
        ("level: !replace {b: 1}\n", "web:level.c.d", "2", "level: !replace {b: 1, c: {d: 2}}\n"),
        ("level: !replace {}\n", "web:level.b", "2", "level: !replace\n  b: 2\n"),
        ("level: !replace # all\n  b: 1 # one\n", "web:level", "{b: 2}", "level: !replace # all\n  b: 2 # one\n"),
        ("level: !append [1]\n", "web:level", "[2]", "level: !append [2]\n"),
        ("level: !prepend [1]\n", "web:level", "[2]", "level: !prepend [2]\n"),
        ("level:\n  a: !replace {b: 1}\n", "web:level", "{a: {b: 2}}", "level:\n  a: !replace {b: 2}\n"),
        ("level: !replace {b: 1}\n", "web:level", "x", "level: x\n"),
        ("level: !unset\n", "web:level", "x", "level: x\n"),
    ],
)
def test_a_tag_stays_on_a_value_of_its_kind(root: Path, before: str, address: str, text: str, after: str) -> None:
    file = root / "environments/prod/web.yaml"
    file.write_text(before)
    put(root, "prod", address, text, force=True)
    assert file.read_text() == after


@pytest.mark.parametrize(("mark", "index"), [("!append", 1), ("!prepend", 0), ("!replace", 0)])
def test_an_index_counts_in_the_merged_list(root: Path, mark: str, index: int) -> None:
    (root / "environments/base/web.yaml").write_text("level: [{a: 1}]\n")
    file = root / "environments/dev/web.yaml"
    file.write_text(f"level: {mark} [{{a: 2}}]\n")
    put(root, "dev", f"web:level[{index}].a", "3")
    assert file.read_text() == f"level: {mark} [{{a: 3}}]\n"


def test_an_item_that_another_layer_sets_is_named_with_its_place(root: Path) -> None:
    with pytest.raises(InheritedItem) as refused:
        put(root, "dev", "app:users[0].role", "admin")
    said = "item 0 of app:users is set by environments/base/app.yaml:9:3, not by environments/dev/app.yaml"
    assert str(refused.value) == said
    assert refused.value.hint == "set the whole list, app:users, or say --layer base"
    put(root, "dev", "app:users[0].role", "admin", layer="base")
    assert lamina.open(root).render("dev").value("app:users[0].role") == "admin"


def test_an_error_of_the_repository_as_a_whole_hinders(root: Path) -> None:
    (root / "lamina.yaml").write_text("environments: [\n")
    before = (root / "environments/dev/app.yaml").read_bytes()
    for act in (lambda: put(root, "dev", "app:level", "info"), lambda: take(root, "dev", "app:level")):
        with pytest.raises(WouldBreak) as refused:
            act()
        assert {finding.position.file for finding in refused.value.findings} == {"lamina.yaml"}
    assert (root / "environments/dev/app.yaml").read_bytes() == before


def test_a_reference_in_a_schemas_default_is_followed(root: Path) -> None:
    (root / "schemas/web/v1.schema.yaml").write_text(
        'properties: {upstream: {type: string, maxLength: 6, default: "${app:name}"}, level: {}}\n'
    )
    (root / "environments/prod/web.yaml").write_text("level: 1\n")
    with pytest.raises(WouldBreak) as refused:
        put(root, "prod", "app:name", "emporium")
    assert [one.document for one in refused.value.findings] == ["web"]


def test_a_reference_written_with_an_escape_is_followed(root: Path) -> None:
    (root / "environments/prod/web.yaml").write_text('upstream: "${\\u0061pp:name}"\n')
    with pytest.raises(WouldBreak) as refused:
        put(root, "prod", "app:name", "emporium")
    assert [one.document for one in refused.value.findings] == ["web"]


def test_mistakes_are_mended_one_by_one(root: Path) -> None:
    file = root / "environments/dev/app.yaml"
    file.write_text("level: loud\nretries: many\n")
    outcome = put(root, "dev", "app:level", "info")
    assert [(one.severity, one.rule) for one in outcome.findings] == [("note", "wrong-type")]
    with pytest.raises(WouldBreak):
        put(root, "dev", "app:retries", "several")
    with pytest.raises(WouldBreak):
        put(root, "dev", "app:retries", "many")
    assert put(root, "dev", "app:retries", "1").findings == ()
    assert file.read_text() == "level: info\nretries: 1\n"


def test_a_default_beats_nothing_and_is_not_to_be_hidden(root: Path) -> None:
    with pytest.raises(NotSetHere) as refused:
        take(root, "dev", "app:retries")
    assert "the schema's default, schemas/app/v1.schema.yaml:" in (refused.value.hint or "")
    assert "--hide" not in (refused.value.hint or "")
    put(root, "dev", "app:retries", "5", layer="base")
    assert take(root, "dev", "app:retries", hide=True).beaten_by is None


@pytest.mark.parametrize("address", ["app:hosts[0]", "app:hosts[9]", "app:users[0].role", "app:users[0]"])
def test_an_index_into_an_inherited_list_is_refused(root: Path, address: str) -> None:
    for act in (lambda: put(root, "dev", address, "x"), lambda: take(root, "dev", address, hide=True)):
        with pytest.raises((InheritedItem, NoSuchValue)):
            act()


@pytest.mark.parametrize(
    ("address", "failure"),
    [
        ("app", Misuse),
        ("nowhere:a", NoSuchDocument),
        ("app:level.x", CannotEdit),
        ("app:hosts[2].x", CannotEdit),
    ],
)
def test_places_that_cannot_be_set(root: Path, address: str, failure: type[Failure]) -> None:
    with pytest.raises(failure) as refused:
        put(root, "dev", address, "x")
    assert refused.value.hint


def test_a_file_that_does_not_parse_is_not_edited(root: Path) -> None:
    (root / "environments/dev/app.yaml").write_text("level: [\n")
    with pytest.raises(CannotEdit, match=r"environments/dev/app\.yaml:\d+: the file cannot be edited"):
        put(root, "dev", "app:level", "info")


@pytest.mark.parametrize(("address", "text"), [("app:labels.a", "\udcff"), ('app:labels."\udcff"', "x")])
def test_what_is_not_utf_8(root: Path, address: str, text: str) -> None:
    with pytest.raises(Misuse, match="not UTF-8"):
        put(root, "dev", address, text)


def test_unset_takes_the_line_out(root: Path) -> None:
    file = root / "environments/dev/app.yaml"
    before = file.read_text()
    outcome = take(root, "dev", "app:level")
    assert lines_changed(before, file.read_text()) == (["level: debug # loud"], [])
    assert (outcome.before and outcome.before.value, outcome.after and outcome.after.value) == ("debug", "info")


def test_unset_of_an_item_takes_the_layers_own(root: Path) -> None:
    take(root, "dev", "app:hosts[2]")
    assert lamina.open(root).render("dev").value("app:hosts") == ["a", "b", "d"]


def test_unset_of_what_the_layer_does_not_set(root: Path) -> None:
    with pytest.raises(NotSetHere) as refused:
        take(root, "dev", "app:name")
    assert "environments/base/app.yaml" in (refused.value.hint or "")
    with pytest.raises(NoSuchValue):
        take(root, "dev", "app:nowhere")
    with pytest.raises(NotSetHere):
        take(root, "dev", "app:hosts[0]")


def test_unset_that_hides(root: Path) -> None:
    outcome = take(root, "dev", "app:labels.team", hide=True)
    assert "  team: !unset\n" in (root / outcome.file).read_text()
    assert lamina.open(root).render("dev").value("app:labels") == {}
    assert outcome.after is None


def test_unset_must_leave_a_sound_document(root: Path) -> None:
    with pytest.raises(WouldBreak) as refused:
        take(root, "dev", "app:name", layer="base")
    assert {finding.rule for finding in refused.value.findings} == {"missing-key", "dead-reference"}


def test_a_file_that_changes_meanwhile_is_not_overwritten(root: Path) -> None:
    project = lamina.open(root)
    file = root / "environments/dev/app.yaml"
    read = project.source.read

    class Busy:
        """A source under which the file changes whenever it has been read."""

        def read(self, name: str) -> bytes:
            data = read(name)
            if name == "environments/dev/app.yaml":
                file.write_bytes(data + b"# more\n")
            return data

        def list(self) -> Any:
            return project.source.list()

        def every(self) -> Any:
            return project.source.every()

    with pytest.raises(ChangedMeanwhile):
        set_value(Landing(Project(Busy(), "0.1.0", root)), "dev", parse_address("app:level"), "info")
    assert "level: debug" in file.read_text()


def test_what_is_no_work_tree_is_not_written(root: Path) -> None:
    project = lamina.open(root)
    elsewhere = Project(Overlay(project.source, {}), "0.1.0")
    with pytest.raises(Misuse, match="not a work tree"):
        set_value(Landing(elsewhere), "dev", parse_address("app:level"), "info")


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("shared")
    (root / "schemas/app").mkdir(parents=True)
    schema = "properties: {m: {additionalProperties: {type: string}}}\n"
    (root / "schemas/app/v1.schema.yaml").write_text(schema)
    (root / "environments/dev").mkdir(parents=True)
    return root


_TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
_LITERALS = _TEXTS.filter(lambda text: "${" not in text)


@given(text=_LITERALS, key=_TEXTS.filter(lambda key: key not in ("", "b")))
def test_any_text_under_any_key_is_set_and_read_back(shared: Path, text: str, key: str) -> None:
    layer = shared / "environments/dev/app.yaml"
    layer.write_text("# head\na: 1 # one\nm:\n  b: x\n\n# end\n")
    set_value(Landing(lamina.open(shared)), "dev", Address("app", ("m", key)), text)
    after = layer.read_text()
    assert after.startswith("# head\na: 1 # one\nm:\n  b: x\n")
    assert after.endswith("\n\n# end\n")
    assert lamina.open(shared).render("dev")["app"]["m"] == {"b": "x", key: text}
