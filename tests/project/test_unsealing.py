"""Sealed layers on the road: opened only when asked, merged, referred to and validated like any value, and secret."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from conftest import Builder, Lamina
from sealing import VERSION_PLAIN, Person, sealed_for

import lamina as face
from lamina.project.keyring import Keyring
from lamina.project.questions import NoKeyring
from lamina.project.road import Broken
from lamina.thought.sealed.failures import NoKey, Tampered
from lamina.words.address import parse_address

ANN, BOB = Person(), Person()
CANARY = "hunter2"
SCHEMA = """
    $schema: https://json-schema.org/draft/2020-12/schema
    type: object
    additionalProperties: false
    properties:
      host: {type: string}
      url: {type: string}
      copy: {type: string}
      port: {type: integer, maximum: 6000, x-secret: true}
      ratio: {type: number, x-secret: true}
      password: {type: string, x-secret: true, maxLength: 10}
      users:
        type: array
        x-merge: {by: name}
        items: {type: object, properties: {name: {type: string}, token: {type: string, x-secret: true}}}
"""
PLAIN = """
    host: db
    url: pg://${password}:${port}@${host}
    copy: ${password}
    users: [{name: ada}]
"""
SECRET = """
    schemaVersion: 1
    # a comment
    port: 5432
    ratio: 0.5
    password: hunter2
