"""Rules of a package of one's own: what an entry point of the group `lamina.rules` leads to, and what it is made of.

    [project.entry-points."lamina.rules"]
    house = "our_rules:RULES"

`our_rules.RULES` is a `Rules`, which holds a `Rule` for each thing that is bad, by what it looks at. A rule's `check` gets one
subject and yields a `Breach` for each place that is bad; its page is a docstring such as those of lamina's own.
"""

from lamina.thought.rules import (
    Also,
    AnyFile,
    Breach,
    LayerText,
    Rendered,
    Rule,
    Rules,
    SchemaText,
    Stack,
    Twins,
)
from lamina.thought.rules.subjects import Shape
from lamina.words.mend import Act, Drop, DropEarlier, Put, Rename, Rewrite
from lamina.words.node import Path, Sealed, Tagged

__all__ = [
    "Act",
    "Also",
    "AnyFile",
    "Breach",
    "Drop",
    "DropEarlier",
    "LayerText",
    "Path",
    "Put",
    "Rename",
    "Rendered",
    "Rewrite",
    "Rule",
    "Rules",
    "SchemaText",
    "Sealed",
    "Shape",
    "Stack",
    "Tagged",
    "Twins",
]
