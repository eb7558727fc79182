"""Advice: what it is given for, what it is not, and that following it changes no value."""

from collections.abc import Mapping

import pytest
from held import project

from lamina.project import Project
from lamina.project.sizing import Advice, advise
from lamina.project.sizing.advice import LARGE

ANY = {"schemas/app/v1.schema.yaml": "type: object\n"}
LONG = "x" * 400
NAMES = ("a", "b", "c", "d")


def given(files: Mapping[str, str | bytes]) -> tuple[Advice, ...]:
    tree = project({**ANY, **files}).tree
    newest = {kind: max(versions) for kind, versions in tree.topology.schemas.items()}
    return advise([(of, tree.layer(of)) for of in tree.topology.layer_files()], tree.topology, newest)


def layers(environment: str, text: str, names: tuple[str, ...] = NAMES) -> dict[str, str]:
    return {f"environments/{environment}/app/{name}.yaml": text + f"own: {environment}-{name}\n" for name in names}


def test_a_large_layer_had_better_be_several() -> None:
    big, less = "a: " + "x" * LARGE + "\n", "b: " + "x" * (LARGE - 10) + "\n"
    (one,) = given({"environments/base/big.yaml": big, "environments/base/less.yaml": less})
    assert (one.advice, one.files, one.bytes) == ("split", ("environments/base/big.yaml",), len(big))


def test_what_all_layers_of_a_kind_say_could_be_said_once() -> None:
    text = f"deep:\n  value: {LONG}\n  other: 3\nlist: [1]\n"
    (one,) = given({**layers("base", text), **layers("dev", "mine: 1\n")})
    assert one.message == (
        "environments/base/app/_defaults.yaml could say deep.other, deep.value once, which all 4 layers there say alike"
    )
    assert one.files == ("environments/base/app/_defaults.yaml",)
    assert one.bytes > 3 * len(LONG)


NOT_THE_SAME = {
    "one says otherwise": layers("base", f"v: {LONG}\n", NAMES[1:]) | layers("base", f"v: {LONG}y\n", ("a",)),
    "one does not say it": layers("base", f"v: {LONG}\n", NAMES[1:]) | layers("base", "", ("a",)),
    "two are few": layers("base", f"v: {LONG * 9}\n", NAMES[:2]),
    "little would be saved": layers("base", "v: 1\n"),
    "a document is only elsewhere": layers("base", f"v: {LONG}\n") | layers("dev", "", ("e",)),
    "defaults of a folder below": layers("base", f"v: {LONG}\n")
    | {"environments/base/app/in/_defaults.yaml": "v: z\n"},
    "numbers of two types": layers("base", f"v: 1\nw: {LONG[:9]}\n", NAMES[1:]) | layers("base", "v: 1.0\n", ("a",)),
    "values in tags": layers("base", f"v: !replace {{w: {LONG}}}\n"),
    "other kinds": {f"environments/base/k{name}.yaml": f"v: {LONG}\n" for name in NAMES},
    "older ones among them": layers("base", f"schemaVersion: 1\nv: {LONG}\n", NAMES[1:])
    | layers("base", f"v: {LONG}\n", ("a",)),
}


@pytest.mark.parametrize("files", NOT_THE_SAME.values(), ids=NOT_THE_SAME)
def test_what_is_not_the_same_everywhere_stays(files: Mapping[str, str]) -> None:
    assert given(files) == ()


def test_following_the_advice_changes_no_value() -> None:
    text = f"v: {LONG}\nmap: {{deep: 1, more: no}}\n"
    files = {
        **ANY,
        **layers("base", text),
        **layers("dev", "v: mine\nmap: {own: 2}\n", ("a", "b")),
        "environments/base/app/_defaults.yaml": "v: lowest\nfirst: 1\n",
        "environments/prod/app/_defaults.yaml": "map: {deep: 7}\n",
    }
    before = project(files)
    (one,) = given(files)
    followed = {
        **files,
        **layers("base", ""),
        "environments/base/app/_defaults.yaml": text + "first: 1\n",
    }
    assert one.files == ("environments/base/app/_defaults.yaml",)
    assert rendered(project(followed)) == rendered(before)


def rendered(of: Project) -> object:
    return {name: dict(of.render(name)) for name in ("dev", "prod")}


def test_the_same_layers_in_several_environments() -> None:
    text = f"v: {LONG}\nw: {LONG}\n"
    alike = {f"environments/{name}/app/{one}.yaml": f"{text}n: {one}\n" for name in ("dev", "qa") for one in ("a", "b")}
    (one,) = given({**alike, "environments/prod/app/a.yaml": "v: 1\n", "environments/qa/app/c.yaml": "v: 2\n"})
    assert one.message.startswith("2 layers are the same in dev and qa: ")
    assert one.files == tuple(sorted(alike))
    assert one.bytes == 2 * len(text + "n: a\n")


def test_a_few_bytes_in_several_environments_are_left_alone() -> None:
    assert given({f"environments/{name}/app/a.yaml": "v: 1\n" for name in ("dev", "qa", "prod")}) == ()


def test_older_layers_are_migrated_whenever_they_are_read() -> None:
    (one,) = given(
        {
            "schemas/app/v2.schema.yaml": "type: object\n",
            "schemas/app/v2.migration.yaml": "operations: []\n",
            "environments/base/app/a.yaml": "schemaVersion: 1\n",
            "environments/base/app/b.yaml": "schemaVersion: 2\n",
        }
    )
    assert (one.advice, one.files) == ("migrate", ("environments/base/app/a.yaml",))
    assert one.message.startswith("1 layer is of an older version, to be migrated")


def test_what_cannot_be_read_is_no_matter_of_advice() -> None:
    assert given(layers("base", f"v: {LONG}\nw: [\n") | {"environments/base/app/bad.yaml": b"\xff" * LARGE}) == ()


def test_no_value_is_told() -> None:
    (one,) = given(layers("base", f"password: hunter2-{LONG}\n"))
    assert "hunter2" not in one.message
