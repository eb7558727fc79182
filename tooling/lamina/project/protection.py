"""Protection: whether a change can be merged that nobody has checked, as far as the repository itself tells."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from lamina.project.codeowners import PLACES, code_owners
from lamina.project.questions import Project
from lamina.thought.document import read
from lamina.thought.topology import ENVIRONMENTS
from lamina.words.check import Check
from lamina.words.errors import listing
from lamina.words.regex import regex
from lamina.words.values import dataclass

_WORKFLOWS, _RULESETS, _GITLAB = ".github/workflows", ".github/rulesets", ".gitlab-ci.yml"
_RUNS = regex(r"\blamina\b.*\b(check|validate)\b")
_USES = regex(r"(^|/)lamina(/[\w./-]+)?@|^(\./|\$/)$")
_FILTERS = ("paths", "paths-ignore")


@dataclass(frozen=True, slots=True)
class Gate:
    """A workflow of GitHub that asks lamina: its file, what triggers it, and the checks that depend on the answer."""

    file: str
    triggers: Mapping[str, Any]
    checks: frozenset[str]


def check_protection(top: Path, project: Project) -> Iterator[Check]:
    """What keeps a bad change from being merged, by the files at the top of the git repository."""
    gates = _gates(top)
    if not gates and "lamina" in _text(top / _GITLAB):
        yield Check("gate", "ok", f"{_GITLAB} asks lamina")
    else:
        yield _always(gates)
    if gates:
        yield _required(top)
    protected = [one.name for one in project.environments() if one.protected]
    if protected:
        yield _owned(top, project, protected)


def gate_checks(top: Path) -> frozenset[str]:
    """What the checks of GitHub are called that depend on lamina's answer."""
    return frozenset().union(*(gate.checks for gate in _gates(top)))


def _gates(top: Path) -> list[Gate]:
    return [gate for gate in map(_gate, _files(top, _WORKFLOWS, (".yml", ".yaml"))) if gate.checks]


def _always(gates: list[Gate]) -> Check:
    """Whether every pull request is checked: a workflow that is not run for some is none for them."""
    if not gates:
        message = "nothing here checks a change before it is merged"
        return Check("gate", "warning", message, "have a workflow of GitHub, or a job of GitLab, run lamina check")
    if any("pull_request_target" in gate.triggers for gate in gates):
        message = f"{gates[0].file} runs with the rights of this repository for changes of strangers"
        return Check("gate", "problem", message, "pull_request instead of pull_request_target")
    whole = [gate for gate in gates if "pull_request" in gate.triggers and not _filtered(gate.triggers["pull_request"])]
    if whole:
        return Check("gate", "ok", f"{whole[0].file} checks every pull request")
    fix = "on: pull_request, without paths: a required check that is not run never ends"
    return Check("gate", "warning", f"{gates[0].file} does not run for every pull request", fix)


def _filtered(trigger: Any) -> bool:
    return isinstance(trigger, dict) and any(name in trigger for name in _FILTERS)


def _required(top: Path) -> Check:
    """Whether a ruleset that is kept here requires a check that depends on lamina; what GitHub itself has is not asked."""
    checks = sorted(gate_checks(top))
    for file, rules in _rulesets(top):
        for name in checks:
            if name in rules:
                return Check("ruleset", "ok", f"{file} requires {name}")
    fix = f"keep a ruleset there that requires {checks[-1]}, and import it: Settings, Rules, Rulesets"
    return Check("ruleset", "warning", f"no ruleset in {_RULESETS}/ requires {listing(checks)}", fix)


def _rulesets(top: Path) -> Iterator[tuple[str, set[str]]]:
    """The rulesets for branches that are in force, and the checks that each requires."""
    for file, value in _files(top, _RULESETS, (".json",)):
        if value.get("target") == "branch" and value.get("enforcement") == "active":
            rules = [rule for rule in _list(value.get("rules")) if rule.get("type") == "required_status_checks"]
            checks = (
                one for rule in rules for one in _list(_map(rule.get("parameters")).get("required_status_checks"))
            )
            yield file, {str(one.get("context")) for one in checks}


def _owned(top: Path, project: Project, protected: list[str]) -> Check:
    """Whether somebody has to review what is changed in a protected environment."""
    place = next((name for name in PLACES if (top / name).is_file()), None)
    if place is None:
        message = f"there is no CODEOWNERS, so anybody may approve a change of {listing(protected)}"
        return Check("code owners", "warning", message, "name who reviews environments/NAME/ in .github/CODEOWNERS")
    text, start = _text(top / place), _start(top, project)
    files = [
        name
        for one in protected
        for name in [f"{ENVIRONMENTS}/{one}/any.yaml", *project.tree.files]
        if name.startswith(f"{ENVIRONMENTS}/{one}/")
    ]
    bare = [name for name in files if not code_owners(text, start + name)]
    if bare:
        message = f"{place} names nobody for {listing(sorted({name.rpartition('/')[0] + '/' for name in bare}))}"
        return Check(
            "code owners",
            "warning",
            message,
            "add a line with the folder and who reviews it; the last that fits counts",
        )
    return Check("code owners", "ok", f"{place} names who reviews {listing(protected)}")


def _start(top: Path, project: Project) -> str:
    root = project.root.resolve() if project.root else top
    return f"{root.relative_to(top).as_posix()}/" if root != top else ""


def _gate(found: tuple[str, Mapping[str, Any]]) -> Gate:
    file, value = found
    jobs = {name: job for name, job in _map(value.get("jobs")).items() if isinstance(job, dict)}
    asking = {name for name, job in jobs.items() if any(map(_asks, _list(job.get("steps"))))}
    while more := {name for name, job in jobs.items() if name not in asking and asking.intersection(_needs(job))}:
        asking |= more
    checks = frozenset(str(jobs[name].get("name") or name) for name in asking)
    on = value.get("on")
    triggers = on if isinstance(on, dict) else dict.fromkeys(map(str, on if isinstance(on, list) else [on]))
    return Gate(file, triggers, checks)


def _asks(step: Mapping[str, Any]) -> bool:
    """Whether a step asks lamina: by its program, or by its action."""
    return bool(_RUNS.search(str(step.get("run", ""))) or _USES.search(str(step.get("uses", ""))))


def _needs(job: Mapping[str, Any]) -> list[str]:
    needs = job.get("needs")
    return list(map(str, needs if isinstance(needs, list) else [needs]))


def _files(top: Path, folder: str, endings: tuple[str, ...]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The files of a folder, each as the map that it holds; one that cannot be read is left out."""
    place = top / folder
    for path in sorted(place.iterdir()) if place.is_dir() else ():
        if path.suffix in endings and path.is_file():
            name = f"{folder}/{path.name}"
            value = read(_bytes(path), name).value
            yield name, value if isinstance(value, dict) else {}


def _text(file: Path) -> str:
    return _bytes(file).decode("utf-8", "replace")


def _bytes(file: Path) -> bytes:
    """What a file holds; nothing where there is none that may be read."""
    try:
        return file.read_bytes()
    except OSError:
        return b""


def _map(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
