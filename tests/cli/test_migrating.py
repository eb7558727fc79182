"""`lamina migrate`: what is outdated, the patch, the rewriting; sealed layers; and all that may be wrong."""

import os
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest
from conftest import Builder, Lamina
from sealing import VERSION_PLAIN, Person, sealed_for

V1 = """
    type: object
    additionalProperties: false
    properties:
      retries: {type: integer}
      timeout_seconds: {type: integer}
      level: {enum: [low, high]}
      url: {type: string}
      server:
        type: object
        additionalProperties: false
        properties: {port: {type: integer}, host: {type: string}, password: {type: string, x-secret: true}}
"""
V2 = """
    type: object
    additionalProperties: false
    required: [region]
    properties:
      timeout_milliseconds: {type: integer}
      level: {enum: [quiet, loud]}
      url: {type: string}
      region: {type: string}
      execution: {properties: {retry: {properties: {max: {type: integer}}}}}
      server: {type: object, additionalProperties: false, properties: {host: {type: string}}}
      listener: {properties: {port: {type: integer}, login: {properties: {password: {type: string, x-secret: true}}}}}
"""
MIGRATION = """
    operations:
      - move: {from: retries, to: execution.retry.max}
      - rename: {path: timeout_seconds, to: timeout_milliseconds}
      - convert: {path: timeout_milliseconds, factor: 1000}
      - convert: {path: level, values: {low: quiet, high: loud}}
      - move: {from: server.port, to: listener.port}
      - move: {from: server.password, to: listener.login.password}
      - set-default: {path: region, value: eu}
"""
REPOSITORY = {
    "schemas/app/v1.schema.yaml": V1,
    "schemas/app/v2.schema.yaml": V2,
    "schemas/app/v2.migration.yaml": MIGRATION,
    "schemas/web/v1.schema.yaml": "type: object\n",
    "environments/base/app.yaml": """
        # What all share.
        schemaVersion: 1

        # Two were not enough.
        retries: 3  # three
        timeout_seconds: 30
        server:
          # the port
          port: 80
          host: x
        url: http://x:${server.port}/
    """,
    "environments/base/web.yaml": "port: ${app:server.port}\n",
    "environments/prod/app.yaml": "schemaVersion: 1\nlevel: high\nserver: !replace {host: y, port: 8}\n",
    "environments/dev/app.yaml": "schemaVersion: 2\nlevel: loud\n",
}
REWRITTEN = """\
# What all share.
schemaVersion: 2

timeout_milliseconds: 30000
server:
  host: x
url: http://x:${listener.port}/
execution:
  retry:
    # Two were not enough.
    max: 3  # three
listener:
  # the port
  port: 80
region: eu
"""


def test_layers_of_several_versions_live_together(repository: Builder, lamina: Lamina) -> None:
    root = repository(REPOSITORY)
    assert lamina("validate", cwd=root).code == 0
    assert lamina("render", "prod", "app", cwd=root).out == (
        "region: eu\ntimeout_milliseconds: 30000\nserver:\n  host: \"y\"\nurl: http://x:8/\n"
        "execution:\n  retry:\n    max: 3\nlistener:\n  port: 8\nlevel: loud\n"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("app:execution.retry.max", "environments/base/app.yaml:5:10"),
        ("app:timeout_milliseconds", "environments/base/app.yaml:6:18"),
        ("app:level", "environments/prod/app.yaml:2:8"),
        ("app:listener.port", "environments/prod/app.yaml:3:34"),
        ("app:region", "schemas/app/v2.migration.yaml:8:40"),
    ],
)
def test_explain_names_the_place_that_the_file_has(
    address: str, place: str, repository: Builder, lamina: Lamina
) -> None:
    assert f"* {place} " in lamina("explain", "prod", address, cwd=repository(REPOSITORY)).out


