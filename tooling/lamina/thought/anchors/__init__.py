"""Anchors: signed words on how far a log went and what it held, by which a log is audited later."""
