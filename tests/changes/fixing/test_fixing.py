"""Fixing: what is mended, what is refused and why, on repositories in memory."""

from collections.abc import Mapping

import held
import pytest

from lamina.changes.fixing import Fixed, Wanted, fix

BASE, DEV, PROD = (f"environments/{name}/app.yaml" for name in ("base", "dev", "prod"))
SCHEMA = "schemas/app/v1.schema.yaml"


def fixed(files: Mapping[str, str | bytes], unsafe: bool = False) -> Fixed:
    """What fixing makes of files."""
    return fix(held.project(files), Wanted(unsafe=unsafe))


def texts(found: Fixed) -> dict[str, str]:
    """The files that change."""
    return {one.file: (one.after or b"").decode() for one in found.changes}


def reasons(found: Fixed) -> dict[str, str]:
    """Why what is left is left, by rule."""
    return {one.finding.rule: one.why for one in found.left if one.finding.severity != "note"}


def test_nothing_to_mend_changes_nothing() -> None:
    found = fixed({PROD: "name: a\n"})
    assert (found.mended, found.left, found.changes) == ((), (), ())


def test_two_faults_on_one_line_and_one_that_hides_another() -> None:
    found = fixed({PROD: "db: {hots: x, ulr: z}  # both\nname: a\nretires: '5'\n"})
    assert texts(found) == {PROD: "db: {host: x, url: z}  # both\nname: a\nretries: 5\n"}


def test_of_several_names_the_one_that_makes_the_document_valid() -> None:
    schema = "type: object\nadditionalProperties: false\nproperties:\n  host: {type: string}\n  hosts: {type: array}\n"
    assert texts(fixed({SCHEMA: schema, PROD: "hostz: [a]\n"})) == {PROD: "hosts: [a]\n"}
    either = fixed({SCHEMA: schema.replace("array", "string"), PROD: "hostz: a\n"})
    assert (texts(either), reasons(either)["unknown-key"]) == ({}, "several mends come into question (host, hosts)")


def test_a_key_that_stands_there_already_is_not_written_twice() -> None:
    found = fixed({PROD: "name: a\nnmae: b\n"})
    assert (texts(found), reasons(found)["unknown-key"]) == ({}, f"{PROD}:1: name stands in the same map")


def test_a_typo_over_a_sound_lower_layer() -> None:
    assert texts(fixed({BASE: "name: a\nretries: 2\n", PROD: "retires: 5\n"})) == {PROD: "retries: 5\n"}


def test_a_mend_that_would_break_another_environment_is_refused() -> None:
    schema = """
        type: object
        additionalProperties: false
        properties: {limit: {type: integer}, mode: {type: string}}
        if: {properties: {mode: {const: small}}, required: [mode]}
        then: {properties: {limit: {maximum: 5}, limti: {}}}
        unevaluatedProperties: false
    """.replace("additionalProperties: false\n", "\n")
    found = fixed({SCHEMA: schema, BASE: "limti: 9\n", DEV: "mode: small\n", PROD: "mode: large\n"})
    assert texts(found) == {}
    assert "there would be another error: environments/base/app.yaml" in reasons(found)["unknown-key"]


def test_a_value_that_others_refer_to() -> None:
    found = fixed({PROD: "name: ${labels.a}\nlabels: {a: x}\nhosts: ['${nmae}']\n"})
    assert texts(found) == {PROD: "name: ${labels.a}\nlabels: {a: x}\nhosts: ['${name}']\n"}


def test_a_redundant_override_goes_with_the_map_that_it_leaves_empty() -> None:
    found = fixed({BASE: "name: a\ndb:\n  host: h\n", PROD: "# head\ndb:\n  host: h\n"})
    assert texts(found) == {PROD: "# head\n"}
    assert texts(fixed({BASE: "name: a\n", PROD: "# alone\nname: a\n"})) == {PROD: "# alone\n"}


def test_an_allowed_finding_is_left_alone() -> None:
    text = "name: a  # lamina: allow redundant-override -- the contract names it\n"
    assert texts(fixed({BASE: "name: a\n", PROD: text})) == {}


def test_an_unset_of_nothing_goes() -> None:
    found = fixed({BASE: "name: a\n", PROD: "retries: !unset\ndb:\n  host: !unset\n"})
    assert texts(found) == {PROD: "db: {}\n"}


def test_defaults_and_abstract_environments_are_mended_where_the_fault_is() -> None:
    files = {"schemas/agents/v1.schema.yaml": held.APP_SCHEMA, "environments/prod/agents/a.yaml": "name: a\n"}
    found = fixed({**files, "environments/base/agents/_defaults.yaml": "retires: 5\n"})
    assert texts(found) == {"environments/base/agents/_defaults.yaml": "retries: 5\n"}


