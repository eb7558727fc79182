"""What bad input gets: a finding with its place and a way out, exit 1, and the rest still checked.

Every case stands beside a sound document and one with a finding of its own, which must be told all the same.
"""

import json
import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from conftest import Builder, Lamina
from running import COMMAND, Outcome, surroundings
from world.unprivileged import bound

SCHEMA = """
    $schema: https://json-schema.org/draft/2020-12/schema
    type: object
    additionalProperties: false
    required: [name]
    properties:
      name: {type: string}
      retries: {type: integer, minimum: 0, maximum: 9}
      level: {enum: [debug, info]}
      labels: {type: object, additionalProperties: {type: string}}
      hosts: {type: array, items: {type: string}}
"""
REPOSITORY = {
    "schemas/app/v1.schema.yaml": SCHEMA,
    "schemas/other/v1.schema.yaml": SCHEMA,
    "schemas/good/v1.schema.yaml": SCHEMA,
    "environments/base/app.yaml": "name: shop\nlabels:\n  team: core\n",
    "environments/base/good.yaml": "name: good\n",
    "environments/dev/good.yaml": "level: info\n",
    "environments/dev/other.yaml": "name: other\nretires: 1\n",
}
OTHER = ("environments/dev/other.yaml", 2, 1, "unknown-key")
APP = "environments/dev/app.yaml"


@dataclass(frozen=True)
class Case:
    """Files that are wrong, the place and rule of each finding, and a piece of one's way out."""

    files: dict[str, str | bytes]
    found: list[tuple[str, int, int, str]]
    way_out: str = ""
    related: list[tuple[str, int, int]] = field(default_factory=list)


def app(text: str | bytes, line: int, column: int, rule: str, way_out: str, **more: Any) -> Case:
    """A case whose only bad file is dev's layer of `app`."""
    return Case({APP: text}, [(APP, line, column, rule)], way_out, **more)


def bomb() -> str:
    rows = (f"x{i}: &x{i} [{', '.join([f'*x{i - 1}'] * 10)}]\n" for i in range(1, 12))
    return "x0: &x0 [lol, lol]\n" + "".join(rows)


