"""What can be seen of a sealed file without a key: whether it is whole, and whether somebody has edited it by hand."""

from lamina.thought.sealed.inspecting.agreement import disagreements
from lamina.thought.sealed.inspecting.demands import unsealed
from lamina.thought.sealed.inspecting.seeing import Inspection, inspected, looks_sealed

__all__ = ["Inspection", "disagreements", "inspected", "looks_sealed", "unsealed"]
