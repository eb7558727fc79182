"""What `.sops.yaml` says, and every mistake in it at its place, with the way out."""

from textwrap import dedent

import pyrage
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamina.thought.sealed.creation import CreationRule, Indents, KeyGroup, Rules, read_rules
from lamina.thought.sealed.selection import Rule
from lamina.words.finding import Position, Related

ANN = "age1rv2qkhvz80wxgwjgqr24hegucuzukh45ld474usknmzdkvl3p5nsjc2het"
BOB = "age19p4p4k02c0m4gqpand4xdau6hh0jg5yufldacdlk4udh9z9rnq5sej04cx"
SSH = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFtf9y8A49OMgosPuI2p0nfH4SD5klGxzuxKQLV7MB6Y ann at home"
FILE = ".sops.yaml"
RULE = f"creation_rules:\n- age: {ANN}\n"


def read(text: str) -> Rules:
    return read_rules(dedent(text).lstrip("\n").encode(), FILE)


def only_rule(text: str) -> CreationRule:
    [rule] = read(text).rules
    return rule


def found(text: str) -> list[tuple[str, str, int, int]]:
    return [
        (finding.rule, finding.severity, finding.position.line, finding.position.column)
        for finding in read(text).findings
    ]


def test_a_rule_in_full() -> None:
    rules = read(f"""
        # who can read what
        keys: [&ann {ANN}]
        stores:
          yaml: {{indent: 2}}
          json: {{indent: 0}}
        creation_rules:
          - path_regex: ^environments/prod/
            encrypted_regex: ^(data|secrets)$
            mac_only_encrypted: true
            shamir_threshold: 2
            key_groups:
              - age: [*ann]
              - age: ['{BOB}', '{SSH}']
    """)
    assert rules == Rules(
        FILE,
        (
            CreationRule(
                Position(FILE, 7, 5),
                "^environments/prod/",
                (KeyGroup((ANN,)), KeyGroup((BOB, SSH))),
                2,
                Rule("encrypted_regex", "^(data|secrets)$"),
                True,
            ),
        ),
        Indents(2, 0, -1),
        place=Position(FILE, 6, 1),
    )
    assert rules.rules[0].recipients == (ANN, BOB, SSH)


@pytest.mark.parametrize(
    "text", ["", "# nothing yet\n", "---\n", "null\n", "creation_rules:\n", "creation_rules: []\n"]
)
def test_a_file_may_have_no_rules(text: str) -> None:
    rules = read(text)
    assert (rules.rules, rules.findings, rules.readable) == ((), (), True)


def test_a_byte_order_mark_and_windows_line_ends_are_no_text() -> None:
    rules = read_rules(b"\xef\xbb\xbfcreation_rules:\r\n- agee: x\r\n", FILE)
    assert [(finding.rule, finding.position) for finding in rules.findings] == [
        ("unknown-key", Position(FILE, 2, 3)),
        ("no-recipient", Position(FILE, 2, 3)),
    ]


# Each line names the one before nine times: a billion of values in 300 bytes.
LAUGHS = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9) if n else 'ha'}]\n" for n in range(10))
UNREADABLE: dict[str, tuple[bytes, str, int, int]] = {
    "no YAML": (b"a: [", "syntax", 1, 5),
    "no text": (b"a: \xff", "not-utf-8", 1, 4),
    "no map": (b"- a", "not-a-map", 1, 1),
    "an alias of nothing": (b"a: *b", "unknown-alias", 1, 4),
    "an alias of itself": (b"a: &a [*a]", "unknown-alias", 1, 8),
    "a bomb of aliases": (LAUGHS.encode(), "too-many-nodes", 6, 15),
    "too long": (b"a" * (1 << 20 | 1), "too-large", 1, 1),
    "too deep": (b"[" * 5000, "syntax", 1, 1),
}


@pytest.mark.parametrize(("data", "rule", "line", "column"), UNREADABLE.values(), ids=UNREADABLE)
def test_a_file_that_cannot_be_read(data: bytes, rule: str, line: int, column: int) -> None:
    rules = read_rules(data, FILE)
    assert not rules.readable
    last = rules.findings[-1]
    assert (last.rule, last.position.line, last.position.column) == (rule, line, column)
    assert "cannot be read" in rules.unmatched("a").message


