"""The rule that is chosen, its groups, its selection and the layout are those of the real program."""

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from sops_program import Said, sops

from lamina.thought.sealed.creation import Rules, read_rules
from lamina.thought.sealed.failures import CannotSeal

ANN = "age1rv2qkhvz80wxgwjgqr24hegucuzukh45ld474usknmzdkvl3p5nsjc2het"
BOB = "age19p4p4k02c0m4gqpand4xdau6hh0jg5yufldacdlk4udh9z9rnq5sej04cx"
CAT = "age1s4veg0akjqdut94wf22tmaz36snww6rszgsanlj6rjctfjcpu4mstnvh70"
NAMES = {ANN: "ann", BOB: "bob", CAT: "cat"}
FILE = ".sops.yaml"


def sealed(root: Path, rules: str, path: str) -> Said:
    """What sops makes of a small file at a path, under these rules."""
    (root / FILE).write_text(rules)
    place = os.fsencode(root / path)
    os.makedirs(os.path.dirname(place), exist_ok=True)
    with open(place, "wb") as file:
        file.write(b"a: {b: 1}\n")
    return sops("encrypt", "--input-type", "yaml", "--output-type", "yaml", os.fsencode(path), cwd=root, home=root)


def matching(*patterns: str | None) -> str:
    """Rules for these patterns, each with a recipient of its own."""
    rules = [
        {"age": name} if pattern is None else {"path_regex": pattern, "age": name}
        for pattern, name in zip(patterns, NAMES, strict=False)
    ]
    return yaml.safe_dump({"creation_rules": rules})


def written(said: Said) -> list[list[str]]:
    metadata = yaml.safe_load(said.out)["sops"]
    groups = metadata.get("key_groups") or [metadata]
    return [[NAMES[wrap["recipient"]] for wrap in group["age"]] for group in groups]


def chosen(rules: Rules, path: str) -> list[list[str]]:
    rule = rules.for_file(path)
    assert rule is not None
    return [[NAMES[name] for name in group] for group in rule.sharing(path).groups]


PATHS: list[tuple[Sequence[str | None], str, str]] = [
    (["prod", None], "environments/nonprod/a.yaml", "ann"),
    (["^prod/", "prod/"], "environments/prod/a.yaml", "bob"),
    ([r"^environments/[^/]+\.yaml$", r"^environments/.+\.yaml$"], "environments/prod/a.yaml", "bob"),
    ([r"\.yaml$", None], "a.yaml\n", "bob"),
    ([r"\.yaml\z", None], "a.yaml", "ann"),
    (["^a.b$", None], "a\nb", "bob"),
    (["(?s)^a.b$", None], "a\nb", "ann"),
    (["^/", None], "a.yaml", "bob"),
    (["^A$", "(?i)^A$"], "a", "bob"),
    ([r"^\w+$", r"^\pL+$"], "é", "bob"),
    ([r"^.{2}$", "^.$"], "é", "bob"),
    ([r"\bprod\b", None], "éprodé", "ann"),
    ([r"^[[:alpha:]]+[[:digit:]]$", None], "ab1", "ann"),
    (["(?<year>20[0-9]{2})", None], "2026/a.yaml", "ann"),
    ([r"\Q.+\E", None], "a.+b", "ann"),
    (["", "a"], "a", "ann"),
    ([None, "a"], "a", "ann"),
    (["b/c", "^a/b"], "a/b/c d.yaml", "ann"),
    (["10", None], "v10/a.yaml", "ann"),
    ([r"^.\.yaml$", None], "\udcff.yaml", "ann"),
    ([r"^\x{FFFD}", None], "\udcfe.yaml", "ann"),
    ([r"^\.env$", None], ".env", "ann"),
]


@pytest.mark.parametrize(("patterns", "path", "name"), PATHS)
def test_the_same_rule_matches(patterns: Sequence[str | None], path: str, name: str, tmp_path: Path) -> None:
    text = matching(*patterns)
    said = sealed(tmp_path, text, path)
    assert (said.status, written(said)) == (0, [[name]]), said.err
    assert chosen(read_rules(text.encode(), FILE), path) == [[name]]


def test_neither_finds_a_rule(tmp_path: Path) -> None:
    text = matching("^b", "c$")
    assert "no matching creation rules" in sealed(tmp_path, text, "a").err
    assert read_rules(text.encode(), FILE).for_file("a") is None


@pytest.mark.parametrize(
    "pattern", ["(", "(?!a)", r"(a)\1", r"a\Z", r"\C", r"\pQ", "a{1001}", "[b-a]", "(?P=a)", "a**"]
)
def test_neither_goes_on_after_a_pattern_that_is_none(pattern: str, tmp_path: Path) -> None:
    text = matching(pattern, None)
    assert "can not compile regexp" in sealed(tmp_path, text, "a").err
    rule = read_rules(text.encode(), FILE).for_file("a")
    assert rule is not None
    assert [fault.rule for fault in rule.faults] == ["bad-pattern"]


def test_a_file_beside_the_rules_of_a_folder(tmp_path: Path) -> None:
    text = matching("^a", None)
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "a").write_text("")
    said = sealed(tmp_path / "deep", text, "a")
    assert written(said) == [["ann"]] == chosen(read_rules(text.encode(), f"deep/{FILE}"), "deep/a")


