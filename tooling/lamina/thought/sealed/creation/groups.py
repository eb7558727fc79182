"""The keys of a creation rule: its recipients, group by group, and the keys of other kinds, which only sops can use."""

from collections import Counter

from lamina.thought.sealed.creation.fields import Fields
from lamina.thought.sealed.creation.nodes import Items, Map, Node, Scalar, Source
from lamina.thought.sealed.creation.private import find_private, holds_private_key
from lamina.thought.sealed.creation.records import KeyGroup, is_foreign
from lamina.thought.sealed.recipients import recipient_fault

# Where each kind of key stands in a rule and in a group, and its name in the metadata of a file.
RULE_KINDS = {
    "pgp": "pgp",
    "kms": "kms",
    "gcp_kms": "gcp_kms",
    "hckms": "hckms",
    "azure_keyvault": "azure_kv",
    "hc_vault_transit_uri": "hc_vault",
    "plugins": "plugin",
}
GROUP_KINDS = {**{key: kind for key, kind in RULE_KINDS.items() if kind != "hc_vault"}, "hc_vault": "hc_vault"}
_GROUP_KEYS = ("merge", "age", *GROUP_KINDS)
_NAMES = ("arn", "resource_id", "key_id", "vaultUrl", "binary_name")
_ONLY_AGE = "seal these files with sops, or name only age recipients"


class GroupReader:
    """Reads the key groups of one rule; a group that aliases name many times is read once."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.known: dict[int, KeyGroup] = {}

    def flat(self, rule: Fields) -> KeyGroup:
        """The keys that stand in a rule itself; repeated ones count twice, as in sops."""
        age = rule.node.values.get("age")
        recipients = [name for node in _parts(age) for name in self.recipients(node)]
        if len(recipients) > len(set(recipients)):
            name = Counter(recipients).most_common(1)[0][0]
            message = f"{name} stands in this rule more than once, and sops seals for each"
            self.source.find("repeated-recipient", message, rule.at("age"), "name everybody once", "warning")
        return KeyGroup(tuple(recipients), tuple(self.others(rule, RULE_KINDS)))

    def checked(self, fields: Fields) -> KeyGroup:
        """A group that must have a key."""
        made = self.group(fields)
        if made == KeyGroup():
            message = "this key group is empty, so sops seals no file by this rule"
            self.source.find("no-recipient", message, fields.node.start, "name recipients under age, in a list")
        return made

    def group(self, fields: Fields) -> KeyGroup:
        """A group: first those merged into it, and each key once."""
        if id(fields.node) in self.known:
            return self.known[id(fields.node)]
        fields.known(_GROUP_KEYS, "a key group")
        merged = [self.group(inner) for inner in fields.maps("merge")]
        recipients = [name for group in merged for name in group.recipients]
        others = [name for group in merged for name in group.others]
        for node in fields.items("age"):
            recipients += self.recipients(node)
        others += self.others(fields, GROUP_KINDS)
        made = KeyGroup(tuple(dict.fromkeys(recipients)), tuple(dict.fromkeys(others)))
        self.known[id(fields.node)] = made
        return made

    def recipients(self, node: Node) -> list[str]:
        """The sound recipients of a text, in which commas part them."""
        if not isinstance(node, Scalar) or not isinstance(node.value, str):
            self.source.find("wrong-type", "a recipient is text, and this is not", node.start, "write age1...")
            return []
        pieces = [piece.strip() for piece in node.value.split(",")]
        return [piece for piece in pieces if piece and self.is_recipient(piece, node)]

    def is_recipient(self, text: str, node: Scalar) -> bool:
        """Whether a text names a recipient; records why not, where that text stands."""
        at = max(self.source.text.find(text.split("\n")[0], node.start, node.end), node.start)
        if holds_private_key(text):
            find_private(self.source, at, "a recipient")
            return False
        if is_foreign(text):
            message = "this is a recipient of an age plugin, or of a new kind, which lamina does not seal for"
            self.source.find("unsupported-key", message, at, f"{_ONLY_AGE} of the X25519 kind", "warning")
            return True
        fault = recipient_fault(text)
        if fault is not None:
            self.source.find("bad-recipient", fault, at, "age-keygen -y KEYFILE prints the recipient of a key")
        return fault is None

    def others(self, fields: Fields, kinds: dict[str, str]) -> list[str]:
        """The keys that lamina cannot use, by kind and name."""
        found: list[str] = []
        for key, kind in kinds.items():
            parts = _parts(fields.node.values.get(key))
            names = [f"{kind} {name}".strip() for part in parts for name in _names(part)]
            if any(map(holds_private_key, names)):
                find_private(self.source, parts[0].start, f"a key of {key}")
                continue
            if names:
                message = f"lamina does not seal for keys under {key}, and opens files by their age keys alone"
                self.source.find("unsupported-key", message, fields.at(key), _ONLY_AGE, "warning")
            found += names
        return found


def _parts(node: Node | None) -> tuple[Node, ...]:
    """The items of a list, or the one value that stands in its place; not null."""
    parts = node.nodes if isinstance(node, Items) else () if node is None else (node,)
    return tuple(part for part in parts if not (isinstance(part, Scalar) and part.value is None))


def _names(node: Node) -> list[str]:
    """The names of keys: text with commas, or a map that names one."""
    if isinstance(node, Map):
        named = (node.values.get(name) for name in _NAMES)
        return [next((one.text for one in named if isinstance(one, Scalar)), "")]
    if isinstance(node, Scalar) and isinstance(node.value, str):
        return [piece.strip() for piece in node.value.split(",") if piece.strip()]
    return []
