"""Backups of run state: written, and restored."""
