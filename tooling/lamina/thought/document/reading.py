"""Read a file of the repository: its value, or findings that say what is wrong with its text."""

from dataclasses import replace

from lamina.words.finding import Finding, Position
from lamina.words.node import Patch, Tagged
from lamina.words.regex import regex
from lamina.words.values import dataclass

MOST_BYTES = 16 * 1024 * 1024
VERSION_KEY = "schemaVersion"

# libyaml breaks lines at these, YAML 1.2 does not, and an editor may or may not; refused, so that all count lines alike.
_SEPARATOR = regex("[\x85\u2028\u2029]")
_CONTROL = regex("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
_PRINTABLE = bytes([9, 10, 13, *range(32, 127)])
_ESCAPE = "write it as an escape in double quotes"
_BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file's bytes say: a map (or a tagged root), and the findings met on the way.

    `whole` is false where the walk had to stop; the value is then `{}`.
    """

    value: Patch
    findings: tuple[Finding, ...] = ()
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer as read: its file, its bytes, its patch without `schemaVersion`, the version it states, and its findings."""

    file: str
    data: bytes
    patch: Patch
    version: int | None = None
    findings: tuple[Finding, ...] = ()
    whole: bool = True

    @property
    def takes_away(self) -> bool:
        """Whether the layer is wholly `!unset`."""
        return isinstance(self.patch, Tagged) and self.patch.tag == "unset"


def read(data: bytes, file: str) -> Reading:
    """Read YAML or JSON (by the file's extension) whose top is a map; never raises on bad input."""
    if len(data) > MOST_BYTES:
        megabytes = len(data) // 1_000_000
        return _refused(
            file, "too-large", f"the file has {megabytes} MB; a layer has at most 16", "split it into documents"
        )
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line, column = _place(data[: error.start].decode("utf-8").removeprefix(_BOM))
        message = f"byte 0x{data[error.start]:02x} is not UTF-8"
        return _refused(file, "not-utf-8", message, "save the file as UTF-8", line, column)
    text = text.removeprefix(_BOM)
    # Nearly every file is printable ASCII, which this tells at the speed of memory.
    for pattern, rule, message, fix in _FORBIDDEN if data.translate(None, _PRINTABLE) else ():
        if found := pattern.search(text):
            character = f"U+{ord(found[0]):04X}"
            return _refused(file, rule, f"{character} {message}", fix, *_place(text[: found.start()]))
    if file.endswith(".json"):
        from lamina.thought.document.json_reader import read_json

        value, findings, whole = read_json(text, file)
    else:
        from lamina.thought.document.yaml_reader import read_yaml

        value, findings, whole = read_yaml(text, file)
    return Reading(value, tuple(sorted(findings, key=lambda finding: finding.position)), whole)


def read_layer(data: bytes, file: str) -> Layer:
    """Read one layer and take its `schemaVersion` off; a version that is no positive integer is a finding."""
    reading = read(data, file)
    value, findings, whole = reading.value, reading.findings, reading.whole
    root = value.value if isinstance(value, Tagged) else value
    if not isinstance(root, dict) or VERSION_KEY not in root:
        return Layer(file, data, value, None, findings, whole)
    version = root[VERSION_KEY]
    rest = {key: part for key, part in root.items() if key != VERSION_KEY}
    patch = replace(value, value=rest) if isinstance(value, Tagged) else rest
    if type(version) is int and version > 0:
        return Layer(file, data, patch, version, findings, whole)
    from lamina.thought.document.outline import find, outline

    place = find(outline(data, file), (VERSION_KEY,))
    position = Position(file, place.value.line, place.value.column) if place else Position(file)
    bad = Finding(
        "bad-schema-version", f"{VERSION_KEY} is not a whole number from 1", position, fix=f"write {VERSION_KEY}: 1"
    )
    return Layer(file, data, patch, None, (*findings, bad), whole)


def _place(before: str) -> tuple[int, int]:
    """Line and column (from one) of the character that follows `before`."""
    lines = before.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return len(lines), len(lines[-1]) + 1


def _refused(file: str, rule: str, message: str, fix: str, line: int = 1, column: int = 1) -> Reading:
    return Reading({}, (Finding(rule, message, Position(file, line, column), fix=fix),), whole=False)


_FORBIDDEN = (
    (_CONTROL, "control-character", "may not stand in a file", f"delete it, or {_ESCAPE}"),
    (_SEPARATOR, "line-separator", "is a line break to some readers and a character to others", _ESCAPE),
)
