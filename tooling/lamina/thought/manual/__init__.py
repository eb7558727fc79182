"""The manual of a configuration: a page for each kind, with every key and its value in every environment."""

from lamina.thought.manual.entries import NOT_SET, Entry, Manual, Page, Row, Shown, Spread
from lamina.thought.manual.pages import INDEX, MARK, manual_files, manual_text

__all__ = [
    "INDEX",
    "MARK",
    "NOT_SET",
    "Entry",
    "Manual",
    "Page",
    "Row",
    "Shown",
    "Spread",
    "manual_files",
    "manual_text",
]
