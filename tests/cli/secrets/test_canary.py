"""Planted secrets show nowhere but where a command was asked to show them: every byte that every command writes is searched.

Each command runs as a process of its own, with a home, a folder for temporary files and a folder in memory of its own.
"""

import os
import secrets
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from conftest import Lamina
from running import Outcome, surroundings
from sealing import VERSION_PLAIN, Person, sealed_for

from lamina.cli.backup import COMMANDS as BACKUP
from lamina.cli.main import COMMANDS as ALL
from lamina.cli.secrets import COMMANDS
from lamina.cli.snapshot import COMMANDS as SNAPSHOT
from lamina.cli.state import COMMANDS as STATE

ANN, BOB = Person(), Person()
# Of this run alone: another one may edit a file in memory at the same time.
MARK = secrets.token_hex(4)
TEXT, NUMBER = f"canary-{MARK}", 700_000_000_000 + secrets.randbelow(10**11)
LONG, COMMENT = f"canary-line-{MARK}", f"canary-comment-{MARK}"
FILE = "environments/prod/app.sops.yaml"
SCHEMA = """\
type: object
additionalProperties: false
properties:
  host: {type: string}
  url: {type: string, maxLength: 40}
  db:
    type: object
    additionalProperties: false
    properties:
      password: {type: string, x-secret: true, maxLength: 30}
      pin: {type: integer, x-secret: true}
      key: {type: string, x-secret: true}
"""
PLAIN = f"# {COMMENT}\ndb:\n  password: {TEXT}\n  pin: {NUMBER}\n  key: |\n    {LONG}\n    second line\n"
RULES = f"creation_rules:\n- unencrypted_regex: ^schemaVersion$\n  age: {ANN.recipient}\n"
WRONG_RULES = f"creation_rules:\n- encrypted_regex: ^pin$\n  age: {ANN.recipient},{BOB.recipient}\n"
TESTS = """\
tests:
  - {name: a value, environment: prod, expect: {values: {"app:db.password": x, "app:db": {pin: 1}, "app:url": x}}}
  - {name: nothing, environment: prod, expect: {absent: ["app:db"], findings: none}}
  - {name: a condition, environment: prod, expect: {holds: ['documents.app.db.password == "x"']}}
  - {name: an impact, environment: prod, with: {app: {host: i, db: {pin: x}}}, expect: {impact: none}}
"""
KEYLESS = [
    ["list"], ["list", "prod"], ["get", "prod", "app"], ["get", "prod", "app:db.password"], ["explain", "prod", "app:db"],
    ["explain", "prod", "app:url"], ["validate"], ["render", "prod"], ["render", "prod", "-o", "out", "--secrets", "omit"],
    ["render", "prod", "-o", "out", "--secrets", "redact"], ["verify", "out"],
    ["watch", "prod", "-o", "link", "--secrets", "redact", "--exec", "sh -c 'kill $PPID'"],
    ["watch", "prod", "--serve", "unix:s", "--token-file", "t", "--", "sh", "-c", "kill $PPID"],
    ["watch", "prod", "-o", "link", "--secrets", "omit", "--format", "json", "--", "sh", "-c", "kill $PPID"],
    ["verify", "out", "--unseal"], ["verify", "out", "--at", "HEAD", "--format", "json"], ["diff", "prod", "dev"], ["doctor"],
    ["doctor", "--github"],
    ["migrate"], ["migrate", "--preview"], ["schema", "diff", "app"], ["example", "app", "--all"],
    ["schema", "export", "app"],
    ["docs"], ["docs", "-o", "all.md"], ["docs", "--check"], ["ide"], ["ide", "--modelines"], ["ide", "--check"],
    ["example", "app", "--invalid"], ["test"], ["test", "--format", "json"], ["test", "-v", "--format", "junit"],
    ["blame", "prod", "app"], ["explain", "prod", "app:db.password", "--commits"], ["render", "prod", "--at", "HEAD"],
    ["get", "prod", "app", "--at", "HEAD"], ["diff", "prod@HEAD", "prod"],
    ["migrate", "--check"], ["migrate", "--preview"], ["migrate", "--write"],
    ["log", "prod"], ["log", "prod", "app:db.password"], ["impact", "--base", "HEAD"],
    ["graph"], ["graph", "prod", "--format", "json"], ["size"], ["size", "prod", "--format", "json"],
    ["profile", "get", "prod", "app:db.password"], ["profile", "--format", "json", "validate"],
    ["graph", "prod", "--why", "app:db.password"], ["graph", "prod", "--format", "dot"],
    ["impact", "--base", "HEAD~1", "--format", "markdown"], ["promote", "prod", "dev", "--dry-run"],
    ["rollback", "prod", "--to", "HEAD~1", "--secrets"], ["rollback", "prod", "--to", "HEAD"], ["revert", "HEAD"],
    ["set", "prod", "app:host", "h3", "--commit"], ["promote", "prod", "dev", "app:db", "--format", "json"],
    ["bisect", "prod", 'documents.app.db.password.startsWith("canary")', "HEAD~1", "HEAD"],
    ["bisect", "prod", "has(documents.app.db)", "HEAD~1", "HEAD", "--format", "json"],
    ["set", "prod", "app:host", "h2"], ["unset", "prod", "app:host"], ["set", "prod", "app:db.password", "x"],
    ["set", "prod", "app:host", "h2", "--branch", "side"], ["set", "prod", "app:db.password", "x", "--branch", "side"],
    ["migrate", "--write", "--branch", "up"],
    ["fix", "--diff", "--unsafe"], ["fix", "--unsafe", "--format", "json"],
    ["snapshot", "create", "prod"], ["snapshot", "push", "prod"], ["snapshot", "pull", "prod"], ["snapshot", "list", "prod"],
    ["snapshot", "show", "prod", "latest"], ["snapshot", "diff", "prod", "@1", "latest"], ["snapshot", "verify", "prod"],
    ["snapshot", "restore", "prod"], ["snapshot", "prune", "prod"],
    ["check", "--shard", "1/2", "--format", "json"], ["validate", "--shard", "1/1", "--format", "json"], ["join", FILE],
    ["render", "prod", "-o", "part", "--secrets", "redact", "--shard", "1/1"], ["join", "part", "-o", "whole"],
    ["check"], ["check", "--format", "sarif"], ["rule"], ["check", "--staged"], ["validate", "--staged"],
    ["check", "--message", FILE], ["hooks", "install"], ["hooks", "install", "--undo"],
    ["validate", "--format", "junit"], ["validate", "--format", "sarif"], ["secrets", "check", "--format", "junit"],
    ["secrets", "check"], ["secrets", "check", "--mac", "--notes"], ["secrets", "access"], ["secrets", "textconv", FILE],
    ["audit", "verify", "prod"], ["audit", "log", "prod"],
    ["secrets", "git-setup"], ["secrets", "updatekeys", "--check"], ["secrets", "updatekeys", "--yes"],
    ["secrets", "rotate", FILE], ["secrets", "reseal", "--yes"], ["secrets", "revoke", BOB.recipient, "--yes"],
    ["secrets", "diff"], ["secrets", "merge", FILE, FILE, FILE], ["secrets", "set", "prod", "app:db.password", "x"],
    ["secrets", "set", "prod", "app:db.pasword", "x"], ["secrets", "set", "prod", "app:db", "x"],
    ["secrets", "unset", "prod", "app:db.pin"], ["secrets", "get", "prod", "app:db.pasword"],
    ["secrets", "decrypt", FILE, "--extract", '["db"]["x"]'], ["secrets", "encrypt", FILE],
    ["secrets", "edit", FILE], ["secrets", "keygen"], ["secrets", "exec", "prod", "--", "true"], ["init", "new"],
    ["state", "runs", "prod"], ["state", "show", "prod", "r"], ["state", "history", "prod", "r"], ["state", "stats", "prod"],
    ["state", "timeline", "prod", "r"], ["state", "export", "prod", "r"], ["state", "resume", "prod", "r"],
    ["state", "import", "prod", "--file", FILE], ["state", "vacuum", "prod"], ["state", "rebuild", "prod"],
    ["state", "fsck", "prod"], ["state", "cleanup", "prod"],
    ["cache", "info"], ["cache", "clear"],
    ["backup", "create", "prod", "-o", "b.tar"], ["backup", "verify", "b.tar"],
    ["backup", "restore", "b.tar", "--into", "restored.sqlite"], ["backup", "drill", "prod"],
]  # fmt: skip
# What shows secrets because it was asked to; the rest of what these commands write is searched all the same.
SHOWING = [
    ["render", "prod", "--secrets", "unseal"], ["get", "prod", "app:db.password", "--secrets", "unseal"],
    ["secrets", "decrypt", FILE], ["secrets", "get", FILE], ["secrets", "exec", "prod", "--", "env"],
    ["secrets", "decrypt", FILE, "--output-type", "json"], ["secrets", "diff", "--reveal"],
]  # fmt: skip


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A repository in git, a home, and folders for what is temporary."""
    root = tmp_path / "repository"
    for name in ("environments/prod", "environments/dev", "environments/base", "schemas/app"):
        (root / name).mkdir(parents=True)
    for name in ("home", "tmp", "memory"):
        (tmp_path / name).mkdir(mode=0o700)
    (root / "schemas/app/v1.schema.yaml").write_text(SCHEMA)
    (root / ".sops.yaml").write_text(RULES)
    (root / "tests/config").mkdir(parents=True)
    (root / "tests/config/app.yaml").write_text(TESTS)
    (root / "environments/base/app.yaml").write_text("host: h\nurl: pg://${db.password}@${host}\n")
    for name in ("prod", "dev"):
        file = root / f"environments/{name}/app.sops.yaml"
        file.write_bytes(sealed_for(ANN, BOB, text=PLAIN, rule=VERSION_PLAIN))
    begin = ["commit", "--allow-empty", "-qm", "Begin"]
    for words in (["init", "-q"], begin, ["add", "."], ["commit", "-qm", "Configure"]):
        subprocess.run(["git", *words], cwd=root, env=surroundings(), check=True)
    (root / "environments/prod/app.yaml").write_text("host: prod.h\n")
    (root / "environments/dev/app.sops.yaml").write_bytes(sealed_for(ANN, BOB, text=PLAIN, rule=VERSION_PLAIN))
    for words in (["add", "."], ["commit", "-qm", "Change"], ["tag", "start"]):
        subprocess.run(["git", *words], cwd=root, env=surroundings(), check=True)
    return root


def env(place: Path, key: bool) -> dict[str, str]:
    """Everything that could be written to is in the test's own folder."""
    folder = place.parent
    editor = "sh -c 'sed -i s/second/2nd/ \"$0\"'"
    own = {"HOME": str(folder / "home"), "TMPDIR": str(folder / "tmp"), "XDG_RUNTIME_DIR": str(folder / "memory")}
    return own | {"SOPS_EDITOR": editor} | (ANN.env if key else {})


