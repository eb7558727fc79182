"""The fault corpus: at least 300 faults of nine classes in real-looking layers; found at the place, mended, and never wrongly.

`python tests/changes/fixing/test_faults.py` prints the table of docs/fixing.md.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

import held
import pytest
from changes.fixing import injecting
from changes.fixing.injecting import Fault, Injector, Site, sites
from changes.fixing.shop import shop

from lamina.changes.fixing import Wanted, fix
from lamina.project import Project
from lamina.project.gate import check
from lamina.thought.document import read
from lamina.thought.document.placing import identical
from lamina.words.node import Path as NodePath

ROOT = Path(__file__).parents[3]
OF_A_CLASS = 36
# So many faults of a class at a time, each in another document, so that none hides another.
_ROUNDS = 40


@dataclass(frozen=True)
class Class:
    """A class of faults, and whether its mends are safe."""

    name: str
    injector: Injector
    unsafe: bool = False


@dataclass(frozen=True)
class Outcome:
    """What became of a class: faults, those found at their place, mended, mended wrongly; and other lines that changed."""

    faults: int
    found: int
    mended: int
    wrongly: int
    elsewhere: int


@cache
def repositories() -> tuple[Project, Project]:
    """This repository, and the shop."""
    files = {
        str(one.relative_to(ROOT)): one.read_bytes()
        for folder in ("environments", "schemas")
        for one in sorted((ROOT / folder).rglob("*"))
        if one.is_file()
    }
    own = held.Held({**files, "lamina.yaml": (ROOT / "lamina.yaml").read_bytes()})
    return Project(own, "0.1.0"), held.project(shop())


def _below() -> dict[str, dict[NodePath, str]]:
    """By layer the scalars that the layer of base says of the same document."""
    found: dict[str, dict[NodePath, str]] = {}
    for project in repositories():
        base = [site for site in sites(project) if site.of.environment == "base" and site.node.style == "scalar"]
        for site in base:
            in_list = any(isinstance(step, int) for step in site.path)
            if not in_list and not re.search(r"\n|\$\{|&", site.written):
                for name, environment in project.tree.topology.environments.items():
                    of = project.tree.topology.layers.get(name, {}).get(site.of.document, ())
                    if environment.extends == "base" and of:
                        found.setdefault(of[0].file, {})[site.path] = site.written
    return found


def _redundant(site: Site, random: Random) -> Fault | None:
    if site.of.environment == "base" or site.of.defaults:
        return None
    return injecting.redundant(_known().get(site.of.file, {}), site, random)


_known = cache(_below)
CLASSES = (
    Class("typo in a key", injecting.typo),
    Class("number in quotes", injecting.quoted_number),
    Class("boolean of YAML 1.1", injecting.other_boolean),
    Class("duplicate key", injecting.duplicate, unsafe=True),
    Class("indented by tabs", injecting.tab),
    Class("required key missing", injecting.missing),
    Class("deprecated name", injecting.deprecated),
    Class("word in another case", injecting.enum_case),
    Class("redundant override", _redundant),
)


def faults(project: Project, one: Class) -> list[Fault]:
    """Faults of a class in the layers of a project: as many as there may be, spread over the files."""
    random = Random(f"{one.name}")
    there = {(site.of.environment, site.of.document, site.path) for site in sites(project)}
    environments = project.tree.topology.environments.values()
    below = {
        link: [env.name for env in environments if link in env.chain[:-1]] for env in environments for link in env.chain
    }

    def stands(site: Site) -> bool:
        """Whether no layer above says it too, or of a missing key its map: then it would be found there."""
        path = site.path[:-1] if one.injector is injecting.missing else site.path
        return not any((name, site.of.document, path) in there or not path for name in below[site.of.environment])

    every = [site for site in sites(project) if stands(site)]
    random.shuffle(every)
    made = [fault for site in every if (fault := one.injector(site, random)) is not None]
    return list({(fault.file, fault.after): fault for fault in made}.values())


def rounds(project: Project, one: Class, most: int) -> Iterator[list[Fault]]:
    """Faults together, at most one in a document."""
    waiting = faults(project, one)
    for _ in range(_ROUNDS):
        together: dict[str, Fault] = {}
        for fault in waiting:
            if len(together) < most:
                together.setdefault(fault.file.split("/", 2)[2].removesuffix(".yaml"), fault)
        if not together or most <= 0:
            return
        most -= len(together)
        waiting = [fault for fault in waiting if fault not in together.values()]
        yield list(together.values())


def outcome(one: Class) -> Outcome:
    """What becomes of the faults of a class."""
    counts: Counter[str] = Counter()
    most = OF_A_CLASS
    for project, share in zip(repositories(), (most // 2, most), strict=True):
        for together in rounds(project, one, min(share, most - counts["faults"])):
            counts += _of_round(project, one, together)
    return Outcome(*(counts[name] for name in ("faults", "found", "mended", "wrongly", "elsewhere")))


def _of_round(project: Project, one: Class, together: list[Fault]) -> Counter[str]:
    counts: Counter[str] = Counter(faults=len(together))
    wrong = project.with_files({fault.file: fault.after.encode() for fault in together})
    wrong = Project(held.Held(_files(wrong)), "0.1.0")
    found = {
        (each.position.file, each.position.line, each.position.column, each.rule) for each in check(wrong).findings
    }
    rules = frozenset(rule for fault in together for rule in fault.rules)
    fixed = fix(wrong, Wanted(rules=rules | {"missing-key"}, unsafe=one.unsafe))
    after = {change.file: (change.after or b"").decode() for change in fixed.changes}
    for fault in together:
        counts["found"] += any((fault.file, fault.line, fault.column, rule) in found for rule in fault.rules)
        text = after.get(fault.file, fault.after)
        counts["mended"] += text != fault.after
        counts["wrongly"] += text != fault.after and not _same(fault, text)
        counts["elsewhere"] += not _only_there(fault, text)
    others = set(after) - {fault.file for fault in together}
    counts["elsewhere"] += len(others)
    return counts


def _files(project: Project) -> Mapping[str, bytes]:
    return {file: project.tree.data(file) for file in project.tree.files}


def _same(fault: Fault, text: str) -> bool:
    """Whether a file says what it said before the fault; the place of a key that was written anew is its own."""
    now, before = (read(one.encode(), fault.file).value for one in (text, fault.before))
    return identical(_sorted(now), _sorted(before)) if "missing-key" in fault.rules else identical(now, before)


def _sorted(value: object) -> object:
    return {key: _sorted(value[key]) for key in sorted(value)} if isinstance(value, dict) else value


def _only_there(fault: Fault, text: str) -> bool:
    """Whether all lines but the one that was wrong are as they were."""
    before, now = fault.before.splitlines(keepends=True), text.splitlines(keepends=True)
    wrong = fault.after.splitlines(keepends=True)
    if "missing-key" in fault.rules:
        return sorted(now) == sorted(before) or now == wrong
    same = sum(left == right for left, right in zip(before, now, strict=False))
    return now == wrong or (len(now) == len(before) and same >= len(before) - 1)


@pytest.mark.parametrize("one", CLASSES, ids=lambda one: one.name.replace(" ", "-"))
def test_faults_are_found_where_they_are_and_never_mended_wrongly(one: Class) -> None:
    told = outcome(one)
    assert told.faults >= 300 / len(CLASSES)
    assert told.found == told.faults
    assert told.mended >= 0.8 * told.faults
    assert (told.wrongly, told.elsewhere) == (0, 0)


if __name__ == "__main__":
    total: Counter[str] = Counter()
    print("| class | faults | found at their place | mended | wrongly |\n|---|---|---|---|---|")
    for each in CLASSES:
        one = outcome(each)
        print(f"| {each.name} | {one.faults} | {one.found} | {one.mended} | {one.wrongly} |")
        total += Counter(faults=one.faults, found=one.found, mended=one.mended, wrongly=one.wrongly)
    print(
        f"| **all** | **{total['faults']}** | **{total['found']}** | **{total['mended']}** | **{total['wrongly']}** |"
    )
