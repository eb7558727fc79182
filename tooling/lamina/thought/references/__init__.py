"""References: `${path}`, `${document:path}`, `${@environment}`, and `$${` for a literal `${`."""

from lamina.thought.references.resolving import ReferenceFault, References, Resolved
from lamina.thought.references.texts import Reference, is_reference, may_refer, references_in, retargeted

__all__ = [
    "Reference",
    "ReferenceFault",
    "References",
    "Resolved",
    "is_reference",
    "may_refer",
    "references_in",
    "retargeted",
]