def traces(data: bytes) -> list[str]:
    """The planted values that bytes hold."""
    planted = (TEXT, str(NUMBER), LONG, COMMENT, ANN.secret, BOB.secret)
    return [one for one in planted if one.encode() in data]


def left_behind(place: Path) -> Iterator[tuple[str, list[str]]]:
    """The files that hold planted values, in all folders that a command could write to."""
    memory = Path("/dev/shm")
    for folder in (
        place.parent,
        # Not those of other tests, which come and go meanwhile.
        *(
            (one for one in memory.glob("*lamina*") if not one.name.startswith(("lamina-test.", "lamina-torture.")))
            if memory.is_dir()
            else ()
        ),
    ):
        # What stands in memory may be another test's, and be gone the next moment.
        below = [Path(where, name) for where, _, names in os.walk(folder) for name in names]
        for path in below or [folder]:
            with suppress(FileNotFoundError):
                if path.is_file() and (found := traces(path.read_bytes())):
                    yield str(path), found


def run(lamina: Lamina, place: Path, words: list[str], key: bool) -> Outcome:
    outcome = lamina(*words, cwd=place, env=env(place, key), apart=True)
    assert outcome.code in (0, 1, 2, 3), (words, outcome)
    return outcome


def restored(place: Path) -> None:
    """The branch and the work tree as they were, so that every command meets the same."""
    subprocess.run(["git", "reset", "-q", "--hard", "start"], cwd=place, env=surroundings(), check=True)