CASES = {
    "tab indentation": app("labels:\n\tteam: x\n", 2, 1, "tab-indentation", "spaces"),
    "unclosed quote": app('level: info\nname: "x\n', 2, 7, "unclosed-quote", "close it"),
    "a line without a colon": app("name: x\nlevel info\nretries: 1\n", 2, 1, "syntax", "colon", related=[(APP, 3, 1)]),
    "open bracket": app("hosts: [a\nlevel: info\n", 1, 8, "syntax", "close the [", related=[(APP, 2, 6)]),
    "a template in place of a text": app("name: {{ x }}\n", 1, 8, "non-string-key", "put the text in quotes"),
    "duplicate key": app(
        "level: info\nretries: 1\nlevel: debug\n", 3, 1, "duplicate-key", "keep one", related=[(APP, 1, 1)]
    ),
    "<<": app("labels: &l\n  a: b\nhosts:\n- <<: x\n", 4, 3, "merge-key", "write the keys out"),
    "non-string key": app("labels:\n  1: x\n", 2, 3, "non-string-key", '"1"'),
    "unknown tag": app("hosts: !apend [x]\n", 1, 8, "unknown-tag", "!append"),
    "Python tag": app("name: !!python/object/apply:os.system [id]\n", 1, 7, "unknown-tag", "leave it out"),
    "two documents": app("level: info\n---\nlevel: debug\n", 2, 1, "several-documents", "file of its own"),
    "not UTF-8": app(b"level: info\nname: caf\xe9\n", 2, 10, "not-utf-8", "UTF-8"),
    "NUL": app(b"name: a\0b\n", 1, 8, "control-character", "delete it"),
    "a 50 MB file": app(b"name: " + b"x" * 50_000_000, 1, 1, "too-large", "split"),
    "100,000-deep lists": app("hosts: " + "[" * 100_000, 1, 107, "too-deep", "flatter"),
    "100,000-deep maps": app("{a: " * 100_000, 1, 401, "too-deep", "flatter"),
    "alias bomb": app(bomb(), 7, 15, "too-many-nodes", "split"),
    "recursive alias": app("labels: &l\n  x: *l\n", 2, 6, "recursive-alias", "write the value out"),
    "unknown alias": app("name: *nowhere\n", 1, 7, "unknown-alias", "quotes"),
    "a list at the top": app("- name: x\n", 1, 1, "not-a-map", "key: value"),
    "a scalar at the top": app("hello\n", 1, 1, "not-a-map", "key: value"),
    "unknown key": app("level: info\nretrys: 1\n", 2, 1, "unknown-key", '"retries"'),
    "missing key": Case(
        {"environments/dev/good.yaml": "name: !unset\nlevel: info\n"},
        [("environments/dev/good.yaml", 1, 1, "missing-key")],
    ),
    "wrong type": app("retries: many\n", 1, 10, "wrong-type", ""),
    "out of bounds": app("level: info\nretries: 10\n", 2, 10, "out-of-bounds", ""),
    "not one of the values": app("level: inof\n", 1, 8, "not-allowed", '"info"'),
    "a schema with an unknown type": Case(
        {"schemas/app/v1.schema.yaml": "type: object\nproperties:\n  name:\n    type: strin\n"},
        [("schemas/app/v1.schema.yaml", 4, 5, "bad-schema")],
    ),
    "a schema with a wrong annotation": Case(
        {"schemas/app/v1.schema.yaml": SCHEMA.replace("array,", "array, x-merge: apend,")},
        [("schemas/app/v1.schema.yaml", 10, 24, "bad-annotation")],
    ),
    "a schema that does not parse": Case(
        {"schemas/app/v1.schema.yaml": "type: [\n"}, [("schemas/app/v1.schema.yaml", 1, 7, "syntax")]
    ),
    "$ref to the network": Case(
        {"schemas/app/v1.schema.yaml": "properties:\n  name:\n    $ref: https://127.0.0.1:9/x.json\n"},
        [("schemas/app/v1.schema.yaml", 3, 5, "remote-reference")],
    ),
    "$ref out of the repository": Case(
        {"schemas/app/v1.schema.yaml": "properties:\n  name:\n    $ref: ../../../../etc/passwd\n"},
        [("schemas/app/v1.schema.yaml", 3, 5, "remote-reference")],
    ),
    "$ref to a file that is not there": Case(
        {"schemas/app/v1.schema.yaml": "properties:\n  name:\n    $ref: ../common/none.yaml\n"},
        [("schemas/app/v1.schema.yaml", 3, 5, "dangling-schema-reference")],
    ),
    "no schema for a kind": Case(
        {"environments/dev/web.yaml": "a: 1\n"},
        [("environments/dev/web.yaml", 1, 1, "no-schema")],
        "schemas/web/v1.schema.yaml",
    ),
    "circular extends": Case(
        {"lamina.yaml": "environments:\n  a: {extends: b}\n  b: {extends: a}\n"},
        [("lamina.yaml", 2, 16, "circular-extends")],
        "extend base",
    ),
    "extends nobody": Case(
        {"lamina.yaml": "environments:\n  qa: {extends: dve}\n"}, [("lamina.yaml", 2, 17, "unknown-environment")], "dev"
    ),
    "a wrong setting": Case(
        {"lamina.yaml": "environment:\n  qa: {}\n"}, [("lamina.yaml", 1, 1, "unknown-key")], '"environments"'
    ),
    "dead reference": app("name: x-${labels.taem}\n", 1, 7, "dead-reference", "team"),
    "a reference to no document": app("name: ${god:name}\n", 1, 7, "dead-reference", "good"),
    "circular reference": app("name: ${level}\nlevel: ${name}\n", 1, 7, "circular-reference", "break the circle"),
    "a reference never closed": app("name: ${labels.team\n", 1, 7, "bad-reference", "$${"),
    "type clash": app(
        "labels: none\n", 1, 9, "type-clash", "!replace", related=[("environments/base/app.yaml", 3, 3)]
    ),
    "!append on a map": app("labels: !append {a: b}\n", 1, 9, "misplaced-tag", "leave the tag out"),
    "!unset of nothing": app("labels: {taem: !unset }\n", 1, 10, "unset-of-nothing", "delete"),
    "a file name with ..": Case(
        {"environments/dev/a..b.yaml": "name: x\n"}, [("environments/dev/a..b.yaml", 1, 1, "bad-name")], "single dots"
    ),
    "another ending": Case(
        {"environments/dev/app.yml": "name: x\n"}, [("environments/dev/app.yml", 1, 1, "stray-file")], "app.yaml"
    ),
    "name clash": Case(
        {APP: "level: info\n", "environments/dev/app.json": "{}"}, [(APP, 1, 1, "name-clash")], "keep one"
    ),
    "a document and a folder of its name": Case(
        {"environments/dev/app/x.yaml": "name: x\n"}, [("environments/base/app.yaml", 1, 1, "name-clash")], "rename"
    ),
    "a directory in place of a file": Case(
        {f"{APP}/x.txt": ""}, [(APP, 1, 1, "folder-for-file")], "rename"
    ),
    "JSON that is none": Case(
        {"environments/dev/app.json": '{"level": "info",}'}, [("environments/dev/app.json", 1, 18, "syntax")], "8259"
    ),
    "a layer that is only named as sealed": Case(
        {"environments/dev/app.sops.yaml": "level: info\n"},
        [("environments/dev/app.sops.yaml", 1, 1, "not-sealed")],
        "encrypt",
    ),
}  # fmt: skip


