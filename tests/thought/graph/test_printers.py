"""The printers: what each writes, and that a name in it is text and nothing else, in the eyes of readers of its language."""

import json
import re
import warnings
from collections.abc import Mapping

import pydot
import pytest
from hypothesis import given
from hypothesis import strategies as st
from thought.graph.sketches import sketch

from lamina.thought.graph import PRINTERS, Answer, Graph, Link, leading_to
from lamina.words.address import Address, parse_address
from lamina.words.finding import Position
from lamina.words.harmless import safe

GRAPH = sketch(
    """
    agents/a:model -> models:m.x
    agents/a:tokens => models:m.x.tokens
    agents/a:limit => orchestrator:limit
    agents/a:next -> agents/b
    agents/b:next -> agents/a
    !agents/b:model -> models:m.z
    agents/b:helper -> agents/a,people/a
    flow:steps[1].needs -> flow:steps[0]
    """,
    "agents/a agents/b models:m.x models:m.y",
)
TEXT = """\
agents/a -> agents/b, models:m.x, orchestrator
agents/b -> agents/a, people/a
cycle: agents/a -> agents/b -> agents/a
missing: agents/b.yaml:6:3: agents/b:model names models:m.z
ambiguous: agents/b.yaml:7:3: agents/b:helper names agents/a or people/a
unused: models:m.y
prod: 6 documents, 8 references; 1 cycle, 1 missing, 1 ambiguous, 1 unused
"""
WHY = """\
models:m.x in prod: 2 near, 3 further off
  agents/a:model     agents/a.yaml:1:3  names models:m.x
    agents/b:next    agents/b.yaml:5:3  names agents/a
      agents/a:next  agents/a.yaml:4:3  names agents/b
    agents/b:helper  agents/b.yaml:7:3  names agents/a or people/a
  agents/a:tokens    agents/a.yaml:2:3  holds ${models:m.x.tokens}
"""
DOT = """\
digraph "prod" {
  rankdir=LR; newrank=true; fontname=Helvetica; fontsize=12;
  node [shape=box, style=rounded, fontname=Helvetica, fontsize=11];
  edge [color="#555555", arrowsize=0.7];
  subgraph cluster_0 {
    label="agents"; color="#bbbbbb";
    "agents/a" [label="a"];
    "agents/b" [label="b"];
  }
  subgraph cluster_1 {
    label="models"; color="#bbbbbb";
    "models:m.x" [label="x"];
    "models:m.y" [label="y" color="#999999" fontcolor="#999999"];
    "models:m.z" [label="m.z" color="#cc0000" fontcolor="#cc0000" style=dashed];
  }
  subgraph cluster_2 {
    label="people"; color="#bbbbbb";
    "people/a" [label="a"];
  }
  "flow" [label="flow"];
  "orchestrator" [label="orchestrator"];
  "agents/a" -> "agents/b";
  "agents/a" -> "models:m.x";
  "agents/a" -> "orchestrator" [style=dashed];
  "agents/b" -> "agents/a";
  "agents/b" -> "models:m.z";
  "agents/b" -> "people/a";
}
"""
MERMAID = """\
flowchart LR
  subgraph e0["prod"]
    subgraph e0g0["agents"]
      e0n0["a"]
      e0n1["b"]
    end
    subgraph e0g1["models"]
      e0n3["x"]
      e0n4["y"]:::unused
      e0n7["m.z"]:::missing
    end
    subgraph e0g2["people"]
      e0n6["a"]
    end
    e0n2["flow"]
    e0n5["orchestrator"]
    e0n0 --> e0n1
    e0n0 --> e0n3
    e0n0 -.-> e0n5
    e0n1 --> e0n0
    e0n1 --> e0n7
    e0n1 --> e0n6
  end
  classDef missing stroke:#c00,color:#c00,stroke-dasharray:4
  classDef unused stroke:#999,color:#999
"""


def written(form: str, *graphs: Graph, commit: str | None = None) -> str:
    return PRINTERS[form]([Answer(graph) for graph in graphs], commit)


@pytest.mark.parametrize(("form", "text"), [("text", TEXT), ("dot", DOT), ("mermaid", MERMAID)])
def test_a_graph(form: str, text: str) -> None:
    assert written(form, GRAPH) == text


def test_the_way_to_an_address() -> None:
    answer = leading_to(GRAPH, parse_address("models:m.x"))
    assert PRINTERS["text"]([answer], "0123456789abcdef") == WHY.replace("in prod:", "in prod at 0123456789ab:")
    shape = json.loads(PRINTERS["json"]([answer], None))
    assert shape["environments"][0]["address"] == "models:m.x"
    first, second, *_ = shape["environments"][0]["referrers"]
    assert first == {
        "depth": 1,
        "from": {"document": "agents/a", "path": "model"},
        "to": [{"document": "models", "path": "m.x"}],
        "way": "name",
        "state": "found",
        "file": "agents/a.yaml",
        "line": 1,
        "column": 3,
    }
    assert (second["depth"], second["from"]["document"]) == (2, "agents/b")
    assert '"agents/a" -> "models:m.x";' in PRINTERS["dot"]([answer], None)
    assert "models:m.y" not in PRINTERS["dot"]([answer], None)


