"""Findings in every format, and baselines, as `validate` and `secrets check` give them."""

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from conftest import Builder, Lamina
from githistory import git
from thought.reports.samples import commands

SCHEMA = """
    $schema: https://json-schema.org/draft/2020-12/schema
    additionalProperties: false
    properties:
      level: {enum: [debug, info]}
      text: {type: string}
"""
FILES = {
    "schemas/app/v1.schema.yaml": SCHEMA,
    "environments/base/app.yaml": "level: inof\n",
    "environments/dev/app.yaml": "",
    "environments/prod/app.yaml": "leve: info\n",
}
# A key that is a workflow command, a sentence that would be one, markup, a terminal escape, a change of direction.
EVIL = {
    "schemas/app/v1.schema.yaml": SCHEMA,
    "environments/dev/app.yaml": (
        '"::error::forged": |\n  x\n'
        '"a\\n::error::forged": 1\n"%0A::error::forged": 1\n"##[error]forged": 1\n'
        '"]]><testcase/>": 1\n"</code>|<script>": 1\n"\\e[31m\\u202e": 1\n'
        "text:\n  ::error::forged: 1\n"
    ),
    "environments/dev/\n::error::forged.txt": "",
    "environments/dev/::error::forged.txt": "",
}


@pytest.fixture
def root(repository: Builder) -> Path:
    return repository(FILES)


def validated(lamina: Lamina, root: Path, *words: str, code: int = 1) -> str:
    outcome = lamina("validate", *words, cwd=root)
    assert outcome.code == code, outcome
    return outcome.out


def test_annotations(lamina: Lamina, root: Path) -> None:
    told = list(commands(validated(lamina, root, "--format", "github")))
    assert [(one.name, one.properties["file"], one.properties["title"]) for one in told] == [
        ("error", "environments/base/app.yaml", "not-allowed"),
        ("error", "environments/prod/app.yaml", "unknown-key"),
    ]
    assert told[1].data == 'the document knows no key "leve" (in prod)\nfix: did you mean "level"?'


def test_files_are_named_as_git_names_them_where_the_repository_lies_deeper(lamina: Lamina, root: Path) -> None:
    git(root.parent, "init", "-q")
    [told, _] = commands(validated(lamina, root, "--format", "github"))
    assert told.properties["file"] == "repository/environments/base/app.yaml"
    issues = json.loads(validated(lamina, root, "--format", "gitlab"))
    assert issues[0]["location"] == {"path": "repository/environments/base/app.yaml", "lines": {"begin": 1}}
    [run] = json.loads(validated(lamina, root, "--format", "sarif"))["runs"]
    place = run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert place["uri"] == "repository/environments/base/app.yaml"
    assert validated(lamina, root).startswith("environments/base/app.yaml:1:8: ")


def test_every_layer_is_a_test_case(lamina: Lamina, root: Path) -> None:
    for words, names in (((), ["base", "dev", "prod"]), (("dev",), ["base", "dev"])):
        tree = ElementTree.fromstring(validated(lamina, root, *words, "--format", "junit"))
        cases = {case.attrib["name"]: [one.tag for one in case] for case in tree.iter("testcase")}
        assert list(cases) == [f"environments/{name}/app.yaml" for name in names]
        assert cases["environments/dev/app.yaml"] == []
        assert cases["environments/base/app.yaml"] == ["failure"]


def test_markdown(lamina: Lamina, root: Path) -> None:
    lines = validated(lamina, root, "--format", "markdown").splitlines()
    assert lines[0] == "### 2 errors in dev, prod"
    assert "<code>environments/base/app.yaml:1:8</code>" in lines[4]


@pytest.mark.parametrize("form", ["text", "json", "github", "sarif", "junit", "gitlab", "markdown", "baseline"])
def test_nothing_that_a_repository_says_is_a_command(form: str, lamina: Lamina, repository: Builder) -> None:
    outcome = lamina("validate", "--format", form, cwd=repository(EVIL))
    assert "forged" in outcome.out
    assert outcome.code == (form != "baseline")
    if form in ("json", "sarif", "gitlab", "baseline"):
        json.loads(outcome.out)
        return
    assert not set(outcome.out) & set("\x1b\u202e\r")
    obeyed = {one.name for one in commands(outcome.out)}
    assert obeyed == ({"error", "warning"} if form == "github" else set())
    if form in ("junit", "markdown"):
        assert "<script>" not in outcome.out


