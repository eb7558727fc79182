"""The configuration of the benchmark, in every form."""

import hashlib
import json
from pathlib import Path

import pytest
import yaml

from bench.contestants import read_files
from bench.corpus import SIZES, write
from bench.model import Model, Tree, merge, model, schema
from bench.trees import TREES, to_jsonnet, to_pkl
from lamina.thought.schema import compile_schema

SMALL = model(*SIZES["small"])


def leaves(value: object) -> int:
    if isinstance(value, dict):
        return sum(map(leaves, value.values()))
    return sum(map(leaves, value)) if isinstance(value, list) else 1


@pytest.mark.parametrize("tree", TREES)
def test_a_tree_is_the_same_every_time(tree: str) -> None:
    assert dict(TREES[tree](SMALL)) == dict(TREES[tree](model(*SIZES["small"])))


def test_the_corpus_is_the_same_on_every_machine() -> None:
    text = json.dumps([SMALL.document(*pair) for pair in SMALL.pairs()])
    assert (
        hashlib.sha256(text.encode()).hexdigest() == "a44472f379e6c1dff678fae7a4c7c0ff10b8b8eb32b011067be97ab5cd6698e9"
    )


def test_another_seed_is_another_corpus() -> None:
    other = Model(SMALL.services, SMALL.environments, seed=2)
    assert other.document("dev", "svc-0003") != SMALL.document("dev", "svc-0003")


def test_a_service_does_not_depend_on_the_size_of_the_corpus() -> None:
    assert SMALL.document("prod", "svc-0003") == model(*SIZES["medium"]).document("prod", "svc-0003")


def test_the_sizes_hold_the_documents_that_are_promised() -> None:
    assert {size: model(*numbers).documents for size, numbers in SIZES.items()} == {
        "small": 30,
        "medium": 500,
        "large": 10_000,
    }


def test_a_document_has_the_leaves_that_the_page_speaks_of() -> None:
    assert [leaves(layer) for layer in SMALL.stack("dev", "svc-0000")] == [12, 66, 5, 17]
    assert leaves(SMALL.document("dev", "svc-0000")) == 84


def test_merging_is_by_key_and_lists_are_replaced() -> None:
    lower: Tree = {"a": {"x": 1, "list": [1, 2]}, "b": {"kept": True}, "c": 1}
    upper: Tree = {"a": {"x": 2, "list": [3]}, "c": {"now": "a map"}}
    assert merge(lower, upper) == {"a": {"x": 2, "list": [3]}, "b": {"kept": True}, "c": {"now": "a map"}}
    assert lower["a"] == {"x": 1, "list": [1, 2]}


@pytest.mark.parametrize(
    ("tree", "layers"),
    [
        (
            "plain",
            ("shared.yaml", "services/{1}.yaml", "environments/{0}.yaml", "overrides/{0}/{1}.yaml"),
        ),
        (
            "lamina",
            (
                "environments/base/services/_defaults.yaml",
                "environments/base/services/{1}.yaml",
                "environments/{0}/services/_defaults.yaml",
                "environments/{0}/services/{1}.yaml",
            ),
        ),
        (
            "hydra",
            ("shared/all.yaml", "services/{1}.yaml", "environments/{0}.yaml", "overrides/{0}/{1}.yaml"),
        ),
    ],
)
def test_the_layers_on_disk_merge_to_the_expected_documents(tree: str, layers: tuple[str, ...]) -> None:
    files = dict(TREES[tree](SMALL))
    for pair in SMALL.pairs():
        merged: Tree = {}
        for layer in layers:
            merged = merge(merged, yaml.load(files[layer.format(*pair)], yaml.CSafeLoader))
        assert merged == SMALL.document(*pair)


def test_every_expected_document_satisfies_the_schema() -> None:
    compiled = compile_schema("schemas/services/v1.schema.yaml", schema(), lambda path: None)
    assert compiled.faults == ()
    assert all(compiled.accepts(SMALL.document(*pair)) for pair in SMALL.pairs())


def test_a_wrong_document_does_not_satisfy_the_schema() -> None:
    compiled = compile_schema("schemas/services/v1.schema.yaml", schema(), lambda path: None)
    wrong = merge(SMALL.document("dev", "svc-0000"), {"deploy": {"replicas": 0}})
    assert not compiled.accepts(wrong)


def test_a_corpus_is_written_and_its_repository_committed(tmp_path: Path) -> None:
    corpus = write(tmp_path / "small", "small", ("lamina", "documents"))
    assert read_files(tmp_path / "small" / "documents" / "yaml") == corpus.expected()
    assert read_files(tmp_path / "small" / "documents" / "json") == corpus.expected()
    assert (tmp_path / "small" / "lamina" / ".git" / "HEAD").read_text() == "ref: refs/heads/main\n"
    assert not (tmp_path / "small" / "plain").exists()


def test_a_list_of_dynaconf_says_that_it_replaces() -> None:
    override = yaml.load(dict(TREES["dynaconf"](SMALL))["overrides/dev/svc-0000.yaml"], yaml.CSafeLoader)
    assert override["network"]["ingress"]["paths"] == '@reset ["/api", "/healthz", "/dev"]'


def test_a_list_of_kapitan_says_that_it_replaces_only_where_there_is_one_below() -> None:
    files = {name: yaml.load(text, yaml.CSafeLoader) for name, text in TREES["kapitan"](SMALL) if name.endswith(".yml")}
    override = files["inventory/classes/overrides/dev/svc-0000.yml"]["parameters"]
    assert override["network"]["ingress"]["~paths"] == ["/api", "/healthz", "/dev"]
    assert files["inventory/classes/services/svc-0000.yml"]["parameters"]["network"]["ingress"]["paths"][0] == "/api"
    target = files["inventory/targets/dev--svc-0000.yml"]
    assert target["classes"] == ["shared", "services.svc-0000", "environments.dev", "overrides.dev.svc-0000"]


def test_jsonnet_objects_merge_and_lists_replace() -> None:
    assert to_jsonnet({"a": {"b": [1, "x"]}, "c": True}) == '{\n  "a"+: {\n    "b": [1, "x"],\n  },\n  "c": true,\n}'


def test_pkl_maps_amend_and_lists_replace() -> None:
    assert to_pkl([{"a": 1}, "x"]) == 'List(new Dynamic {\n`a` = 1\n}, "x")'
