"""Secrets that stand in a text as they are: told by their shape, by the name before them, or by how random they are."""

from lamina.thought.rules.plaintext.sightings import Sighting, sightings

__all__ = ["Sighting", "sightings"]