@pytest.mark.parametrize("form", ["text", "json", "github", "sarif", "junit", "gitlab", "markdown", "baseline"])
def test_a_sound_repository_is_told_of_in_every_format(form: str, lamina: Lamina, repository: Builder) -> None:
    root = repository({"schemas/app/v1.schema.yaml": SCHEMA, "environments/dev/app.yaml": "level: info\n"})
    outcome = lamina("validate", "--format", form, cwd=root)
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.endswith("\n")


def test_a_baseline_takes_away_what_is_known(lamina: Lamina, root: Path) -> None:
    known = root / "known.json"
    known.write_text(validated(lamina, root, "--format", "baseline", code=0))
    words = ("--baseline", "known.json")
    assert validated(lamina, root, *words, code=0) == "no findings in dev, prod; 2 more are in known.json\n"
    assert json.loads(validated(lamina, root, *words, "--format", "json", code=0)) == {
        "findings": [],
        "baseline": {"file": "known.json", "known": 2, "stale": []},
    }
    for form in ("github", "sarif", "junit", "gitlab", "markdown"):
        assert "unknown-key" not in validated(lamina, root, *words, "--format", form, code=0)

    (root / "environments/dev/app.yaml").write_text("# moved\n\nlvel: info\n")
    (root / "environments/prod/app.yaml").write_text("# moved\n\nleve: info\n")
    assert validated(lamina, root, *words).splitlines() == [
        'environments/dev/app.yaml:3:1: error: the document knows no key "lvel" (in dev) [unknown-key]',
        "    lvel: info",
        "    ^",
        '  fix: did you mean "level"? (lamina fix)',
        "1 error in dev, prod; 2 more are in known.json",
    ]


def test_a_baseline_is_told_of_what_is_gone(lamina: Lamina, root: Path) -> None:
    (root / "known.json").write_text(validated(lamina, root, "--format", "baseline", code=0))
    (root / "environments/prod/app.yaml").write_text("")
    outcome = lamina("validate", "--baseline", "known.json", cwd=root)
    assert (outcome.code, outcome.out) == (0, "no findings in dev, prod; 1 more is in known.json\n")
    assert outcome.err.splitlines() == [
        "lamina: known.json holds what is found no more: environments/prod/app.yaml [unknown-key] in prod",
        "lamina: hint: lamina validate --format baseline > known.json writes it anew",
    ]
    assert lamina("validate", "dev", "--baseline", "known.json", cwd=root).err == ""


def test_a_baseline_of_another_repository_is_told_and_hides_nothing(lamina: Lamina, root: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    for name, text in FILES.items():
        file = other / name.replace("app", "web")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    (root / "known.json").write_text(validated(lamina, other, "--format", "baseline", code=0))
    outcome = lamina("validate", "--baseline", "known.json", cwd=root)
    assert (outcome.code, outcome.out.splitlines()[-1]) == (1, "2 errors in dev, prod")
    assert (
        "nothing that it holds is found here: all is mended, or it is the baseline of another repository" in outcome.err
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--baseline", "nowhere.json"), "--baseline nowhere.json cannot be read"),
        (("--baseline", "lamina.yaml"), "lamina.yaml is not a baseline: it is not JSON"),
        (("--baseline", "lamina.yaml", "--format", "baseline"), "a baseline is made of all findings"),
    ],
    ids=["missing", "another file", "of the rest"],
)
def test_a_baseline_that_cannot_be(words: tuple[str, ...], said: str, lamina: Lamina, root: Path) -> None:
    (root / "lamina.yaml").write_text("environments: {}\n")
    outcome = lamina("validate", *words, cwd=root)
    assert (outcome.code, outcome.out) == (2, "")
    assert said in outcome.err


def test_secrets_check_has_the_same_formats(lamina: Lamina, repository: Builder) -> None:
    root = repository({"a.sops.yaml": "password: hunter2\n", "::error::forged.sops.yaml": "password: hunter2\n"})
    for form in ("text", "json", "github", "sarif", "junit", "gitlab", "markdown"):
        outcome = lamina("secrets", "check", "a.sops.yaml", "::error::forged.sops.yaml", "--format", form, cwd=root)
        assert outcome.code == 1
        assert "not-sealed" in outcome.out
        assert "hunter2" not in outcome.out
        if form == "github":
            assert [one.properties["title"] for one in commands(outcome.out)] == ["not-sealed"] * 2
        elif form == "text":
            assert list(commands(outcome.out)) == []
    assert lamina("secrets", "check", "--format", "baseline", cwd=root).code == 2
