"""Property runs: documents from a schema, put through the whole road; what does not come through is shown as small."""

import sys
from pathlib import Path

import pytest
from project.testing.trying import ran, wrong

SCHEMA = """
    type: object
    additionalProperties: false
    required: [size]
    properties:
      size: {type: integer, minimum: 0, maximum: 100}
      name: {type: string, pattern: "^[a-z]+$"}
      list: {type: array, items: {type: string}, maxItems: 2, x-merge: append}
      secret: {type: string, x-secret: true}
"""
FILES = {"schemas/box/v1.schema.yaml": SCHEMA, "environments/base/box.yaml": "size: 1\nlist: [a, b]\n"}


def test_what_holds_of_all_passes() -> None:
    test = "- {name: t, property: {kind: box, examples: 40}, expect: {holds: [documents.box.size <= 100]}}"
    assert wrong(test, FILES) == []


def test_what_does_not_is_shown_small() -> None:
    test = "- {name: t, property: {kind: box, examples: 200}, expect: {holds: [documents.box.size < 50]}}"
    (found,) = wrong(test, FILES)
    assert found == '2:25 falsified-property documents.box.size < 50 does not hold; the document is {"size": 50}'
    assert wrong(test, FILES) == [found]


def test_over_an_environment_layers_come_together() -> None:
    test = "- {name: t, environment: prod, property: {kind: box, examples: 100}}"
    (found,) = wrong(test, FILES)
    assert found.startswith(
        "2:44 falsified-property out-of-bounds: list has 3 items, but must have at most 2; the document is {"
    )
    assert '"list": ["' in found


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        ("type: object\nrequired: [a]\nproperties: {a: false}\n", "no document was found that the schema allows"),
        ("type: [\n", "the schema of box has errors"),
    ],
)
def test_a_schema_of_which_there_is_none(schema: str, message: str) -> None:
    files = {"schemas/box/v1.schema.yaml": schema}
    (found,) = wrong("- {name: t, property: {kind: box}}", files)
    assert message in found


def test_no_such_kind() -> None:
    (result,) = ran("- {name: t, property: {kind: bx}}", FILES)
    assert [(one.rule, one.message, one.fix) for one in result.findings] == [
        ("bad-test", "no kind bx", "did you mean box?")
    ]


def test_without_hypothesis_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "hypothesis", None)
    results = ran("- {name: t, property: {kind: box}}\n- {name: u, environment: prod, expect: {findings: none}}", FILES)
    (finding,) = results[0].findings
    assert (finding.rule, finding.fix) == ("bad-test", 'pip install "lamina[test]"')
    assert results[1].passed


def test_nothing_is_written_where_one_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert wrong("- {name: t, property: {kind: box, examples: 20}}", FILES) == []
    assert list(tmp_path.iterdir()) == []
