"""Properties: documents of every kind, made from a schema by hypothesis, each of which must come through."""

from collections.abc import Callable, Iterator, Sequence
from tempfile import TemporaryDirectory
from typing import Any

from lamina.project.examples import document_name, sound_schema
from lamina.project.hiding import put_away
from lamina.project.road import Road
from lamina.project.testing.bench import Bench
from lamina.project.testing.cases import Hold
from lamina.project.testing.judging import NAMES_NOTHING
from lamina.project.testing.saying import shown
from lamina.project.testing.truths import evaluated
from lamina.thought.document import Outline, Spot, read
from lamina.thought.export import EXPORTS
from lamina.thought.expressions import Expression, compile_expression
from lamina.thought.schema import Schema
from lamina.thought.schema.example import Choices, DeadEnd, Draw, Maker
from lamina.thought.testing import Property
from lamina.words.finding import Finding, Position
from lamina.words.node import Data, same
from lamina.words.values import dataclass

_INSTALL = 'pip install "lamina[test]"'
_NOWHERE = Outline(Spot(1, 1, 0, 0), "block")
_MOST = 600
_DISAGREE = "validators-disagree"


class _Falsified(Exception):
    """A document does not come through; hypothesis then looks for a smaller one."""


def property_findings(
    bench: Bench, asked: Property, base: Road | None, holds: Sequence[str], place: Position
) -> Iterator[Finding]:
    """What the smallest document that does not come through shows; raises NoSuchKind, WrongSchema and BadExpression."""
    _, schema = sound_schema(bench.tree, asked.kind)
    environment = base.environment.name if base else None
    trial = _Trial(
        bench, schema, base, document_name(bench.tree, asked.kind, "example"), tuple(map(compile_expression, holds))
    )
    try:
        found = _falsified(trial, asked.examples)
    except ImportError:
        message = "documents are made by hypothesis, which is not installed"
        yield Finding("bad-test", message, place, "error", environment, fix=_INSTALL)
        return
    if found is not None:
        document, problem = found
        message = f"{problem}; the document is {_brief(document)}" if document is not None else problem
        yield Finding("falsified-property", message, place, "error", environment, trial.name)


@dataclass(frozen=True, slots=True)
class _Trial:
    """What documents are put through: a road, the exports, and conditions."""

    bench: Bench
    schema: Schema
    base: Road | None
    name: str
    conditions: tuple[Expression, ...]

    def made(self, draw: Draw) -> Data | None:
        """A document that the schema allows; None where the choices led to none."""
        try:
            document = Maker(self.schema.slow, Choices(draw)).value([self.schema.root], self.schema.shape)
        except DeadEnd:
            return None
        faults = self.schema.verdict(self.schema.fill(document)[0])
        return None if any(fault.rule != _DISAGREE for fault in faults) else document

    def problem(self, document: Any) -> str | None:
        """What is wrong with a document once it has gone the whole way; None for nothing."""
        environment = self.base.environment.name if self.base else ""
        layer = self.bench.lay(f"\0{self.name}", environment, self.name, document, b"", _NOWHERE)
        layers = {self.name: (layer,)}
        road = self.base.beneath(layers, [self.name]) if self.base else self.bench.alone(layers)
        finished = road.document(self.name)
        errors = (one for one in finished.findings if one.severity == "error" and one.rule != NAMES_NOTHING)
        error = next(errors, None)
        if error is not None:
            return f"{error.rule}: {error.message}"
        shown = put_away(finished, "redact")
        for form in ("yaml", "json"):
            if not same(read(EXPORTS[form](shown), f"x.{form}").value, shown):  # type: ignore[arg-type]
                return f"the {form} of the render does not read as what was rendered"
        nothing = Finding("", "", Position(""))
        truths = evaluated([Hold(one, road.environment.name, {self.name: shown}, nothing) for one in self.conditions])
        wrong = (one for one, finding in zip(self.conditions, truths, strict=True) if finding is not None)
        return next((f"{one.text} does not hold" for one in wrong), None)


def _falsified(trial: _Trial, examples: int) -> tuple[Data, str] | None:
    """The smallest document that is found not to come through, and why; raises ImportError without hypothesis."""
    import hypothesis
    from hypothesis import HealthCheck, Phase, Verbosity, strategies
    from hypothesis.configuration import set_hypothesis_home_dir
    from hypothesis.errors import Unsatisfiable

    found: list[tuple[Data, str]] = []

    @strategies.composite
    def documents(draw: Callable[[Any], int]) -> Data:
        document = trial.made(lambda ways: draw(strategies.integers(0, ways - 1)))
        hypothesis.assume(document is not None)
        return document

    @hypothesis.settings(
        max_examples=examples, derandomize=True, database=None, deadline=None, verbosity=Verbosity.quiet,
        phases=(Phase.generate, Phase.shrink), suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @hypothesis.given(documents())
    def comes_through(document: Data) -> None:
        problem = trial.problem(document)
        if problem is not None:
            found.append((document, problem))
            raise _Falsified

    with TemporaryDirectory() as home:
        # It would keep what it learns of Unicode in the folder that the user works in.
        set_hypothesis_home_dir(home)
        try:
            comes_through()
        except _Falsified:
            return found[-1]
        except Unsatisfiable:
            return None, "no document was found that the schema allows"
        finally:
            set_hypothesis_home_dir(None)
    return None


def _brief(document: Data) -> str:
    return shown(document, _MOST)
