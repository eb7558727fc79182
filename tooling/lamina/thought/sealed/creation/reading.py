"""Read `.sops.yaml`: its creation rules and indents, and a finding for every mistake in them."""

from dataclasses import replace

from lamina.thought.sealed.creation.fields import Fields
from lamina.thought.sealed.creation.groups import RULE_KINDS, GroupReader
from lamina.thought.sealed.creation.nodes import Map, Node, Scalar, Source, nodes_of
from lamina.thought.sealed.creation.private import find_others
from lamina.thought.sealed.creation.records import CreationRule, Indents, KeyGroup, Rules
from lamina.thought.sealed.selection import RULES, Rule, pattern_fault
from lamina.thought.sealed.shamir import MOST_SHARES
from lamina.words.finding import Finding

MOST_BYTES = 1 << 20
_TOP_KEYS = ("creation_rules", "destination_rules", "stores")
_FLAT_KEYS = ("age", *RULE_KINDS)
_RULE_KEYS = (
    *("path_regex", *_FLAT_KEYS, "key_groups", "shamir_threshold", *RULES, "mac_only_encrypted"),
    *("aws_profile", "timeout"),
)
_WIDEST = 9


def read_rules(data: bytes, file: str) -> Rules:
    """What the bytes of a `.sops.yaml` say; never raises on bad input."""
    source = _source(data, file)
    root = nodes_of(source) if not source.findings else None
    if root is not None and not isinstance(root, Map) and not _is_empty(root):
        source.find(
            "not-a-map", "the file holds no keys and values at its top", root.start, "write creation_rules: there"
        )
    if isinstance(root, Map):
        made = _rules(source, Fields(source, root))
    else:
        made = Rules(file, readable=_is_empty(root) and not source.findings)
    find_others(source)
    findings = sorted(dict.fromkeys(source.findings), key=lambda finding: finding.position)
    return replace(made, findings=tuple(findings))


def _source(data: bytes, file: str) -> Source:
    """The text of a file; with a finding when it is none, or too much."""
    if len(data) > MOST_BYTES:
        source = Source("", file)
        source.find("too-large", "the file has more than a megabyte", 0, "leave only rules in it")
        return source
    try:
        return Source(data.decode("utf-8").removeprefix("\ufeff"), file)
    except UnicodeDecodeError as error:
        source = Source(data[: error.start].decode("utf-8").removeprefix("\ufeff"), file)
        source.find("not-utf-8", f"byte 0x{data[error.start]:02x} is not UTF-8", len(source.text), "save it as UTF-8")
        return source


def _rules(source: Source, top: Fields) -> Rules:
    wrong = _errors(source)
    top.known(_TOP_KEYS, "this file", free=True)
    rules: list[CreationRule] = []
    catch_all: int | None = None
    for fields in top.maps("creation_rules"):
        if catch_all is not None:
            message = "no file gets to this rule, since one before it matches them all"
            source.find("unreachable-rule", message, fields.node.start, "move it up", "warning", first=catch_all)
        rules.append(_rule(source, fields, wrong))
        catch_all = fields.node.start if catch_all is None and rules[-1].pattern is None else catch_all
    place = source.place(top.at("creation_rules")) if top.has("creation_rules") else None
    return Rules(source.file, tuple(rules), _indents(source, top.inner("stores")), place=place)


def _rule(source: Source, fields: Fields, wrong: tuple[Finding, ...]) -> CreationRule:
    before = len(source.findings)
    fields.known(_RULE_KEYS, "a creation rule")
    pattern = fields.text("path_regex")
    _check_pattern(source, fields, "path_regex", pattern)
    groups = _groups(source, fields)
    return CreationRule(
        source.place(fields.node.start),
        pattern or None,
        groups,
        _threshold(source, fields, len(groups)),
        _selection(source, fields),
        fields.truth("mac_only_encrypted"),
        faults=(*wrong, *_errors(source, before)),
    )


def _groups(source: Source, fields: Fields) -> tuple[KeyGroup, ...]:
    reader = GroupReader(source)
    if not fields.items("key_groups"):
        group = reader.flat(fields)
        if group == KeyGroup():
            message = "this rule names nobody to seal for"
            source.find("no-recipient", message, fields.node.start, "name recipients under age", "warning")
        return (group,)
    for name in filter(fields.has, _FLAT_KEYS):
        message = f"the rule has key_groups, so sops passes over {name}"
        source.find("ignored-key", message, fields.at(name), "put these keys into a group", "warning")
    return tuple(reader.checked(group) for group in fields.maps("key_groups"))


def _threshold(source: Source, fields: Fields, groups: int) -> int:
    threshold = fields.number("shamir_threshold", 0)
    if groups > MOST_SHARES:
        message = f"there are {groups} key groups, and at most {MOST_SHARES} can share a key"
        source.find("bad-threshold", message, fields.at("key_groups"), "put keys together into fewer groups")
    elif threshold and groups < 2:
        message = "shamir_threshold has no effect, since the keys are no groups"
        source.find(
            "bad-threshold", message, fields.at("shamir_threshold"), "write key_groups, or delete it", "warning"
        )
    elif threshold and not 2 <= threshold <= groups:
        message = f"shamir_threshold is from 2 to the number of groups, {groups}"
        source.find("bad-threshold", message, fields.at("shamir_threshold"), "mend it, or leave it out to need all")
    return threshold


def _selection(source: Source, fields: Fields) -> Rule | None:
    """The one rule of selection; of several, the first in the file."""
    given = {name: text for name in RULES if (text := fields.text(name))}
    order = sorted(given, key=fields.at)
    for name in order[1:]:
        message = f"a rule has one way to select what is sealed, and this one has {order[0]} too"
        source.find("several-selections", message, fields.at(name), "keep one", first=fields.at(order[0]))
    for name, text in given.items():
        if name.endswith("regex"):
            _check_pattern(source, fields, name, text)
    return Rule(order[0], given[order[0]]) if order else None


def _check_pattern(source: Source, fields: Fields, name: str, pattern: str) -> None:
    fault = pattern_fault(pattern)
    if fault is None:
        return
    message = f"{name} is no pattern that RE2, and so sops, takes: {fault}"
    at = fields.node.values[name].start
    source.find("bad-pattern", message, at, "RE2 has no lookaround and no backreferences: write it without")


def _indents(source: Source, stores: Fields) -> Indents:
    stores.known(("yaml", "json", "json_binary", "dotenv", "ini"), "stores")
    yaml = _indent(source, stores.inner("yaml"), 0, 0)
    json, binary = (_indent(source, stores.inner(name), -1, -1) for name in ("json", "json_binary"))
    # As yaml.v3 does: none means four, and what it cannot write is two.
    return Indents(yaml if 2 <= yaml <= _WIDEST else 2 if yaml else 4, json, binary)


def _indent(source: Source, store: Fields, otherwise: int, least: int) -> int:
    store.known(("indent",), "a store")
    indent = store.number("indent", otherwise)
    if indent < least:
        at = store.node.values["indent"].start
        source.find("out-of-bounds", f"an indent here is at least {least}", at, "write how many spaces")
    return max(indent, least)


def _errors(source: Source, since: int = 0) -> tuple[Finding, ...]:
    return tuple(dict.fromkeys(finding for finding in source.findings[since:] if finding.severity == "error"))


def _is_empty(root: Node | None) -> bool:
    """Whether there is nothing in the file, or null."""
    return root is None or (isinstance(root, Scalar) and root.value is None)
