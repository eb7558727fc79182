"""The metadata of a sealed file: for whom it is sealed, by which rule, when, and its MAC.

All versions of sops are read: empty lists and null (to 3.9), any order of the fields, flattened texts in dotenv and INI.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from lamina.thought.sealed.failures import Unsound
from lamina.thought.sealed.selection import DEFAULT, RULES, Rule
from lamina.words.errors import listing
from lamina.words.values import dataclass

# The version that files say they were written by: what this module writes is what sops of that version writes.
VERSION = "3.11.0"
_OTHER_KEYS = ("kms", "gcp_kms", "hckms", "azure_kv", "hc_vault", "pgp")
_NAMES = ("arn", "resource_id", "key_id", "vault_url", "vault_address", "fp")
_ORDER = (
    *("shamir_threshold", "key_groups", *_OTHER_KEYS[:5], "age", "lastmodified", "mac", "pgp", *RULES),
    *("mac_only_encrypted", "version"),
)


@dataclass(frozen=True, slots=True)
class Wrap:
    """The data key, or a share of it, as one recipient can open it; `recipient` is a label that nothing vouches for."""

    recipient: str
    enc: str


@dataclass(frozen=True, slots=True)
class Group:
    """A key group: its age wraps, and the names of keys of other kinds, which only sops can use."""

    wraps: tuple[Wrap, ...] = ()
    others: tuple[str, ...] = ()

    @property
    def recipients(self) -> tuple[str, ...]:
        """The labels of the age wraps."""
        return tuple(wrap.recipient for wrap in self.wraps)


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a sealed file says of itself; `doubts` are oddities that do not keep it from being sound."""

    groups: tuple[Group, ...]
    threshold: int
    last_modified: str
    mac: str
    rule: Rule = DEFAULT
    mac_only_encrypted: bool = False
    version: str = ""
    doubts: tuple[str, ...] = ()

    @property
    def recipients(self) -> tuple[str, ...]:
        """Everybody that the file is sealed for, group by group."""
        return tuple(name for group in self.groups for name in (*group.recipients, *group.others))

    @property
    def needed(self) -> int:
        """How many groups it takes to open the file."""
        return (self.threshold or len(self.groups)) if len(self.groups) > 1 else 1


def metadata_of(raw: Mapping[str, Any], file: str) -> Metadata:
    """The metadata that a store has read; raises Unsound where it cannot be used."""
    last_modified, mac, version = (str(raw.get(name) or "") for name in ("lastmodified", "mac", "version"))
    if not last_modified:
        raise Unsound(file, "its metadata has no lastmodified, which the MAC is bound to", "restore it from git")
    named = [name for name in RULES if raw.get(name)]
    if len(named) > 1:
        message = f"its metadata has more than one rule of selection: {listing(named)}"
        raise Unsound(file, message, "keep the one that the file was sealed by")
    rule = Rule(named[0], str(raw[named[0]])) if named else DEFAULT
    groups = _groups(raw, file)
    threshold = _number(raw.get("shamir_threshold"))
    only = raw.get("mac_only_encrypted")
    doubts = () if _is_version(version) else ("its metadata has no version that sops takes, so sops does not open it",)
    return Metadata(groups, threshold, last_modified, mac, rule, only is True or only == "true", version, doubts)


def key_fields(groups: Sequence[Sequence[Wrap]], threshold: int) -> dict[str, Any]:
    """The fields that say for whom a file is sealed, as they are written."""
    if len(groups) == 1:
        return {"age": _wraps(groups[0])}
    written = [{"hc_vault": [], "age": _wraps(group)} for group in groups]
    return {"shamir_threshold": threshold, "key_groups": written} if threshold else {"key_groups": written}


def fields(keys: Mapping[str, Any], last_modified: str, mac: str, rule: Rule | None, only: bool) -> dict[str, Any]:
    """All fields of a new file, in the order of sops."""
    written: dict[str, Any] = {**keys, "lastmodified": last_modified, "mac": mac, "version": VERSION}
    if rule is not None:
        written[rule.name] = rule.text
    if only:
        written["mac_only_encrypted"] = True
    return {name: written[name] for name in _ORDER if name in written}


def place_of(name: str, present: Sequence[str]) -> int:
    """Where in the fields that are there a new one goes: before the first that sops writes after it."""
    rank = _ORDER.index(name)
    return next((i for i, other in enumerate(present) if other in _ORDER and _ORDER.index(other) > rank), len(present))


def flat(value: Any, name: str = "") -> dict[str, str]:
    """Metadata as dotenv and INI hold it: `age__list_0__map_enc`, line breaks as the two characters `\\n`."""
    if isinstance(value, dict):
        glue = f"{name}__map_" if name else ""
        return {key: text for step, part in value.items() for key, text in flat(part, f"{glue}{step}").items()}
    if isinstance(value, list):
        return {key: text for i, part in enumerate(value) for key, text in flat(part, f"{name}__list_{i}").items()}
    text = ("true" if value else "false") if isinstance(value, bool) else str(value)
    return {name: text.replace("\n", "\\n")}


def nested(texts: Mapping[str, str]) -> dict[str, Any]:
    """The metadata that flattened texts say, in their order."""
    root: dict[str, Any] = {}
    for name, text in texts.items():
        node: Any = root
        steps = name.replace("__list_", "\0list_").replace("__map_", "\0map_").split("\0")
        keys = [steps[0], *(step.partition("_")[2] for step in steps[1:])]
        for key in keys[:-1]:
            node = node.setdefault(key, {})
            if not isinstance(node, dict):
                break
        else:
            node[keys[-1]] = text.replace("\\n", "\n")
    return root


def _groups(raw: Mapping[str, Any], file: str) -> tuple[Group, ...]:
    top = _group(raw, file)
    if top.wraps or top.others:
        return (top,)
    groups = _items(raw.get("key_groups"))
    return tuple(_group(group, file) for group in groups) if groups else (top,)


def _group(raw: Any, file: str) -> Group:
    if not isinstance(raw, Mapping):
        raise Unsound(file, "a key group in its metadata is no map", "restore the file from git")
    wraps = tuple(
        Wrap(str(entry.get("recipient") or ""), str(entry.get("enc") or ""))
        for entry in _items(raw.get("age"))
        if isinstance(entry, Mapping)
    )
    others = tuple(
        f"{kind} {next((entry[name] for name in _NAMES if entry.get(name)), '')}".strip()
        for kind in _OTHER_KEYS
        for entry in _items(raw.get(kind))
        if isinstance(entry, Mapping)
    )
    return Group(wraps, others)


def _items(value: Any) -> list[Any]:
    """A list; the one that flattened texts say is a map of indices."""
    if isinstance(value, Mapping):
        return [value[key] for key in sorted(value, key=lambda key: (len(key), key))]
    return value if isinstance(value, list) else []


def _number(value: Any) -> int:
    """A whole number, which older versions flattened as the text of a float."""
    try:
        return int(float(value or 0))
    except (TypeError, ValueError, OverflowError):
        return 0


def _is_version(text: str) -> bool:
    parts = text.removeprefix("v").split("-")[0].split("+")[0].split(".")
    return len(parts) == 3 and all(part.isdigit() for part in parts)


def _wraps(group: Sequence[Wrap]) -> list[dict[str, str]]:
    return [{"recipient": wrap.recipient, "enc": wrap.enc} for wrap in group]
