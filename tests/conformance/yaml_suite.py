"""The runner of the yaml-test-suite: what is invalid must give a finding; what is valid and in our subset, its data.

Layers are maps. So a case whose top is a list or a single value is put under a key (`under_a_key`) and compared there.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from lamina.thought.document import read
from lamina.words.node import Data, same

FILE, KEY = "environments/base/case.yaml", "top"

SEVERAL_DOCUMENTS = "several documents in one file"
NO_JSON = "keys that are not text, or other data that JSON cannot say"
FOREIGN_TAG = "a tag that is neither the core schema's nor ours"
FIXED_TOP = "a list or a single value at the top, which directives or document ends hold there"

CASES_LEFT_OUT = {
    "libyaml, after YAML 1.1: white space before a value, or an empty line, has no tab": (
        *("6BCT", "6CA3", "96NN/00", "96NN/01", "A2M4", "DK95/00", "DK95/03", "DK95/04", "Q5MG", "R4YG"),
        *("Y79Y/001", "Y79Y/010"),
    ),
    "libyaml, after YAML 1.1: in `{}` and `[]` a key ends on the line where it starts, and a space follows its colon": (
        *("4MUZ/00", "4MUZ/01", "4MUZ/02", "5MUD", "9SA2", "K3WX", "NJ66", "VJP3/01"),
    ),
    "libyaml, after YAML 1.1: in `{}` and `[]` no plain scalar starts with a colon": (
        "58MP",
        "5T43",
        "DBG4",
        "HM87/00",
    ),
    "libyaml, after YAML 1.1: in `{}` and `[]` a question mark is no part of the key after it": ("652Z", "HM87/01"),
    "libyaml, after YAML 1.1: an anchor is letters, digits, `-` and `_`": ("2SXE", "8XYN", "W5VH", "Y2GN"),
    "libyaml: an end of a document that never began, or a directive of the future, is refused": (
        *("HWV9", "MUS6/05", "MUS6/06", "QT73"),
    ),
    "libyaml: a last line of spaces that no line break ends adds none to a block": ("JEF9/02", "L24T/01"),
    "libyaml reads on: a comment that touches what is before it": ("MUS6/00", "SU5Z", "X4QW"),
    "libyaml reads on: lines in quotes or brackets, or blank lines of a block, that are indented amiss": (
        *("9C9N", "DK95/01", "QB6E", "S98Z"),
    ),
}
"""Cases that our parser reads otherwise, by the reason."""

_START = re.compile(rb"\A((?:[ \t]*(?:#[^\n]*)?\n)*)---(?=\s)")
_MARKER = re.compile(rb"^(?:%|---\s|\.\.\.\s)", re.MULTILINE)
_REASONS = {name: reason for reason, names in CASES_LEFT_OUT.items() for name in names}


@dataclass(frozen=True, slots=True)
class Case:
    """One case: its name (`ID` or `ID/NN`), its text, whether it is invalid, and its data, one value a document."""

    name: str
    text: bytes
    invalid: bool
    documents: tuple[Data, ...] | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a case went: it passed in one of several ways, stands outside our subset for a reason, or failed."""

    result: Literal["passed", "left out", "failed"]
    sentence: str


@dataclass(slots=True)
class Outcome:
    """What a run came to: cases that passed by how, cases left out by reason, and sentences about those that failed."""

    passed: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        passed, left_out = self.passed.total(), self.left_out.total()
        lines = [f"{passed} passed, {left_out} left out, {len(self.failures)} failed"]
        lines += [f"  passed:   {count:4} {how}" for how, count in self.passed.most_common()]
        lines += [f"  left out: {count:4} {reason}" for reason, count in self.left_out.most_common()]
        return "\n".join(lines + [f"  failed: {failure}" for failure in self.failures])


def run(suite: Path) -> Outcome:
    """Runs every case below a folder; one that is left out by name although it passes is a failure, too."""
    outcome = Outcome()
    for case in cases(suite):
        verdict = judge(case)
        reason = _REASONS.get(case.name)
        if reason and verdict.result == "failed":
            outcome.left_out[reason] += 1
        elif reason:
            outcome.failures.append(f"{case.name}: need not be left out: {verdict.sentence}")
        elif verdict.result == "failed":
            outcome.failures.append(f"{case.name}: {verdict.sentence}")
        else:
            (outcome.passed if verdict.result == "passed" else outcome.left_out)[verdict.sentence] += 1
    return outcome


def cases(suite: Path) -> Iterator[Case]:
    """The cases below a folder, in the order of their names."""
    for file in sorted(suite.rglob("in.yaml")):
        folder = file.parent
        data = folder / "in.json"
        documents = tuple(_values(data.read_text("utf-8"))) if data.exists() else None
        yield Case(folder.relative_to(suite).as_posix(), file.read_bytes(), (folder / "error").exists(), documents)


def judge(case: Case) -> Verdict:
    """How our reader does on a case."""
    if case.invalid:
        refused = read(case.text, FILE).findings
        return (
            Verdict("passed", "invalid") if refused else Verdict("failed", "is invalid, and is read without a finding")
        )
    if case.documents is None or len(case.documents) > 1:
        return _unreadable(case)
    wanted = case.documents[0] if case.documents else None
    if wanted is None:
        return _compared(case.text, {}, "an empty file is an empty map")
    if isinstance(wanted, dict):
        return _compared(case.text, wanted, "valid")
    text = under_a_key(case.text)
    return _compared(text, {KEY: wanted}, "valid under a key") if text else Verdict("left out", FIXED_TOP)


def under_a_key(text: bytes) -> bytes | None:
    """The text with its top under a key, in place of `---` if it starts so; None where more such marks forbid that."""
    start = _START.match(text)
    comments, body = (start[1], text[start.end() :]) if start else (b"", b"\n" + text)
    if _MARKER.search(body + b"\n"):
        return None
    return comments + KEY.encode() + b":" + re.sub(rb"\n(?=[^\n])", b"\n  ", body)


def _unreadable(case: Case) -> Verdict:
    """The verdict on valid texts that no layer can be: they are refused, too."""
    if read(case.text, FILE).findings:
        return Verdict("left out", NO_JSON if case.documents is None else SEVERAL_DOCUMENTS)
    return Verdict("failed", "is no map with text as keys, and is read without a finding")


def _compared(text: bytes, wanted: Data, how: str) -> Verdict:
    reading = read(text, FILE)
    for finding in reading.findings:
        if finding.rule == "unknown-tag" and b"!" in text:
            return Verdict("left out", FOREIGN_TAG)
        return Verdict("failed", f"is valid, and is refused: {finding.position}: {finding.message}")
    if same(reading.value, wanted):  # type: ignore[arg-type]  # a patch with no tag of ours in it is data
        return Verdict("passed", how)
    return Verdict("failed", f"is {wanted!r}, and is read as {reading.value!r}")


def _values(text: str) -> Iterator[Data]:
    """The values of a JSON stream."""
    decoder = json.JSONDecoder()
    while text := text.lstrip():
        value, end = decoder.raw_decode(text)
        yield value
        text = text[end:]
