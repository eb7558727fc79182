"""Sealed files: the SOPS format with age, both ways, in process.

What needs no key: `closed` (a layer as it stands) and `look` (a file taken apart, its metadata). What does: `open_layer` and
`opened`, then `plain_text`, `resealed`, `rotated` and `rewrapped` on what was opened. `sealed` makes a new file.
Randomness, time and identities are handed in. The functions that do cryptography are imported from their modules, when
they are needed.
"""

from lamina.thought.sealed.layers import METADATA, TYPES, SealedFault, closed, is_comment, sealed_paths, with_plain

__all__ = ["METADATA", "TYPES", "SealedFault", "closed", "is_comment", "sealed_paths", "with_plain"]
