"""Sizing: what the documents, layers and schemas of a repository weigh, and what would make them lighter."""

from lamina.project.sizing.advice import Advice, advise
from lamina.project.sizing.rows import DocumentSize, LayerSize, SchemaSize, Sizes, keys_in
from lamina.project.sizing.weighing import sizes

__all__ = ["Advice", "DocumentSize", "LayerSize", "SchemaSize", "Sizes", "advise", "keys_in", "sizes"]
