"""Mends carried out on a file's text: each act by the smallest edit, and proved on what the file says before and after.

The act on the value and the act on the text must come to the same; where they do not, CannotEdit says so.
"""

from collections.abc import Iterator
from dataclasses import replace

from lamina.thought.document.edit import CannotEdit, drop, put, sound
from lamina.thought.document.entries import walked
from lamina.thought.document.moving import renamed
from lamina.thought.document.outline import outline
from lamina.thought.document.placing import Obstacle, identical, placed, value_at
from lamina.thought.document.reading import VERSION_KEY, Reading, read
from lamina.thought.document.repeated import without_earlier
from lamina.thought.document.spans import Change, applied
from lamina.thought.document.tabs import untabbed
from lamina.thought.document.version_line import with_version
from lamina.words.address import path_text
from lamina.words.mend import Drop, DropEarlier, Mend, Put, Rename, Rewrite, Untab
from lamina.words.node import Patch, Path, Tagged

_BY_HAND = "mend it by hand"
_BOM = b"\xef\xbb\xbf"


def carried_out(data: bytes, mend: Mend) -> list[bytes]:
    """What a file may be after a mend: of acts with a choice every way, the likeliest first; raises CannotEdit."""
    file, path, act = mend.file, mend.path, mend.act
    if isinstance(act, Untab):
        return untabbed(data, file)
    if isinstance(act, DropEarlier):
        return [without_earlier(data, file, act.line, act.column)]
    if isinstance(act, Rewrite):
        return [_rewritten(data, file, act)]
    try:
        if isinstance(act, Rename):
            return [_renamed(data, file, path, act.to)]
        if isinstance(act, Drop):
            return list(_dropped(data, file, path))
        assert isinstance(act, Put)
        if path == (VERSION_KEY,) and type(act.value) is int:
            return [with_version(data, file, act.value)]
        return [put(data, file, path, act.value)]
    except Obstacle as obstacle:
        raise CannotEdit(file, 1, obstacle.why, obstacle.hint) from None


def _rewritten(data: bytes, file: str, act: Rewrite) -> bytes:
    """The bytes with other text in some spans, which say what they said: the same keys in the same order."""
    text = data.decode("utf-8-sig")
    spans = [Change(one.start, one.end, one.text) for one in act.spans]
    after = (_BOM if data.startswith(_BOM) else b"") + applied(text, spans).encode()
    if any(one.end > len(text) for one in act.spans) or not _says(after, file, read(data, file)):
        raise CannotEdit(file, 1, "with the other layout the file would say something else", _BY_HAND)
    return after


def _says(data: bytes, file: str, before: Reading) -> bool:
    now = read(data, file)
    rules = [one.rule for one in before.findings]
    return (
        now.whole
        and before.whole
        and [one.rule for one in now.findings] == rules
        and identical(now.value, before.value)
    )


def _renamed(data: bytes, file: str, path: Path, name: str) -> bytes:
    before = sound(data, file)
    holder = value_at(before, path[:-1])
    held = holder.value if isinstance(holder, Tagged) else holder
    if not path or not isinstance(held, dict) or path[-1] not in held:
        raise Obstacle(f"{path_text(path)} is not in this file", _BY_HAND)
    if name in held:
        raise Obstacle(f"{path_text((*path[:-1], name))} stands in the same map", "keep one of them")
    walked(outline(data, file), path)
    wanted: Patch = {name if key == path[-1] else key: part for key, part in held.items()}
    wanted = replace(holder, value=wanted) if isinstance(holder, Tagged) else wanted
    after = renamed(data, file, path, name)
    _demand(after, file, placed(before, path[:-1], wanted))
    return after


def _dropped(data: bytes, file: str, path: Path) -> Iterator[bytes]:
    """Without what stands at a path: with the maps that it leaves empty gone too, and with them kept."""
    before, top = sound(data, file), path
    while len(top) > 1 and _is_alone(value_at(before, top[:-1])):
        top = top[:-1]
    for place in dict.fromkeys((top, path)):
        yield drop(data, file, place)


def _is_alone(holder: Patch) -> bool:
    return isinstance(holder, dict) and len(holder) == 1


def _demand(after: bytes, file: str, wanted: Patch) -> None:
    reading = read(after, file)
    sound = reading.whole and all(finding.severity != "error" for finding in reading.findings)
    if not sound or not identical(reading.value, wanted):
        raise Obstacle("the layout of this file does not allow this edit to be made exactly", _BY_HAND)
