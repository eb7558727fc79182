"""The Merkle tree over a log's lines, as RFC 6962 (section 2.1) hashes it.

A leaf is a line without its line feed. What is kept of a tree is its left edge: the hashes of the perfect subtrees that it
is made of, the largest first, one for each bit of its size. It is grown line by line, and a log whose beginning was dropped
goes on from the edge that was recorded then.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256

from lamina.words.values import dataclass


@dataclass(frozen=True, slots=True)
class Edge:
    """The left edge of a tree over `size` lines."""

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if self.size < 0 or len(self.hashes) != self.size.bit_count() or any(len(one) != 32 for one in self.hashes):
            raise ValueError(f"this is no edge of a tree of {self.size}")

    @property
    def root(self) -> bytes:
        """The hash of the whole tree."""
        if not self.hashes:
            return sha256().digest()
        *left, root = self.hashes
        for hash in reversed(left):
            root = node(hash, root)
        return root


def leaf(line: bytes) -> bytes:
    """The hash of a line, with or without its line feed."""
    return sha256(b"\0" + line.removesuffix(b"\n")).digest()


def node(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees."""
    return sha256(b"\1" + left + right).digest()


def grown(edge: Edge, lines: Iterable[bytes]) -> Edge:
    """The edge after more lines."""
    size, hashes = edge.size, list(edge.hashes)
    for line in lines:
        hash = sha256(b"\0" + line.removesuffix(b"\n")).digest()
        # Each trailing one of the size is a perfect subtree that the new leaf completes to one twice as large.
        carried = size
        while carried & 1:
            hash = sha256(b"\1" + hashes.pop() + hash).digest()
            carried >>= 1
        hashes.append(hash)
        size += 1
    return Edge(size, tuple(hashes))


def inclusion(leaves: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """The proof that the leaf at an index, from zero, is in the tree of these hashes of leaves (RFC 6962, 2.1.1)."""
    if not 0 <= index < len(leaves):
        raise IndexError(f"there is no leaf {index} in a tree of {len(leaves)}")
    path: list[bytes] = []
    start, end = 0, len(leaves)
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(_root(leaves, middle, end))
            end = middle
        else:
            path.append(_root(leaves, start, middle))
            start = middle
    return tuple(reversed(path))


def consistency(leaves: Sequence[bytes], size: int) -> tuple[bytes, ...]:
    """The proof that the tree of the first `size` leaves is how that of all began (RFC 6962, 2.1.2)."""
    if not 0 <= size <= len(leaves):
        raise IndexError(f"there are no {size} leaves in a tree of {len(leaves)}")
    path: list[bytes] = []
    start, end, whole = 0, len(leaves), True
    while size not in (0, end):
        middle = start + _split(end - start)
        if size <= middle:
            path.append(_root(leaves, middle, end))
            end = middle
        else:
            path.append(_root(leaves, start, middle))
            start, whole = middle, False
    if size and not whole:
        path.append(_root(leaves, start, end))
    return tuple(reversed(path))


def includes(root: bytes, size: int, index: int, leaf: bytes, proof: Sequence[bytes]) -> bool:
    """Whether a proof shows that a leaf is at an index of the tree of that root and size (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    here, last, hash = index, size - 1, leaf
    for other in proof:
        if last == 0:
            return False
        if here & 1 or here == last:
            hash = node(other, hash)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            hash = node(hash, other)
        here, last = here >> 1, last >> 1
    return last == 0 and hash == root


def consistent(old_root: bytes, old_size: int, root: bytes, size: int, proof: Sequence[bytes]) -> bool:
    """Whether a proof shows that the tree of the old root is how that of the new one began (RFC 9162, 2.1.4.2)."""
    if not 0 < old_size < size:
        begins = old_root == root if old_size == size else old_size == 0 and old_root == Edge().root
        return begins and not proof
    path = list(proof) if old_size & (old_size - 1) else [old_root, *proof]
    here, last = old_size - 1, size - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    if not path:
        return False
    old = new = path[0]
    for other in path[1:]:
        if last == 0:
            return False
        if here & 1 or here == last:
            old, new = node(other, old), node(other, new)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            new = node(new, other)
        here, last = here >> 1, last >> 1
    return last == 0 and old == old_root and new == root


def _split(size: int) -> int:
    """The largest power of two below a size of two or more."""
    return 1 << (size - 1).bit_length() - 1


def _root(leaves: Sequence[bytes], start: int, end: int) -> bytes:
    """The root over hashes of leaves from one index to another, of which there is at least one."""
    level = list(leaves[start:end])
    while len(level) > 1:
        pairs = [node(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        level = pairs + level[-1:] if len(level) & 1 else pairs
    return level[0]