def findings(outcome: Outcome) -> list[dict[str, Any]]:
    assert outcome.err == ""
    found: list[dict[str, Any]] = json.loads(outcome.out)["findings"]
    return found


def place(finding: dict[str, Any]) -> tuple[str, int, int, str]:
    return finding["file"], finding["line"], finding["column"], finding["rule"]


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_bad_input_is_a_finding_and_the_rest_is_checked(case: Case, repository: Builder, lamina: Lamina) -> None:
    root = repository({**REPOSITORY, **case.files})
    outcome = lamina("validate", "--format", "json", cwd=root)
    told = findings(outcome)
    places = [place(finding) for finding in told]
    assert outcome.code == 1
    assert set(case.found) <= set(places)
    assert OTHER in places
    assert not {one for one in places if one[0] == "environments/dev/good.yaml"} - set(case.found)
    first = next(finding for finding in told if place(finding) == case.found[0])
    assert case.way_out in (first["fix"] or "") if case.way_out else first["message"]
    assert [(one["file"], one["line"], one["column"]) for one in first["related"]] == case.related


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_bad_input_is_told_to_people_and_keeps_render_from_writing(
    case: Case, repository: Builder, lamina: Lamina
) -> None:
    root = repository({**REPOSITORY, **case.files})
    outcome = lamina("validate", cwd=root)
    file, line, column, rule = case.found[0]
    assert outcome.code == 1
    assert any(
        row.startswith(f"{file}:{line}:{column}: error: ") and row.endswith(f"[{rule}]")
        for row in outcome.out.splitlines()
    )
    assert "Traceback" not in outcome.out + outcome.err
    rendered = lamina("render", "--all", "-o", "out", cwd=root)
    assert rendered.code == 1
    assert rendered.out == ""
    assert "nothing was rendered" in rendered.err
    assert sorted(path.name for path in root.iterdir()) == sorted(
        {name.split("/")[0] for name in {**REPOSITORY, **case.files}}
    )


ACCEPTED = {
    "a byte order mark": b"\xef\xbb\xbflevel: info\n",
    "CRLF": b"level: info\r\nlabels:\r\n  a: b\r\n",
    "an empty file": b"",
    "comments alone": b"# nothing yet\n",
    "a bare start": b"---\n",
}


@pytest.mark.parametrize("text", ACCEPTED.values(), ids=ACCEPTED)
def test_what_only_looks_bad_is_accepted(text: bytes, repository: Builder, lamina: Lamina) -> None:
    outcome = lamina("validate", "--format", "json", cwd=repository({**REPOSITORY, APP: text}))
    assert [place(finding) for finding in findings(outcome)] == [OTHER]


def test_what_parses_in_part_keeps_its_own_other_findings(repository: Builder, lamina: Lamina) -> None:
    text = "level: info\nlevel: debug\n2: x\nretries: many\nlabels: !foo {a: b}\n"
    told = findings(lamina("validate", "--format", "json", cwd=repository({**REPOSITORY, APP: text})))
    assert [place(finding)[1:] for finding in told if finding["file"] == APP] == [
        (2, 1, "duplicate-key"),
        (3, 1, "non-string-key"),
        (4, 10, "wrong-type"),
        (5, 9, "unknown-tag"),
    ]


def test_a_link_that_leaves_the_repository(repository: Builder, lamina: Lamina, tmp_path: Path) -> None:
    root = repository(REPOSITORY)
    (tmp_path / "secret.yaml").write_text("name: hunter2\n")
    (root / APP).symlink_to(tmp_path / "secret.yaml")
    outcome = lamina("validate", "--format", "json", cwd=root)
    assert (outcome.code, [place(finding) for finding in findings(outcome)]) == (1, [(APP, 1, 1, "link-out"), OTHER])
    for words in (["render", "dev"], ["get", "dev", "app:name"]):
        refused = lamina(*words, cwd=root)
        assert refused.code == 1
        assert "hunter2" not in refused.out + refused.err