MISTAKES = {
    "a key like another": ("- pathregex: a\n  age: ANN", ("unknown-key", "error", 2, 3)),
    "a key like none": ("- age: ANN\n  foo: bar", ("unknown-key", "warning", 3, 3)),
    "a key in a group": ("- key_groups:\n  - agee: []\n    age: [ANN]", ("unknown-key", "error", 3, 5)),
    "a pattern that RE2 refuses": ("- path_regex: '(?!x)'\n  age: ANN", ("bad-pattern", "error", 2, 15)),
    "a selection that RE2 refuses": ("- encrypted_regex: '('\n  age: ANN", ("bad-pattern", "error", 2, 20)),
    "a recipient that is none": (f"- age: >-\n    {ANN},\n    age1abc", ("bad-recipient", "error", 4, 5)),
    "a recipient in a list": ("- age: [ANN,   age1x]", ("bad-recipient", "error", 2, 75)),
    "a number as recipient": ("- age: [ANN, 5]", ("wrong-type", "error", 2, 73)),
    "a list in a list of recipients": ("- age: [ANN, [ANN]]", ("wrong-type", "error", 2, 73)),
    "text for a list": ("- key_groups: ANN\n  age: ANN", ("wrong-type", "error", 2, 15)),
    "text for a list of recipients": (
        "- key_groups:\n  - {age: ANN, merge: [{age: [ANN]}]}",
        ("wrong-type", "error", 3, 11),
    ),
    "a list for text": ("- path_regex: [a]\n  age: ANN", ("wrong-type", "error", 2, 15)),
    "text for a number": ("- shamir_threshold: '2'\n  age: ANN", ("wrong-type", "error", 2, 21)),
    "quoted truth": ("- mac_only_encrypted: 'yes'\n  age: ANN", ("wrong-type", "error", 2, 23)),
    "an item that is no map": ("- ANN\n- age: ANN", ("wrong-type", "error", 2, 3)),
    "a tag that does not fit": ("- age: ANN\n  path_regex: !!int x", ("wrong-type", "error", 3, 21)),
    "nobody": ("- path_regex: a", ("no-recipient", "warning", 2, 3)),
    "an empty group": ("- key_groups:\n  - age: [ANN]\n  - age:", ("no-recipient", "error", 4, 5)),
    "somebody twice": (f"- age: {ANN},{ANN}", ("repeated-recipient", "warning", 2, 3)),
    "flat keys beside groups": ("- age: ANN\n  key_groups: [{age: [ANN]}]", ("ignored-key", "warning", 2, 3)),
    "a threshold without groups": ("- age: ANN\n  shamir_threshold: 2", ("bad-threshold", "warning", 3, 3)),
    "a key of another kind": ("- age: ANN\n  kms: arn:aws:kms:x", ("unsupported-key", "warning", 3, 3)),
    "a recipient of a plugin": ("- age: [ANN, age1yubikey1qabc]", ("unsupported-key", "warning", 2, 73)),
    "a post-quantum recipient": ("- age: [ANN, age1pq1qabc]", ("unsupported-key", "warning", 2, 73)),
    "a merge of no map": ("- <<: [1]\n  age: ANN", ("wrong-type", "error", 2, 7)),
}


