"""JSON as Go reads it."""

from typing import Any

import pytest
from thought.sealed.stores.reading import data_of, read, refusal, written

from lamina.thought.sealed.stores.texts import Unfit


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("9007199254740993", 2**53 + 1),
        ("-0", -0.0),
        ("1.0", 1.0),
        ("1e2", 100.0),
        ("99999999999999999999", 1e20),
        ('"\\u00e9\\n"', "é\n"),
        ('"\\ud83d\\ude00"', "😀"),
        ('"\\ud83d"', "\ufffd"),
        ("[]", []),
        ('[null, true, {"a": false}]', [None, True, {"a": False}]),
    ],
)
def test_values(text: str, value: Any) -> None:
    (data,) = data_of("json", f'{{"k" :\t{text} }}\n')
    assert repr(data) == repr({"k": value})


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("", 1, "the file is empty"),
        ("[1]", 1, "no object at its top"),
        ('{"a": 1}\nx', 2, "text follows the object"),
        ('{"a": 1,\n"a": 2}', 2, "the key a stands twice"),
        ('{"a": 01}', 1, ", or } is expected"),
        ('{"a": [1\n2]}', 2, ", or ] is expected"),
        ('{"a" 1}', 1, ": is expected"),
        ('{"a": nul}', 1, "a value is expected"),
        ('{"a": "\n"}', 1, "never ends"),
        ('{"a": 1e999}', 1, "beyond the range"),
        ('{"a": ' + "[" * 300, 1, "nested too deep"),
        ('{"sops": {}}', 1, "a key sops"),
        ('{"a": 1,}', 1, "a string is expected"),
    ],
    ids=range(13),
)
def test_refusals(text: str, line: int, why: str) -> None:
    at, said = refusal("json", text)
    assert (at, why in said) == (line, True)


@pytest.mark.parametrize("text", ["x" * 1_000_000, "\\n" * 500_000, "x\\n" * 300_000], ids=["plain", "escaped", "both"])
def test_a_string_without_an_end_is_refused_in_linear_time(text: str) -> None:
    assert "never ends" in refusal("json", f'{{"a": "{text}')[1]


def test_a_file_that_is_no_object_is_not_sealed() -> None:
    assert refusal("json", "hello", sealed=True) == (1, "it is no JSON object, as sealed files are")
    assert refusal("binary", "hello", sealed=True) == (1, "it is no JSON object, as sealed files are")


@pytest.mark.parametrize(
    ("value", "text"),
    [("<&>\u2028", '"\\u003c\\u0026\\u003e\\u2028"'), (1e21, "1e+21"), (1e-7, "1e-7"), (1.0, "1"), (0.1, "0.1"), (-0.0, "-0")],
)  # fmt: skip
def test_how_a_value_is_written(value: Any, text: str) -> None:
    assert written("json", value, '{"k": 1}') == text


def test_json_has_no_infinity() -> None:
    with pytest.raises(Unfit, match="no infinity"):
        written("json", float("inf"), '{"k": 1}')


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ('{"a": 1, "sops": {"mac": "m"}}', '{"a": 1}'),
        ('{"sops": {"mac": "m"}, "a": 1}', '{"a": 1}'),
        ('{\n\t"a": 1,\n\t"sops": {\n\t\t"mac": "m"\n\t}\n}', '{\n\t"a": 1\n}'),
        ('{"sops": {"mac": "m"}}', "{}"),
    ],
    ids=["last", "first", "lines", "alone"],
)
def test_the_metadata_goes_with_its_comma(text: str, plain: str) -> None:
    parsed = read("json", text, sealed=True)
    (block,) = parsed.blocks
    assert parsed.raw == {"mac": "m"}
    assert text[: block.start] + text[block.end :] == plain
