"""`lamina fix` at the command line."""

import json
import os
import subprocess
from pathlib import Path

import pytest
from conftest import Builder, Lamina
from running import surroundings

import lamina as lamina_package
from lamina.changes.fixing import Wanted, fix, landed
from lamina.changes.landing import Landing
from lamina.changes.writing import ChangedMeanwhile

SCHEMA = """
    type: object
    additionalProperties: false
    properties:
      name: {type: string, description: Its name.}
      retries: {type: integer, description: How often.}
      level: {enum: [debug, info], description: How much.}
      token: {type: string, x-secret: true, description: A secret.}
"""
FILES = {
    "schemas/app/v1.schema.yaml": SCHEMA.replace(
        "      token: {type: string, x-secret: true, description: A secret.}\n", ""
    ),
    "environments/base/app.yaml": "name: a\nretires: 3  # enough\n",
    "environments/dev/app.yaml": "level: Info\nlevel: info\n",
    "environments/prod/app.yaml": "retries: '5'\nlevel: infos\n",
}
PATCH = """\
--- a/environments/base/app.yaml
+++ b/environments/base/app.yaml
@@ -1,2 +1,2 @@
 name: a
-retires: 3  # enough
+retries: 3  # enough
--- a/environments/prod/app.yaml
+++ b/environments/prod/app.yaml
@@ -1,2 +1,2 @@
-retries: '5'
+retries: 5
 level: infos
"""


def texts(root: Path) -> dict[str, str]:
    """The layers, by environment."""
    return {name: (root / f"environments/{name}/app.yaml").read_text() for name in ("base", "dev", "prod")}


def test_what_is_safe_is_mended_and_the_rest_told(repository: Builder, lamina: Lamina) -> None:
    root = repository(FILES)
    done = lamina("fix", cwd=root)
    assert (done.code, done.err) == (1, "")
    assert done.out.splitlines() == [
        'mended: environments/base/app.yaml:2:1: the document knows no key "retires" [unknown-key]',
        'mended: environments/prod/app.yaml:1:10: retries is the string "5", but must be an integer [wrong-type]',
        "left: environments/dev/app.yaml:2:1: the key 'level' stands twice in this map; the later one would win"
        " [duplicate-key]: lamina fix --unsafe mends it",
        'left: environments/prod/app.yaml:2:8: level is "infos", but must be one of "debug", "info" [not-allowed]:'
        " lamina fix --unsafe mends it",
        "2 mended in 2 files, 2 left; lamina check shows what is left",
    ]
    assert texts(root) == {
        "base": "name: a\nretries: 3  # enough\n",
        "dev": FILES["environments/dev/app.yaml"],
        "prod": "retries: 5\nlevel: infos\n",
    }
    done = lamina("fix", "--unsafe", cwd=root)
    assert (done.code, texts(root)["dev"], texts(root)["prod"]) == (0, "level: info\n", "retries: 5\nlevel: info\n")
    assert lamina("fix", cwd=root).out == "0 mended in 0 files, 0 left\n"
    assert lamina("check", cwd=root).code == 0


def test_the_patch_is_what_is_applied(repository: Builder, lamina: Lamina) -> None:
    root = repository(FILES)
    before = texts(root)
    done = lamina("fix", "--diff", cwd=root)
    assert (done.code, done.out, done.err) == (1, PATCH, "")
    assert texts(root) == before
    subprocess.run(["git", "apply", "-"], input=done.out.encode(), cwd=root, env=surroundings(), check=True)
    applied = texts(root)
    repository(FILES)
    lamina("fix", cwd=root)
    assert texts(root) == applied


def test_the_json_shape_is_the_documented_one(repository: Builder, lamina: Lamina) -> None:
    root = repository(FILES)
    told = json.loads(lamina("fix", "--format", "json", "--diff", cwd=root).out)
    mended = [(one["rule"], one["environment"], one["mend"]) for one in told["mended"]]
    assert mended == [
        (*one, "safe") for one in (("unknown-key", "dev"), ("unknown-key", "prod"), ("wrong-type", "prod"))
    ]
    assert [(one["rule"], one["mend"], one["why"]) for one in told["left"]] == [
        ("duplicate-key", "unsafe", "unsafe"),
        ("not-allowed", "unsafe", "unsafe"),
    ]
    assert told["files"] == ["environments/base/app.yaml", "environments/prod/app.yaml"]
    assert (told["patch"], told["withheld"]) == (PATCH, [])


@pytest.mark.parametrize(
    ("words", "mended"),
    [
        (["prod"], ["prod"]),
        (["environments/base"], ["base"]),
        (["environments/base/app.yaml", "prod"], ["base", "prod"]),
        (["--rule", "wrong-type"], ["prod"]),
        (["--rule", "wrong-type", "dev"], []),
        (["."], ["base", "prod"]),
    ],
    ids=["environment", "folder", "file", "rule", "both", "everything"],
)
def test_only_what_is_asked_about_is_mended(
    words: list[str], mended: list[str], repository: Builder, lamina: Lamina
) -> None:
    root = repository(FILES)
    before = texts(root)
    lamina("fix", *words, cwd=root)
    assert [name for name, text in texts(root).items() if text != before[name]] == mended


