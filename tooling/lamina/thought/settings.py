"""The tool's settings, `lamina.yaml`: their schema and their record."""

import re
from collections.abc import Mapping
from dataclasses import field
from fnmatch import fnmatchcase
from typing import Any, Literal

from lamina.words.finding import Severity
from lamina.words.regex import regex
from lamina.words.values import dataclass

_RELEASE = regex(r"\s*[0-9]+(?:\.[0-9]+)*\s*")
_BOUND = regex(rf"\s*(>=|<=|>|<)({_RELEASE.pattern})")
_MOMENT = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}(:[0-9]{2})?(Z|[+-][0-9]{2}:[0-9]{2}))?$"
_NAME = "^[A-Za-z0-9][A-Za-z0-9_.-]*$"
# Nothing that git takes for an option, nor a transport that is a program (ext::...).
_REMOTE = r"^[A-Za-z0-9._/~][^:\s]*(:[^:\s]\S*)?$"
# A path without a step that is empty, `.` or `..`.
_STEP = r"(\.{0,2}[^./\\\x00-\x1f][^/\\\x00-\x1f]*|\.{3,}[^/\\\x00-\x1f]*)"
_INSIDE = rf"^{_STEP}(/{_STEP})*$"


def _closed(description: str, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "description": description, "additionalProperties": False, "properties": properties}


def _names(description: str) -> dict[str, Any]:
    return {"type": "array", "description": description, "items": {"type": "string", "minLength": 1}, "minItems": 1}


def _moment(description: str) -> dict[str, Any]:
    return {"type": "string", "description": description, "pattern": _MOMENT, "examples": ["2026-12-24"]}


_SEVERITY = {"enum": ["error", "warning", "note", "off"]}

SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    **_closed(
        "The settings of lamina for this repository.",
        requires={
            "type": "string",
            "description": "Versions of lamina that may read this repository, as a PEP 440 specifier.",
            "examples": [">=0.1,<1"],
        },
        environments={
            "type": "object",
            "description": "What an environment is, where it is not the usual: extends base, not abstract, not protected.",
            "propertyNames": {"pattern": _NAME},
            "additionalProperties": _closed(
                "One environment.",
                extends={
                    "type": "string",
                    "description": "The one environment whose stacks lie below.",
                    "pattern": _NAME,
                },
                abstract={"type": "boolean", "description": "Neither rendered nor validated by itself."},
                protected={
                    "type": "boolean",
                    "description": "Changes here ask for more care: reviews, stricter rules.",
                },
            ),
        },
        rules={
            "type": "object",
            "description": "How bad it is to break a rule, by its name, and where the rule holds, if not everywhere.",
            "additionalProperties": {
                "if": {"type": "object"},
                "then": _closed(
                    "A rule that does not hold everywhere.",
                    severity=_SEVERITY,
                    environments=_names("The environments that the rule holds in."),
                    documents=_names("Patterns of documents that the rule holds in, such as agents/*."),
                    exempt=_names("Patterns of files that the rule leaves alone, such as tests/*."),
                ),
                "else": _SEVERITY,
            },
        },
        owners={
            "type": "object",
            "description": "Who must consent to a change, by pattern of file or address.",
            "additionalProperties": {"type": "array", "items": {"type": "string", "minLength": 1}, "minItems": 1},
        },
        freeze={
            "type": "array",
            "description": "Times in which environments are not to be changed.",
            "items": {
                "required": ["environments", "from", "to", "reason"],
                **_closed(
                    "One freeze.",
                    environments=_names("The environments; * and ? stand for any characters."),
                    **{
                        "from": _moment("The first day, or the moment when it begins."),
                        "to": _moment("The last day, or the moment when it ends."),
                    },
                    reason={"type": "string", "minLength": 1, "description": "Why, for those who have to wait."},
                ),
            },
        },
        archive=_closed(
            "Where snapshots of run state are kept.",
            branch={"type": "string", "minLength": 1, "description": "The tracked branch of the archive."},
            remote={
                "type": "string",
                "description": "Where the archive is pushed: a remote of this repository (origin, if none is named), or a URL.",
                "pattern": _REMOTE,
                "examples": ["origin", "ssh://git@git.example.com/state.git"],
            },
            signers={
                "type": "string",
                "description": "The file of this repository, of ssh's form allowed_signers, that says who signs anchors.",
                "pattern": _INSIDE,
                "examples": [".allowed_signers"],
            },
        ),
    ),
}


