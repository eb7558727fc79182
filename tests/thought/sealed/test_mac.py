"""The digest that the MAC holds, and what the MAC is bound to."""

from hashlib import sha512

import pytest

from lamina.thought.sealed.mac import bound, digest


def test_the_digest_is_of_the_bytes_in_their_order() -> None:
    assert digest([b"a", b"b"], False) == sha512(b"ab").hexdigest().upper()
    assert digest([b"b", b"a"], False) != digest([b"a", b"b"], False)


def test_over_sealed_values_alone_it_starts_with_the_digest_of_sops() -> None:
    start = bytes.fromhex("8a3fd2ad54ce66527b1034f3d147be0b0b975b3bf44f72c6fdadec8176f27d69")
    assert digest([b"a"], True) == sha512(start + b"a").hexdigest().upper()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z"),
        ("2026-01-02T03:04:05.678Z", "2026-01-02T03:04:05Z"),
        ("2026-01-02T03:04:05+00:00", "2026-01-02T03:04:05Z"),
        ("2026-01-02T03:04:05.5+02:00", "2026-01-02T03:04:05+02:00"),
        ("2026-01-02", None),
        ("2026-01-02 03:04:05", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_what_it_is_bound_to(text: str, said: str | None) -> None:
    assert bound(text) == said
