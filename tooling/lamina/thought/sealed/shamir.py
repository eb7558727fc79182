"""Shamir's secret sharing over GF(2^8), as SOPS shares a data key among key groups.

A polynomial a byte; a share is the values of all of them at one x, and then x itself.
"""

from collections.abc import Iterable, Sequence

from lamina.thought.sealed.cipher import Random

MOST_SHARES = 255


class BadShares(ValueError):
    """Shares that cannot be of one secret."""


def split(secret: bytes, shares: int, threshold: int, random: Random) -> list[bytes]:
    """Shares of a secret, any `threshold` of which give it back."""
    coefficients = [random(len(secret)) for _ in range(threshold - 1)]
    return [_share(secret, coefficients, x) for x in range(1, shares + 1)]


def combined(shares: Sequence[bytes]) -> bytes:
    """The secret of enough shares; of too few, some other bytes. Raises BadShares."""
    if len({len(share) for share in shares}) != 1 or len(shares[0]) < 2:
        raise BadShares("the shares are not of one length")
    places = [share[-1] for share in shares]
    if len(set(places)) != len(places) or 0 in places:
        raise BadShares("two shares are for the same place")
    weights = [_weight(place, places) for place in places]
    columns = zip(*(share[:-1] for share in shares), strict=True)
    return bytes(_sum(_product(y, weight) for y, weight in zip(column, weights, strict=True)) for column in columns)


def _share(secret: bytes, coefficients: list[bytes], x: int) -> bytes:
    ys = bytes(secret)
    power = 1
    for row in coefficients:
        power = _product(power, x)
        ys = bytes(y ^ _product(factor, power) for y, factor in zip(ys, row, strict=True))
    return ys + bytes((x,))


def _weight(place: int, places: list[int]) -> int:
    """The Lagrange basis polynomial of a place, at zero."""
    weight = 1
    for other in places:
        if other != place:
            weight = _product(weight, _product(other, _inverse(other ^ place)))
    return weight


def _sum(terms: Iterable[int]) -> int:
    total = 0
    for term in terms:
        total ^= term
    return total


def _product(left: int, right: int) -> int:
    """The product in GF(2^8) modulo x^8 + x^4 + x^3 + x + 1."""
    product = 0
    for _ in range(8):
        product ^= -(right & 1) & left
        left = (left << 1) ^ (-(left >> 7) & 0x11B)
        right >>= 1
    return product


def _inverse(value: int) -> int:
    """The reciprocal: the 254th power, since the group has 255 elements."""
    power = value
    for _ in range(6):
        power = _product(_product(power, power), value)
    return _product(power, power)
