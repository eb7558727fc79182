"""The archive that is verified for the figures is a sound one, and its verification is what is measured."""

from bench import archiving


def test_a_small_archive_is_verified() -> None:
    assert archiving.measure(1, 8) > 0
