"""The examples of policies, each a test: what should pass is not refused, and what should be refused is."""

from collections.abc import Iterator

from lamina.project.policies.cases import Case as Tried
from lamina.project.policies.cases import policy_cases
from lamina.project.testing.bench import Bench
from lamina.project.testing.cases import Case
from lamina.words.finding import Finding


def example_cases(bench: Bench) -> Iterator[Case]:
    """Every example of every policy that can be understood; one that is not as it says is told at its place."""
    return map(_case, policy_cases(bench.tree))


def _case(one: Tried) -> Case:
    found = () if one.failure is None else (Finding("failed-example", one.failure, one.position),)
    return Case(f"{one.policy}: {one.name}", one.position, None, lambda _: found)
