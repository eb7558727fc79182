"""Verdicts: the rule, the sentence, the place and the way out of what a schema refuses."""

from typing import Any

import pytest
from thought.schema.making import FILE, data, sound

from lamina.thought.schema import Fault, Place
from lamina.words.node import Path

ONE: dict[str, tuple[str, str, str, str, Path, str | None]] = {
    "a type": (
        "properties: {a: {type: integer}}",
        "a: [1]",
        "wrong-type",
        "a is a list, but must be an integer",
        ("a",),
        None,
    ),
    "a number in quotes": (
        "properties: {a: {type: integer}}",
        "a: '3'",
        "wrong-type",
        'a is the string "3", but must be an integer',
        ("a",),
        "write 3 without quotes",
    ),
    "a boolean in quotes": (
        "properties: {a: {type: [boolean, 'null']}}",
        "a: 'true'",
        "wrong-type",
        'a is the string "true", but must be true or false or null',
        ("a",),
        "write true without quotes",
    ),
    "a boolean of YAML 1.1": (
        "properties: {a: {type: boolean}}",
        "a: 'Off'",
        "wrong-type",
        'a is the string "Off", but must be true or false',
        ("a",),
        "write false",
    ),
    "a number for a string": (
        "properties: {a: {type: string}}",
        "a: 80",
        "wrong-type",
        "a is 80, but must be a string",
        ("a",),
        'write it in quotes: "80"',
    ),
    "not a number": (
        "properties: {a: {type: number}}",
        "a: .nan",
        "wrong-type",
        "a is .nan, but must be a number",
        ("a",),
        None,
    ),
    "the document": ("type: object", "[1]", "wrong-type", "the document is a list, but must be a map", (), None),
    "a missing key": ("required: [a]", "{}", "missing-key", 'the document lacks the key "a"', (), None),
    "a key that another needs": (
        "properties: {tls: {dependentRequired: {cert: [key]}}}",
        "tls: {cert: x}",
        "missing-key",
        'tls lacks the key "key", which "cert" needs beside it',
        ("tls",),
        None,
    ),
    "a bound": (
        "properties: {a: {items: {maximum: 10}}}",
        "a: [1, 99]",
        "out-of-bounds",
        "a[1] is 99, but must be at most 10",
        ("a", 1),
        None,
    ),
    "a bound with a unit": (
        "{properties: {a: {minimum: 2, x-unit: s}}}",
        "a: 1.5",
        "out-of-bounds",
        "a is 1.5, but must be at least 2 s",
        ("a",),
        None,
    ),
    "an open bound": (
        "properties: {a: {exclusiveMaximum: 1}}",
        "a: 1",
        "out-of-bounds",
        "a is 1, but must be less than 1",
        ("a",),
        None,
    ),
    "a multiple": (
        "properties: {a: {multipleOf: 0.1}}",
        "a: 0.35",
        "out-of-bounds",
        "a is 0.35, but must be a multiple of 0.1",
        ("a",),
        None,
    ),
    "a length": (
        "properties: {a: {minLength: 3}}",
        "a: x",
        "out-of-bounds",
        "a has 1 character, but must have at least 3",
        ("a",),
        None,
    ),
    "an empty string": (
        "properties: {a: {minLength: 1}}",
        "a: ''",
        "out-of-bounds",
        "a is empty, but must not be",
        ("a",),
        None,
    ),
    "a count": (
        "properties: {a: {maxItems: 1}}",
        "a: [1, 2]",
        "out-of-bounds",
        "a has 2 items, but must have at most 1",
        ("a",),
        None,
    ),
    "a count of keys": (
        "properties: {a: {minProperties: 2}}",
        "a: {}",
        "out-of-bounds",
        "a has no keys, but must have at least 2",
        ("a",),
        None,
    ),
    "a pattern": (
        "properties: {a: {pattern: '^\\d+$'}}",
        "a: x",
        "pattern-mismatch",
        r'a is "x", but must match the pattern ^\d+$',
        ("a",),
        None,
    ),
    "a format": (
        "properties: {a: {format: duration}}",
        "a: 5s",
        "wrong-format",
        'a is "5s", but must be an ISO 8601 duration such as PT30S or P1DT12H',
        ("a",),
        None,
    ),
    "one of some values": (
        "properties: {mode: {enum: [every_step, on_gates, 3]}}",
        "mode: every_steps",
        "not-allowed",
        'mode is "every_steps", but must be one of "every_step", "on_gates", 3',
        ("mode",),
        'did you mean "every_step"?',
    ),
    "one value": ("properties: {a: {const: 1}}", "a: 2", "not-allowed", "a is 2, but must be 1", ("a",), None),
    "an item twice": (
        "properties: {a: {uniqueItems: true}}",
        "a: [1, x, 1.0]",
        "not-allowed",
        "a[2] repeats a[0]",
        ("a", 2),
        None,
    ),
    "an item that must not be": (
        "{prefixItems: [true], items: false}",
        "[1, 2]",
        "not-allowed",
        "[1] is not allowed here",
        (1,),
        None,
    ),
    "a value that must not be": (
        "properties: {a: {not: {const: b}}}",
        "a: b",
        "not-allowed",
        'a must not be "b"',
        ("a",),
        None,
    ),
    "keys that must not be together": (
        "not: {required: [a, b]}",
        "{a: 1, b: 2}",
        "not-allowed",
        'the document must not hold "a" together with "b"',
        (),
        None,
    ),
    "a state that must not be": (
        "properties: {s: {not: {properties: {a: {const: 1}}, required: [a]}}}",
        "s: {a: 1}",
        "not-allowed",
        "s must not be so that a is 1",
        ("s",),
        None,
    ),
    "something that must not be": (
        "not: {minProperties: 1}",
        "{a: 1}",
        "not-allowed",
        "the document is what the schema forbids here",
        (),
        None,
    ),
    "an item that must be there": (
        "properties: {a: {contains: {const: 1}}}",
        "a: [2]",
        "schema-mismatch",
        "a has no item of the kind that the schema asks for",
        ("a",),
        None,
    ),
    "items that must be there": (
        "properties: {a: {contains: {const: 1}, minContains: 2}}",
        "a: [1]",
        "schema-mismatch",
        "a has fewer than 2 items of the kind that the schema asks for",
        ("a",),
        None,
    ),
    "too many items of a kind": (
        "properties: {a: {contains: {const: 1}, maxContains: 1}}",
        "a: [1, 1]",
        "schema-mismatch",
        "a has more than 1 items of the kind that the schema limits",
        ("a",),
        None,
    ),
    "an item that nothing speaks of": (
        "{prefixItems: [true], unevaluatedItems: false}",
        "[1, 2]",
        "schema-mismatch",
        "the document has items that the schema does not speak of",
        (),
        None,
    ),
}


