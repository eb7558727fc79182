"""A graph for people: who refers to whom and what is wrong with that; or the tree of who leads to an address."""

from collections.abc import Iterator, Sequence

from lamina.thought.graph.answer import Answer
from lamina.thought.graph.drawing import Drawing
from lamina.thought.graph.links import Graph, Link
from lamina.thought.graph.reach import Step
from lamina.words.harmless import safe


def write(answers: Sequence[Answer], commit: str | None) -> str:
    """The environments one after the other, with a line between."""
    at = f" at {commit[:12]}" if commit else ""
    texts = (_graph(one.graph, at) if one.to is None else _tree(one, at) for one in answers)
    return "\n".join("".join(f"{safe(line)}\n" for line in lines) for lines in texts)


def _graph(graph: Graph, at: str) -> Iterator[str]:
    ahead: dict[str, list[str]] = {}
    for edge in Drawing(graph).edges:
        if edge.state != "missing":
            ahead.setdefault(str(edge.source), []).append(str(edge.target))
    for source, targets in ahead.items():
        yield f"{source} -> {', '.join(targets)}"
    yield from (f"cycle: {' -> '.join(cycle)}" for cycle in graph.cycles)
    for state in ("missing", "ambiguous"):
        yield from (
            f"{state}: {link.position}: {link.source} {_said(link)}" for link in graph.links if link.state == state
        )
    yield from (f"unused: {address}" for address in sorted(map(str, graph.unused)))
    yield f"{graph.environment}{at}: {_counted(graph)}"


def _counted(graph: Graph) -> str:
    counts = {
        "cycle": len(graph.cycles),
        "missing": len(graph.of_state("missing")),
        "ambiguous": len(graph.of_state("ambiguous")),
        "unused": len(graph.unused),
    }
    wrong = ", ".join(
        f"{count} {what}{'s' * (what == 'cycle' and count > 1)}" for what, count in counts.items() if count
    )
    documents, links = len(graph.documents), len(graph.links)
    return f"{documents} document{'s' * (documents != 1)}, {links} reference{'s' * (links != 1)}{wrong and '; '}{wrong}"


def _said(link: Link) -> str:
    """What a link says of where it leads."""
    if not link.targets:
        return "is secret, and leads nowhere"
    if link.way == "name":
        return f"names {' or '.join(map(str, link.targets))}"
    target = link.targets[0]
    return f"holds ${{{target if target.document != link.source.document else str(target).partition(':')[2]}}}"


def _tree(answer: Answer, at: str) -> Iterator[str]:
    where = f"{answer.to} in {answer.graph.environment}{at}"
    near = sum(step.depth == 1 for step in answer.steps)
    if not near:
        yield f"{where}: nothing refers to it"
        return
    yield f"{where}: {near} near, {len(answer.steps) - near} further off"
    rows = [(f"{'  ' * step.depth}{step.link.source}", step) for step in answer.steps]
    width = max(len(row) for row, _ in rows)
    places = max(len(_place(step)) for step in answer.steps)
    yield from (f"{row.ljust(width)}  {_place(step).ljust(places)}  {_said(step.link)}" for row, step in rows)


def _place(step: Step) -> str:
    return str(step.link.position)
