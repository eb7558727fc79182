"""The acts: compute what a file would be, check it, and only then write it."""
