"""Fixing: the mends that findings carry, carried out where they are proved to do what they say and nothing else."""

from lamina.changes.fixing.fixing import BY_HAND, UNSAFE, Fixed, Left, Wanted, fix, landed
from lamina.changes.fixing.scope import files_meant

__all__ = ["BY_HAND", "UNSAFE", "Fixed", "Left", "Wanted", "files_meant", "fix", "landed"]
