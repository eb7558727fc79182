"""Graphs for tests, from lines: `source -> target` is a name, `source => target` a reference; `!` before it: missing."""

from lamina.thought.graph import Graph, Link, State, Way
from lamina.words.address import Address, parse_address
from lamina.words.finding import Position


def sketch(text: str, offered: str = "", environment: str = "prod") -> Graph:
    """The graph of the lines; each stands in a file named after its source's document, in the line of the text."""
    links = tuple(link(line, number) for number, line in enumerate(text.strip().splitlines(), 1))
    ends = [end for one in links for end in (one.source, *(one.targets if one.state != "missing" else ()))]
    things = {one: named(one) for one in map(parse_address, offered.split())}
    names = {end.document for end in (*ends, *things)}
    return Graph(environment, tuple(sorted(names)), links, things)


def link(line: str, number: int = 1) -> Link:
    """One line; several targets, with commas between, are an ambiguous name."""
    way: Way = "name" if " -> " in line else "reference"
    source, _, rest = line.strip().lstrip("!").partition(" -> " if way == "name" else " => ")
    targets = tuple(map(parse_address, rest.split(",")))
    state: State = "missing" if line.strip().startswith("!") else "ambiguous" if len(targets) > 1 else "found"
    position = Position(f"{source.partition(':')[0]}.yaml", number, 3)
    return Link(parse_address(source), targets, way, state, position, named(targets[0]) if way == "name" else None)


def named(thing: Address) -> str:
    """The name of a thing: the last step of its address."""
    return str(thing.path[-1]) if thing.path else thing.document.rpartition("/")[2]
