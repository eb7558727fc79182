"""The runner of the JSON-Schema-Test-Suite: every case through both validators and the verdict of `lamina`."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lamina.thought.schema import Schema, compile_schema

FILE = "schemas/suite/v1.schema.json"

REMOTE = "http://localhost:1234/"
"""Where the suite's own server would stand."""

FILES_LEFT_OUT = {
    "format.json": "formats are asserted here; these cases demand that they are not",
    "optional/cross-draft.json": "one draft only",
    "optional/format-assertion.json": "needs vocabularies of its own, and formats are asserted anyway",
}
"""Whole files, and why."""

RULES_LEFT_OUT = {
    "remote-reference": "a $ref out of the repository",
    "unsupported-draft": "a $schema of its own",
    "bad-default": "a default that its own schema refuses",
    "unknown-keyword": "a keyword of an older draft",
    "non-portable-pattern": "a pattern that not every engine reads alike",
    "unknown-format": "a format that is not on our list",
}
"""Schemas that lamina refuses before it looks at data, by the rule that refuses them, and why."""


@dataclass(slots=True)
class Outcome:
    """What a run came to: cases that passed, cases left out by reason, and sentences about those that failed."""

    passed: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        lines = [f"{self.passed} passed, {self.left_out.total()} left out, {len(self.failures)} failed"]
        lines += [f"  left out: {count:4} {reason}" for reason, count in self.left_out.most_common()]
        return "\n".join(lines + [f"  failed: {failure}" for failure in self.failures])


def run(suite: Path) -> Outcome:
    """Runs `tests/draft2020-12/**/*.json` of a suite."""
    outcome = Outcome()
    folder = suite / "tests" / "draft2020-12"
    for file in sorted(folder.rglob("*.json")):
        name = file.relative_to(folder).as_posix()
        for group in json.loads(file.read_text(encoding="utf-8")):
            reason = FILES_LEFT_OUT.get(name) or _run_group(name, group, outcome)
            if reason:
                outcome.left_out[reason] += len(group["tests"])
    return outcome


def _run_group(name: str, group: dict[str, Any], outcome: Outcome) -> str | None:
    """Runs a group, or gives the reason why it is left out."""
    schema = compile_schema(FILE, group["schema"], lambda _: None)
    refused = [fault for fault in schema.faults if fault.severity == "error"]
    if REMOTE in json.dumps(group["schema"]) and any(fault.rule == "dangling-schema-reference" for fault in refused):
        return "a $ref relative to an $id outside the repository"
    reason = next((RULES_LEFT_OUT[fault.rule] for fault in refused if fault.rule in RULES_LEFT_OUT), None)
    if reason:
        return reason
    if refused:
        outcome.failures.append(f"{name}: {group['description']}: {refused[0].rule}: {refused[0].message}")
        return None
    for test in group["tests"]:
        wrong = list(_wrong(schema, test["data"], test["valid"]))
        outcome.passed += not wrong
        outcome.failures += [f"{name}: {group['description']}: {test['description']}: {each}" for each in wrong]
    return None


def _wrong(schema: Schema, data: Any, valid: bool) -> Iterator[str]:
    demanded = "valid" if valid else "invalid"
    if schema.accepts(data) is not valid:
        yield f"the fast validator says that it is not {demanded}"
    if (not schema.faults_of(data)) is not valid:
        yield f"the explaining validator says that it is not {demanded}"
    if (not schema.verdict(data)) is not valid:
        yield f"the verdict says that it is not {demanded}"
