"""A sealed file against the creation rule for it, and plain files that a rule is meant for."""

import os

import pytest
from sealing import NOW, Person

from lamina.thought.sealed.creation import read_rules
from lamina.thought.sealed.inspecting import disagreements, unsealed
from lamina.thought.sealed.keys import Sharing
from lamina.thought.sealed.opening import look
from lamina.thought.sealed.sealing import Recipe, sealed
from lamina.thought.sealed.selection import DEFAULT, Rule
from lamina.words.finding import Finding

ADA, BOB, CLEO = (Person().recipient for _ in range(3))


def against(rules: str, *groups: tuple[str, ...], threshold: int = 0, rule: Rule = DEFAULT) -> list[Finding]:
    recipe = Recipe(Sharing(groups or ((ADA,),), threshold), rule)
    data = sealed(b"a: hunter2\nb_unencrypted: x\n", "f.sops.yaml", recipe, os.urandom, NOW)
    found = read_rules(f"creation_rules:\n  - {rules}\n".encode(), ".sops.yaml")
    assert found.rules
    return list(disagreements(look(data, "f.sops.yaml"), found.rules[0]))


def test_the_same_people_in_another_order() -> None:
    assert against(f"age: '{BOB},{ADA}'", (ADA, BOB)) == []


def test_somebody_is_missing_and_somebody_is_too_many() -> None:
    [one] = against(f"age: '{ADA},{CLEO}'", (ADA, BOB))
    assert one.rule == "wrong-recipients"
    assert one.message == f"{CLEO} cannot open it, and should; {BOB} can open it, and should not"
    assert one.fix == "lamina secrets updatekeys f.sops.yaml"
    assert one.position.line == 4
    assert str(one.related[0].position) == ".sops.yaml:2:5"


def test_keys_of_other_kinds_are_counted() -> None:
    [one] = against(f"{{age: {ADA}, pgp: 'AB,CD'}}")
    assert one.message == "it has 0 pgp keys, and should have 2"


GROUPS = f"{{key_groups: [{{age: [{ADA}]}}, {{age: [{BOB}]}}, {{age: [{CLEO}]}}], shamir_threshold: 2}}"


@pytest.mark.parametrize(
    ("groups", "threshold", "said"),
    [
        (((ADA,), (BOB,), (CLEO,)), 2, ""),
        (((ADA,), (BOB,), (CLEO,)), 3, "3 of 3 groups open it, and should be 2"),
        (((ADA, BOB, CLEO),), 0, "the file is sealed for one group of keys, and its creation rule names 3 key groups"),
        (
            ((ADA,), (BOB,), (BOB,)),
            2,
            f"in group 3 {CLEO} cannot open it, and should; {BOB} can open it, and should not",
        ),
    ],
)
def test_groups(groups: tuple[tuple[str, ...], ...], threshold: int, said: str) -> None:
    assert [one.message for one in against(GROUPS, *groups, threshold=threshold)] == ([said] if said else [])


def test_another_rule_of_selection() -> None:
    [one] = against(f"{{age: {ADA}, encrypted_regex: '^a$'}}")
    assert one.rule == "wrong-selection"
    assert "by unencrypted_suffix: _unencrypted, and its creation rule by encrypted_regex: ^a$" in one.message
    assert one.fix == "lamina secrets reseal f.sops.yaml"
    assert against(f"{{age: {ADA}, encrypted_regex: '^a$'}}", rule=Rule("encrypted_regex", "^a$")) == []
    [one] = against(f"{{age: {ADA}, mac_only_encrypted: true}}")
    assert (
        one.message == "the MAC of the file covers all values, and by its creation rule it covers only what is sealed"
    )


def test_a_wrong_rule_says_nothing_of_the_file() -> None:
    assert against(f"{{age: {ADA}, encrypted_regex: '('}}") == []


def demand(name: str, rules: str, data: bytes = b"data: {a: x}\nkind: y\n") -> Finding | None:
    found = read_rules(f"creation_rules:\n  - {{age: {ADA}, {rules}}}\n".encode(), ".sops.yaml")
    return unsealed(data, name, found.for_file(name))


@pytest.mark.parametrize("name", ["f.sops.yaml", "prod/f.sops.json", "f.sops.env", "f.sops.ini", "f.sops.txt"])
def test_a_name_that_says_sealed(name: str) -> None:
    found = unsealed(b"a: hunter2\n", name, None)
    assert found is not None
    assert (found.rule, found.severity) == ("not-sealed", "error")
    assert name in (found.fix or "")


@pytest.mark.parametrize(
    ("name", "rules", "severity"),
    [
        ("secrets/f.yaml", "path_regex: ^secrets/", "error"),
        ("secrets/f.txt", "path_regex: ^secrets/", "error"),
        ("f.enc.yaml", r"path_regex: \.enc\.yaml$", "error"),
        ("clusters/f.yaml", "path_regex: '^clusters/.*[.]yaml$', encrypted_regex: '^(data|stringData)$'", "warning"),
        ("clusters/f.yaml", "path_regex: '^clusters/.*[.]yaml$', encrypted_regex: '^other$'", None),
        ("f.yaml", r"path_regex: '\.yaml$'", None),
        ("f.yaml", "path_regex: '.*'", None),
        ("f.yaml", "mac_only_encrypted: false", None),
        ("secrets/README.md", "path_regex: ^secrets/", None),
        ("secrets/.gitignore", "path_regex: ^secrets/", None),
        ("secrets/.env", "path_regex: ^secrets/", "error"),
        ("other/f.yaml", "path_regex: ^secrets/", None),
    ],
)
def test_a_rule_that_is_meant_for_the_file(name: str, rules: str, severity: str | None) -> None:
    data = b"data=x\n" if name.endswith(".env") else b"data: {a: x}\nkind: y\n"
    found = demand(name, rules, data)
    assert (found.severity if found else None) == severity
    assert found is None or found.related[0].position.file == ".sops.yaml"


@pytest.mark.parametrize("data", [b"", b"\n", b"a:\nb: ''\n"])
def test_a_file_without_anything_to_seal(data: bytes) -> None:
    assert demand("secrets/f.yaml", "path_regex: ^secrets/", data) is None


def test_a_file_that_cannot_even_be_sealed() -> None:
    assert demand("secrets/f.yaml", "path_regex: ^secrets/", b"a: [\n") is not None
