"""The JSON that is written."""

import json
import math

import pytest
from hypothesis import given
from thought.export.odd_data import documents

from lamina.thought.export import NoForm, json_text
from lamina.words.node import Data, Sealed, same


def test_two_spaces_keys_in_their_order_and_letters_as_they_are() -> None:
    data: Data = {"b": [1, 1.0, True, None], "a": {"größe": "日\n"}, "c": {}, "d": []}
    assert json_text.write(data).decode() == (
        '{\n  "b": [\n    1,\n    1.0,\n    true,\n    null\n  ],\n'
        '  "a": {\n    "größe": "日\\n"\n  },\n  "c": {},\n  "d": []\n}\n'
    )


@pytest.mark.parametrize("number", [math.inf, -math.inf, math.nan])
def test_a_number_without_an_end_is_refused_by_its_path(number: float) -> None:
    with pytest.raises(NoForm, match=r"limits\.steps\[1\]\.most is not a finite number") as refused:
        json_text.write({"retry": None, "limits": {"steps": [{}, {"most": number}]}})
    assert refused.value.path == ("limits", "steps", 1, "most")
    assert refused.value.status == 1


def test_null_and_the_word_null_are_no_numbers() -> None:
    assert json.loads(json_text.write({"a": None, "b": "null"})) == {"a": None, "b": "null"}


def test_a_sealed_leaf_is_a_bug() -> None:
    with pytest.raises(TypeError, match="Sealed"):
        json_text.write({"a": Sealed("ENC[AES256_GCM,data:x]", "str")})


@given(documents())
def test_a_json_reader_reads_what_was_written(data: dict[str, Data]) -> None:
    assert same(json.loads(json_text.write(data)), data)
