"""What a change does to each environment: `impact`."""

import json
from pathlib import Path

import pytest
from conftest import Lamina
from githistory import begun, committed, everything, git

from lamina.words.address import path_text

SCHEMA = """
type: object
properties:
  name: {type: string}
  n: {type: integer, default: 1}
  password: {type: string, x-secret: true}
"""
SEALED = "password: ENC[AES256_GCM,data:QQ==,iv:QQ==,tag:QQ==,type:str]\nsops:\n  mac: x\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = begun(tmp_path / "r")
    committed(
        root,
        {
            "lamina.yaml": "environments: {prod: {protected: true}}\nowners: {environments/base/**: ['@core']}\n",
            "schemas/app/v1.schema.yaml": SCHEMA,
            "environments/base/app.yaml": "name: base\n",
            "environments/dev/app.yaml": "name: dev\n",
            "environments/prod/app.sops.yaml": SEALED,
            "environments/staging/app.yaml": "x: 1\n",
        },
        "first",
    )
    return root


def test_for_people(root: Path, lamina: Lamina) -> None:
    start = git(root, "rev-parse", "HEAD")
    committed(root, {"environments/base/app.yaml": "name: root\n"})
    (root / "environments/prod/app.sops.yaml").write_text(SEALED.replace("QQ", "Qg"))
    outcome = lamina("impact", "--base", "HEAD~1", cwd=root)
    assert (outcome.code, outcome.err) == (0, "")
    lines = [line for line in outcome.out.splitlines() if " -> " not in line or "sha256" not in line]
    assert lines == [
        f"from {start[:12]} to the work tree",
        "prod (protected)",
        "  app",
        "    ~ name: base -> root                 environments/base/app.yaml:1",
        "    ~ password: <redacted>, and differs  environments/prod/app.sops.yaml:1",
        "staging",
        "  app",
        "    ~ name: base -> root  environments/base/app.yaml:1",
        "no effect on dev: it renders the same",
        "environments/base/app.yaml reaches prod, staging",
        "needs the consent of",
        "  - @core  environments/base/app.yaml",
    ]
    digests = [line.split() for line in outcome.out.splitlines() if "sha256" in line]
    assert [(len(before), arrow, len(after)) for before, arrow, after in digests] == [(19, "->", 19)] * 2
    assert "QQ" not in outcome.out


def test_environments_to_which_the_same_happens_are_told_together(root: Path, lamina: Lamina) -> None:
    committed(root, {"schemas/app/v1.schema.yaml": SCHEMA.replace("default: 1", "default: 2")})
    out = lamina("impact", "--base", "HEAD~1", "--head", "HEAD", cwd=root).out
    assert (
        "\ndev, prod (protected), staging\n  app\n    ~ n: 1 -> 2  schemas/app/v1.schema.yaml:4\n  dev sha256:" in out
    )


def test_no_effect(root: Path, lamina: Lamina) -> None:
    committed(root, {"environments/prod/README.md": "x\n", "docs.md": "x\n"})
    outcome = lamina("impact", "--base", "HEAD~1", "--expect", "", cwd=root)
    assert outcome.code == 0
    assert outcome.out.splitlines()[1:] == ["no effect on dev, prod, staging: they render the same"]
    comment = lamina("impact", "--base", "HEAD~1", "--format", "markdown", cwd=root).out
    assert comment.startswith("### No effect on any environment\n\nFrom <code>")


def test_errors_of_either_side_are_no_reason_to_fail(root: Path, lamina: Lamina) -> None:
    committed(root, {"environments/dev/app.yaml": "n: text\n", "environments/old/app.yaml": "name: old\n"})
    outcome = lamina("impact", "--base", "HEAD~1", cwd=root)
    assert outcome.code == 0
    assert "  app has errors: environments/dev/app.yaml:1:4: n " in outcome.out
    assert "old\n  a new environment\n  app\n    + (the whole document)  environments/old/app.yaml:1\n" in outcome.out
    assert "  nothing -> sha256:" in outcome.out
    assert "-> nothing\n" in outcome.out
    committed(root, {"environments/dev/app.yaml": "n: 3\n", "environments/old/app.yaml": None})
    outcome = lamina("impact", "--base", "HEAD~1", cwd=root)
    assert (
        "app has errors in the base, so there is nothing to compare: environments/dev/app.yaml:1:4: n " in outcome.out
    )
    assert "old\n  is no more\n" in outcome.out
    assert "environments/old/app.yaml:1 in the base" in outcome.out


def test_an_error_that_breaks_several_documents_is_told_once(root: Path, lamina: Lamina) -> None:
    web = {f"environments/dev/{name}.yaml": "name: ${app:name}\n" for name in ("api", "web")}
    committed(root, {"schemas/api/v1.schema.yaml": "{}\n", "schemas/web/v1.schema.yaml": "{}\n", **web}, "two more")
    committed(root, {"environments/dev/app.yaml": "name: [\n"}, "broken")
    told = "  api, app, web have errors: environments/dev/app.yaml:1:7: not YAML"
    assert lamina("impact", "--base", "HEAD~1", cwd=root).out.count(told) == 1
    comment = lamina("impact", "--base", "HEAD~1", "--format", "markdown", cwd=root).out
    assert comment.count("environments/dev/app.yaml:1:7") == 1
    assert "<code>api, app, web</code>" in comment
    assert "  api, app, web\n    have errors from here on\n" in lamina("log", "dev", "-n", "1", cwd=root).out
    done = lamina("rollback", "dev", "--to", "HEAD~1", "--dry-run", cwd=root)
    assert done.out.count("  api, app, web have errors today, so there is nothing to compare: ") == 1


