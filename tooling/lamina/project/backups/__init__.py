"""Backups of run state, looked at: whether one is whole and sound, whose it is, and what it would restore."""
