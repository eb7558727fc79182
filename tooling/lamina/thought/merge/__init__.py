"""Merging: layers are patches, patches compose, and a composed patch settles into a document's data.

Composition is associative (values and the order of keys), with NOTHING as its identity; findings come from the fold from the
lowest layer up. Where a value came from is asked afterwards (`origins`), by walking the same patches with the same algebra.
"""

from lamina.thought.merge.checks import MergeFault, repeated_keys, sealed_keys
from lamina.thought.merge.fold import Merged, fold
from lamina.thought.merge.origins import Node, Origin, follow, trace, whole
from lamina.thought.merge.override import override
from lamina.thought.merge.patches import ABSENT, NOTHING, ListRules, arrange, compose, settle

__all__ = [
    "ABSENT",
    "NOTHING",
    "ListRules",
    "MergeFault",
    "Merged",
    "Node",
    "Origin",
    "arrange",
    "compose",
    "fold",
    "follow",
    "override",
    "repeated_keys",
    "sealed_keys",
    "settle",
    "trace",
    "whole",
]
