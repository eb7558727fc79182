"""Reach: who leads to an address, near and far, in the order of a tree."""

from hypothesis import given
from hypothesis import strategies as st
from thought.graph.sketches import sketch

from lamina.thought.graph import leading_to
from lamina.thought.graph.reach import reach
from lamina.words.address import Address, parse_address

TEXT = """
    flow:steps[0].agent -> agents/a
    flow:steps[1].needs -> flow:steps[0]
    agents/a:model -> models:m.x
    agents/a:tokens => models:m.x.tokens
    agents/b:model => agents/a:model
    models:m.y.next -> models:m.x
    lone:k -> agents/b
    !lost:k -> nobody
"""


def led(address: str, text: str = TEXT) -> list[str]:
    return [f"{'.' * step.depth}{step.link.source}" for step in reach(sketch(text), parse_address(address))]


def test_near_and_far() -> None:
    assert led("models:m.x") == [
        ".agents/a:model",
        "..flow:steps[0].agent",
        "...flow:steps[1].needs",
        "..agents/b:model",
        "...lone:k",
        ".agents/a:tokens",
        ".models:m.y.next",
    ]


def test_of_a_document_all_that_leads_into_it() -> None:
    assert led("models") == led("models:m.x")
    assert led("agents/b") == [".lone:k"]


def test_of_a_value_only_what_leads_to_it() -> None:
    assert led("models:m.x.tokens") == led("models:m.x")
    assert led("models:m.x.price") == [one for one in led("models:m.x") if one != ".agents/a:tokens"]
    assert led("models:m.y") == []
    assert led("agents/a:model")[0] == ".flow:steps[0].agent"


def test_what_leads_to_what_is_missing() -> None:
    assert led("nobody") == [".lost:k"]


def test_circles_end() -> None:
    assert led("a", "a:k -> b\nb:k -> a") == [".b:k", "..a:k"]


def test_the_part_of_a_graph_that_leads_there() -> None:
    answer = leading_to(sketch(TEXT), Address("agents/b"))
    assert answer.graph.documents == ("agents/b", "lone")
    assert [str(one.source) for one in answer.graph.links] == ["lone:k"]


@given(st.lists(st.tuples(st.sampled_from("abcde"), st.sampled_from("abcde")), max_size=12))
def test_every_link_that_leads_there_is_told_once_and_by_a_shortest_way(pairs: list[tuple[str, str]]) -> None:
    graph = sketch("\n".join(f"{left} -> {right}" for left, right in pairs) or "z -> z")
    depths, found = {"a": 0}, ["a"]
    for here in found:
        for left in [left for left, right in pairs if right == here and left not in depths]:
            depths[left] = depths[here] + 1
            found.append(left)
    told = [(step.link, step.depth) for step in reach(graph, Address("a"))]
    assert len({link for link, _ in told}) == len(told)
    assert {link for link, _ in told} == {one for one in graph.links if one.targets[0].document in depths}
    assert all(depth == depths[link.targets[0].document] + 1 for link, depth in told)