VERSIONS = {
    "schemas/app/v1.schema.yaml": "type: object\nadditionalProperties: false\nproperties: {attempts: {type: integer}}\n",
    "schemas/app/v2.schema.yaml": "type: object\nadditionalProperties: false\nproperties: {retry: {type: object,"
    " additionalProperties: false, properties: {limit: {type: integer}}}}\n",
    "schemas/app/v2.migration.yaml": "operations:\n- move: {from: attempts, to: retry.limit}\n",
}


def test_a_layer_of_an_older_version_is_mended_in_its_own_words() -> None:
    found = fixed({**VERSIONS, PROD: "schemaVersion: 1\nattemtps: 5\n"})
    assert texts(found) == {PROD: "schemaVersion: 1\nattempts: 5\n"}
    found = fixed({**VERSIONS, PROD: "schemaVersion: 1\nattempts: '5'\n"})
    assert texts(found) == {PROD: "schemaVersion: 1\nattempts: 5\n"}


def test_the_version_that_fits_is_stated() -> None:
    assert texts(fixed({**VERSIONS, PROD: "# it\nattempts: 5\n"})) == {PROD: "# it\nschemaVersion: 1\nattempts: 5\n"}
    assert texts(fixed({**VERSIONS, PROD: "retry: {limit: 5}\n"})) == {PROD: "schemaVersion: 2\nretry: {limit: 5}\n"}


def test_what_keeps_a_file_from_being_read_comes_first() -> None:
    text = "name: a\ndb:\n\thost: h\n\turl: u\nretires: 5\nlevel: INFO\nlevel: info\n"
    found = fixed({PROD: text}, unsafe=True)
    assert texts(found) == {PROD: "name: a\ndb:\n  host: h\n  url: u\nretries: 5\nlevel: info\n"}
    assert not any(one.finding.severity == "error" for one in found.left)


def test_a_tab_that_may_stand_for_several_things_is_left() -> None:
    schema = "type: object\n"
    found = fixed({SCHEMA: schema, PROD: "a:\n  b:\n    c: 1\n\td: 2\n"})
    assert (texts(found), reasons(found)["tab-indentation"]) == ({}, "its indentation may mean several things")


def test_a_missing_key_with_one_value_is_written_where_its_map_is() -> None:
    schema = """
        type: object
        required: [kind, pool]
        properties:
          kind: {const: app}
          pool: {type: object, required: [size], properties: {size: {type: integer, default: 3}}}
          db: {type: object, required: [engine], properties: {engine: {enum: [postgres]}, host: {type: string}}}
    """
    found = fixed({SCHEMA: schema, BASE: "db: {host: h}\n", PROD: "db:\n  host: p  # own\n"})
    assert texts(found) == {PROD: "db:\n  host: p  # own\n  engine: postgres\nkind: app\npool: {}\n"}


def test_a_key_that_may_only_be_misspelled_is_not_written_anew() -> None:
    schema = """
        type: object
        additionalProperties: false
        required: [kind, pool]
        properties:
          kind: {const: app}
          pool: {type: object, properties: {size: {type: integer, default: 3}}}
    """
    files = {SCHEMA: schema, BASE: "kidn: app\nopol: {size: 1}\n", PROD: "{}\n"}
    found = fixed(files)
    assert texts(found) == {BASE: "kind: app\nopol: {size: 1}\n"}
    assert reasons(found)["missing-key"] == "an unknown key of its map may be meant"


def test_a_reference_is_not_replaced_by_what_it_leads_to() -> None:
    found = fixed({PROD: "name: a\nlabels: {n: '3'}\nretries: ${labels.n}\n"})
    assert (texts(found), reasons(found)["wrong-type"]) == ({}, "by hand")


def test_what_is_no_mend_of_its_own_is_left_by_hand() -> None:
    found = fixed({PROD: "name: 5\nretries: x\nport: 1\n"})
    assert reasons(found) == {"wrong-type": "by hand", "unknown-key": "by hand"}


def test_a_layer_that_is_sealed_under_a_plain_name_is_never_touched() -> None:
    text = "name: a\nretires: 5\nsops:\n  mac: ENC[AES256_GCM,data:x,iv:y,tag:z,type:str]\n"
    assert texts(fixed({PROD: text}, unsafe=True)) == {}


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_all_other_bytes_stay(newline: str) -> None:
    text = "\ufeff# Head.\n\nname:   a   # name\nretires:\t5 #x\n\n\nlevel: 'Info'\n# tail"
    project = held.project({PROD: text.replace("\n", newline).encode()})
    found = fix(project, Wanted(rules=frozenset({"unknown-key", "not-allowed"})))
    wanted = text.replace("retires", "retries").replace("Info", "info").replace("\n", newline)
    assert texts(found) == {PROD: wanted}