def test_nothing_leads_there() -> None:
    answer = leading_to(GRAPH, parse_address("models:m.y"))
    assert PRINTERS["text"]([answer], None) == "models:m.y in prod: nothing refers to it\n"


def test_the_shape_for_programs() -> None:
    shape = json.loads(written("json", GRAPH, commit="abc"))
    (one,) = shape["environments"]
    assert list(shape) == ["commit", "environments"]
    assert list(one) == ["environment", "documents", "references", "cycles", "missing", "ambiguous", "unused"]
    assert len(one["references"]) == 8
    assert one["cycles"] == [["agents/a", "agents/b", "agents/a"]]
    assert [each["from"]["path"] for each in one["missing"] + one["ambiguous"]] == ["model", "helper"]
    assert one["unused"] == ["models:m.y"]
    assert "commit" not in json.loads(written("json", GRAPH))


def test_environments_one_after_the_other() -> None:
    graphs = [sketch("a:k -> b", environment=name) for name in ("dev", "prod")]
    line = ": 2 documents, 1 reference\n"
    assert written("text", *graphs) == f"a -> b\ndev{line}\na -> b\nprod{line}"
    assert len(digraphs(written("dot", *graphs))) == 2
    assert written("mermaid", *graphs).count("subgraph e") == 2


def test_what_a_secret_names_is_not_told() -> None:
    secret = Link(Address("a", ("k",)), (), "name", "missing", Position("a.yaml", 1, 4))
    graph = Graph("prod", ("a",), (secret,))
    assert "missing: a.yaml:1:4: a:k is secret, and leads nowhere\n" in written("text", graph)
    assert json.loads(written("json", graph))["environments"][0]["missing"][0]["to"] == []
    assert written("dot", graph).count("->") == written("mermaid", graph).count("->") == 0


HOSTILE = [
    '"];a->b;//', "a\\", '\\"', "a\nb", "&quot;", "<b>", "]:::missing", "end", "`x`", "#34;", "%%{init: {}}%%", "${a}",
    "\x1b[31m", "::error::x", "##[error]", "", " ", "é😀", "click n0 call x()", "{", "\u2028", "1. x", "- x",
]  # fmt: skip
NAMES = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=20))


def hostile(name: str) -> Graph:
    """A graph with a name in every place where one can stand; the entry that it names is not of its own document."""
    target = Address("models", ("m", name))
    links = (
        Link(Address("app", (name,)), (target,), "name", "found", Position("app.yaml"), name),
        Link(
            Address("app", ("k", name)),
            (Address("models", ("n", name)),),
            "name",
            "missing",
            Position("app.yaml"),
            name,
        ),
    )
    return Graph("prod", ("app", "models"), links, {target: name})


@given(NAMES)
def test_a_reader_of_dot_sees_each_name_as_text(name: str) -> None:
    (graph,) = digraphs(written("dot", hostile(name)))
    (cluster,) = graph.get_subgraphs()
    labels = [unescaped(one.get_label()) for one in cluster.get_nodes()]
    assert sorted(labels) == sorted([safe(name) or '""', labelled(name)])
    assert len(graph.get_edges()) == 2
    assert [one.get_name() for one in graph.get_nodes() if one.get_name() not in ("node", "edge")] == ['"app"']


def digraphs(text: str) -> list[pydot.Dot]:
    """What a reader of DOT takes a text for."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # it calls its own parser by old names
        return pydot.graph_from_dot_data(text) or []


def labelled(name: str) -> str:
    """What is missing is labelled by its path."""
    return safe(str(Address("models", ("n", name))).partition(":")[2])


def unescaped(label: str) -> str:
    """A quoted string of DOT as Graphviz shows it."""
    plain: Mapping[str, str] = {"\\\\": "\\", '\\"': '"', "&amp;": "&"}
    return re.sub(r'\\\\|\\"|&amp;', lambda found: plain[found[0]], label[1:-1])


_LABEL = r'"((?:[A-Za-z0-9 _./-]|#[0-9]+;)*)"'
_MERMAID = [
    r"flowchart LR", rf" +subgraph \w+\[{_LABEL}\]", r" +end", rf" +\w+\[{_LABEL}\](?::::(?:missing|unused))?",
    r" +\w+ (?:-->|-\.->) \w+", r" +classDef \w+ [a-z0-9:#,-]+",
]  # fmt: skip


@given(NAMES)
def test_by_a_strict_grammar_of_mermaid_each_name_is_text(name: str) -> None:
    labels = []
    for line in written("mermaid", hostile(name)).splitlines():
        (found,) = [match for rule in _MERMAID if (match := re.fullmatch(rule, line))]
        labels += [re.sub(r"#([0-9]+);", lambda code: chr(int(code[1])), one) for one in found.groups()]
    assert sorted(labels) == sorted(["prod", "models", "app", safe(name) or '""', labelled(name)])


@given(NAMES)
def test_in_text_a_name_stays_in_its_line(name: str) -> None:
    lines = written("text", hostile(name)).splitlines()
    assert len(lines) == 3
    assert all(line.isprintable() and "##[" not in line for line in lines)
