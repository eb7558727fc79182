"""Rules: what is not wrong enough to stop a render, and should not be merged all the same. One module each.

A new rule is a module and its tests, and a line in the table of the subject that it looks at.
"""

from collections.abc import Sequence
from typing import Any

from lamina.thought.rules import (
    case_collision,
    committed_private_key,
    dead_reference,
    debug_in_production,
    deprecated_key,
    duplicate_key,
    empty_environment,
    inconsistent_unit,
    open_schema,
    outdated_version,
    plain_secret,
    redundant_override,
    type_clash,
    undeclared_difference,
    undocumented_key,
    unformatted,
    unknown_key,
    unpinned_remote,
    unset_of_nothing,
    unused_document,
    weak_crypto_setting,
    world_open_address,
    yaml_1_1_boolean,
)
from lamina.thought.rules.others import SILENCED, STANDING
from lamina.thought.rules.plugged import Rules
from lamina.thought.rules.rule import Also, Breach, Rule
from lamina.thought.rules.subjects import (
    AnyFile,
    LayerText,
    NamedEnvironments,
    Names,
    Offered,
    Rendered,
    SchemaText,
    Stack,
    Twins,
)

OF_FILES: tuple[Rule[AnyFile], ...] = (committed_private_key.RULE, plain_secret.RULE)
OF_LAYERS: tuple[Rule[LayerText], ...] = (
    outdated_version.RULE,
    deprecated_key.RULE,
    unformatted.RULE,
    yaml_1_1_boolean.RULE,
)
OF_STACKS: tuple[Rule[Stack], ...] = (redundant_override.RULE,)
OF_DOCUMENTS: tuple[Rule[Rendered], ...] = (
    case_collision.RULE,
    inconsistent_unit.RULE,
    weak_crypto_setting.RULE,
    debug_in_production.RULE,
    world_open_address.RULE,
    unpinned_remote.RULE,
)
OF_TWINS: tuple[Rule[Twins], ...] = (undeclared_difference.RULE,)
OF_SCHEMAS: tuple[Rule[SchemaText], ...] = (
    open_schema.RULE,
    undocumented_key.RULE,
    inconsistent_unit.IN_SCHEMAS,
    yaml_1_1_boolean.IN_SCHEMAS,
)
OF_NAMES: tuple[Rule[Names], ...] = (case_collision.OF_NAMES,)
OF_SETTINGS: tuple[Rule[NamedEnvironments], ...] = (empty_environment.RULE,)
OF_OFFERED: tuple[Rule[Offered], ...] = (unused_document.RULE,)
# Found by reading, merging and validating; their pages are here.
ON_THE_ROAD: tuple[Rule[None], ...] = (
    unknown_key.RULE,
    duplicate_key.RULE,
    type_clash.RULE,
    unset_of_nothing.RULE,
    dead_reference.RULE,
)

_TABLES: tuple[Sequence[Rule[Any]], ...] = (
    OF_FILES, OF_LAYERS, OF_STACKS, OF_DOCUMENTS, OF_TWINS, OF_SCHEMAS, OF_NAMES, OF_SETTINGS, OF_OFFERED, ON_THE_ROAD,
)  # fmt: skip
RULES: dict[str, Rule[Any]] = {rule.name: rule for table in _TABLES for rule in table}
"""Every rule with a page, by name."""


def silenced() -> frozenset[str]:
    """The names of what may be given another severity, or be allowed by a comment."""
    return frozenset({*SILENCED, *(rule.name for rule in RULES.values() if not rule.stops)})


def standing() -> frozenset[str]:
    """The names of what stands whatever settings and comments say."""
    return frozenset({*STANDING, *(rule.name for rule in RULES.values() if rule.stops)})


def pages() -> dict[str, str]:
    """What there is to read of every name that a finding can have."""
    return {**STANDING, **SILENCED, **{rule.name: rule.page for rule in RULES.values()}}


__all__ = [
    "OF_DOCUMENTS",
    "OF_FILES",
    "OF_LAYERS",
    "OF_NAMES",
    "OF_OFFERED",
    "OF_SCHEMAS",
    "OF_SETTINGS",
    "OF_STACKS",
    "OF_TWINS",
    "RULES",
    "SILENCED",
    "STANDING",
    "Also",
    "AnyFile",
    "Breach",
    "LayerText",
    "NamedEnvironments",
    "Names",
    "Offered",
    "Rendered",
    "Rule",
    "Rules",
    "SchemaText",
    "Stack",
    "Twins",
    "pages",
    "silenced",
    "standing",
]
