"""Sharding: a command split over several machines, and its parts joined into what one would have come to."""