def test_check_is_the_gate(repository: Builder, lamina: Lamina) -> None:
    root = repository(REPOSITORY)
    outcome = lamina("migrate", "--check", cwd=root)
    assert (outcome.code, outcome.out.splitlines()) == (
        1,
        [
            "environments/base/app.yaml:2:16: version 1, and 2 is the newest",
            "environments/prod/app.yaml:1:16: version 1, and 2 is the newest",
            "environments/base/web.yaml:1:7: ${app:server.port} is ${app:listener.port} today",
            "2 layers and 1 reference outdated",
        ],
    )
    assert lamina("migrate", "--write", cwd=root).code == 0
    outcome = lamina("migrate", cwd=root)
    assert (outcome.code, outcome.out) == (0, "all layers are current\n")


def test_write_keeps_comments_and_all_else(repository: Builder, lamina: Lamina) -> None:
    root = repository(REPOSITORY)
    before = lamina("render", "prod", "--format", "json", cwd=root).out
    assert lamina("migrate", "--write", cwd=root).code == 0
    assert (root / "environments/base/app.yaml").read_text() == REWRITTEN
    assert (root / "environments/base/web.yaml").read_text() == "port: ${app:listener.port}\n"
    assert (root / "environments/dev/app.yaml").read_text() == "schemaVersion: 2\nlevel: loud\n"
    import json

    assert json.loads(lamina("render", "prod", "--format", "json", cwd=root).out) == json.loads(before)


def test_the_preview_is_the_patch_that_is_written(repository: Builder, lamina: Lamina, tmp_path: Path) -> None:
    odd = {"environments/prod/app.yaml": b"schemaVersion: 1\r\nretries: 4\r\n# no line end"}
    root = repository(REPOSITORY | odd)
    patch = lamina("migrate", "--preview", cwd=root)
    assert patch.code == 0
    before = _files(root)
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    subprocess.run(["git", "apply", "-"], cwd=root, input=patch.out.encode(), check=True)
    applied = _files(root)
    for name, data in before.items():
        (root / name).write_bytes(data)
    assert lamina("migrate", "--write", cwd=root).code == 0
    assert _files(root) == applied != before


def _files(root: Path) -> dict[str, bytes]:
    return {str(file.relative_to(root)): file.read_bytes() for file in sorted(root.glob("environments/**/*.*"))}


def test_only_the_environments_that_are_named(repository: Builder, lamina: Lamina) -> None:
    root = repository(REPOSITORY)
    assert lamina("migrate", "--write", "prod", cwd=root).code == 0
    assert (root / "environments/prod/app.yaml").read_text().startswith("schemaVersion: 2")
    assert (root / "environments/base/app.yaml").read_text().startswith("# What all share.\nschemaVersion: 1")
    assert lamina("validate", cwd=root).code == 0


SEALED = "schemaVersion: 1\nserver:\n  # whose\n  password: hunter2\nurl: u\n"


def test_a_sealed_layer_is_sealed_again_under_the_new_path(repository: Builder, lamina: Lamina) -> None:
    ada = Person()
    root = repository(
        REPOSITORY | {"environments/prod/app.sops.yaml": sealed_for(ada, text=SEALED, rule=VERSION_PLAIN)}
    )
    file = root / "environments/prod/app.sops.yaml"
    before = file.read_text()
    preview = lamina("migrate", "--preview", cwd=root, env=ada.env)
    assert "hunter2" not in preview.out
    assert lamina("migrate", "--write", cwd=root, env=ada.env).code == 0
    after = file.read_text()
    assert after.startswith("schemaVersion: 2\n")
    assert "hunter2" not in after
    kept = [line for line in before.splitlines() if line.startswith("url:")]
    assert kept == [line for line in after.splitlines() if line.startswith("url:")]
    got = lamina("get", "prod", "app:listener.login.password", "--secrets", "unseal", cwd=root, env=ada.env)
    assert got.out == "hunter2\n"
    file.write_text(before)
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    for name, text in REPOSITORY.items():
        (root / name).write_text(dedent(text).removeprefix("\n"))
    subprocess.run(["git", "apply", "-"], cwd=root, input=preview.out.encode(), check=True)
    assert file.read_text() == after


