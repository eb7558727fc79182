"""Frozen data: maps and lists that read, compare and are written as JSON like plain ones, and refuse to be changed."""

from typing import Any, NoReturn


class ReadOnly(TypeError):
    """Somebody tried to change data that others read at the same time."""

    def __init__(self) -> None:
        super().__init__("this is read by others too, so it cannot be changed: copy.deepcopy(...) gives one's own")


def _refused(*_: object, **__: object) -> NoReturn:
    raise ReadOnly


class FrozenMap(dict[str, Any]):
    """A map that cannot be changed; a copy of it is a plain `dict`."""

    __slots__ = ()
    __setitem__ = __delitem__ = __ior__ = _refused
    clear = pop = popitem = setdefault = update = _refused

    def __reduce__(self) -> tuple[object, ...]:
        """What pickling and copying make of it."""
        return dict, (dict(self),)


class FrozenList(list[Any]):
    """A list that cannot be changed; a copy of it is a plain `list`."""

    __slots__ = ()
    __setitem__ = __delitem__ = __iadd__ = __imul__ = _refused
    append = extend = insert = pop = remove = clear = sort = reverse = _refused

    def __reduce__(self) -> tuple[object, ...]:
        """What pickling and copying make of it."""
        return list, (list(self),)


def frozen(value: Any) -> Any:
    """Data that can be read by many at once: the same, frozen all the way down."""
    if isinstance(value, dict):
        return FrozenMap({key: frozen(part) for key, part in value.items()})
    return FrozenList([frozen(part) for part in value]) if isinstance(value, list) else value
