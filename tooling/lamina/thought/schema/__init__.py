"""Schemas: what a document may hold, what its keys mean, and what is wrong with it."""

from lamina.thought.schema.compile import Schema, compile_schema
from lamina.thought.schema.faults import Fault, Place, SchemaFault
from lamina.thought.schema.shape import MISSING, By, Missing, Shape

__all__ = ["MISSING", "By", "Fault", "Missing", "Place", "Schema", "SchemaFault", "Shape", "compile_schema"]
