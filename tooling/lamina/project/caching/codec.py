"""Patches and data as bytes that a cache keeps: JSON, in which sealed leaves and tags are marked, or nothing.

What JSON cannot say exactly (infinite numbers, very large ones) is not put into bytes at all: it is made anew each time.
"""

from typing import Any, cast

import orjson

from lamina.words.node import Patch, Sealed, Tagged, same

# No key of a node's own map may begin so: where one does, the map is not put into bytes.
_MARK = "\0"
_MARKED = b'"\\u0000'
_PLAIN, _ODD = b"=", b"!"


class _Unsayable(Exception):
    """A node that JSON has no exact words for."""


def packed(value: Patch) -> bytes | None:
    """A patch, or data without opened leaves, as bytes; None where they could not say all of it."""
    count = 0

    def marked(node: object) -> Any:
        nonlocal count
        count += 1
        if isinstance(node, Sealed) and node.opened is None:
            return {_MARK: [node.ciphertext, node.type]}
        if isinstance(node, Tagged):
            return {_MARK: [node.tag, node.value, None]}
        raise _Unsayable

    try:
        text = orjson.dumps(value, default=marked, option=orjson.OPT_PASSTHROUGH_DATACLASS)
    except (TypeError, _Unsayable):
        return None
    if text.count(_MARKED) != count:
        return None
    data = (_ODD if count else _PLAIN) + text
    # An infinite number becomes a null, so that only a text with one may say something else.
    if b"null" in text and not _alike(value, unpacked(data)):
        return None
    return data


def unpacked(data: bytes) -> Patch:
    """What was put into bytes; raises ValueError for others."""
    value = orjson.loads(memoryview(data)[1:])
    return _revived(value) if data[:1] == _ODD else cast(Patch, value)


def _revived(value: Any) -> Any:
    if isinstance(value, dict):
        if _MARK not in value:
            return {key: _revived(part) for key, part in value.items()}
        first, second, *tag = value[_MARK]
        return Tagged(first, _revived(second)) if tag else Sealed(first, second)
    return [_revived(part) for part in value] if isinstance(value, list) else value


def _alike(left: Any, right: Any) -> bool:
    """Equality by type and value, tags too."""
    if isinstance(left, Tagged) and isinstance(right, Tagged):
        return left.tag == right.tag and _alike(left.value, right.value)
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(_alike(part, right[key]) for key, part in left.items())
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(_alike, left, right))
    return same(left, right)
