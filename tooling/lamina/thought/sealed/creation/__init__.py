"""Creation rules: what `.sops.yaml` says about who can open which file. Read as sops reads it, and every mistake reported."""

from lamina.thought.sealed.creation.reading import read_rules
from lamina.thought.sealed.creation.records import CreationRule, Indents, KeyGroup, Rules

__all__ = ["CreationRule", "Indents", "KeyGroup", "Rules", "read_rules"]