@pytest.mark.parametrize(("schema", "given", "rule", "message", "path", "fix"), ONE.values(), ids=ONE)
def test_says(schema: str, given: str, rule: str, message: str, path: Path, fix: str | None) -> None:
    (fault,) = sound(schema).verdict(data(given))
    assert (fault.rule, fault.message, fault.path, fault.fix) == (rule, message, path, fix)
    assert not fault.at_key


AT_KEYS: dict[str, tuple[str, str, str, str, Path, str | None]] = {
    "an unknown key": (
        "properties: {run: {properties: {attempts: {}}, additionalProperties: false}}",
        "run: {atempts: 1}",
        "unknown-key",
        'run knows no key "atempts"',
        ("run", "atempts"),
        'did you mean "attempts"?',
    ),
    "an unknown key beside the one that was meant, which may come from a lower layer": (
        "{properties: {attempts: {}}, additionalProperties: false}",
        "{atempts: 1, attempts: 1}",
        "unknown-key",
        'the document knows no key "atempts"',
        ("atempts",),
        'did you mean "attempts"?',
    ),
    "an unknown key near two, one of which is there": (
        "{properties: {attempts: {}, attempt: {}}, additionalProperties: false}",
        "{atempts: 1, attempts: 1}",
        "unknown-key",
        'the document knows no key "atempts"',
        ("atempts",),
        'did you mean "attempt"?',
    ),
    "a key that nothing speaks of": (
        "{allOf: [{properties: {a: {}}}, {patternProperties: {'^x': {}}}], unevaluatedProperties: false}",
        "{a: 1, xa: 2, b: 3}",
        "unknown-key",
        'the document knows no key "b"',
        ("b",),
        None,
    ),
    "a key that must not be there": (
        "properties: {a: false}",
        "a: 1",
        "not-allowed",
        'the key "a" is not allowed in the document',
        ("a",),
        None,
    ),
    "the name of a key": (
        "properties: {labels: {propertyNames: {pattern: '^[a-z]+$'}}}",
        "labels: {Foo: 1}",
        "pattern-mismatch",
        'the key "Foo" of labels must match the pattern ^[a-z]+$',
        ("labels", "Foo"),
        None,
    ),
}


