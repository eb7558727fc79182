"""Tests of configuration: gathered from where they are written, and run over one reading of the repository."""

from lamina.project.testing.cases import Case, Result
from lamina.project.testing.running import SOURCES, run

__all__ = ["SOURCES", "Case", "Result", "run"]
