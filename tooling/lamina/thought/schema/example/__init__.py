"""Examples: documents that a schema allows, made from it; and near misses, each with one fault that is known beforehand."""

from lamina.thought.schema.example.choices import Choices, Draw
from lamina.thought.schema.example.making import DeadEnd, Maker
from lamina.thought.schema.example.near_misses import NearMiss, near_misses
from lamina.thought.schema.example.searching import Unmakeable, example

__all__ = ["Choices", "DeadEnd", "Draw", "Maker", "NearMiss", "Unmakeable", "example", "near_misses"]
