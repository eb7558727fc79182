"""Read YAML: one walk over libyaml's events, with YAML 1.2 scalars and the tags of the layer language.

Accepted is the subset that every reader understands alike: one document, text keys, no `<<`, no tags but the core's and ours.
All that is refused becomes a finding and the walk goes on, except where the text no longer parses.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, get_args

from yaml.cyaml import CParser  # type: ignore[attr-defined]  # the stubs leave out what the module imports
from yaml.error import Mark, MarkedYAMLError, YAMLError
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from lamina.thought.document.scalars import REMEMBERED, OutOfRange, resolve
from lamina.words.errors import listing, near
from lamina.words.finding import Finding, Position, Related
from lamina.words.mend import DropEarlier, Mend, Untab
from lamina.words.node import Patch, Tag, Tagged
from lamina.words.regex import regex

DEEPEST = 100
MOST_FINDINGS = 1000
MOST_NODES = 1_000_000
# An alias of a long text costs as much as one of many values: so many characters count as one.
TEXT_OF_A_NODE = 20

_CORE = "tag:yaml.org,2002:"
_OURS: dict[str, Tag] = {f"!{tag}": tag for tag in get_args(Tag)}
_COLLECTION_TAGS = {MappingStartEvent: _CORE + "map", SequenceStartEvent: _CORE + "seq"}
_LINE_END = regex("\r\n|\r|\n")
_PENDING = object()


class _Stop(Exception):
    """The walk cannot go on; the finding that says why is recorded."""


def read_yaml(text: str, file: str) -> tuple[Patch, list[Finding], bool]:
    """The value of a YAML text, what is wrong with it, and whether it was read to its end.

    An empty text, and one of comments alone, is an empty map.
    """
    walk = _Walk(text, file)
    try:
        return walk.document(), walk.findings, True
    except _Stop:
        pass
    except YAMLError as error:
        walk.findings.append(_syntax(error, text, file))
    return {}, walk.findings, False


class _Walk:
    """One pass over the events of a text; holds the parser, the anchors and the findings met so far."""

    def __init__(self, text: str, file: str) -> None:
        parser = CParser(text)
        self.next: Callable[[], Any] = parser.get_event
        self.file = file
        self.findings: list[Finding] = []
        self.anchors: dict[str, tuple[Any, int]] = {}
        self.last: Any = None
        self.nodes = 0
        self.depth = 0

    def document(self) -> Patch:
        """The one document of the text."""
        self.next()
        start = self.next()
        if start.__class__ is StreamEndEvent:
            return {}
        event = self.next()
        value: Patch = self.node(event)
        self.next()
        extra = self.next()
        if extra.__class__ is DocumentStartEvent:
            self.find("several-documents", "a second document starts here", extra, "put it into a file of its own")
        if value is None and event.__class__ is ScalarEvent and event.value == "":
            return {}
        root = value.value if isinstance(value, Tagged) and value.tag == "replace" else value
        if isinstance(root, dict) or (isinstance(value, Tagged) and value.tag == "unset"):
            return value
        what = "a list" if isinstance(root, list | Tagged) else "a single value"
        self.find("not-a-map", f"the file holds {what} at its top, not keys and values", event, "write key: value")
        raise _Stop

    def node(self, event: Any, item: bool = False) -> Any:
        """The value of the node that `event` starts; `item` says that it stands directly in a list."""
        if event.__class__ is AliasEvent:
            return self.alias(event)
        anchor, before = event.anchor, self.nodes
        if anchor is not None:
            self.anchors[anchor] = (_PENDING, 0)
        self.last = event
        value = self.untagged(event)
        if event.tag is not None:
            value = self.tagged(event, value, item)
        if anchor is not None:
            text = self.last.end_mark.index - event.start_mark.index
            self.anchors[anchor] = (value, self.nodes - before + 1 + text // TEXT_OF_A_NODE)
        return value

    def untagged(self, event: Any) -> Any:
        kind = event.__class__
        if kind is ScalarEvent:
            plain = event.implicit[0] or (event.tag in _OURS and not event.style)
            return self.scalar(event) if plain else event.value
        self.depth += 1
        if self.depth > DEEPEST:
            self.find("too-deep", f"more than {DEEPEST} levels of nesting", event, "make the structure flatter")
            raise _Stop
        value = self.map() if kind is MappingStartEvent else self.list()
        self.depth -= 1
        self.count(len(value), event)
        return value

    def map(self) -> dict[str, Any]:
        out: dict[str, Any] = {}
        places: dict[str, Any] = {}
        following = self.next
        while (event := following()).__class__ is not MappingEndEvent:
            # The fast way is for what nearly every entry is: a plain or quoted key and an untagged scalar.
            if event.__class__ is ScalarEvent and event.anchor is None and event.tag is None:
                key: str | None = event.value
                if event.implicit[0] and (len(event.value) > REMEMBERED or not _is_text(event.value)):
                    key = self.plain_key(event)
            else:
                key = self.odd_key(event)
            start = following()
            if start.__class__ is ScalarEvent and start.tag is None and start.anchor is None:
                value = self.scalar(start) if start.implicit[0] else start.value
            else:
                value = self.node(start)
            if key is None:
                continue
            if key in out:
                self.duplicate(key, event, places[key])
            places[key] = event
            out[key] = value
        self.last = event
        return out

    def list(self) -> list[Any]:
        out: list[Any] = []
        following = self.next
        while (event := following()).__class__ is not SequenceEndEvent:
            if event.__class__ is ScalarEvent and event.tag is None and event.anchor is None:
                out.append(self.scalar(event) if event.implicit[0] else event.value)
            else:
                out.append(self.node(event, item=True))
        self.last = event
        return out

    def scalar(self, event: Any) -> Any:
        try:
            return resolve(event.value) if len(event.value) <= REMEMBERED else resolve.__wrapped__(event.value)
        except OutOfRange as error:
            self.find("number-out-of-range", str(error), event, "write it in quotes, as text")
            return event.value

    def plain_key(self, event: Any) -> str | None:
        text: str = event.value
        if text == "<<":
            self.find("merge-key", "`<<` is not part of YAML 1.2; here layers do the merging", event, _MERGE_KEY)
            return None
        value = self.scalar(event)
        if isinstance(value, str):
            return text
        name = text or "(empty)"
        self.find("non-string-key", f"the key {name} is not text", event, f'write it in quotes: "{text}"')
        return None

    def odd_key(self, event: Any) -> str | None:
        value = self.node(event)
        if isinstance(value, str):
            return value
        fix = _QUOTE if event.__class__ is MappingStartEvent and event.flow_style else "write a plain key"
        self.find("non-string-key", "a key is text, not a list, a map or a tagged value", event, fix)
        return None

    def alias(self, event: Any) -> Any:
        # The messages do not name it: a secret that begins with * is read as an alias.
        if event.anchor not in self.anchors:
            self.find("unknown-alias", "no anchor before this alias has its name", event, _ALIAS)
            return None
        value, size = self.anchors[event.anchor]
        if value is _PENDING:
            self.find("recursive-alias", "this alias stands inside what it names", event, "write the value out")
            return None
        self.count(size, event)
        return value

    def count(self, nodes: int, event: Any) -> None:
        self.nodes += nodes
        if self.nodes > MOST_NODES:
            message = f"more than {MOST_NODES} values, aliases counted in full"
            self.find("too-many-nodes", message, event, "split the file")
            raise _Stop

    def tagged(self, event: Any, value: Any, item: bool) -> Any:
        tag = event.tag
        if tag in _OURS:
            return self.instruction(_OURS[tag], event, value, item)
        kind = event.__class__
        if kind is ScalarEvent:
            return self.typed(event, value)
        if tag not in ("!", _COLLECTION_TAGS[kind]):
            self.unknown_tag(event)
        return value

    def typed(self, event: Any, value: Any) -> Any:
        """A scalar under a tag of the core schema: the tag must say what the text says."""
        text, tag = event.value, event.tag
        if tag in ("!", _CORE + "str"):
            return text
        kinds: dict[str, tuple[type, ...]] = {
            "null": (type(None),),
            "bool": (bool,),
            "int": (int,),
            "float": (float, int),
        }
        wanted = kinds.get(tag.removeprefix(_CORE)) if tag.startswith(_CORE) else None
        if wanted is None:
            self.unknown_tag(event)
            return value
        try:
            value = resolve.__wrapped__(text)
        except OutOfRange as error:
            self.find("number-out-of-range", str(error), event, "write it in quotes, as text")
        if type(value) not in wanted:
            name = tag.removeprefix(_CORE)
            self.find("wrong-tag", f"the value is no {name}, as its tag !!{name} says", event, "leave the tag out")
        return float(value) if tag == _CORE + "float" and type(value) is int else value

    def instruction(self, tag: Tag, event: Any, value: Any, item: bool) -> Any:
        """A value under one of our tags, where that tag may stand."""
        if tag in ("append", "prepend"):
            fits, rule = isinstance(value, list) and not item, "goes on a list under a key"
        elif tag == "unset" and item:
            fits, rule = (
                isinstance(value, dict) and len(value) == 1,
                "in a list names the item to take away: !unset {name: x}",
            )
        else:
            fits, rule = tag == "replace" or value is None, "stands alone: `key: !unset`"
        if fits:
            return Tagged(tag, value)
        self.find("misplaced-tag", f"!{tag} {rule}", event, "leave the tag out, or change the value")
        return value

    def unknown_tag(self, event: Any) -> None:
        # The message does not quote the tag: a secret that begins with ! is read as one.
        like = near(event.tag, _OURS)
        fix = f"did you mean {like}?" if like else f"leave it out, or quote the text; the tags are {listing([*_OURS])}"
        self.find("unknown-tag", "this tag means nothing here, and lamina never makes objects from tags", event, fix)

    def duplicate(self, key: str, event: Any, first: Any) -> None:
        message = f"the key {key!r} stands twice in this map; the later one would win"
        place = self.place(first)
        mend = Mend(self.file, (), DropEarlier(place.line, place.column), "unsafe")
        self.find("duplicate-key", message, event, "keep one", Related(place, "first here"), mend=mend)

    def find(self, rule: str, message: str, event: Any, fix: str, *related: Related, mend: Mend | None = None) -> None:
        self.findings.append(Finding(rule, message, self.place(event), related=related, fix=fix, mend=mend))
        if len(self.findings) == MOST_FINDINGS:
            message = f"{MOST_FINDINGS} findings in this file: the rest of it is not read"
            self.findings.append(Finding("too-many-findings", message, self.place(event), fix="mend those above first"))
            raise _Stop

    def place(self, event: Any) -> Position:
        mark = event.start_mark
        return Position(self.file, mark.line + 1, mark.column + 1)


@lru_cache(maxsize=16_384)
def _is_text(key: str) -> bool:
    """Whether a plain key is simply text, so that nothing more need be asked."""
    try:
        return key != "<<" and isinstance(resolve(key), str)
    except OutOfRange:
        return False


_QUOTE = "put the text in quotes"
_ALIAS = "mend the name, or put the text in quotes"
_MERGE_KEY = "write the keys out, or put the shared part into _defaults.yaml or a lower layer"


def _syntax(error: YAMLError, text: str, file: str) -> Finding:
    """The parser's own complaint, in words that help with the common causes."""
    mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    problem = (error.problem if isinstance(error, MarkedYAMLError) else None) or str(error)
    lines = _LINE_END.split(text)
    if line > len(lines):  # libyaml ends a text that has no last line end on a line of its own
        line, column = len(lines), len(lines[-1]) + 1
    row = lines[line - 1]
    position = Position(file, line, column)
    if "\t" in row[: len(row) - len(row.lstrip())] or row[column - 1 : column] == "\t":
        column = row.index("\t") + 1
        message = "a tab indents this line; YAML allows spaces only"
        place, mend = Position(file, line, column), Mend(file, (), Untab())
        return Finding("tab-indentation", message, place, fix="replace the tab by spaces", mend=mend)
    unclosed = "quoted scalar" in str(getattr(error, "context", "")) and problem.startswith("found unexpected")
    if isinstance(error, MarkedYAMLError) and unclosed and error.context_mark:
        opened = Position(file, error.context_mark.line + 1, error.context_mark.column + 1)
        return Finding(
            "unclosed-quote", "this quote is never closed", opened, fix="close it, or quote the text another way"
        )
    fix = _WAYS_OUT.get(problem, "compare the line with the one above: indentation, quotes, colons")
    cause = _cause(error, text, file)
    related = (Related(position, "noticed here"),) if cause and row.strip() else ()
    return Finding(
        "syntax", f"not YAML: {problem}", cause or position, related=related, fix=_QUOTE if "{{" in row else fix
    )


