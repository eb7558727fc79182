"""Mends of findings: in the layer that is wrong, and in none that cannot be mended."""

import held

from lamina.project import Override
from lamina.words.mend import Drop, Mend, Put, Rename

BASE, PROD = "environments/base/app.yaml", "environments/prod/app.yaml"


def mends(files: dict[str, str | bytes], *overrides: Override) -> list[Mend | None]:
    """The mends of what is wrong, in the order of the findings."""
    found = held.project({PROD: "{}\n", **files}).validate(["prod"], overrides)
    return [one.mend for one in found if one.rule != "missing-key"]


def test_a_mend_is_in_the_layer_that_set_the_value() -> None:
    assert mends({BASE: "retries: '2'\n", PROD: "name: a\n"}) == [Mend(BASE, ("retries",), Put(2))]
    assert mends({BASE: "retries: '2'\n", PROD: "retries: '3'\n"}) == [Mend(PROD, ("retries",), Put(3))]
    assert mends({PROD: "db: {hots: h}\n"}) == [Mend(PROD, ("db", "hots"), Rename("host"))]
    assert mends({PROD: "retries: !unset\n"}) == [Mend(PROD, ("retries",), Drop())]


def test_an_item_of_a_merged_list_is_mended_where_its_layer_has_it() -> None:
    files: dict[str, str | bytes] = {BASE: "users: [{name: a}]\n", PROD: "users: [{name: b, rloe: x}]\n"}
    assert mends(files) == [Mend(PROD, ("users", 0, "rloe"), Rename("role"))]


def test_a_local_layer_and_what_a_reference_brings_have_none() -> None:
    local = Override("local.yaml", b"retries: '3'\n", "app")
    assert mends({}, local) == [None]
    assert mends({PROD: "labels: {n: '3'}\nretries: ${labels.n}\n"}) == [None]


def test_a_secret_is_not_mended_in_plain_text() -> None:
    assert mends({PROD: "db: {pasword: x}\n"}) == [None]
