"""Live configuration: the documents of an environment as they are now, for a program that runs on while they change."""