GROUPS = {
    "text": f"age: ' {ANN} ,\n\n {BOB},'",
    "list": f"age: ['{ANN}', '{BOB}']",
    "texts in a list": f"age: ['{ANN},{BOB}', '{CAT}']",
    "twice": f"age: '{ANN},{BOB},{ANN}'",
    "groups": f"{{key_groups: [{{age: ['{ANN}']}}, {{age: ['{CAT}, {BOB}']}}]}}",
    "groups over flat keys": f"{{age: '{CAT}', key_groups: [{{age: ['{ANN}', '{BOB}', '{ANN}']}}]}}",
    "no groups": f"{{age: '{CAT}', key_groups: []}}",
    "merged": f"key_groups: [{{age: ['{ANN}'], merge: [{{age: ['{BOB}'], merge: [{{age: ['{CAT}']}}]}}, {{age: ['{ANN}']}}]}}]",
}


@pytest.mark.parametrize("rule", GROUPS.values(), ids=GROUPS)
def test_the_same_groups(rule: str, tmp_path: Path) -> None:
    text = f"creation_rules:\n- {rule}\n"
    said = sealed(tmp_path, text, "a")
    assert said.status == 0, said.err
    assert chosen(read_rules(text.encode(), FILE), "a") == written(said)


REST: list[tuple[str, dict[str, Any]]] = [
    ("unencrypted_suffix: 12", {"unencrypted_suffix": "12"}),
    ("encrypted_suffix: _s\n  unencrypted_suffix:", {"encrypted_suffix": "_s"}),
    ("encrypted_regex: ^a", {"encrypted_regex": "^a"}),
    ("unencrypted_regex: ''\n  encrypted_regex: b", {"encrypted_regex": "b"}),
    ("unencrypted_comment_regex: x", {"unencrypted_comment_regex": "x"}),
    ("encrypted_comment_regex: x", {"encrypted_comment_regex": "x"}),
    ("mac_only_encrypted: yes", {"mac_only_encrypted": True}),
    ("<<: {encrypted_regex: q, mac_only_encrypted: true}", {"encrypted_regex": "q", "mac_only_encrypted": True}),
    ("<<: [{encrypted_regex: q}, {encrypted_regex: r}]", {"encrypted_regex": "q"}),
    ("encrypted_regex: p\n  <<: {encrypted_regex: q}", {"encrypted_regex": "p"}),
]


@pytest.mark.parametrize(("rest", "expected"), REST)
def test_the_same_selection(rest: str, expected: dict[str, Any], tmp_path: Path) -> None:
    text = f"creation_rules:\n- age: {ANN}\n  {rest}\n"
    metadata = yaml.safe_load(sealed(tmp_path, text, "a").out)["sops"]
    names = re.compile("(un)?encrypted_.*|mac_only_encrypted")
    found = {key: value for key, value in metadata.items() if names.fullmatch(key)}
    assert expected.items() <= found.items()
    rule = read_rules(text.encode(), FILE).for_file("a")
    assert rule is not None
    assert rule.mac_only_encrypted == found.get("mac_only_encrypted", False)
    selection = {rule.selection.name: rule.selection.text} if rule.selection else {"unencrypted_suffix": "_unencrypted"}
    assert selection == {key: value for key, value in found.items() if key != "mac_only_encrypted"}


@pytest.mark.parametrize("indent", [0, 1, 2, 3, 9, 10])
def test_the_same_indent(indent: int, tmp_path: Path) -> None:
    text = f"{matching(None)}stores: {{yaml: {{indent: {indent}}}}}\n"
    line = sealed(tmp_path, text, "a").out.splitlines()[1]
    assert read_rules(text.encode(), FILE).indents.yaml == len(line) - len(line.lstrip())


REFUSED = {
    "a key that stands twice": f"creation_rules: [{{age: {ANN}, age: {ANN}}}]",
    "text for a list": f"creation_rules: [{{key_groups: [{{age: {ANN}}}]}}]",
    "text for true": f"creation_rules: [{{age: {ANN}, mac_only_encrypted: 'true'}}]",
    "text for a number": f"creation_rules: [{{age: {ANN}, shamir_threshold: '2'}}]",
    "a map for a list": f"creation_rules: {{age: {ANN}}}",
    "a number for a recipient": "creation_rules: [{age: 5}]",
    "two selections": f"creation_rules: [{{age: {ANN}, encrypted_regex: a, unencrypted_regex: b}}]",
    "an empty group": f"creation_rules: [{{key_groups: [{{age: [{ANN}]}}, {{}}]}}]",
    "a threshold of one": f"creation_rules: [{{shamir_threshold: 1, key_groups: [{{age: [{ANN}]}}, {{age: [{BOB}]}}]}}]",
    "a recipient that is none": "creation_rules: [{age: age1abc}]",
    "an alias of nothing": "creation_rules: [{age: *ann}]",
    "a list at the top": "[a]",
    "no YAML": "creation_rules: [",
    "no recipient": "creation_rules: [{path_regex: a}]",
    "no rules": "creation_rules: []",
    "nothing": "",
}


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_what_sops_refuses_seals_nothing(text: str, tmp_path: Path) -> None:
    assert sealed(tmp_path, text, "a").status != 0
    rules = read_rules(text.encode(), FILE)
    rule = rules.for_file("a")
    if rule is None:
        assert rules.unmatched("a").rule == "no-creation-rule"
    else:
        with pytest.raises(CannotSeal):
            rule.sharing("a")
