"""The archive: snapshots of run state as commits of a branch, made in a private bare repository, and pushed from there.

What is not pushed yet stays in that repository, so nothing is lost while the remote is away. Every change of it is made by
whoever holds its lock, and every reference moves from a value that is known to the next: never by force.
"""
