"""Sealed files: the SOPS format with age, read and written in process.

`closed` looks at a sealed layer without a key; `opening` and `sealing` do what needs one. Randomness, the time and the
identities are handed in.
"""

from lamina.thought.sealed.layers import METADATA, TYPES, SealedFault, closed, sealed_paths

__all__ = ["METADATA", "TYPES", "SealedFault", "closed", "sealed_paths"]