@pytest.mark.parametrize(("rules", "expected"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_found_at_its_place(rules: str, expected: tuple[str, str, int, int]) -> None:
    assert found(f"creation_rules:\n{rules.replace('ANN', ANN)}\n") == [expected]


OUTSIDE = {
    "like a key of the file": (f"creation_rule: []\n{RULE}", ("unknown-key", "error", 1, 1)),
    "stores": (f"{RULE}stores: {{yml: {{indent: 2}}}}", ("unknown-key", "error", 3, 10)),
    "a store": (f"{RULE}stores: {{yaml: {{indnt: 2}}}}", ("unknown-key", "error", 3, 17)),
    "an indent": (f"{RULE}stores: {{yaml: {{indent: -1}}}}", ("out-of-bounds", "error", 3, 25)),
    "a tab is -1": (f"{RULE}stores: {{json: {{indent: -2}}}}", ("out-of-bounds", "error", 3, 25)),
    "an indent in words": (f"{RULE}stores: {{json: {{indent: tab}}}}", ("wrong-type", "error", 3, 25)),
    "a second document": (f"{RULE}---\n{RULE}", ("several-documents", "warning", 3, 1)),
}


@pytest.mark.parametrize(("text", "expected"), OUTSIDE.values(), ids=OUTSIDE)
def test_a_mistake_outside_of_the_rules(text: str, expected: tuple[str, str, int, int]) -> None:
    assert found(text) == [expected]
    assert only_rule(text).faults == ()


@pytest.mark.parametrize("text", [f"keys: [{ANN}]\n{RULE}", f"x-team: ops\n{RULE}", f"destination_rules: []\n{RULE}"])
def test_other_keys_at_the_top_are_nobodys_business(text: str) -> None:
    assert found(text) == []


def test_the_way_out_names_the_key_that_is_meant() -> None:
    [finding] = read(f"{RULE}  encrypted_regx: a\n").findings
    assert finding.message == "'encrypted_regx' is no key of a creation rule, and sops passes over it"
    assert finding.fix == "did you mean encrypted_regex?"


def test_two_selections_name_both_places() -> None:
    text = f"{RULE}  encrypted_regex: a\n  unencrypted_suffix: _b\n"
    [finding] = read(text).findings
    assert (finding.rule, finding.position) == ("several-selections", Position(FILE, 4, 3))
    assert finding.related == (Related(Position(FILE, 3, 3), "the first"),)
    assert only_rule(text).faults == (finding,)
    assert only_rule(text).selection == Rule("encrypted_regex", "a")


def test_a_key_that_stands_twice_spoils_every_rule() -> None:
    rules = read(f"{RULE}  age: {BOB}\n- age: {ANN}\n")
    assert [finding.rule for finding in rules.findings] == ["duplicate-key", "unreachable-rule"]
    assert all([fault.rule for fault in rule.faults] == ["duplicate-key"] for rule in rules.rules)


def test_no_file_gets_past_a_rule_without_a_pattern() -> None:
    assert found(f"{RULE}- age: {BOB}\n  path_regex: a\n") == [("unreachable-rule", "warning", 3, 3)]


@pytest.mark.parametrize("threshold", [1, 3, -1])
def test_a_threshold_that_the_groups_cannot_meet(threshold: int) -> None:
    text = f"""
        creation_rules:
        - shamir_threshold: {threshold}
          key_groups: [{{age: [{ANN}]}}, {{age: [{BOB}]}}]
    """
    assert found(text) == [("bad-threshold", "error", 2, 3)]


def test_what_an_alias_repeats_is_wrong_once_and_spoils_each_rule() -> None:
    rules = read("""
        group: &group {age: [age1abc]}
        creation_rules:
        - path_regex: a
          key_groups: [*group]
        - key_groups: [*group]
    """)
    assert [(finding.rule, finding.position.line) for finding in rules.findings].count(("bad-recipient", 1)) == 1
    assert all(rule.faults[0].rule == "bad-recipient" for rule in rules.rules)


def test_keys_of_other_kinds_are_named() -> None:
    rule = only_rule(f"""
        creation_rules:
        - key_groups:
          - age: [{ANN}]
            pgp: [85D77543B3D624B63CEA9E6DBC17301B491B3F21]
            kms: [{{arn: 'arn:aws:kms:x'}}]
            gcp_kms: [{{resource_id: projects/p}}]
            azure_keyvault: [{{vaultUrl: 'https://v.example', key: k, version: ''}}]
            hc_vault: ['https://v.example/v1/sops/keys/k']
    """)
    assert rule.unsupported == (
        "pgp 85D77543B3D624B63CEA9E6DBC17301B491B3F21",
        "kms arn:aws:kms:x",
        "gcp_kms projects/p",
        "azure_kv https://v.example",
        "hc_vault https://v.example/v1/sops/keys/k",
    )
    assert rule.recipients == (ANN,)


SECRET = str(pyrage.x25519.Identity.generate())
PEM = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmU\n-----END OPENSSH PRIVATE KEY-----"
BLOCK = PEM.replace("\n", "\n    ")


@pytest.mark.parametrize(
    ("text", "position"),
    [
        (f"creation_rules:\n- age: {SECRET}\n", (2, 8)),
        (f"creation_rules:\n- age: {SECRET.lower()}\n", (2, 8)),
        (f"creation_rules:\n- age: >-\n    {ANN},\n    {SECRET}\n", (4, 5)),
        (f"creation_rules:\n- key_groups: [{{age: [{ANN}, {SECRET}]}}]\n", (2, 87)),
        (f"creation_rules:\n- age: |\n    {BLOCK}\n", (3, 5)),
        (f"keys:\n- &ann {SECRET}\ncreation_rules:\n- age: *ann\n", (2, 8)),
        (f"# {SECRET}\n{RULE}", (1, 3)),
        (f"keys: {SECRET}\n{RULE}", (1, 7)),
        (f"{RULE}  {SECRET}: x\n", (3, 3)),
        (f"{RULE}  path_regex: '{SECRET}\n", (3, 16)),
        (f"{RULE}  path_regex: ({SECRET}\n", (3, 15)),
        (f"{RULE}  encrypted_suffix: {SECRET}\n", (3, 21)),
        (f"{RULE}  kms: {SECRET}\n", (3, 8)),
    ],
    ids=lambda value: "" if isinstance(value, str) else "{}:{}".format(*value),
)
def test_a_private_key_is_found_and_never_shown(text: str, position: tuple[int, int]) -> None:
    rules = read_rules(text.encode(), FILE)
    exposed = [finding for finding in rules.findings if finding.rule == "exposed-private-key"]
    assert [(one.position.line, one.position.column) for one in exposed] == [position]
    said = repr((rules.findings, rules.rules)).upper()
    assert SECRET[16:] not in said
    assert "B3BLBNNZ" not in said


@given(
    st.text(),
    st.integers(0, 300),
    st.integers(0, 300),
)
def test_no_text_makes_it_raise(noise: str, start: int, end: int) -> None:
    text = f"""
stores: {{yaml: {{indent: 2}}, json: {{indent: -1}}}}
keys: [&a {ANN}, &b {BOB}]
creation_rules:
- path_regex: ^a
  encrypted_regex: b
  key_groups: [{{age: [*a], merge: [{{age: [*b]}}]}}]
- age: {ANN}
"""
    data = (text[:start] + noise + text[max(start, end) :]).encode("utf-8", "replace")
    rules = read_rules(data, FILE)
    assert rules.for_file("a") in (None, *rules.rules)
