"""Three-way merge of sealed files: decided on their opened trees, written in our layout, sealed again only where it changed."""

from lamina.thought.sealed.merging.conflicts import Conflict
from lamina.thought.sealed.merging.merge import Merging, merged
from lamina.thought.sealed.merging.placing import Edits

__all__ = ["Conflict", "Edits", "Merging", "merged"]
