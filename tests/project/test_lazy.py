"""One document of a thousand costs one document: a question reads its stack, what it refers to, and nothing else."""

from collections import Counter
from collections.abc import Callable, Mapping

import pytest
from held import APP_SCHEMA, Held

from lamina import __version__
from lamina.project import Project
from lamina.words.address import parse_address

OTHERS = 200

STACK = {
    "environments/base/app/_defaults.yaml": "labels: {team: core}\n",
    "environments/base/app/one.yaml": "name: one\nlevel: info\n",
    "environments/prod/app/_defaults.yaml": "retries: 5\n",
    "environments/prod/app/one.yaml": "level: error\n",
    "schemas/app/v1.schema.yaml": APP_SCHEMA,
    "lamina.yaml": "environments: {prod: {}, dev: {}}\n",
}
REFERRED = {
    "environments/prod/app/two.yaml": "name: two\ndb: {host: '${far/there:host}.example'}\n",
    "environments/base/far/there.yaml": "host: ${name}\nname: deep\n",
    "schemas/far/v1.schema.yaml": "properties: {host: {type: string}, name: {type: string}}\n",
}
FILES: Mapping[str, str] = {
    **STACK,
    **REFERRED,
    **{
        f"environments/{environment}/{kind}/other-{number}.yaml": f"name: {number}\n"
        for environment in ("base", "prod", "dev")
        for kind in ("app", "far")
        for number in range(OTHERS)
    },
    "environments/prod/crew/first.yaml": "mates: [one, other-7]\n",
    "schemas/crew/v1.schema.yaml": "properties: {mates: {type: array, items: {type: string, x-refers: app}}}\n",
    "schemas/unused/v1.schema.yaml": "type: object\n",
    "policies/p.policy.yaml": "nothing: here\n",
}


class Counted(Held):
    """Files in memory that count how often each is read."""

    def __init__(self) -> None:
        super().__init__(FILES)
        self.reads: Counter[str] = Counter()

    def read(self, file: str) -> bytes:
        self.reads[file] += 1
        return super().read(file)


QUESTIONS: dict[str, tuple[Callable[[Project], object], object]] = {
    "get": (lambda project: project.get("prod", parse_address("app/one:level")), ("error", False)),
    "explain": (lambda project: project.explain("prod", parse_address("app/one:level")).value, "error"),
    "render": (lambda project: project.render("prod", "app/one")["app/one"]["level"], "error"),
}
FAR: dict[str, tuple[Callable[[Project], object], object]] = {
    "get": (lambda project: project.get("prod", parse_address("app/two:db.host")), ("deep.example", False)),
    "explain": (lambda project: project.explain("prod", parse_address("app/two:db.host")).value, "deep.example"),
    "render": (lambda project: project.render("prod", "app/two")["app/two"]["db"]["host"], "deep.example"),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_about_a_document_reads_its_stack_alone(question: str) -> None:
    ask, answer = QUESTIONS[question]
    source = Counted()
    assert ask(Project(source, __version__)) == answer
    assert source.reads == Counter(dict.fromkeys(STACK, 1))


@pytest.mark.parametrize("question", FAR)
def test_and_what_the_document_refers_to(question: str) -> None:
    ask, answer = FAR[question]
    source = Counted()
    assert ask(Project(source, __version__)) == answer
    read = {file for file in STACK if not file.endswith("/one.yaml")} | REFERRED.keys()
    assert source.reads == Counter(dict.fromkeys(read, 1))


def test_what_a_document_names_is_looked_for_by_its_name_alone() -> None:
    source = Counted()
    assert Project(source, __version__).render("prod", "crew/first")["crew/first"] == {"mates": ["one", "other-7"]}
    named = {f"environments/prod/app/{name}.yaml" for name in ("one", "other-7")}
    own = {"environments/prod/crew/first.yaml", "schemas/crew/v1.schema.yaml", "lamina.yaml"}
    assert source.reads == Counter(dict.fromkeys(own | named, 1))


def test_a_question_about_another_document_reads_that_one_more() -> None:
    source = Counted()
    project = Project(source, __version__)
    project.get("prod", parse_address("app/one:level"))
    before = Counter(source.reads)
    project.get("prod", parse_address("app/other-7:name"))
    more = source.reads - before
    assert more == Counter(["environments/base/app/other-7.yaml", "environments/prod/app/other-7.yaml"])