def test_values_are_no_commands_to_a_terminal_or_a_workflow(root: Path, lamina: Lamina) -> None:
    committed(root, {"lamina.yaml": '"owners": {"**": ["::error::x", "##[error]y\\e"]}\n'})
    (root / "environments/dev/app.yaml").write_text('name: "x\\n::error::boo\\n##[error]boo \\e[31m"\n')
    out = lamina("impact", "--base", "HEAD", cwd=root).out
    assert "boo" in out
    assert "\x1b" not in out
    assert "##[" not in out
    assert not any(line.lstrip().startswith("::") for line in out.splitlines())


def test_what_is_expected(root: Path, lamina: Lamina) -> None:
    (root / "environments/base/app.yaml").write_text("name: root\n")
    assert lamina("impact", "--base", "HEAD", "--expect", "prod, staging", cwd=root).code == 0
    outcome = lamina("impact", "--base", "HEAD", "--expect", "staging", cwd=root)
    assert outcome.code == 1
    assert "lamina: error: prod is touched, and only staging should be" in outcome.err
    assert "no effect on dev" in outcome.out
    outcome = lamina("impact", "--base", "HEAD", "--expect", "", cwd=root)
    assert (outcome.code, "prod, staging are touched, and none should be" in outcome.err) == (1, True)
    outcome = lamina("impact", "--base", "HEAD", "--expect", "stagin", cwd=root)
    assert (outcome.code, outcome.out) == (2, "")
    assert "did you mean staging?" in outcome.err
    found = json.loads(lamina("impact", "--base", "HEAD", "--expect", "prod", "--format", "json", cwd=root).out)
    assert found["unexpected"] == ["staging"]
    comment = lamina("impact", "--base", "HEAD", "--expect", "prod", "--format", "markdown", cwd=root).out
    assert "**Not expected to be touched:** <code>staging</code>" in comment


def test_in_json(root: Path, lamina: Lamina) -> None:
    start = git(root, "rev-parse", "HEAD")
    end = committed(
        root, {"environments/dev/app.yaml": "n: 2\n", "environments/prod/app.sops.yaml": SEALED.replace("QQ", "Qg")}
    )
    found = json.loads(lamina("impact", "--base", "HEAD~1", "--head", "HEAD", "--format", "json", cwd=root).out)
    assert list(found) == ["base", "head", "environments", "changes", "files", "owners"]
    assert (found["base"], found["head"]) == (start, end)
    dev, prod, staging = found["environments"]
    assert {**dev, "digest": None} == {
        "name": "dev", "state": "changed", "was": None, "protected": False, "digest": None, "errors": []
    }  # fmt: skip
    assert (prod["protected"], prod["digest"]["of"], staging["digest"]["of"]) == (True, "render", "inputs")
    assert staging["digest"]["before"] == staging["digest"]["after"]
    place = {"file": "environments/dev/app.yaml", "line": 1, "column": 1}
    assert found["changes"] == [
        {"environment": "dev", "document": "app", "path": "name", "change": "changed", "before": "dev",
         "after": "base", "secret": False, "cause": {**place, "side": "base"}},
        {"environment": "dev", "document": "app", "path": "n", "change": "changed", "before": 1, "after": 2,
         "secret": False, "cause": {**place, "side": "head"}},
        {"environment": "prod", "document": "app", "path": "password", "change": "changed", "before": "<redacted>",
         "after": "<redacted>", "secret": True,
         "cause": {"file": "environments/prod/app.sops.yaml", "line": 1, "column": 1, "side": "head"}},
    ]  # fmt: skip
    assert found["files"] == [
        {"file": "environments/dev/app.yaml", "change": "changed", "environments": ["dev"]},
        {"file": "environments/prod/app.sops.yaml", "change": "changed", "environments": ["prod"]},
    ]
    assert found["owners"] == []
    (root / "environments/dev/app.yaml").write_text("n: text\n")
    found = json.loads(lamina("impact", "--base", "HEAD", "--format", "json", cwd=root).out)
    assert found["head"] is None
    [error] = found["environments"][0]["errors"]
    assert (error["side"], error["document"], error["finding"]["rule"]) == ("head", "app", "wrong-type")
    assert path_text(("n",)) == error["finding"]["path"]


def test_words_that_lead_nowhere(root: Path, lamina: Lamina) -> None:
    assert lamina("impact", cwd=root).code == 2
    outcome = lamina("impact", "--base", "mian", cwd=root)
    assert (outcome.code, outcome.out) == (3, "")
    assert "did you mean main?" in outcome.err
    git(root, "checkout", "--quiet", "--orphan", "other")
    git(root, "commit", "--quiet", "-m", "other")
    assert "no common history" in lamina("impact", "--base", "main", cwd=root).err


def test_nothing_is_written(root: Path, lamina: Lamina) -> None:
    (root / "environments/dev/app.yaml").write_text("n: 7\n")
    before = everything(root)
    assert lamina("impact", "--base", "HEAD", "--format", "markdown", cwd=root).code == 0
    assert everything(root) == before