def test_words_that_mean_nothing_are_refused(repository: Builder, lamina: Lamina) -> None:
    root = repository(FILES)
    done = lamina("fix", "prd", cwd=root)
    assert (done.code, done.err.splitlines()) == (
        3,
        [
            "lamina: error: prd is no environment, and holds no file that lamina reads",
            "lamina: hint: did you mean prod?",
        ],
    )
    assert lamina("fix", "..", cwd=root).code == 3
    assert lamina("fix", "--rule", "wrong-typ", cwd=root).code == 2
    assert lamina("fix", "--diff", "--commit", cwd=root).code == 2


def test_a_commit_holds_the_mends_and_nothing_else(repository: Builder, lamina: Lamina) -> None:
    root = repository(FILES)
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "Begin"]):
        subprocess.run(["git", *words], cwd=root, env=surroundings(), check=True)
    (root / "environments/dev/app.yaml").write_text("level: debug\n")
    done = lamina("fix", "--commit", cwd=root, env=surroundings())
    assert "committed to" in done.out
    shown = subprocess.run(
        ["git", "show", "--stat", "--format=%s"], cwd=root, env=surroundings(), check=True, capture_output=True
    )
    assert shown.stdout.decode().split("\n")[0] == "Mend 2 findings"
    assert b"dev" not in shown.stdout
    assert texts(root)["dev"] == "level: debug\n"
    assert texts(root)["base"] == "name: a\nretries: 3  # enough\n"


def test_a_patch_that_may_show_a_secret_is_left_out(repository: Builder, lamina: Lamina) -> None:
    layer = "environments/prod/app.yaml"
    root = repository({**FILES, "schemas/app/v1.schema.yaml": SCHEMA, layer: "token: hunter2\nretries: '5'\n"})
    done = lamina("fix", "--diff", cwd=root)
    assert "hunter2" not in done.out + done.err
    assert done.err == f"lamina: {layer}: the patch may show a secret, so it is left out\n"
    assert json.loads(lamina("fix", "--diff", "--format", "json", cwd=root).out)["withheld"] == [layer]
    assert "hunter2" not in lamina("fix", cwd=root).out
    assert (root / layer).read_text() == "token: hunter2\nretries: 5\n"


def test_a_link_is_never_written_through(repository: Builder, lamina: Lamina) -> None:
    root = repository(FILES)
    layer = root / "environments/prod/app.yaml"
    layer.rename(root / "elsewhere.yaml")
    layer.symlink_to("../../elsewhere.yaml")
    done = lamina("fix", cwd=root)
    assert done.code != 0
    assert (root / "elsewhere.yaml").read_text() == FILES["environments/prod/app.yaml"]
    assert os.readlink(layer) == "../../elsewhere.yaml"


def test_what_is_staged_and_what_is_not_are_left_as_they_are_but_for_the_mends(
    repository: Builder, lamina: Lamina
) -> None:
    root = repository(FILES)
    for words in (["init", "-q"], ["add", "."]):
        subprocess.run(["git", *words], cwd=root, env=surroundings(), check=True)
    (root / "environments/prod/app.yaml").write_text("level: debug\nretries: '6'\n")
    lamina("fix", cwd=root)
    assert texts(root)["prod"] == "level: debug\nretries: 6\n"
    staged = subprocess.run(
        ["git", "show", ":environments/prod/app.yaml"], cwd=root, env=surroundings(), check=True, capture_output=True
    )
    assert staged.stdout.decode() == FILES["environments/prod/app.yaml"]


def test_a_file_keeps_its_mode(repository: Builder, lamina: Lamina) -> None:
    root = repository(FILES)
    layer = root / "environments/prod/app.yaml"
    layer.chmod(0o440)
    lamina("fix", cwd=root)
    assert (layer.read_text(), layer.stat().st_mode & 0o777) == ("retries: 5\nlevel: infos\n", 0o440)


def test_a_file_that_changes_meanwhile_is_not_written(repository: Builder) -> None:
    root = repository(FILES)
    project = lamina_package.open(root)
    found = fix(project, Wanted())
    (root / "environments/prod/app.yaml").write_text("retries: '7'\n")
    with pytest.raises(ChangedMeanwhile):
        landed(Landing(project), found)
    assert texts(root) == {
        **{name: FILES[f"environments/{name}/app.yaml"] for name in ("base", "dev")},
        "prod": "retries: '7'\n",
    }


def test_a_folder_below_the_top_of_the_repository(repository: Builder, lamina: Lamina) -> None:
    root = repository(FILES)
    done = lamina("fix", "prod/app.yaml", cwd=root / "environments")
    assert (done.code, texts(root)["prod"], texts(root)["base"]) == (
        1,
        "retries: 5\nlevel: infos\n",
        FILES["environments/base/app.yaml"],
    )


def test_json_layers_are_mended_as_they_are_laid_out(repository: Builder, lamina: Lamina) -> None:
    text = '{\r\n\t"retires" : "5",\r\n\t"level": "INFO" }'
    root = repository({**FILES, "environments/qa/app.json": text.encode()})
    rules = ("unknown-key", "wrong-type", "not-allowed")
    lamina("fix", "qa", *(word for rule in rules for word in ("--rule", rule)), cwd=root)
    after = (root / "environments/qa/app.json").read_bytes().decode()
    assert after == text.replace("retires", "retries").replace('"5"', "5").replace("INFO", "info")
