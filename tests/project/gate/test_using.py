"""Use: which documents nothing leads to."""

from collections.abc import Mapping

import pytest
from held import project, told
from hypothesis import assume, given
from hypothesis import strategies as st

from lamina.project import Project
from lamina.project.gate import Extent, check
from lamina.project.graph import graphs

FILES = {
    "schemas/flows/v1.schema.yaml": """
        type: object
        properties:
          agent: {type: string, x-refers: agents}
          then: {type: string, x-refers: flows}
          note: {type: string}
    """,
    "schemas/agents/v1.schema.yaml": """
        type: object
        properties: {helper: {type: string, x-refers: agents}, note: {type: string}}
    """,
    "environments/base/agents/a.yaml": "note: x\n",
    "environments/base/agents/b.yaml": "# The second.\n\nnote: y\n",
    "environments/base/flows/main.yaml": "agent: a\n",
    "environments/dev/flows/main.yaml": "note: z\n",
    "environments/prod/flows/main.yaml": "note: z\n",
}


def unused(changed: Mapping[str, str | None] | None = None, *environments: str, **how: Extent) -> list[str]:
    files = {name: text for name, text in {**FILES, **(changed or {})}.items() if text is not None}
    found = check(project(files), environments, **how).findings
    return told([one for one in found if one.rule == "unused-document"])


B = "environments/base/agents/b.yaml:3:1 unused-document"
ALLOWED = "note: y  # lamina: allow unused-document -- started by hand\n"


def test_it_is_told_at_the_first_key_of_the_lowest_layer() -> None:
    assert unused() == [B]
    assert unused({"environments/prod/agents/b.yaml": "note: z\n"}) == [B]
    only = {"environments/base/agents/b.yaml": None, "environments/prod/agents/b.yaml": "note: z\n"}
    assert unused(only) == ["environments/prod/agents/b.yaml:1:1 unused-document"]


@pytest.mark.parametrize(
    "changed",
    [
        {"environments/prod/flows/main.yaml": "agent: b\n"},
        {"environments/base/agents/a.yaml": "helper: b\n"},
        {"environments/prod/flows/main.yaml": "note: ${agents/b:note}\n"},
        {"environments/prod/flows/main.yaml": "agent: ${note}\nnote: b\n"},
        {"environments/prod/flows/other.yaml": "agent: b\n"},
    ],
    ids=str,
)
def test_one_environment_that_leads_to_it_is_enough(changed: dict[str, str]) -> None:
    assert unused(changed) == []


def test_what_names_itself_is_not_used() -> None:
    assert unused({"environments/base/agents/b.yaml": "helper: b\n"}) == [
        "environments/base/agents/b.yaml:1:1 unused-document"
    ]


def test_kinds_that_no_other_kind_names_are_left_alone() -> None:
    assert unused({"schemas/flows/v1.schema.yaml": "type: object\n"}) == []


def test_with_errors_nothing_is_known() -> None:
    assert unused({"environments/prod/flows/main.yaml": "agent: [b\n"}) == []
    assert unused({"environments/prod/flows/main.yaml": "agent: c\n"}) == []


def test_only_where_all_is_looked_at() -> None:
    assert unused(None, "dev", "prod") == []
    assert unused(None, extent=Extent(documents=frozenset({"agents/b"}))) == []


def test_a_comment_and_settings_can_allow_it() -> None:
    allowed = "# lamina: allow unused-document -- started by hand\nnote: y\n"
    assert unused({"environments/base/agents/b.yaml": allowed}) == []
    assert unused({"lamina.yaml": "rules: {unused-document: {documents: ['agents/a']}}\n"}) == []
    assert unused({"lamina.yaml": "rules: {unused-document: off}\n"}) == []


AGENTS = ("a", "b", "c", "d")
NOTES = st.sampled_from(["note: x\n", "note: x\n", *(f"note: ${{agents/{name}:note}}\n" for name in AGENTS)])
TEXTS = st.builds(str.__add__, NOTES, st.sampled_from(["", "", *(f"helper: {name}\n" for name in AGENTS)]))


@given(
    st.fixed_dictionaries({f"environments/base/agents/{name}.yaml": TEXTS for name in AGENTS}),
    st.dictionaries(st.sampled_from([f"environments/prod/agents/{name}.yaml" for name in AGENTS]), TEXTS),
)
def test_it_is_what_the_graphs_of_all_environments_have_unused(base: dict[str, str], prod: dict[str, str]) -> None:
    seen: Project = project({**FILES, "environments/prod/flows/main.yaml": "agent: a\n", **base, **prod})
    findings = check(seen).findings
    assume(all(one.severity != "error" for one in findings))
    found = {one.document for one in findings if one.rule == "unused-document"}
    graphs_of_all = [answer.graph for answer in graphs(seen)]
    unused_in = [{str(one) for one in graph.unused if one.document != "flows/main"} for graph in graphs_of_all]
    assert found == {name for name in set[str]().union(*unused_in) if all(name in names for names in unused_in)}


def test_a_comment_that_allows_it_is_not_called_unused_where_it_is_not_looked_for() -> None:
    def comments(changed: Mapping[str, str], **how: Extent) -> list[str]:
        found = check(project({**FILES, "environments/base/agents/b.yaml": ALLOWED, **changed}), **how).findings
        return told([one for one in found if one.rule == "unused-allow"])

    comment = "environments/base/agents/b.yaml:1:10 unused-allow"
    named = {"environments/base/flows/main.yaml": "agent: b\n"}
    assert comments({}) == []
    assert comments(named) == [comment]
    of_part = Extent(documents={"agents/b"}, files={"environments/base/agents/b.yaml"}, kinds=())
    assert comments({}, extent=of_part) == []
    # It is not known what a document with errors leads to.
    assert comments({"environments/base/flows/main.yaml": "agent: [\n"}) == []
