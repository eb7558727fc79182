"""Sealed layers: what can be said of a file that SOPS sealed without opening it."""

from lamina.thought.sealed.layers import METADATA, TYPES, SealedFault, closed, sealed_paths

__all__ = ["METADATA", "TYPES", "SealedFault", "closed", "sealed_paths"]
