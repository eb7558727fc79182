"""Migrations: how a layer of an older version of its kind becomes one of the newest; data, never code.

One description is planned against one layer into steps; the same steps change the layer in memory and its text in the file.
The way back is in `downgrade`, which only questions about schemas ask for.
"""

from lamina.thought.migration.operations import Migration, Operation, Remove, SetDefault, back, forward
from lamina.thought.migration.patterns import begins, inner, pattern_text
from lamina.thought.migration.planning import LayerFault, Plan, plan
from lamina.thought.migration.reading import MigrationFault, read_migration
from lamina.thought.migration.soundness import faults_of
from lamina.thought.migration.steps import Disclose, Enclose, Rename, Shift, Step, Take, Write, after, get

__all__ = [
    "Disclose", "Enclose", "LayerFault", "Migration", "MigrationFault", "Operation", "Plan", "Remove",
    "Rename", "SetDefault", "Shift", "Step", "Take", "Write", "after", "back", "begins", "faults_of",
    "forward", "get", "inner", "pattern_text", "plan", "read_migration",
]  # fmt: skip