def test_without_a_key_nothing_is_written(repository: Builder, lamina: Lamina) -> None:
    root = repository(
        REPOSITORY | {"environments/prod/app.sops.yaml": sealed_for(Person(), text=SEALED, rule=VERSION_PLAIN)}
    )
    before = _files(root)
    outcome = lamina("migrate", "--write", cwd=root, env={"HOME": str(root)})
    assert outcome.code == 3
    assert "environments/prod/app.sops.yaml" in outcome.err
    assert _files(root) == before


def test_plain_leaves_sealed_layers_at_their_version(repository: Builder, lamina: Lamina) -> None:
    sealed = sealed_for(ada := Person(), text=SEALED, rule=VERSION_PLAIN)
    root = repository(REPOSITORY | {"environments/prod/app.sops.yaml": sealed})
    assert lamina("migrate", "--write", "--plain", cwd=root).code == 0
    assert (root / "environments/prod/app.sops.yaml").read_bytes() == sealed
    assert lamina("validate", cwd=root).code == 0
    got = lamina("get", "prod", "app:listener.login.password", "--secrets", "unseal", cwd=root, env=ada.env)
    assert got.out == "hunter2\n"
    assert lamina("migrate", "--plain", cwd=root).code == 0
    assert "app.sops.yaml:1:16: version 1, and 2 is the newest, sealed" in lamina("migrate", cwd=root).out


def test_set_refuses_a_layer_of_an_older_version(repository: Builder, lamina: Lamina) -> None:
    root = repository(REPOSITORY)
    outcome = lamina("set", "prod", "app:level", "quiet", cwd=root)
    assert outcome.code == 1
    assert "environments/prod/app.yaml is of version 1" in outcome.err
    assert lamina("set", "dev", "app:level", "quiet", cwd=root).code == 0


BAD = {
    "no such operation": ("- renam: {path: a, to: b}", ":2:5: error: there is no operation renam"),
    "a wrong field": ("- rename: {path: retries, too: b}", ":2:29: error: rename has no too"),
    "a missing field": ("- rename: {path: retries}", ":2:13: error: rename lacks to"),
    "no path": ("- remove: {path: a..b}", ":2:20: error: 'a..b' is not a path"),
    "an index": ("- remove: {path: 'a[0].b'}", "names one item, and its place is another in each layer"),
    "below itself": ("- move: {from: server, to: server.all}", "server cannot move below itself"),
    "onto its own map": (
        "- move: {from: server.port, to: server}",
        "server.port cannot take the place of what it stands in",
    ),
    "a cycle": (
        "- rename: {path: retries, to: a}\n  - rename: {path: a, to: b}\n  - rename: {path: b, to: retries}",
        "the moves lead back to where they began: retries -> a -> b -> retries",
    ),
    "two write one path": (
        "- rename: {path: retries, to: a}\n  - rename: {path: level, to: a}",
        "operation 0 writes a as well",
    ),
    "nothing left": ("- remove: {path: server}\n  - remove: {path: server.port}", "nothing is left at server.port"),
    "an unknown path": ("- remove: {path: server.prot}", "the version before has no server.prot"),
    "a place that is taken": ("- move: {from: retries, to: server.host}", "the version before has server.host itself"),
    "a default in every item": ("- set-default: {path: 'a[*].b', value: 1}", "this would set nothing"),
    "out of its item": ("- move: {from: 'a[*].b', to: c}", "a value would leave its item"),
    "two ways to convert": ("- convert: {path: retries, type: string, factor: 2}", "convert says in one way how"),
    "a factor of nought": ("- convert: {path: retries, factor: 0}", "a factor is a number other than nought"),
    "not a list": ("a: 1", "a migration is operations, a list"),
    "not YAML": ("- [", "not YAML"),
}