"""


def files(secret: str = SECRET) -> dict[str, str | bytes]:
    return {
        "schemas/app/v1.schema.yaml": SCHEMA,
        "schemas/other/v1.schema.yaml": "type: object\n",
        "environments/base/app.yaml": PLAIN,
        "environments/base/other.yaml": "theirs: ${app:password}\n",
        "environments/prod/app.sops.yaml": sealed_for(ANN, text=secret, rule=VERSION_PLAIN),
        "environments/dev/app.sops.yaml": sealed_for(BOB, text=secret, rule=VERSION_PLAIN),
    }


def open_all(root: Path, environment: str = "prod") -> dict[str, Any]:
    return dict(face.open(root).render(environment, secrets="unseal", keyring=Keyring(ANN.env)))


def test_opened_values_are_plain_data_of_their_types(repository: Builder) -> None:
    assert open_all(repository(files())) == {
        "app": {
            "host": "db",
            "url": "pg://hunter2:5432@db",
            "copy": "hunter2",
            "users": [{"name": "ada"}],
            "port": 5432,
            "ratio": 0.5,
            "password": "hunter2",
        },
        "other": {"theirs": "hunter2"},
    }


def test_an_opened_value_is_literal(repository: Builder) -> None:
    app = open_all(repository(files("password: ${host}\nport: 1\n")))["app"]
    assert app["password"] == "${host}"
    assert app["copy"] == "${host}"


def test_without_being_asked_nothing_is_opened(repository: Builder) -> None:
    rendering = face.open(repository(files())).render("prod", keyring=Keyring({"SOPS_AGE_KEY_CMD": "false"}))
    assert rendering["app"]["password"] == "<redacted>"


def test_opened_values_are_validated_in_full(repository: Builder) -> None:
    root = repository(files("password: much-too-long-hunter2\nport: 9000\n"))
    assert [finding.rule for finding in face.open(root).render("prod").findings] == []
    rendering = face.open(root).render("prod", secrets="unseal", keyring=Keyring(ANN.env))
    said = {(one.rule, str(one.position)): one.message for one in rendering.findings}
    assert {rule for rule, _ in said} == {"out-of-bounds"}
    assert {place for _, place in said} == {
        "environments/prod/app.sops.yaml:1:11",
        "environments/prod/app.sops.yaml:2:7",
    }
    assert CANARY not in str(said)
    assert "9000" not in str(said)
    with pytest.raises(Broken):
        rendering["app"]


def test_a_value_by_its_address(repository: Builder) -> None:
    project = face.open(repository(files()))
    address = parse_address("app:url")
    assert project.get("prod", address) == ("<redacted>", True)
    assert project.get("prod", address, secrets="unseal", keyring=Keyring(ANN.env)) == ("pg://hunter2:5432@db", True)
    rendering = project.render("prod", secrets="unseal", keyring=Keyring(ANN.env))
    assert rendering.value("app:port") == 5432
    assert rendering.origin("app:port").value == 5432


def test_without_a_keyring_nothing_can_be_opened(repository: Builder) -> None:
    with pytest.raises(NoKeyring):
        face.open(repository(files())).render("prod", secrets="unseal")


def test_only_the_files_that_are_asked_about_are_opened(repository: Builder) -> None:
    more: dict[str, str | bytes] = {"environments/prod/other.sops.yaml": sealed_for(BOB, text="theirs: x\n")}
    project = face.open(repository(files() | more))
    assert project.render("prod", "app", secrets="unseal", keyring=Keyring(ANN.env))["app"]["password"] == CANARY
    with pytest.raises(NoKey):
        dict(project.render("prod", secrets="unseal", keyring=Keyring(ANN.env)))


def test_a_tampered_layer_is_not_rendered(repository: Builder) -> None:
    root = repository(files())
    file = root / "environments/prod/app.sops.yaml"
    file.write_bytes(file.read_bytes().replace(b"type:int]", b"type:str]"))
    assert where_it_breaks(root) == "port"
    file.write_bytes(file.read_bytes().replace(b"type:str]", b"type:int]", 1).replace(b"port: ENC", b"moved: ENC"))
    assert where_it_breaks(root) == "moved"


def where_it_breaks(root: Path) -> str:
    """The key that the refusal is about."""
    with pytest.raises((Tampered, Broken)) as refusal:
        open_all(root)
    assert CANARY not in str(refusal.value)
    path = refusal.value.path if isinstance(refusal.value, Tampered) else refusal.value.findings[0].path
    return str(path[0]) if path else ""


def test_a_layer_that_only_its_name_calls_sealed(repository: Builder) -> None:
    root = repository(files() | {"environments/prod/app.sops.yaml": "password: hunter2\n"})
    with pytest.raises(Broken) as failure:
        open_all(root)
    assert "not-sealed" in {one.rule for one in failure.value.findings}
    assert CANARY not in str(failure.value)


def test_on_the_command_line(repository: Builder, lamina: Lamina) -> None:
    root = repository(files())
    done = lamina("render", "prod", "app", "--secrets", "unseal", "--format", "json", cwd=root, env=ANN.env)
    assert (done.code, done.err) == (0, "")
    assert json.loads(done.out)["url"] == "pg://hunter2:5432@db"
    assert lamina("get", "prod", "app:port", "--secrets", "unseal", cwd=root, env=ANN.env).out == "5432\n"
    assert "hunter2" not in lamina("render", "prod", "app", cwd=root, env=ANN.env).out


@pytest.mark.parametrize("env", [{}, BOB.env, {"SOPS_AGE_KEY_FILE": "/nowhere/keys.txt"}])
def test_without_the_key_it_stops_and_says_where_one_belongs(
    env: dict[str, str], repository: Builder, lamina: Lamina
) -> None:
    root = repository(files())
    for words in (["render", "prod", "-o", "out"], ["render", "prod"], ["get", "prod", "app:host"]):
        done = lamina(*words, "--secrets", "unseal", cwd=root, env=env)
        assert (done.code, done.out) == (3, "")
        assert "environments/prod/app.sops.yaml" in done.err
        assert ANN.recipient in done.err
        for place in ("SOPS_AGE_KEY:", "SOPS_AGE_KEY_FILE", "SOPS_AGE_KEY_CMD", ".ssh/id_ed25519", "sops/age/keys.txt"):
            assert place in done.err
        assert BOB.secret not in done.err
    assert not (root / "out").exists()


def test_a_folder_with_opened_secrets(repository: Builder, lamina: Lamina) -> None:
    root = repository(files())
    assert lamina("render", "prod", "-o", "out", "--secrets", "unseal", cwd=root, env=ANN.env).code == 0
    assert "hunter2" in (root / "out/app.yaml").read_text()
    assert (root / "out").stat().st_mode & 0o077 == 0
    opened = json.loads((root / "out/.lamina.json").read_text())
    assert lamina("render", "prod", "-o", "out", "--secrets", "redact", cwd=root).code == 0
    closed = json.loads((root / "out/.lamina.json").read_text())
    # The digests are of the same bytes, so they tell nothing of a secret, and whether the files agree all the same.
    documents = {**opened["environments"]["prod"]}
    for name, entry in closed["environments"]["prod"].items():
        assert documents[name].pop("digest") == entry["digest"]
    # The digest of the very file is told only where it holds no secret.
    assert {entry.get("written", "-") for entry in documents.values()} == {None}
    digest = "sha256:" + sha256((root / "out/app.yaml").read_bytes()).hexdigest()
    assert closed["environments"]["prod"]["app"]["written"] == digest
    assert opened["inputs"] == closed["inputs"]
    assert (opened["secrets"], closed["secrets"]) == ("unseal", "redact")


def test_a_local_layer_may_be_sealed_too(repository: Builder, lamina: Lamina) -> None:
    root = repository(files() | {"mine/app.sops.yaml": sealed_for(ANN, text="password: other\n")})
    words = ["get", "prod", "app:copy", "--layer", "mine/app.sops.yaml"]
    assert lamina(*words, "--secrets", "unseal", cwd=root, env=ANN.env).out == "other\n"
    assert lamina(*words, cwd=root, env=ANN.env).out == "<redacted>\n"


def test_a_keyring_shows_nothing() -> None:
    keyring = Keyring(ANN.env)
    assert keyring.identities([])
    assert ANN.secret not in repr(keyring) + str(keyring)
    assert ANN.secret not in repr(keyring.identities([]))
