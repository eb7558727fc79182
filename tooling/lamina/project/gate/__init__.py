"""The gate: everything that a merge must satisfy, in one run."""

from lamina.project.gate.checking import Checked, check

__all__ = ["Checked", "check"]
