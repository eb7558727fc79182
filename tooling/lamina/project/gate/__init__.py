"""The gate: everything that a merge must satisfy, in one run."""

from lamina.project.gate.checking import Checked, check
from lamina.project.gate.extent import EVERYTHING, Extent
from lamina.project.gate.since import Change, extent_since, since

__all__ = ["EVERYTHING", "Change", "Checked", "Extent", "check", "extent_since", "since"]
