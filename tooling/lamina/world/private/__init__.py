"""Plain secrets outside of memory, for as long as a person works on them: folders that vanish, files that are wiped."""