@pytest.mark.parametrize(("schema", "given", "rule", "message", "path", "fix"), AT_KEYS.values(), ids=AT_KEYS)
def test_says_at_the_key(schema: str, given: str, rule: str, message: str, path: Path, fix: str | None) -> None:
    (fault,) = sound(schema).verdict(data(given))
    assert (fault.rule, fault.message, fault.path, fault.fix) == (rule, message, path, fix)
    assert fault.at_key


STORE = """
    properties:
      store:
        oneOf:
          - {type: object, properties: {kind: {const: s3}, bucket: {type: string}}, required: [kind, bucket],
             additionalProperties: false}
          - {type: object, properties: {kind: {const: file}, path: {type: string}}, required: [kind, path]}
          - {type: string, pattern: "^[a-z]+$"}
      size: {anyOf: [{type: integer, minimum: 5}, {type: integer, multipleOf: 2}, {type: string}]}
      auth: {oneOf: [{required: [token]}, {required: [user, password]}]}
      when: {anyOf: [{enum: [never, always]}, {const: sometimes}]}
      one: {anyOf: [{type: integer, maximum: 3}]}
"""

ALTERNATIVES = {
    "of other types": ("store: [1]", ["store is a list, but must be a map or a string"]),
    "of one type": (
        "store: X1",
        ['store is "X1", but must match the pattern ^[a-z]+$ (by the nearest of 3 alternatives)'],
    ),
    "told apart by a value": (
        "store: {kind: s3, bukcet: x}",
        [
            'store lacks the key "bucket" (because store.kind is "s3")',
            'store knows no key "bukcet" (because store.kind is "s3")',
        ],
    ),
    "told apart by a value that none has": (
        "store: {kind: s4}",
        ['store.kind is "s4", but must be one of "s3", "file"'],
    ),
    "of values": ("when: somtimes", ['when is "somtimes", but must be one of "never", "always", "sometimes"']),
    "of keys": ("auth: {}", ['auth needs the key "token" or "user" with "password"']),
    "several at once": (
        "auth: {token: a, user: b, password: c}",
        [
            "auth fits 2 alternatives at once, but must fit one: auth.token is there; "
            "auth.user is there and auth.password is there"
        ],
    ),
    "not told apart": (
        "size: 3",
        ["size fits none of its 3 alternatives; the nearest says: size is 3, but must be at least 5"],
    ),
    "only one": ("one: 4", ["one is 4, but must be at most 3"]),
}


@pytest.mark.parametrize(("given", "messages"), ALTERNATIVES.values(), ids=ALTERNATIVES)
def test_alternatives(given: str, messages: list[str]) -> None:
    assert [fault.message for fault in sound(STORE).verdict(data(given))] == messages


def test_a_key_of_an_alternative_may_have_been_meant() -> None:
    fixes = [fault.fix for fault in sound(STORE).verdict(data("store: {kind: s3, bukcet: x}"))]
    assert fixes == [None, 'did you mean "bucket"?']


def test_a_condition_says_why() -> None:
    schema = sound("""
        properties: {checkpoint: {
          properties: {mode: {type: string}},
          if: {properties: {mode: {const: every_n_steps}}, required: [mode]},
          then: {required: [n]},
          else: {properties: {n: false}}}}
    """)
    lacks, extra = (schema.verdict({"checkpoint": each})[0] for each in ({"mode": "every_n_steps"}, {"n": 1}))
    assert lacks == Fault(
        "missing-key",
        'checkpoint lacks the key "n" (because checkpoint.mode is "every_n_steps")',
        ("checkpoint",),
        schema=Place(FILE, ("properties", "checkpoint", "then", "required")),
    )
    assert extra.message == ('the key "n" is not allowed in checkpoint (unless checkpoint.mode is "every_n_steps")')