def test_an_unreadable_file(repository: Builder) -> None:
    root = repository({**REPOSITORY, APP: "name: x\n"})
    (root / APP).chmod(0)

    def act() -> int:
        command = [*COMMAND, "validate", "--format", "json"]
        done = subprocess.run(command, cwd=root, env=surroundings(), capture_output=True, check=False)
        places = [place(finding) for finding in json.loads(done.stdout)["findings"]]
        assert places == [(APP, 1, 1, "unreadable-file"), OTHER]
        return done.returncode

    assert bound(act) == 1


def test_an_unknown_environment(repository: Builder, lamina: Lamina) -> None:
    root = repository(REPOSITORY)
    questions = (
        ["render", "dve"],
        ["validate", "dve"],
        ["list", "dve"],
        ["get", "dve", "app:name"],
        ["explain", "dve", "app:name"],
        ["diff", "dev", "dve"],
        ["set", "dve", "app:name", "x"],
        ["unset", "dve", "app:name"],
    )
    for words in questions:
        outcome = lamina(*words, cwd=root)
        assert outcome.code == 3
        assert outcome.out == ""
        assert outcome.err == "lamina: error: no environment dve\nlamina: hint: did you mean dev?\n"


def test_a_reader_that_goes_away(repository: Builder) -> None:
    many = "name: x\nhosts:\n" + "- host\n" * 5000
    root = repository({**REPOSITORY, "environments/dev/other.yaml": "name: x\n", APP: many})
    for words in (
        ["render", "dev"],
        ["get", "dev", "good:name"],
        ["explain", "dev", "good"],
        ["list"],
        ["validate"],
        ["get", "dev", "app"],
    ):
        reading, writing = os.pipe()
        os.close(reading)
        done = subprocess.run(
            [*COMMAND, *words], cwd=root, env=surroundings(), stdout=writing, stderr=subprocess.PIPE, check=False
        )
        os.close(writing)
        assert (done.returncode, done.stderr) == (141, b"")


def test_a_full_disk_behind_stdout(repository: Builder) -> None:
    root = repository(REPOSITORY)
    for words in (["list"], ["get", "dev", "good"], ["validate"], ["--help"]):
        with open("/dev/full", "wb") as full:
            done = subprocess.run(
                [*COMMAND, *words],
                cwd=root,
                env=surroundings(),
                stdout=full,
                stderr=subprocess.PIPE,
                text=True,
                check=False,
            )
        assert done.returncode == 3
        assert done.stderr.startswith("lamina: error: cannot write the output: No space left on device\n")
        assert "Traceback" not in done.stderr


def test_a_read_only_place_for_the_output(repository: Builder) -> None:
    root = repository({**REPOSITORY, "environments/dev/other.yaml": "name: x\n"})
    (root / "closed").mkdir()

    def act() -> int:
        (root / "closed").chmod(0o555)
        command = [*COMMAND, "render", "--all", "-o", "closed/out"]
        done = subprocess.run(command, cwd=root, env=surroundings(), capture_output=True, text=True, check=False)
        assert done.stdout == ""
        assert done.stderr.startswith(f"lamina: error: cannot write {root}/closed/out: Permission denied\n")
        return done.returncode

    try:
        assert bound(act) == 3
    finally:
        (root / "closed").chmod(0o755)
    assert os.listdir(root / "closed") == []


def test_a_closed_output(repository: Builder) -> None:
    root = repository(REPOSITORY)
    for words, code in ((["list"], 0), (["validate"], 1), (["list", "dve"], 3)):
        command = ["sh", "-c", '"$@" >&- 2>&-', "sh", *COMMAND, *words]
        done = subprocess.run(command, cwd=root, env=surroundings(), capture_output=True, check=False)
        assert (done.returncode, done.stdout, done.stderr) == (code, b"", b"")


def test_any_locale_says_the_same(repository: Builder) -> None:
    root = repository({**REPOSITORY, APP: "name: ключ 😀\nłączność: 1\n"})
    said = []
    for locale in (
        {"LC_ALL": "C.UTF-8"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"PYTHONIOENCODING": "latin-1"},
    ):
        for words in (["validate"], ["explain", "dev", "app:name"]):
            done = subprocess.run(
                [*COMMAND, *words], cwd=root, env=surroundings(locale), capture_output=True, check=False
            )
            said.append((done.returncode, done.stdout.decode(), done.stderr))
    assert said[0::2] == [said[0]] * 3
    assert said[1::2] == [said[1]] * 3
    assert "łączność" in said[0][1]
    assert "ключ 😀" in said[1][1]
