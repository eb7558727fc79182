"""A rendered folder against its record, and its record against the repository: same, differs, or not to be told."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from githistory import begun, committed, git
from sealing import VERSION_PLAIN, Person, sealed_for

import lamina
from lamina.project.folder import Order, write_folder
from lamina.project.hiding import SecretsMode
from lamina.project.keyring import Keyring
from lamina.project.overrides import Override
from lamina.project.questions import Project
from lamina.project.verifying import NotRendered, UnknownForm, Verification, verify
from lamina.thought.record import BadRecord
from lamina.words.address import path_text
from lamina.words.errors import Failure
from lamina.world.contents import CannotLook
from lamina.world.repository import Commit

ANN = Person()
SCHEMA = """
type: object
properties:
  name: {type: string}
  port: {type: integer}
  url: {type: string}
  password: {type: string, x-secret: true}
"""
PLAIN = {
    "schemas/app/v1.schema.yaml": SCHEMA,
    "schemas/web/v1.schema.yaml": SCHEMA,
    "environments/base/app.yaml": "name: shop\nport: 80\n",
    "environments/base/web.yaml": "name: web\nurl: http://${app:name}\n",
    "environments/dev/app.yaml": "port: 81\n",
    "environments/prod/app.yaml": "port: 82\n",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = begun(tmp_path / "r")
    committed(root, PLAIN, "first")
    return root


@pytest.fixture
def sealed(root: Path) -> Path:
    seal(root, "hunter2")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "-m", "sealed")
    return root


def seal(root: Path, password: str) -> None:
    data = sealed_for(ANN, text=f"password: {password}\n", rule=VERSION_PLAIN)
    (root / "environments/prod/app.sops.yaml").write_bytes(data)


def rendered(
    root: Path,
    environments: tuple[str, ...] = ("prod",),
    *,
    form: str = "yaml",
    secrets: SecretsMode | None = None,
    document: str | None = None,
    nested: bool = False,
    overrides: tuple[Override, ...] = (),
    dirty: bool = False,
) -> Path:
    folder = root.parent / "out"
    commit = Commit(git(root, "rev-parse", "HEAD"), dirty)
    write_folder(
        lamina.open(root),
        Order(tuple(environments), form, nested, document, secrets, tuple(overrides), Keyring(ANN.env)),
        folder,
        version=lamina.__version__,
        asked=lambda: commit,
        advance=lambda: None,
    )
    return folder


def verified(root: Path, *, at: str | None = None, keyring: Keyring | None = None) -> Verification:
    now: Project = lamina.open(root, at)
    return verify(root.parent / "out", now, lambda commit: lamina.open(root, commit), keyring)


def wrong_files(found: Verification) -> dict[str, tuple[str, list[str]]]:
    return {one.file: (one.state, [*map(path_text, one.paths)]) for one in found.files if one.state != "same"}


def wrong_renders(found: Verification) -> dict[str, tuple[str, list[str]]]:
    return {
        f"{one.environment} {one.document}": (one.state, [*map(path_text, one.paths)])
        for one in found.renders
        if one.state != "same"
    }


MODES: list[SecretsMode] = ["redact", "omit"]


@pytest.mark.parametrize("form", ["yaml", "json", "env"])
@pytest.mark.parametrize("nested", [False, True])
def test_what_was_just_rendered_is_the_same(form: str, nested: bool, root: Path) -> None:
    rendered(root, ("dev", "prod") if nested else ("prod",), form=form, nested=nested)
    found = verified(root)
    assert (found.state, wrong_files(found), wrong_renders(found), found.lost) == ("same", {}, {}, None)
    assert len(found.files) == len(found.renders) == (4 if nested else 2)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("form", ["yaml", "json", "env"])
def test_hidden_secrets_need_no_key(form: str, mode: SecretsMode, sealed: Path) -> None:
    rendered(sealed, form=form, secrets=mode)
    assert verified(sealed).state == "same"


def test_every_way_a_file_can_be_wrong(root: Path) -> None:
    folder = rendered(root, ("dev", "prod"), nested=True)
    (folder / "dev/app.yaml").write_text("name: x\nport: 81\nmore: 1\n")
    (folder / "dev/web.yaml").unlink()
    (folder / "dev/web.yaml").symlink_to(root / "environments/base/web.yaml")
    (folder / "prod/app.yaml").unlink()
    (folder / "prod/web.yaml").write_text("name:   web\nurl: http://shop\n")
    (folder / "new").mkdir()
    (folder / "new/file").touch()
    os.mkfifo(folder / "pipe")
    (folder / os.fsdecode(b"\xff")).touch()
    found = verified(root)
    assert found.state == "differs"
    assert wrong_renders(found) == {}
    assert wrong_files(found) == {
        "dev/app.yaml": ("differs", ["name", "more"]),
        "dev/web.yaml": ("differs", []),
        "prod/app.yaml": ("missing", []),
        "prod/web.yaml": ("differs", []),
        "new/file": ("extra", []),
        "pipe": ("extra", []),
        "\udcff": ("extra", []),
    }
    reasons = {one.file: one.reason for one in found.files}
    assert reasons["dev/web.yaml"] == "it is a link, and is not followed"
    assert reasons["prod/web.yaml"] == "in form alone: the values are the same"


def test_every_way_a_render_can_be_another(root: Path) -> None:
    rendered(root, ("dev", "prod"), nested=True)
    (root / "environments/base/app.yaml").write_text("name: mart\nport: 80\n")
    (root / "environments/prod/web.yaml").write_text("!unset\n")
    (root / "environments/dev/more").mkdir()
    (root / "schemas/extra").mkdir()
    (root / "schemas/extra/v1.schema.yaml").write_text(SCHEMA)
    (root / "environments/prod/extra.yaml").write_text("name: x\n")
    (root / "environments/test").mkdir()
    (root / "environments/test/app.yaml").write_text("port: 1\n")
    found = verified(root)
    assert wrong_files(found) == {}
    assert wrong_renders(found) == {
        "dev app": ("differs", ["name"]),
        "dev web": ("differs", ["url"]),
        "prod app": ("differs", ["name"]),
        "prod web": ("gone", []),
        "prod extra": ("new", []),
        "test app": ("new", []),
        "test web": ("new", []),
    }
    # At the revision that it was made from nothing differs.
    assert verified(root, at="HEAD").state == "same"


def test_a_folder_of_one_document_knows_no_new_ones(root: Path) -> None:
    rendered(root, document="app")
    assert verified(root).state == "same"


def test_an_environment_that_is_gone(root: Path) -> None:
    rendered(root, ("dev",))
    committed(root, {"environments/dev/app.yaml": None}, "gone")
    assert wrong_renders(verified(root)) == {"dev app": ("gone", []), "dev web": ("gone", [])}


def test_what_has_errors_now_cannot_be_told(root: Path) -> None:
    rendered(root)
    (root / "environments/prod/app.yaml").write_text("port: many\n")
    found = verified(root)
    # web refers to app, so neither can be rendered.
    assert wrong_renders(found) == {"prod app": ("cannot-tell", []), "prod web": ("cannot-tell", [])}
    assert found.state == "cannot-tell"


def test_a_dirty_commit_is_no_proof_of_what_was_recorded(root: Path) -> None:
    (root / "environments/prod/app.yaml").write_text("port: 83\n")
    folder = rendered(root, dirty=True)
    git(root, "checkout", "--", ".")
    found = verified(root)
    # The file, which is as recorded, tells where it differs from what is rendered now.
    assert (found.record.dirty, wrong_files(found)) == (True, {})
    assert wrong_renders(found) == {"prod app": ("differs", ["port"])}
    (folder / "app.yaml").write_text("port: 84\n")
    found = verified(root)
    assert wrong_files(found) == {"app.yaml": ("differs", [])}
    assert wrong_renders(found) == {"prod app": ("differs", [])}


def test_a_commit_that_is_lost(root: Path) -> None:
    folder = rendered(root)
    record = json.loads((folder / ".lamina.json").read_text())
    (folder / ".lamina.json").write_text(json.dumps({**record, "commit": "1" * 40}))
    found = verified(root)
    assert found.state == "same"
    assert found.lost == f"no revision {'1' * 40}"


def test_far_from_the_repository_only_the_files_are_told(root: Path) -> None:
    folder = rendered(root)

    def lost(commit: str) -> Project:
        raise Failure("no git here")

    found = verify(folder, Failure("no repository"), lost)
    assert (found.state, found.problem, found.lost) == ("cannot-tell", "no repository", "no git here")
    assert [one.state for one in found.files] == ["same", "same"]
    (folder / "app.yaml").write_text("port: 1\n")
    assert verify(folder, Failure("no repository"), lost).state == "differs"


def test_what_a_local_layer_did_cannot_be_told(root: Path) -> None:
    rendered(root, overrides=(Override("mine/app.yaml", b"name: mine\n"),))
    found = verified(root)
    assert wrong_renders(found) == {"prod app": ("cannot-tell", []), "prod web": ("cannot-tell", [])}
    assert "--layer" in (found.renders[0].reason or "")
    rendered(root, overrides=(Override("mine/app.yaml", b"name: shop\n"),))
    assert verified(root).state == "same"


@pytest.mark.parametrize("mode", MODES)
def test_another_secret_is_another_render(mode: SecretsMode, sealed: Path) -> None:
    rendered(sealed, secrets=mode)
    seal(sealed, "hunter3")
    found = verified(sealed)
    assert wrong_files(found) == {}
    assert wrong_renders(found) == {"prod app": ("differs", ["password"])}
    # Where what was recorded cannot be made again, the file does not show the place.
    rendered(sealed, secrets=mode)
    seal(sealed, "hunter4")
    assert wrong_renders(verified(sealed)) == {"prod app": ("differs", [])}


def test_opened_secrets_are_told_with_a_key_alone(sealed: Path) -> None:
    folder = rendered(sealed, secrets="unseal")
    found = verified(sealed)
    assert (found.state, wrong_renders(found)) == ("cannot-tell", {})
    assert wrong_files(found) == {"app.yaml": ("cannot-tell", [])}
    assert verified(sealed, keyring=Keyring(ANN.env)).state == "same"
    found = verified(sealed, keyring=Keyring(Person().env))
    assert wrong_files(found) == {"app.yaml": ("cannot-tell", [])}
    assert "environments/prod/app.sops.yaml" in (found.files[0].reason or "")
    text = (folder / "app.yaml").read_text()
    (folder / "app.yaml").write_text(text.replace("hunter2", "hunter3"))
    assert verified(sealed).state == "cannot-tell"
    assert wrong_files(verified(sealed, keyring=Keyring(ANN.env))) == {"app.yaml": ("differs", ["password"])}
    # What is not secret can be told without a key.
    (folder / "app.yaml").write_text(text.replace("shop", "mart"))
    assert wrong_files(verified(sealed)) == {"app.yaml": ("differs", ["name"])}
    seal(sealed, "hunter4")
    assert wrong_renders(verified(sealed)) == {"prod app": ("differs", ["password"])}
    git(sealed, "checkout", "--orphan", "other")
    (folder / "app.yaml").write_text(text)
    assert wrong_files(verified(sealed, keyring=Keyring(ANN.env))) == {}


def test_opened_secrets_whose_render_cannot_be_made_again(sealed: Path) -> None:
    seal(sealed, "not committed")
    rendered(sealed, secrets="unseal", dirty=True)
    git(sealed, "checkout", "--", ".")
    found = verified(sealed, keyring=Keyring(ANN.env))
    assert wrong_files(found) == {"app.yaml": ("cannot-tell", [])}
    assert wrong_renders(found) == {"prod app": ("differs", [])}
    assert found.state == "differs"


DEEP = b"[" * 100_000
Change = Callable[[dict[str, Any]], Any]


def entry(key: str, value: object) -> Change:
    return lambda record: record["environments"]["prod"]["app"].update({key: value})


BAD: dict[str, bytes | Change] = {
    "nothing": b"",
    "no JSON": b"\xff{",
    "deep": DEEP,
    "deep maps": b'{"a":' * 100_000,
    "a list": b"[]",
    "null": b"null",
    "a huge number": b"1" * 100_000,
    "a lone surrogate": b'{"lamina": "\\ud800"}',
    "of something else": b'{"lamina": "0.1.0"}',
    "above": entry("file", "../r/environments/base/app.yaml"),
    "absolute": entry("file", "/etc/passwd"),
    "itself": entry("file", "."),
    "empty": entry("file", ""),
    "around": entry("file", "x/../../r/lamina.yaml"),
    "a NUL": entry("file", "a\0b"),
    "no text": entry("file", ["app.yaml"]),
    "the same file": entry("file", "web.yaml"),
    "no digest": entry("digest", "sha256:xyz"),
    "a number for a digest": entry("written", 7),
    "an expression for a commit": lambda record: record.update(commit=":/first"),
    "an option for a commit": lambda record: record.update(commit="--upload-pack=x"),
    "no environments": lambda record: record.update(environments=[]),
    "no entries": lambda record: record["environments"].update(prod=7),
    "no mode of secrets": lambda record: record.update(secrets="show"),
    "no list of overrides": lambda record: record.update(overrides={"document": "app"}),
    "no override": lambda record: record.update(overrides=[{"document": 1, "file": "x"}]),
    "not said whether nested": lambda record: record.pop("nested"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_record_is_a_failure(name: str, root: Path) -> None:
    folder, bad = rendered(root), BAD[name]
    record = json.loads((folder / ".lamina.json").read_text())
    if callable(bad):
        bad(record)
    (folder / ".lamina.json").write_bytes(bad if isinstance(bad, bytes) else json.dumps(record).encode())
    with pytest.raises(BadRecord) as failure:
        verified(root)
    assert len(failure.value.message) < 200


@pytest.mark.parametrize("environment", ["..", "a/b", "", "."])
def test_an_environment_is_no_way_out_of_the_folder(environment: str, root: Path) -> None:
    folder = rendered(root, nested=True)
    record = json.loads((folder / ".lamina.json").read_text())
    record["environments"] = {environment: record["environments"]["prod"]}
    (folder / ".lamina.json").write_text(json.dumps(record))
    with pytest.raises(BadRecord):
        verified(root)


def test_a_format_of_another_lamina(root: Path) -> None:
    folder = rendered(root)
    record = json.loads((folder / ".lamina.json").read_text())
    (folder / ".lamina.json").write_text(json.dumps({**record, "format": "toml", "lamina": "9.0"}))
    with pytest.raises(UnknownForm) as failure:
        verified(root)
    assert failure.value.hint == "verify the folder with lamina 9.0, which made it"


def test_a_record_of_another_version_may_say_more(root: Path) -> None:
    folder = rendered(root)
    record = json.loads((folder / ".lamina.json").read_text())
    (folder / ".lamina.json").write_text(json.dumps({**record, "lamina": "9.0", "more": {"x": 1}}))
    assert verified(root).state == "same"


def test_a_link_for_a_folder_is_not_followed(root: Path) -> None:
    folder = rendered(root, ("dev", "prod"), nested=True)
    elsewhere = root.parent / "elsewhere"
    (folder / "dev").rename(elsewhere)
    (folder / "dev").symlink_to(elsewhere)
    assert wrong_files(verified(root)) == {
        "dev/app.yaml": ("missing", []),
        "dev/web.yaml": ("missing", []),
        "dev": ("extra", []),
    }


@pytest.mark.parametrize("what", ["nothing", "a link", "a folder"])
def test_a_folder_without_a_record(what: str, root: Path) -> None:
    folder = rendered(root)
    record = (folder / ".lamina.json").rename(root.parent / "record")
    if what == "a link":
        (folder / ".lamina.json").symlink_to(record)
    if what == "a folder":
        (folder / ".lamina.json").mkdir()
    with pytest.raises(NotRendered):
        verified(root)


def test_no_folder(root: Path) -> None:
    with pytest.raises(CannotLook):
        verified(root)
    (root.parent / "out").touch()
    with pytest.raises(CannotLook):
        verified(root)


def test_a_file_that_may_not_be_read(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = rendered(root)
    (folder / "app.yaml").write_bytes(b"x" * 1000)
    monkeypatch.setattr("lamina.project.verifying._LARGEST_FILE", 999)
    found = verified(root)
    assert wrong_files(found) == {"app.yaml": ("cannot-tell", [])}
    assert found.state == "cannot-tell"
