"""Watching: what is done with a live configuration for programs that are not written in Python."""
