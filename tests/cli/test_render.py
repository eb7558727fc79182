"""`render`: what it prints, and the folder it writes, whole or not at all and the same everywhere."""

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import Builder, Lamina
from running import run_apart, run_program

SCHEMA = """
    $schema: https://json-schema.org/draft/2020-12/schema
    additionalProperties: false
    properties:
      name: {$ref: '../common/types.yaml#/$defs/name'}
      n: {type: integer, default: 1}
      tags: {type: array, items: {type: string}, x-merge: append}
      map: {type: object, additionalProperties: {type: integer}}
      up: {}
      password: {type: string, x-secret: true}
"""
FILES = {
    "lamina.yaml": "requires: '>=0.1'\n",
    "schemas/app/v1.schema.yaml": SCHEMA,
    "schemas/app/v0.draft.yaml": "",
    "schemas/agents/v1.schema.yaml": SCHEMA,
    "schemas/common/types.yaml": "$defs: {name: {type: string, maxLength: 5}}\n",
    "environments/base/app.yaml": "name: shop\ntags: [a]\nmap: {z: 1, a: 2}\n",
    "environments/base/agents/_defaults.yaml": "n: 5\n",
    "environments/base/agents/one.yaml": "up: ${app:name}\n",
    "environments/dev/app.yaml": "tags: [b]\n",
    "environments/dev/agents/two.yaml": "name: two\n",
    "environments/prod/app.yaml": "n: 9\n",
}


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def record(folder: Path) -> dict[str, Any]:
    value: dict[str, Any] = json.loads((folder / ".lamina.json").read_text())
    return value


def digest(path: Path) -> str:
    return "sha256:" + hashlib.sha256(path.read_bytes()).hexdigest()


def test_one_document_is_its_data_and_an_environment_maps_names_to_data(repository: Builder, lamina: Lamina) -> None:
    root = repository(FILES)
    app = {"name": "shop", "tags": ["a", "b"], "map": {"z": 1, "a": 2}, "n": 1}
    everything = {"agents/one": {"n": 5, "up": "shop"}, "agents/two": {"n": 5, "name": "two"}, "app": app}
    for words, data in ((["dev", "app"], app), (["dev"], everything)):
        assert yaml.safe_load(lamina("render", *words, cwd=root).out) == data
        assert json.loads(lamina("render", *words, "--format", "json", cwd=root).out) == data
    assert lamina("render", "dev", "app", "--format", "env", cwd=root).out.splitlines() == [
        "NAME=shop", "TAGS__0=a", "TAGS__1=b", "MAP__Z=1", "MAP__A=2", "N=1",
    ]  # fmt: skip


def test_a_folder_holds_a_file_a_document_and_the_record(repository: Builder, lamina: Lamina) -> None:
    root = repository(FILES)
    outcome = lamina("render", "dev", "-o", "out", cwd=root)
    assert (outcome.code, outcome.out, outcome.err) == (0, "", "lamina: 3 documents of dev in out\n")
    assert sorted(tree(root / "out")) == [".lamina.json", "agents/one.yaml", "agents/two.yaml", "app.yaml"]
    assert (root / "out/agents/one.yaml").read_text() == '"n": 5\nup: shop\n'  # YAML 1.1 reads a bare n as false


def test_every_environment_gets_a_folder(repository: Builder, lamina: Lamina) -> None:
    root = repository(FILES)
    assert lamina("render", "--all", "-o", "out", "--format", "json", cwd=root).code == 0
    assert sorted(tree(root / "out")) == [
        ".lamina.json", "dev/agents/one.json", "dev/agents/two.json", "dev/app.json", "prod/agents/one.json", "prod/app.json",
    ]  # fmt: skip


def test_the_record_says_what_it_was_made_from(repository: Builder, lamina: Lamina, tmp_path: Path) -> None:
    root = repository(FILES)
    (tmp_path / "app.yaml").write_text("n: 7\n")
    lamina("render", "dev", "app", "-o", "out", "--layer", str(tmp_path / "app.yaml"), cwd=root)
    said = record(root / "out")
    inputs = [
        "environments/base/app.yaml",
        "environments/dev/app.yaml",
        "lamina.yaml",
        "schemas/app/v1.schema.yaml",
        "schemas/common/types.yaml",
    ]
    assert said.pop("inputs") == {name: digest(root / name) for name in inputs}
    assert said.pop("overrides") == [{"document": "app", "file": "app.yaml"}]
    assert said.pop("lamina")
    assert said == {
        "commit": None,
        "dirty": None,
        "format": "yaml",
        "secrets": None,
        "nested": False,
        "document": "app",
        "environments": {
            "dev": {"app": {"file": "app.yaml", "kind": "app", "version": 1, "digest": digest(root / "out/app.yaml")}}
        },
    }


