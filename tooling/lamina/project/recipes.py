"""Recipes: how a new file is to be sealed, by the `.sops.yaml` above it and by what the user says."""

from collections.abc import Sequence
from pathlib import Path

from lamina.project.creation_rules import NoRule, RulesAbove
from lamina.thought.sealed.creation import CreationRule, Indents
from lamina.thought.sealed.creation.records import is_foreign
from lamina.thought.sealed.failures import CannotSeal
from lamina.thought.sealed.keys import Sharing
from lamina.thought.sealed.recipients import recipient_fault
from lamina.thought.sealed.sealing import Recipe
from lamina.thought.sealed.selection import DEFAULT, Rule
from lamina.thought.topology import CREATION_RULES
from lamina.words.errors import Misuse
from lamina.words.values import dataclass


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the user says of a new file: recipients in place of the rule's, a selection, the MAC over sealed values alone."""

    recipients: tuple[str, ...] = ()
    selection: Rule | None = None
    mac_only_encrypted: bool = False


def recipe_for(path: Path, name: str, wishes: Wishes) -> Recipe:
    """How to seal a new file at a path, which messages call `name`.

    The creation rule decides what the wishes leave open. Without a rule the user must name recipients. Raises NoRule,
    CannotSeal, and Misuse for a selection of another kind than the rule's.
    """
    above = RulesAbove()
    rule = above.rule(path)[0] if not wishes.recipients else _rule_or_none(above, path)
    if rule is not None:
        rule.demand_sound(name)
    found = above.of(path)
    return Recipe(
        Sharing((_sound(wishes.recipients, name),)) if wishes.recipients or rule is None else rule.sharing(name),
        _selection(rule, wishes.selection),
        wishes.mac_only_encrypted or (rule is not None and rule.mac_only_encrypted),
        found[0].indents if found is not None else Indents(),
    )


def indents_for(path: Path) -> Indents:
    """How wide new text is indented in the files of a folder, as the `.sops.yaml` above says."""
    found = RulesAbove().of(path)
    return found[0].indents if found is not None else Indents()


def _rule_or_none(above: RulesAbove, path: Path) -> CreationRule | None:
    """The creation rule, where one matches; a `.sops.yaml` that cannot be read is no reason to go without."""
    found = above.of(path)
    return above.rule(path)[0] if found is not None and (not found[0].readable or found[0].for_file(found[1])) else None


def _sound(recipients: Sequence[str], name: str) -> tuple[str, ...]:
    """The recipients, each once; raises CannotSeal."""
    for recipient in recipients:
        fault = recipient_fault(recipient)
        if fault is not None and is_foreign(recipient):
            fault = "a recipient of an age plugin, or of a new kind, which lamina does not seal for"
        if fault is not None:
            raise CannotSeal(
                name, fault, "name recipients with --age age1...,age1...; age-keygen -y KEYFILE prints yours"
            )
    return tuple(dict.fromkeys(recipients))


def _selection(rule: CreationRule | None, wish: Rule | None) -> Rule:
    said = rule.selection if rule is not None else None
    if said is not None and wish is not None and said.name != wish.name:
        message = f"the creation rule for this file says {said.name}, so it cannot be sealed by {wish.name}"
        raise Misuse(
            message, f"leave the option out, or say --{said.name.replace('_', '-')}, or change {CREATION_RULES}"
        )
    return wish or said or DEFAULT


__all__ = ["NoRule", "Wishes", "indents_for", "recipe_for"]
