"""Rules of installed packages: a package is made, installed beside, and asked; nothing of the repository is ever run."""

import json
import os
import sys
from pathlib import Path
from textwrap import dedent

import pytest
from conftest import Builder, Lamina
from running import Outcome, run_program

SCHEMA = """
    type: object
    properties: {motto: {type: string, description: Words.}}
    additionalProperties: false
"""
FILES = {
    "schemas/app/v1.schema.yaml": SCHEMA,
    "environments/prod/app.yaml": "motto: todo\n",
}
RULES = '''
    """A motto is not written yet.

    What: a word that stands for one.
    """

    from lamina.rules import Breach, Rule, Rules


    def unwritten(document):
        motto = document.data.get("motto", "")
        if motto == "todo":
            yield Breach(f"{motto} is no motto", ("motto",), fix="write one")


    def failing(layer):
        raise ValueError(layer.text)


    RULES = Rules(
        documents=(Rule("unwritten-motto", "warning", __doc__, unwritten),),
        layers=(Rule("failing", "note", "Fails.\\n", failing),),
    )
'''


def install(folder: Path, package: str, entry: str, modules: dict[str, str]) -> Path:
    """A package as pip leaves one: its modules, and its metadata with an entry point."""
    metadata = folder / f"{package.replace('-', '_')}-1.0.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text(f"[console_scripts]\nx = y:z\n\n[lamina.rules]\n{entry}\n")
    for name, text in modules.items():
        (folder / name).write_text(dedent(text))
    return folder


def check(site: Path, root: Path, *words: str) -> Outcome:
    """`python -m lamina`, which has the folder where it stands on its path, with packages installed in a folder."""
    path = os.pathsep.join([str(site), *filter(os.path.isabs, sys.path)])
    return run_program(sys.executable, "-m", "lamina", *words, cwd=root, env={"PYTHONPATH": path})


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return install(tmp_path / "site", "our-house", "house = house_rules:RULES", {"house_rules.py": RULES})


def test_an_installed_package_brings_rules(site: Path, repository: Builder) -> None:
    done = check(site, repository({**FILES, "lamina.yaml": "rules: {failing: off}\n"}), "check")
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines()[:5] == [
        "environments/prod/app.yaml:1:8: warning: todo is no motto (in prod) [unwritten-motto]",
        "    motto: todo",
        "           ^",
        "  fix: write one",
        "1 warning in prod",
    ]


def test_its_rules_have_pages_settings_and_comments(site: Path, repository: Builder) -> None:
    allowed = "motto: todo  # lamina: allow unwritten-motto -- for a day\n"
    root = repository({**FILES, "environments/prod/app.yaml": allowed, "lamina.yaml": "rules: {failing: off}\n"})
    assert check(site, root, "check").out == "no findings in prod\n"
    page = json.loads(check(site, root, "rule", "unwritten-motto", "--json").out)
    assert (page["summary"], page["severity"], page["silenced"]) == ("A motto is not written yet.", "warning", True)


def test_a_rule_that_raises_is_told_and_the_rest_goes_on(site: Path, repository: Builder) -> None:
    done = check(site, repository(FILES), "check", "--format", "json")
    assert done.code == 1
    found = {one["rule"]: one for one in json.loads(done.out)["findings"]}
    assert set(found) == {"unwritten-motto", "rule-failed"}
    assert found["rule-failed"]["message"] == "the rule failing of the package our-house raised ValueError"
    assert found["rule-failed"]["severity"] == "error"


LOADING = {
    "it raises": ("x = odd:RULES", "raise RuntimeError('hunter2')\n", "raised RuntimeError"),
    "it ends the program": ("x = odd:RULES", "import sys\nsys.exit(0)\n", "raised SystemExit"),
    "there is no module": ("x = nowhere:RULES", "", "raised ModuleNotFoundError"),
    "there is no object": ("x = odd:RULES", "", "raised AttributeError"),
    "it is something else": ("x = odd:RULES", "RULES = 3\n", "is no lamina.rules.Rules"),
    "a name is taken": (
        "x = odd:RULES",
        "from lamina.rules import *\nRULES = Rules(files=(Rule('plain-secret', 'note', 'x', lambda s: ()),))\n",
        "has a rule plain-secret, and there is one already",
    ),
}


@pytest.mark.parametrize("name", LOADING)
def test_a_plug_in_that_cannot_be_loaded_is_told(name: str, tmp_path: Path, repository: Builder) -> None:
    entry, text, why = LOADING[name]
    site = install(tmp_path / "odd", "odd-one", entry, {"odd.py": text})
    done = check(site, repository(FILES), "check")
    assert done.code == 1
    assert (
        f"lamina.yaml:1:1: error: the plug-in x of the package odd-one {why}, so its rules are not asked [rule-failed]"
        in done.out
    )
    assert "hunter2" not in done.out + done.err


EVIL = "import os\nopen(os.environ['MARK'], 'w').close()\n"


def test_nothing_of_the_repository_is_ever_run(site: Path, tmp_path: Path, repository: Builder) -> None:
    names = (
        "rules",
        "conftest",
        "setup",
        "sitecustomize",
        "usercustomize",
        "lamina_rules",
        "click",
        "yaml",
        "house_rules",
        "evil",
    )
    root = repository({**FILES, **{f"{name}.py": EVIL for name in names}, "policies/x.py": EVIL})
    install(root, "evil", "evil = evil:RULES", {})
    mark = tmp_path / "mark"
    path = os.pathsep.join([str(root), str(site), *filter(os.path.isabs, sys.path)])
    for words in (["check"], ["rule"]):
        done = run_program(sys.executable, "-m", "lamina", *words, cwd=root, env={"MARK": str(mark)})
        assert done.code == 0, done.out + done.err
    assert not mark.exists()
    # What somebody has put on Python's path is imported; plug-ins still come from elsewhere.
    for name in ("sitecustomize", "usercustomize", "click", "yaml", "rules"):
        (root / f"{name}.py").unlink()
    done = run_program(sys.executable, "-m", "lamina", "check", cwd=root, env={"MARK": str(mark), "PYTHONPATH": path})
    assert "[unwritten-motto]" in done.out
    assert "evil" not in done.out
    assert not mark.exists()


def test_the_program_itself_imports_nothing_from_where_it_stands(repository: Builder, lamina: Lamina) -> None:
    root = repository({**FILES, "json.py": "raise SystemExit(9)\n", "orjson.py": "raise SystemExit(9)\n"})
    assert run_program(sys.executable, "-m", "lamina", "check", "--format", "json", cwd=root).code == 0
    assert lamina("check", cwd=root, apart=True).code == 0