def _cause(error: YAMLError, text: str, file: str) -> Position | None:
    """Where a key without a colon or an open bracket stands, when the parser noticed only on a later line."""
    if not isinstance(error, MarkedYAMLError) or error.problem_mark is None:
        return None
    mark = error.context_mark if error.problem in _TOLD_LATE else None
    if error.problem == "did not find expected node content" and not text[error.problem_mark.index :].strip():
        mark = _innermost(text)
    told_late = mark is not None and mark.line < error.problem_mark.line
    return Position(file, mark.line + 1, mark.column + 1) if mark and told_late else None


def _innermost(text: str) -> Mark | None:
    """Where the last bracket stands that is open as the parser gives up."""
    parser = CParser(text)
    opened: list[Any] = []
    try:
        while event := parser.get_event():
            if isinstance(event, CollectionStartEvent):
                opened.append(event.start_mark if event.flow_style else None)
            elif isinstance(event, CollectionEndEvent):
                opened.pop()
    except YAMLError:
        pass
    return opened[-1] if opened else None


_TOLD_LATE = ("could not find expected ':'", "did not find expected ',' or ']'", "did not find expected ',' or '}'")
_WAYS_OUT = {
    "mapping values are not allowed in this context": "put the text in quotes, since it holds a colon and a space",
    "found character that cannot start any token": _QUOTE,
    "did not find expected ',' or ']'": "close the [ with a ], and put commas between the items",
    "did not find expected ',' or '}'": "close the { with a }, and put commas between the entries",
    "did not find expected node content": "close the bracket, or write what is missing before it",
    "could not find expected ':'": "a key needs a colon and a space after it",
    "did not find expected whitespace or line break": "put a space after the tag",
}