def test_the_record_names_the_files_of_documents_that_are_referred_to(repository: Builder, lamina: Lamina) -> None:
    root = repository(FILES)
    lamina("render", "dev", "agents/one", "-o", "out", cwd=root)
    assert {"environments/base/app.yaml", "environments/base/agents/_defaults.yaml"} <= record(root / "out")[
        "inputs"
    ].keys()


def test_the_record_names_the_commit_and_whether_it_was_changed(repository: Builder, lamina: Lamina) -> None:
    root = repository(FILES)
    for words in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "first"]):
        assert run_program("git", *words, cwd=root).code == 0
    head = run_program("git", "rev-parse", "HEAD", cwd=root).out.strip()
    lamina("render", "dev", "-o", "out", cwd=root)
    assert (record(root / "out")["commit"], record(root / "out")["dirty"]) == (head, False)
    (root / "environments/dev/app.yaml").write_text("n: 2\n")
    lamina("render", "dev", "-o", "out", cwd=root)
    assert (record(root / "out")["commit"], record(root / "out")["dirty"]) == (head, True)


def test_a_digest_tells_that_a_secret_changed_and_nothing_of_it(repository: Builder, lamina: Lamina) -> None:
    def sealed(data: str) -> str:
        return f"password: ENC[AES256_GCM,data:{data},iv:aXY=,tag:dGFn,type:str]\nsops: {{mac: x}}\n"

    root = repository({**FILES, "environments/dev/app.sops.yaml": sealed("QUJD")})
    said = []
    for mode in ("redact", "omit", "redact"):
        lamina("render", "dev", "-o", "out", "--secrets", mode, cwd=root)
        said.append(record(root / "out")["environments"]["dev"]["app"]["digest"])
        (root / "environments/dev/app.sops.yaml").write_text(sealed("QUJD" if mode == "redact" else "REVG"))
    assert said[0] == said[1] != said[2]
    assert said[0] != digest(root / "out/app.yaml")


def test_documents_that_are_gone_vanish(repository: Builder, lamina: Lamina) -> None:
    root = repository(FILES)
    lamina("render", "dev", "-o", "out", cwd=root)
    (root / "environments/dev/agents/two.yaml").unlink()
    (root / "environments/dev/agents/one.yaml").write_text("!unset\n")
    (root / "out/mine.txt").write_text("gone too")
    assert lamina("render", "dev", "-o", "out", cwd=root).code == 0
    assert sorted(tree(root / "out")) == [".lamina.json", "app.yaml"]


@pytest.mark.parametrize("trouble", ["name: [\n", "nmae: x\n", "name: too-long\n", "up: ${app:nowhere}\n"])
def test_the_old_folder_stays_while_there_are_errors(trouble: str, repository: Builder, lamina: Lamina) -> None:
    root = repository(FILES)
    lamina("render", "--all", "-o", "out", cwd=root)
    before, beside = tree(root / "out"), sorted(os.listdir(root))
    (root / "environments/prod/app.yaml").write_text(trouble)
    outcome = lamina("render", "--all", "-o", "out", cwd=root)
    assert outcome.code == 1
    assert outcome.err.startswith("environments/prod/app.yaml:")
    assert (tree(root / "out"), sorted(os.listdir(root))) == (before, beside)


def test_every_error_is_told_once(repository: Builder, lamina: Lamina) -> None:
    root = repository(
        {**FILES, "environments/base/app.yaml": "name: too-long\nm: 1\n", "environments/prod/app.yaml": "n: x\n"}
    )
    outcome = lamina("render", "--all", "-o", "out", cwd=root)
    rules = [
        line.rsplit(" ", 1)[1]
        for line in outcome.err.splitlines()
        if ": error: " in line and line.startswith("environments")
    ]
    assert rules == ["[out-of-bounds]", "[unknown-key]", "[wrong-type]"]


def test_a_folder_that_lamina_did_not_make_is_left_alone(repository: Builder, lamina: Lamina, tmp_path: Path) -> None:
    root = repository(FILES)
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs/precious").write_text("x")
    (tmp_path / "file").write_text("x")
    for target in (tmp_path / "theirs", tmp_path / "file", root / "lamina.yaml", root / "environments/../../theirs"):
        before = tree(tmp_path)
        outcome = lamina("render", "dev", "-o", str(target), cwd=root)
        assert outcome.code == 3
        assert "left alone" in outcome.err
        assert tree(tmp_path) == before


def test_links_are_not_followed(repository: Builder, lamina: Lamina, tmp_path: Path) -> None:
    root = repository(FILES)
    lamina("render", "dev", "-o", str(tmp_path / "real"), cwd=root)
    (tmp_path / "link").symlink_to("real")
    assert lamina("render", "prod", "-o", str(tmp_path / "link"), cwd=root).code == 3
    assert (tmp_path / "link").is_symlink()
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious/file").write_text("x")
    (tmp_path / "real/agents/link").symlink_to(tmp_path / "precious")
    assert lamina("render", "prod", "-o", str(tmp_path / "real"), cwd=root).code == 0
    assert tree(tmp_path / "precious") == {"file": b"x"}
    assert not (tmp_path / "real/agents/link").exists()