@dataclass(frozen=True, slots=True)
class EnvironmentSettings:
    """What the settings say of one environment; None where they are silent."""

    extends: str | None = None
    abstract: bool | None = None
    protected: bool = False


@dataclass(frozen=True, slots=True)
class RuleSettings:
    """What the settings say of a rule: how bad it is (None: what it says itself), and where it holds (None: everywhere).

    `exempt` are patterns of files that it leaves alone.
    """

    severity: Severity | Literal["off"] | None = None
    environments: tuple[str, ...] | None = None
    documents: tuple[str, ...] | None = None
    exempt: tuple[str, ...] = ()

    def covers(self, environment: str | None, document: str) -> bool:
        """Whether the rule holds of a document in an environment."""
        if self.environments is not None and environment not in self.environments:
            return False
        return self.documents is None or any(fnmatchcase(document, pattern) for pattern in self.documents)


@dataclass(frozen=True, slots=True)
class FreezeSettings:
    """What the settings say of a freeze; the times are texts, which may mean nothing."""

    environments: tuple[str, ...]
    start: str
    end: str
    reason: str


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of a repository; the defaults are those of a repository without a `lamina.yaml`."""

    requires: str | None = None
    environments: Mapping[str, EnvironmentSettings] = field(default_factory=dict)
    rules: Mapping[str, RuleSettings] = field(default_factory=dict)
    owners: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    archive_branch: str = "state-archive"
    freeze: tuple[FreezeSettings, ...] = ()
    archive_remote: str = "origin"
    archive_signers: str | None = None


def allows(requires: str, version: str) -> bool:
    """Whether a PEP 440 specifier allows a version; raises ValueError for a text that is none.

    The forms that nearly every repository uses, `>=0.1` and `>=0.1,<1`, are told here: importing a library for them would cost
    every command more time than all else it does before reading a layer.
    """
    bounds = [_BOUND.fullmatch(part) for part in requires.split(",")]
    if all(bounds) and _RELEASE.fullmatch(version):
        return all(_holds(bound[1], _release(version), _release(bound[2])) for bound in bounds if bound)
    from packaging.specifiers import SpecifierSet

    return SpecifierSet(requires).contains(version, prereleases=True)


def _release(version: str) -> tuple[int, ...]:
    """A release's numbers without trailing zeros, so that `1`, `1.0` and `1.0.0` are equal."""
    return tuple(int(number) for number in re.sub(r"(\.0+)+$", "", version.strip()).split("."))


def _holds(operator: str, version: tuple[int, ...], bound: tuple[int, ...]) -> bool:
    return {">=": version >= bound, "<=": version <= bound, ">": version > bound, "<": version < bound}[operator]


def settings_of(data: Mapping[str, Any]) -> Settings:
    """The record of settings that satisfy SCHEMA."""
    environments = {
        name: EnvironmentSettings(**(said or {})) for name, said in (data.get("environments") or {}).items()
    }
    owners = {pattern: tuple(names) for pattern, names in (data.get("owners") or {}).items()}
    archive = data.get("archive") or {}
    rules = {name: _rule(said) for name, said in (data.get("rules") or {}).items()}
    freeze = tuple(
        FreezeSettings(tuple(one["environments"]), one["from"], one["to"], one["reason"])
        for one in data.get("freeze") or ()
    )
    return Settings(
        data.get("requires"),
        environments,
        rules,
        owners,
        archive.get("branch", "state-archive"),
        freeze,
        archive.get("remote", "origin"),
        archive.get("signers"),
    )


def _rule(said: Any) -> RuleSettings:
    if not isinstance(said, dict):
        return RuleSettings(said)
    lists = {key: tuple(said[key]) for key in ("environments", "documents", "exempt") if key in said}
    return RuleSettings(said.get("severity"), **lists)
