"""A backup as a file: an archive of tar in one canonical form, so that every byte of it is known or counted.

Any tar reads it. It is written in one way only, and what was written otherwise is refused: members are plain files, one after
the other, and the last one, `seal`, holds the SHA-256 of all that stands before it.
"""