@pytest.mark.parametrize(("operation", "message"), BAD.values(), ids=BAD)
def test_a_wrong_migration_is_a_finding_on_it(
    operation: str, message: str, repository: Builder, lamina: Lamina
) -> None:
    files = {**REPOSITORY, "schemas/app/v2.migration.yaml": f"operations:\n  {operation}\n"}
    root = repository(files)
    outcome = lamina("validate", cwd=root)
    assert outcome.code == 1
    assert message in outcome.out
    assert "schemas/app/v2.migration.yaml:" in outcome.out
    assert lamina("render", "prod", "app", cwd=root).code == 1
    before = _files(root)
    assert lamina("migrate", "--write", cwd=root).code == 1
    assert _files(root) == before


FINDINGS: dict[str, tuple[dict[str, str], str]] = {
    "a gap": (
        {"schemas/app/v4.schema.yaml": V2},
        "schemas/app/v4.schema.yaml:1:1: error: between version 2 and version 4",
    ),
    "a version without a migration": (
        {"schemas/app/v3.schema.yaml": V2},
        "schemas/app/v3.schema.yaml:1:1: error: nothing says how a layer of version 2 becomes one of version 3",
    ),
    "a migration without a version": (
        {"schemas/app/v3.migration.yaml": "operations: []\n"},
        "schemas/app/v3.migration.yaml:1:1: error: app has no version 3",
    ),
    "a migration to the first version": (
        {"schemas/app/v1.migration.yaml": "operations: []\n"},
        "schemas/app/v1.migration.yaml:1:1: error: version 1 is the first",
    ),
    "a layer newer than the newest schema": (
        {"environments/dev/app.yaml": "schemaVersion: 3\n"},
        "environments/dev/app.yaml:1:16: error: the layer is of version 3, and the newest schema is version 2",
    ),
    "a layer without a version": (
        {"environments/dev/app.yaml": "level: low\n"},
        "environments/dev/app.yaml:1:1: error: the kind has 2 versions",
    ),
    "a key in the old and in the new place": (
        {
            "environments/prod/app.yaml": "schemaVersion: 1\nserver: {port: 1}\nlistener: {port: 2}\n",
        },
        "environments/prod/app.yaml:2:16: error: listener.port cannot take what moves there: something stands there already",
    ),
    "a value that does not convert": (
        {"environments/prod/app.yaml": "schemaVersion: 1\ntimeout_seconds: soon\n"},
        "environments/prod/app.yaml:2:18: error: this version cannot convert the value: a factor is for numbers",
    ),
    "a reference that is converted, and leads to what is not": (
        {"environments/prod/app.yaml": "schemaVersion: 1\ntimeout_seconds: ${retries}\n"},
        "environments/prod/app.yaml:2:18: error: this reference leads to a value that this version does not convert",
    ),
    "a reference above what moves": (
        {"environments/prod/app.yaml": "schemaVersion: 1\nserver: ${web:server}\n"},
        "environments/prod/app.yaml:2:9: error: a reference stands above what this version moves",
    ),
}


@pytest.mark.parametrize(("files", "message"), FINDINGS.values(), ids=FINDINGS)
def test_what_keeps_a_layer_from_being_raised_is_a_finding(
    files: dict[str, str], message: str, repository: Builder, lamina: Lamina
) -> None:
    root = repository(REPOSITORY | files)
    outcome = lamina("validate", cwd=root)
    assert outcome.code == 1
    assert message in outcome.out


