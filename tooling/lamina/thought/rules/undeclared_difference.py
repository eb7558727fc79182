"""Environments differ where the schema says that they do not.

What: `x-environments: same` says that a value is the same everywhere, and a list of environments that only those (and those
that extend them) may differ; and another one does. What most environments have is taken for right, and of two as frequent the
one that comes from below. Sealed values are not compared, since two seals of one value differ.

Example:

    # schemas/app/v1.schema.yaml                      # environments/prod/app.yaml
    protocol: {type: string, x-environments: same}    protocol: v2

Instead: set the value in base, for all; or say in the schema that these environments may differ.

Fix: none, since only people know which value was meant.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from lamina.thought.rules.rule import Also, Breach, Rule
from lamina.thought.rules.subjects import Shape, Twins
from lamina.words.address import path_text
from lamina.words.errors import listing
from lamina.words.node import Path, Sealed, same
from lamina.words.values import dataclass

Freedom: TypeAlias = str | tuple[str, ...]

_ABSENT = object()
_MOST_RELATED = 3


@dataclass(frozen=True, slots=True)
class _Here:
    """What one environment has at a place, which in lists may be another place in each."""

    path: Path
    value: Any


def _check(twins: Twins) -> Iterator[Breach]:
    if twins.shape is not None:
        roots = {name: _Here((), one.data) for name, one in twins.by_environment.items()}
        yield from _below(twins, roots, twins.shape, "free")


def _below(twins: Twins, here: Mapping[str, _Here], shape: Shape | None, freedom: Freedom) -> Iterator[Breach]:
    """What differs at a place or below it; `freedom` is what the schema says of the nearest place above."""
    if shape is not None and shape.says_environments:
        freedom = shape.environments
    if freedom in ("free", "own") and (shape is None or not shape.has_environments):
        return
    there = {name: one for name, one in here.items() if one.value is not _ABSENT}
    values = [one.value for one in there.values()]
    if values and all(isinstance(value, dict) for value in values):
        for key in dict.fromkeys(key for value in values for key in value):
            below = {name: _Here((*one.path, key), one.value.get(key, _ABSENT)) for name, one in there.items()}
            yield from _below(twins, below, shape.child(key) if shape is not None else None, freedom)
    elif values and all(isinstance(value, list) for value in values) and (items := _items(there, shape, freedom)):
        for item in items:
            yield from _below(twins, item, shape.item() if shape is not None else None, freedom)
    else:
        yield from _compared(twins, here, freedom)
        return
    if len(there) < len(here):
        present = {name: _Here(one.path, one.value is not _ABSENT) for name, one in here.items()}
        yield from _compared(twins, present, freedom)


def _items(lists: Mapping[str, _Here], shape: Shape | None, freedom: Freedom) -> Sequence[Mapping[str, _Here]]:
    """The items of lists that belong together, by their key where the schema names one; nothing where none do."""
    by = getattr(shape.merge, "name", None) if shape is not None else None
    if by is not None:
        keyed = {name: _by_key(one, by) for name, one in lists.items()}
        names = dict.fromkeys(key for items in keyed.values() for key in items)
        return [
            {name: items.get(key, _Here(lists[name].path, _ABSENT)) for name, items in keyed.items()} for key in names
        ]
    lengths = {len(one.value) for one in lists.values()}
    if freedom in ("free", "own") or len(lengths) > 1:
        return []
    return [
        {name: _Here((*one.path, index), one.value[index]) for name, one in lists.items()}
        for index in range(lengths.pop())
    ]


def _by_key(one: _Here, by: str) -> dict[str, _Here]:
    return {
        str(item[by]): _Here((*one.path, index), item)
        for index, item in enumerate(one.value)
        if isinstance(item, dict) and isinstance(item.get(by), str | int)
    }


def _compared(twins: Twins, here: Mapping[str, _Here], freedom: Freedom) -> Iterator[Breach]:
    """A breach for each environment that differs from most of those that must agree."""
    judged = [name for name in here if _must_agree(twins, name, here[name], freedom)]
    groups: list[list[str]] = []
    for name in judged:
        group = next((one for one in groups if _alike(here[one[0]].value, here[name].value)), None)
        if group is None:
            groups.append([name])
        else:
            group.append(name)
    if len(groups) < 2:
        return
    right = max(groups, key=lambda group: (len(group), any(twins.inherits(name, here[name].path) for name in group)))
    said = "is the same everywhere" if isinstance(freedom, str) else f"may differ only in {listing([*freedom])}"
    also = tuple(Also(f"as {name} has it", here[name].path, environment=name) for name in right[:_MOST_RELATED])
    for name in (name for group in groups if group is not right for name in group):
        message = (
            f"{path_text(here[name].path)} is another than in {listing(right)}, and the schema says that it {said}"
        )
        fix = "set it in base for all, or declare the difference in the schema"
        yield Breach(message, here[name].path, fix=fix, environment=name, also=also)


def _must_agree(twins: Twins, name: str, one: _Here, freedom: Freedom) -> bool:
    if freedom in ("free", "own") or (
        isinstance(freedom, tuple) and {name, *twins.by_environment[name].chain} & {*freedom}
    ):
        return False
    secrets = twins.by_environment[name].secrets
    hidden = any(secret[: len(one.path)] == one.path or one.path[: len(secret)] == secret for secret in secrets)
    return not hidden and not _holds_sealed(one.value)


def _alike(left: Any, right: Any) -> bool:
    return left is right or (_ABSENT not in (left, right) and same(left, right))


def _holds_sealed(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_holds_sealed, value.values()))
    return any(map(_holds_sealed, value)) if isinstance(value, list) else isinstance(value, Sealed)


RULE = Rule("undeclared-difference", "warning", __doc__, _check)