@pytest.mark.parametrize("rules", ["the rules of the files", "other rules"])
@pytest.mark.parametrize("key", [False, True])
def test_no_command_shows_or_leaves_a_secret(key: bool, rules: str, place: Path, lamina: Lamina) -> None:
    if rules == "other rules":
        (place / ".sops.yaml").write_text(WRONG_RULES)
        subprocess.run(["git", "commit", "-qam", "Other rules"], cwd=place, env=surroundings(), check=True)
        subprocess.run(["git", "tag", "-f", "start"], cwd=place, env=surroundings(), check=True)
    for words in KEYLESS:
        outcome = run(lamina, place, words, key)
        shown = (outcome.out + outcome.err).encode()
        assert traces(shown) == [], words
        if words != ["secrets", "reseal", "--yes"] or rules != "other rules":
            # That one is asked to leave in plain text what the rules no longer seal.
            assert list(left_behind(place)) == [], words
        restored(place)


def test_what_shows_secrets_writes_them_nowhere_else(place: Path, lamina: Lamina) -> None:
    for words in SHOWING:
        outcome = run(lamina, place, words, True)
        assert traces(outcome.err.encode()) == [], words
        assert traces(outcome.out.encode()) or "diff" in words, words
        assert list(left_behind(place)) == [], words


