"""Tests of configuration: what a file under `tests/config/` may say, and what it says."""

from lamina.thought.testing.reading import Expected, ExpectedFinding, Property, Test, tests_of
from lamina.thought.testing.schema import FOLDER, SCHEMA

__all__ = ["FOLDER", "SCHEMA", "Expected", "ExpectedFinding", "Property", "Test", "tests_of"]
