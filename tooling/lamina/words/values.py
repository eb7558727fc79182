"""Values: dataclasses that are frozen, and cost little where none is made.

Modules define hundreds of them, and a command makes a few. The standard decorator compiles the methods of a class where it is
defined, which took a fifth of the time of a short command; here each is made when it is first used.
"""

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:

    def dataclass(cls=None, /, *, frozen=False, slots=False, **more):
        """The standard decorator, by the same words; what is not frozen, or wants more, is left to that one."""
        if cls is None:
            return lambda one: dataclass(one, frozen=frozen, slots=slots, **more)
        if not frozen or more:
            return dataclasses.dataclass(cls, frozen=frozen, slots=slots, **more)
        return _value(cls, slots)


def _value(cls: type[Any], slots: bool) -> type[Any]:
    own = {name for name in _MADE_BY if vars(cls).get(name) is not None}
    made: Any = dataclasses.dataclass(cls, init=False, repr=False, eq=False, slots=slots)
    for name in _MADE_BY.keys() - own:
        setattr(made, name, _first(made, name))
    made.__setattr__, made.__delattr__ = _refuse_setting, _refuse_deleting
    if slots:
        made.__getstate__, made.__setstate__ = _state, _set_state
    return cast(type[Any], made)


# By method, what the standard decorator is told to make that one.
_MADE_BY: dict[str, dict[str, Any]] = {
    "__init__": {"repr": False, "eq": False, "frozen": True, "slots": True},
    "__repr__": {"init": False, "eq": False},
    "__eq__": {"init": False, "repr": False},
    "__hash__": {"init": False, "repr": False, "unsafe_hash": True},
}


def _first(cls: type[Any], name: str) -> Callable[..., Any]:
    """A method that, when it is first called, is made and put in its own place."""

    def method(self: object, *values: Any, **named: Any) -> Any:
        made = _written(cls, name) if name in _WRITTEN and _is_plain(cls) else _standard(cls, name)
        made.__qualname__ = f"{cls.__qualname__}.{name}"
        setattr(cls, name, made)
        return getattr(self, name)(*values, **named)

    return method


def _is_plain(cls: type[Any]) -> bool:
    """Whether its fields are all stored, and may all be given by place."""
    every = cls.__dataclass_fields__.values()
    return not any(field.kw_only is True or isinstance(field.type, dataclasses.InitVar) for field in every)


def _written(cls: type[Any], name: str) -> Any:
    """A method from a text as the standard decorator writes it, at a sixth of what making a whole class with it takes."""
    names = {"_put_": object.__setattr__, "_missing_": dataclasses.MISSING}
    exec(_WRITTEN[name](cls, names), names)
    return names[name]


def _standard(cls: type[Any], name: str) -> Any:
    fields = [(field.name, field.type, field) for field in dataclasses.fields(cls)]
    body = {part: getattr(cls, part) for part in ("__doc__", "__post_init__") if hasattr(cls, part)}
    return vars(dataclasses.make_dataclass(cls.__name__, fields, namespace=body, **_MADE_BY[name]))[name]


def _init(cls: type[Any], names: dict[str, Any]) -> str:
    taken, lines = ["self"], ["pass"]
    for number, field in enumerate(dataclasses.fields(cls)):
        value, default = field.name, f"_default{number}_"
        if field.default_factory is not dataclasses.MISSING:
            names[default] = field.default_factory
            value = f"{default}() if {value} is _missing_ else {value}" if field.init else f"{default}()"
            default = "_missing_"
        elif field.default is not dataclasses.MISSING:
            names[default] = field.default
            value = value if field.init else default
        else:
            default = ""
        if field.init:
            taken.append(f"{field.name}={default}" if default else field.name)
        if field.init or default:
            lines.append(f"_put_(self, {field.name!r}, {value})")
    lines += ["self.__post_init__()"] if hasattr(cls, "__post_init__") else []
    return f"def __init__({', '.join(taken)}):\n " + "\n ".join(lines)


def _eq(cls: type[Any], _: dict[str, Any]) -> str:
    compared = [field.name for field in dataclasses.fields(cls) if field.compare]
    sides = ("".join(f"{side}.{name}, " for name in compared) for side in ("self", "other"))
    same = " == ".join(f"({side})" for side in sides)
    return f"def __eq__(self, other):\n return {same} if other.__class__ is self.__class__ else NotImplemented"


def _hash(cls: type[Any], _: dict[str, Any]) -> str:
    hashed = [one.name for one in dataclasses.fields(cls) if (one.compare if one.hash is None else one.hash)]
    return f"def __hash__(self):\n return hash(({''.join(f'self.{name}, ' for name in hashed)}))"


_WRITTEN: dict[str, Callable[[type[Any], dict[str, Any]], str]] = {"__init__": _init, "__eq__": _eq, "__hash__": _hash}


def _refuse_setting(value: object, name: str, _: object) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_deleting(value: object, name: str) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")


def _state(value: Any) -> list[Any]:
    """What is pickled: without it pickle would set the fields one by one, which is refused."""
    return [getattr(value, field.name) for field in dataclasses.fields(value)]


def _set_state(value: Any, state: list[Any]) -> None:
    for field, part in zip(dataclasses.fields(value), state, strict=True):
        object.__setattr__(value, field.name, part)
