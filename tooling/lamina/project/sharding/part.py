"""A part: what one shard of `check` or `validate` came to, as its JSON holds it, and read again."""

import json
from collections.abc import Collection, Iterable
from dataclasses import asdict
from typing import Any, Literal, cast

from lamina.project.gate.seeing import Seen
from lamina.project.gate.using import Use
from lamina.project.sharding.moment import Moment
from lamina.thought.reports.json_text import finding_of, shape_of
from lamina.words.errors import Failure, listing
from lamina.words.finding import Finding
from lamina.words.shards import Shard, parse_shard
from lamina.words.values import dataclass

FORM = 1
Command = Literal["check", "validate"]


class BadPart(Failure):
    """A file that is not the JSON of a shard, or one that cannot be read."""

    def __init__(self, file: str, why: str) -> None:
        hint = "lamina check --shard I/N --format json writes one, and so does validate; render makes folders (-o)"
        super().__init__(f"{file} is no part: {why}", hint)


@dataclass(frozen=True, slots=True)
class Part:
    """One shard of a command: what was asked, at which moment, and what was seen.

    `base` is the commit since which changes are judged; `rules` are those that are not lamina's own. Of `validate` the findings
    are all that is seen.
    """

    command: Command
    shard: Shard
    moment: Moment
    environments: tuple[str, ...]
    base: str | None
    rules: tuple[str, ...]
    seen: Seen

    @property
    def asked(self) -> tuple[str, ...]:
        """What must be the same in all parts of a whole, said of each."""
        return (
            f"of lamina {self.command}",
            f"one of {self.shard.of} shards",
            *self.moment.said,
            f"about {listing(self.environments)}" if self.environments else "about all environments",
            f"about what changed since {self.base}" if self.base else "about everything",
            f"made with the rules {listing(self.rules)}" if self.rules else "made with no rules but lamina's own",
        )


def of_findings(findings: Iterable[Finding]) -> Seen:
    """Findings as what was seen."""
    return Seen((), tuple(findings), frozenset(), frozenset(), Use())


def part_shape(part: Part) -> dict[str, Any]:
    """What the JSON of a shard says beside its findings."""
    said = {
        "form": FORM,
        "command": part.command,
        "shard": str(part.shard),
        "environments": list(part.environments),
        "base": part.base,
        "rules": list(part.rules),
        **asdict(part.moment),
    }
    return said if part.command == "validate" else {**said, "seen": _seen_shape(part.seen)}


def _seen_shape(seen: Seen) -> dict[str, Any]:
    return {
        "binding": [*map(shape_of, seen.binding)],
        "others": [*map(shape_of, seen.others)],
        "reached": sorted(seen.reached),
        "remarks": sorted(seen.remarks),
        "offered": sorted(map(list, seen.use.offered)),
        "used": sorted(seen.use.used),
        "known": seen.use.known,
    }


def read_part(data: bytes, file: str) -> Part:
    """The part that the JSON of a shard is; raises BadPart."""
    try:
        whole = json.loads(data)
    except (ValueError, RecursionError):
        raise BadPart(file, "it is not JSON" if data.strip() else "it is empty") from None
    if not isinstance(whole, dict) or not isinstance(whole.get("part"), dict):
        raise BadPart(file, "it is not the JSON of a shard")
    if whole["part"].get("form") != FORM:
        raise BadPart(file, "it is of a form that this version does not know")
    try:
        return _part(whole["part"], whole["findings"])
    except (KeyError, TypeError, ValueError, Failure):
        raise BadPart(file, "it lacks what lamina wrote into it, or holds something else") from None


def _part(said: dict[str, Any], findings: Any) -> Part:
    if said["command"] not in ("check", "validate"):
        raise ValueError
    command = cast(Command, said["command"])
    moment = Moment(
        _text(said["lamina"]),
        _maybe_text(said["commit"]),
        None if said["dirty"] is None else _flag(said["dirty"]),
        _maybe_text(said["files"]),
        _flag(said["revision"]),
    )
    return Part(
        command,
        parse_shard(_text(said["shard"])),
        moment,
        tuple(_texts(said["environments"])),
        _maybe_text(said["base"]),
        tuple(_texts(said["rules"])),
        of_findings(_findings(findings)) if command == "validate" else _seen(said["seen"]),
    )


def _seen(said: dict[str, Any]) -> Seen:
    offered = frozenset((_text(name), _text(file)) for name, file in said["offered"])
    use = Use(offered, frozenset(_texts(said["used"])), _flag(said["known"]))
    binding, others = _findings(said["binding"]), _findings(said["others"])
    return Seen(binding, others, frozenset(_texts(said["reached"])), frozenset(_texts(said["remarks"])), use)


def _findings(shapes: Any) -> tuple[Finding, ...]:
    return tuple(map(finding_of, shapes))


def _texts(values: Any) -> Collection[str]:
    if not isinstance(values, list):
        raise TypeError
    return [*map(_text, values)]


def _maybe_text(value: Any) -> str | None:
    return None if value is None else _text(value)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value