TAMPERINGS = {
    "a value": lambda data: data.replace(b"data:", b"data:AA", 3),
    "a type": lambda data: data.replace(b"type:str]", b"type:int]"),
    "no mac": lambda data: b"\n".join(line for line in data.split(b"\n") if b" mac:" not in line),
    "half a file": lambda data: data[: len(data) // 2],
    "a plain value": lambda data: data.replace(b"db:\n", b"db:\n  x: y\n"),
    "a conflict": lambda data: data.replace(b"db:\n", b"<<<<<<< ours\ndb:\n"),
}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_a_tampered_file_shows_nothing_of_its_values(name: str, place: Path, lamina: Lamina) -> None:
    file = place / FILE
    file.write_bytes(TAMPERINGS[name](file.read_bytes()))
    tampered = file.read_bytes()
    for words in (["secrets", "check", "--mac"], ["secrets", "edit", FILE], ["secrets", "rotate", FILE],
                  ["secrets", "set", FILE, "db.password", "x"], ["render", "prod", "--secrets", "unseal"],
                  ["secrets", "decrypt", FILE], ["secrets", "exec", "prod", "--", "env"], ["validate"],
                  ["secrets", "updatekeys", "--yes", FILE], ["secrets", "diff"]):  # fmt: skip
        outcome = run(lamina, place, words, True)
        assert traces((outcome.out + outcome.err).encode()) == [], words
        assert list(left_behind(place)) == [], words
        assert file.read_bytes() == tampered, words


_BUG = """
import lamina.thought.sealed.opening as opening
import lamina.thought.sealed.tree as tree

def documents(entries, values=None):
    raise RuntimeError(repr(dict(values or {})), str(list((values or {}).values())))

opening.documents = tree.documents = documents
"""


def test_a_bug_in_the_middle_of_opened_values_leaves_a_report_without_them(place: Path, lamina: Lamina) -> None:
    broken = place.parent / "broken"
    broken.mkdir()
    (broken / "sitecustomize.py").write_text(_BUG)
    variables = env(place, True) | {
        "PYTHONPATH": os.pathsep.join([str(broken), *os.environ.get("PYTHONPATH", "").split(":")])
    }
    outcome = lamina("render", "prod", "--secrets", "unseal", cwd=place, env=variables, apart=True)
    assert outcome.code == 4
    assert "a bug in lamina" in outcome.err
    assert traces((outcome.out + outcome.err).encode()) == []
    assert [path.name for path in (place.parent / "tmp").iterdir()] != []
    assert list(left_behind(place)) == []


def test_every_command_is_searched() -> None:
    run_here = [*KEYLESS, *SHOWING]
    assert {words[0] for words in run_here} >= set(ALL)
    assert {words[1] for words in run_here if words[0] == "secrets"} >= set(COMMANDS)
    assert {words[1] for words in run_here if words[0] == "snapshot"} >= set(SNAPSHOT)
    assert {words[1] for words in run_here if words[0] == "state"} >= set(STATE)
    assert {words[1] for words in run_here if words[0] == "backup"} >= set(BACKUP)