def test_a_migration_that_fails_on_layers_writes_nothing_and_lists_all(repository: Builder, lamina: Lamina) -> None:
    bad = {
        "environments/prod/app.yaml": "schemaVersion: 1\ntimeout_seconds: soon\n",
        "environments/dev/app.yaml": "schemaVersion: 1\nserver: {port: 1}\nlistener: {port: 2}\n",
    }
    root = repository(REPOSITORY | bad)
    before = _files(root)
    outcome = lamina("migrate", "--write", cwd=root)
    assert outcome.code == 1
    assert "2 of 4 files cannot be rewritten, so nothing was written" in outcome.err
    assert "environments/prod/app.yaml:2:18" in outcome.err
    assert "environments/dev/app.yaml:2:16" in outcome.err
    assert _files(root) == before


def test_lists_that_would_come_together_otherwise_are_refused(repository: Builder, lamina: Lamina) -> None:
    item = "items: {type: object, properties: {name: {type: string}, id: {type: string}}}"
    files = {
        "schemas/app/v1.schema.yaml": f"properties:\n  hooks: {{type: array, x-merge: {{by: name}}, {item}}}\n",
        "schemas/app/v2.schema.yaml": f"properties:\n  hooks: {{type: array, x-merge: {{by: id}}, {item}}}\n",
        "schemas/app/v2.migration.yaml": "operations: []\n",
        "environments/dev/app.yaml": "schemaVersion: 1\nhooks: [{name: a}]\n",
    }
    root = repository(files)
    assert (
        "layers of hooks come together otherwise than in the version before: by id, not by name"
        in lamina("validate", cwd=root).out
    )
    (root / "schemas/app/v2.migration.yaml").write_text("operations:\n  - rename: {path: 'hooks[*].name', to: id}\n")
    (root / "schemas/app/v1.schema.yaml").write_text(
        files["schemas/app/v1.schema.yaml"].replace(", id: {type: string}", "")
    )
    assert lamina("validate", cwd=root).code == 0
    (root / "schemas/app/v2.migration.yaml").write_text(
        "operations:\n  - convert: {path: 'hooks[*].name', values: {a: b}}\n"
    )
    assert "the items of hooks are matched by name" in lamina("validate", cwd=root).out


def test_a_full_disk_leaves_every_file_as_it_was(
    repository: Builder, lamina: Lamina, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = repository(REPOSITORY)
    before = _files(root)
    replace, done = os.replace, []

    def failing(source: Path, target: Path) -> None:
        if len(done) == 1:
            done.append(target)
            raise OSError(28, "No space left on device")
        done.append(target)
        replace(source, target)

    monkeypatch.setattr("os.replace", failing)
    outcome = lamina("migrate", "--write", cwd=root)
    assert outcome.code == 3
    assert "No space left on device" in outcome.err
    assert _files(root) == before
    assert not list(root.glob("environments/**/.*"))


def test_the_modes_exclude_each_other(repository: Builder, lamina: Lamina) -> None:
    assert lamina("migrate", "--check", "--write", cwd=repository(REPOSITORY)).code == 2


def test_a_death_in_the_middle_leaves_whole_files_that_work_together(repository: Builder, lamina: Lamina) -> None:
    root = repository(REPOSITORY)
    before = _files(root)
    program = (
        "import os, signal, sys\n"
        "replace, count = os.replace, [0]\n"
        "def dying(source, target):\n"
        "    count[0] += 1\n"
        "    os.kill(os.getpid(), signal.SIGKILL) if count[0] == 2 else replace(source, target)\n"
        "os.replace = dying\n"
        "sys.argv = ['lamina', 'migrate', '--write']\n"
        "from lamina.cli.main import run\n"
        "run()\n"
    )
    died = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, check=False)
    assert died.returncode == -9
    changed = [
        name
        for name, data in _files(root).items()
        if not name.rpartition("/")[2].startswith(".") and before[name] != data
    ]
    assert changed == ["environments/base/app.yaml"]
    assert lamina("validate", cwd=root).code == 0
    assert lamina("migrate", "--write", cwd=root).code == 0
    assert lamina("migrate", cwd=root).code == 0