def test_a_condition_that_is_hard_to_say_is_left_unsaid() -> None:
    schema = sound("{if: {minProperties: 1}, then: {required: [n]}}")
    assert [fault.message for fault in schema.verdict({"a": 1})] == ['the document lacks the key "n"']


def test_every_error_is_told_once_in_the_order_of_paths() -> None:
    schema = sound("""
        allOf: [{$ref: "#/$defs/a"}, {$ref: "#/$defs/a"}]
        properties: {b: {type: array, items: {type: string}}}
        $defs: {a: {required: [a], properties: {c: {type: string}}}}
    """)
    faults = schema.verdict({"c": 1, "b": [*"123456789", 10, "x", 11]})
    assert [fault.path for fault in faults] == [(), ("b", 9), ("b", 11), ("c",)]


def test_a_key_spoken_of_only_where_a_condition_holds() -> None:
    schema = sound("""
        properties: {mode: {}}
        if: {properties: {mode: {const: n}}}
        then: {properties: {n: {type: integer}}}
        else: {dependentSchemas: {mode: {properties: {m: {}}}}}
        anyOf: [{required: [q], properties: {q: {}}}, {properties: {r: {}}}]
        unevaluatedProperties: false
    """)
    assert schema.verdict({"mode": "n", "n": 1, "r": 2}) == []
    assert [fault.path for fault in schema.verdict({"mode": "x", "m": 1, "n": 1})] == [("n",)]
    assert [fault.path for fault in schema.verdict({"mode": "n", "n": "x", "q": 1, "z": 1})] == [("n",), ("z",)]


def test_long_texts_are_cut_and_stay_on_one_line() -> None:
    (fault,) = sound("type: integer").verdict("line\n" * 100)
    assert len(fault.message) < 130
    assert "\n" not in fault.message


def test_validators_that_disagree_are_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    schema = sound("type: object")
    monkeypatch.setitem(vars(schema), "accepts", lambda _: False)
    (fault,) = schema.verdict({})
    assert (fault.rule, fault.path) == ("validators-disagree", ())
    assert "bug in lamina" in fault.message


SECRETS = """
    properties:
      pin: {x-secret: true, type: string, minLength: 8, pattern: "^[0-9]+$"}
      mode: {enum: [alpha, beta]}
      size: {anyOf: [{type: integer}, {type: object}]}
      login: {x-secret: true, type: object, properties: {user: {const: root}, list: {items: {type: integer}}}}
"""

TOLD: list[tuple[Any, list[str]]] = [
    ({"pin": "hunter2"}, ["pin must have at least 8 characters", "pin must match the pattern ^[0-9]+$"]),
    ({"pin": 271828}, ["pin is a number, but must be a string"]),
    ({"login": {"user": "hunter2"}}, ['login.user must be "root"']),
    ({"login": {"list": ["hunter2"]}}, ["login.list[0] is a string, but must be an integer"]),
]


@pytest.mark.parametrize(("given", "messages"), TOLD)
def test_a_secret_is_never_quoted(given: Any, messages: list[str]) -> None:
    faults = sound(SECRETS).verdict(given)
    assert [fault.message for fault in faults] == messages
    assert all(fault.fix is None for fault in faults)


def test_what_is_made_of_a_secret_is_never_quoted() -> None:
    schema = sound("""
        properties: {mode: {enum: [alpha, beta]}, more: {}}
        if: {properties: {mode: {const: alpha}}, required: [mode]}
        then: {required: [more]}
    """)
    given: Any = {"mode": "alphq"}
    assert '"alphq"' in schema.verdict(given)[0].message
    (fault,) = schema.verdict(given, hidden=[("mode",)])
    assert (fault.message, fault.fix) == ('mode must be one of "alpha", "beta"', None)
    (fault,) = schema.verdict({"mode": "alpha"}, hidden=[("mode",)])
    assert fault.message == 'the document lacks the key "more"'


def test_alternatives_that_fail_only_by_unevaluated_keys() -> None:
    schema = sound("""
        anyOf:
          - {properties: {a: {type: integer}}, unevaluatedProperties: false}
          - {properties: {b: {type: integer}}, unevaluatedProperties: false}
    """)
    assert [fault.message for fault in schema.verdict({"c": 1})] == [
        'the document fits none of its 2 alternatives; the nearest says: the document knows no key "c"'
    ]
