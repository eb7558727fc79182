"""Looking after the private repository: what is loose is packed, and what nothing refers to goes, in a window of its own."""

from lamina.words.values import dataclass
from lamina.world.archive.commits import Archive
from lamina.world.archive.failures import CannotArchive
from lamina.world.archive.program import git

# So many files of loose objects that looking for one takes longer than packing them.
MOST_LOOSE = 4_000
_SECONDS = 3_600.0


@dataclass(frozen=True, slots=True)
class Size:
    """How many objects lie loose, how many are packed, and the bytes of both."""

    loose: int
    packed: int
    bytes_loose: int
    bytes_packed: int


def size(archive: Archive) -> Size:
    """How large the private repository is."""
    done = git(archive.folder, "count-objects", "-v")
    said = dict(line.split(": ", 1) for line in done.out.splitlines() if ": " in line)
    count, packed, loose_kilobytes, packed_kilobytes = (
        int(said.get(name, 0)) for name in ("count", "in-pack", "size", "size-pack")
    )
    return Size(count, packed, loose_kilobytes * 1024, packed_kilobytes * 1024)


def _loose(archive: Archive) -> int:
    """About how many objects lie loose, by one of the 256 folders that they are spread over, as git itself judges."""
    folder = archive.folder / "objects" / "17"
    return 256 * sum(1 for _ in folder.iterdir()) if folder.is_dir() else 0


def pack(archive: Archive, always: bool = False, expire: str = "2.weeks.ago") -> bool:
    """Pack where much lies loose, or `always`, and let go of what nothing has referred to since `expire`; raises CannotArchive.

    git itself holds the archive's lock while it packs, so that nobody else begins should we die meanwhile.
    """
    if not always and _loose(archive) < MOST_LOOSE:
        return False
    done = git(archive.folder, "gc", "--quiet", f"--prune={expire}", held=archive.lock, seconds=_SECONDS)
    if done.status != 0:
        raise CannotArchive("git gc does not work", done.said)
    return True
