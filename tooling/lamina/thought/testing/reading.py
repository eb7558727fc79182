"""Reading: the tests that a sound file says, as records. Where each thing stands is known by its path in the file."""

from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Any

from lamina.words.node import Data, Patch, Path, untagged
from lamina.words.values import dataclass

_NO_VALUES: Mapping[str, Data] = {}


@dataclass(frozen=True, slots=True)
class ExpectedFinding:
    """What must be so of a finding; None where anything may."""

    rule: str
    document: str | None = None
    path: str | None = None
    message: str | None = None
    file: str | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Expected:
    """What must hold; None where nothing is said, an empty tuple where there must be none."""

    values: Mapping[str, Data] = field(default_factory=dict)
    absent: tuple[str, ...] = ()
    secret: tuple[str, ...] = ()
    holds: tuple[str, ...] = ()
    findings: tuple[ExpectedFinding, ...] | None = None
    impact: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Property:
    """Documents to be made from the schema of a kind, and how many."""

    kind: str
    examples: int = 50


@dataclass(frozen=True, slots=True)
class Test:
    """One test: its path in the file, and what it says. `environments` None is all; empty where it names none."""

    path: Path
    name: str
    environments: tuple[str, ...] | None
    layers: tuple[tuple[str, Path, Patch], ...]
    property: Property | None
    expected: Expected
    kind: str | None = None


def tests_of(value: Any) -> Iterator[Test]:
    """The tests of a file that fits SCHEMA; `layers` hold the document, the path in the file and the patch of each."""
    for index, said in enumerate(value["tests"]):
        path: Path = ("tests", index)
        yield Test(
            path,
            said["name"],
            _environments(said),
            tuple(_layers(said, path)),
            Property(**said["property"]) if "property" in said else None,
            _expected(untagged(said.get("expect", {}))),
            said.get("kind"),
        )


def _environments(said: Any) -> tuple[str, ...] | None:
    if "environment" in said:
        return (said["environment"],)
    several = said.get("environments", ())
    return None if several == "all" else tuple(several)


def _layers(said: Any, path: Path) -> Iterator[tuple[str, Path, Patch]]:
    for document, patch in said.get("with", {}).items():
        yield document, (*path, "with", document), patch
    for number, patch in enumerate(said.get("layers", ())):
        yield said["kind"], (*path, "layers", number), patch


def _expected(said: Any) -> Expected:
    findings, impact = said.get("findings"), said.get("impact")
    return Expected(
        said.get("values", _NO_VALUES),
        tuple(said.get("absent", ())),
        tuple(said.get("secret", ())),
        tuple(said.get("holds", ())),
        None if findings is None else () if findings == "none" else tuple(ExpectedFinding(**one) for one in findings),
        None if impact is None else () if impact == "none" else tuple(impact),
    )