def test_the_same_bytes_on_any_machine(repository: Builder) -> None:
    root = repository(FILES)
    machines = [
        {"PYTHONHASHSEED": "0", "LC_ALL": "C", "TZ": "UTC"},
        {"PYTHONHASHSEED": "1", "LC_ALL": "C.UTF-8", "TZ": "Asia/Tokyo"},
        {
            "PYTHONHASHSEED": "42",
            "LC_ALL": "tr_TR.UTF-8",
            "LANG": "tr_TR.UTF-8",
            "TZ": "America/St_Johns",
            "COLUMNS": "20",
        },
    ]
    made = []
    for number, machine in enumerate(machines):
        printed = run_apart("render", "dev", cwd=root, env=machine)
        written = run_apart("render", "--all", "-o", f"out{number}", "--secrets", "redact", cwd=root, env=machine)
        assert (printed.code, written.code) == (0, 0)
        made.append((printed.out, tree(root / f"out{number}")))
    assert made[0] == made[1] == made[2]


def test_the_order_on_the_disk_does_not_matter(repository: Builder, lamina: Lamina) -> None:
    root = repository(dict(sorted(FILES.items())))
    lamina("render", "--all", "-o", "../one", cwd=root)
    for name in FILES:
        (root / name).rename(root / f"{name}.aside")
    for name in sorted(FILES, reverse=True):
        (root / f"{name}.aside").rename(root / name)
    lamina("render", "--all", "-o", "../two", cwd=root)
    assert tree(root / "../one") == tree(root / "../two")


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["--all"],
        ["dev", "--all"],
        ["dev", "--all", "-o", "out"],
        ["--secrets", "show", "dev"],
        ["dev", "--layer", "nowhere.yaml"],
        ["dev", "--layer", "x=lamina.yaml"],
        ["dev", "app", "more"],
    ],
)
def test_misuse(words: list[str], repository: Builder, lamina: Lamina) -> None:
    outcome = lamina("render", *words, cwd=repository(FILES))
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith("lamina: error: ")
    assert "\nlamina: hint: " in outcome.err


@pytest.mark.parametrize(
    ("words", "hint"),
    [(["base"], "dev, prod"), (["dve"], "dev"), (["dev", "ap"], "app"), (["dev", "agents"], "agents/")],
)
def test_what_is_not_there(words: list[str], hint: str, repository: Builder, lamina: Lamina) -> None:
    outcome = lamina("render", *words, cwd=repository(FILES))
    assert (outcome.code, outcome.out) == (3, "")
    assert hint in outcome.err.splitlines()[1]


def test_an_address_is_no_document(repository: Builder, lamina: Lamina) -> None:
    outcome = lamina("render", "dev", "app:name", cwd=repository(FILES))
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.endswith("lamina: hint: lamina get dev app:name shows one value\n")


def test_all_of_no_environments_is_3(repository: Builder, lamina: Lamina) -> None:
    root = repository({"environments/base/app.yaml": "a: 1\n"})
    outcome = lamina("render", "--all", "-o", "out", cwd=root)
    assert (outcome.code, outcome.out) == (3, "")
    assert outcome.err.startswith("lamina: error: there is no environment to render\nlamina: hint: ")
    assert not (root / "out").exists()


def test_documents_are_counted_in_words(repository: Builder, lamina: Lamina) -> None:
    root = repository(FILES)
    assert lamina("render", "dev", "app", "-o", "out", cwd=root).err == "lamina: 1 document of dev in out\n"
    assert lamina("render", "dev", "-o", "out", cwd=root).err == "lamina: 3 documents of dev in out\n"


def test_a_value_that_a_format_cannot_say(repository: Builder, lamina: Lamina) -> None:
    root = repository({**FILES, "environments/dev/app.yaml": "up: .nan\n"})
    assert lamina("render", "dev", cwd=root).code == 0
    for words in (["dev"], ["dev", "app"], ["dev", "-o", "out"]):
        outcome = lamina("render", *words, "--format", "json", cwd=root)
        assert (outcome.code, outcome.out) == (1, "")
        assert "app" in outcome.err
    assert not (root / "out").exists()


def test_a_document_that_others_draw_on_keeps_them_from_being_printed(repository: Builder, lamina: Lamina) -> None:
    root = repository({**FILES, "environments/dev/app.yaml": "nmae: x\n"})
    outcome = lamina("render", "dev", "agents/one", cwd=root)
    assert outcome.code == 1
    assert outcome.err.startswith("environments/dev/app.yaml:1:1: error: ")
    assert lamina("render", "dev", "agents/two", cwd=root).code == 0
