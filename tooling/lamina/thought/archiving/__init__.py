"""Snapshots of run state as text files in git: where each file lies, what it says, and what a commit says of it. Pure."""
