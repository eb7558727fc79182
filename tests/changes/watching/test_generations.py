"""A link that leads from one whole folder to the next; what lamina did not make is left alone."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from world.unprivileged import bound

from lamina.changes.watching.generations import Generations, KeptByAnother
from lamina.world.disk import CannotWrite, NotOurs

MARKER = ".lamina.json"


def of(text: str) -> Callable[[Path], None]:
    """Fills a folder with files that all say the same."""

    def fill(folder: Path) -> None:
        (folder / "agents").mkdir()
        for name in ("a", "agents/b", MARKER):
            (folder / name).write_text(text)

    return fill


@pytest.fixture
def link(tmp_path: Path) -> Path:
    return tmp_path / "out"


@pytest.fixture
def generations(link: Path) -> Iterator[Generations]:
    made = Generations(link, MARKER)
    yield made
    made.close()


def kept(link: Path) -> list[str]:
    """What the folders beside a link say, the one it leads to first."""
    shelf = link.with_name(f".{link.name}.generations")
    folders = [one for one in shelf.iterdir() if one.name != ".lock"]
    folders.sort(key=lambda one: one != link.resolve())
    return [(one / "a").read_text() for one in folders]


def test_the_link_leads_to_the_newest_and_the_last_two_are_kept(link: Path, generations: Generations) -> None:
    for number in range(5):
        folder = generations.put(f"digest{number}", of(str(number)), private=False)
        assert folder.name.startswith(f"digest{number}.")
        assert (link.is_symlink(), link.resolve(), (link / "agents/b").read_text()) == (True, folder, str(number))
        assert not os.path.isabs(os.readlink(link))
    assert kept(link) == ["4", "3"]
    assert sorted(one.name for one in link.parent.iterdir()) == [".out.generations", "out"]


def test_one_that_is_used_is_kept_until_it_is_not(link: Path, generations: Generations) -> None:
    used = generations.put("x", of("0"), private=False).name
    for number in range(1, 5):
        generations.put("x", of(str(number)), private=False, used=[used])
    assert sorted(kept(link)) == ["0", "3", "4"]
    generations.put("x", of("5"), private=False)
    assert kept(link) == ["5", "4"]


def test_one_who_reads_on_in_the_last_folder_finds_it_whole(link: Path, generations: Generations) -> None:
    generations.put("x", of("1"), private=False)
    reader = os.open(link, os.O_RDONLY)
    generations.put("x", of("2"), private=False)
    with open("a", opener=lambda name, flags: os.open(name, flags, dir_fd=reader)) as file:
        assert file.read() == "1"
    os.close(reader)


def test_a_reader_never_sees_a_mix(link: Path, generations: Generations) -> None:
    generations.put("x", of("0"), private=False)
    seen: list[set[str]] = []
    over = threading.Event()

    def read() -> None:
        while not over.is_set():
            folder = link.resolve()
            try:
                seen.append({(folder / name).read_text() for name in ("a", "agents/b", MARKER)})
            except FileNotFoundError:  # two generations have come since
                continue

    readers = [threading.Thread(target=read) for _ in range(2)]
    for one in readers:
        one.start()
    for number in range(1, 100):
        generations.put("x", of(str(number)), private=False)
        assert (link / "a").read_text() == str(number)
    over.set()
    for one in readers:
        one.join()
    assert seen
    assert [one for one in seen if len(one) != 1] == []


def test_what_fails_leaves_the_link_where_it_was(link: Path, generations: Generations) -> None:
    generations.put("x", of("1"), private=False)

    def fail(folder: Path) -> None:
        of("2")(folder)
        raise OSError(28, "No space left on device")

    def bug(folder: Path) -> None:
        raise ZeroDivisionError

    with pytest.raises(CannotWrite, match="No space left on device"):
        generations.put("x", fail, private=False)
    with pytest.raises(ZeroDivisionError):
        generations.put("x", bug, private=False)
    assert kept(link) == ["1"]


def test_it_goes_on_where_it_was_left(link: Path) -> None:
    for text in ("1", "2"):
        one = Generations(link, MARKER)
        one.put("x", of(text), private=False)
        one.close()
    shelf = link.with_name(".out.generations")
    (shelf / ".new.abc").mkdir()  # half filled when the power went
    (shelf / "old.abc").mkdir()
    one = Generations(link, MARKER)
    one.put("x", of("3"), private=False)
    one.close()
    assert kept(link) == ["3", "2"]


def test_a_folder_that_lamina_made_is_replaced_by_the_link(link: Path) -> None:
    link.mkdir()
    of("rendered")(link)
    one = Generations(link, MARKER)
    assert (link / "a").read_text() == "rendered"
    one.put("x", of("1"), private=False)
    one.close()
    assert (link.is_symlink(), kept(link)) == (True, ["1"])


def test_an_empty_folder_is_replaced_by_the_link(link: Path) -> None:
    link.mkdir()
    one = Generations(link, MARKER)
    one.put("x", of("1"), private=False)
    one.close()
    assert link.is_symlink()


FOREIGN: dict[str, Callable[[Path], object]] = {
    "a folder with files": lambda link: (link / "precious").mkdir(parents=True),
    "a file": lambda link: link.write_text("precious"),
    "a link to elsewhere": lambda link: link.symlink_to("/etc"),
    "a link to nowhere": lambda link: link.symlink_to("nowhere"),
    "a foreign shelf": lambda link: (link.with_name(".out.generations") / "precious").mkdir(parents=True),
    "a shelf that is a link": lambda link: link.with_name(".out.generations").symlink_to(link.parent),
    "a shelf that is a file": lambda link: link.with_name(".out.generations").write_text("precious"),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_what_lamina_did_not_make_is_refused(name: str, link: Path) -> None:
    FOREIGN[name](link)
    before = sorted((str(path), path.is_symlink()) for path in link.parent.rglob("*"))
    with pytest.raises(NotOurs):
        Generations(link, MARKER)
    assert sorted((str(path), path.is_symlink()) for path in link.parent.rglob("*")) == before


def test_what_came_in_its_place_meanwhile_is_refused(link: Path, generations: Generations) -> None:
    generations.put("x", of("1"), private=False)
    link.unlink()
    (link / "precious").mkdir(parents=True)
    with pytest.raises(NotOurs):
        generations.put("x", of("2"), private=False)
    assert (link / "precious").is_dir()


def test_a_link_that_is_gone_is_made_again(link: Path, generations: Generations) -> None:
    generations.put("x", of("1"), private=False)
    link.unlink()
    generations.put("x", of("2"), private=False)
    assert (link / "a").read_text() == "2"


def test_two_do_not_keep_one_link(link: Path, generations: Generations) -> None:
    with pytest.raises(KeptByAnother):
        Generations(link, MARKER)
    generations.close()
    Generations(link, MARKER).close()
    generations.__init__(link, MARKER)  # type: ignore[misc]  # for the end of the test, which closes it


@pytest.mark.parametrize(("private", "mode"), [(True, 0o700), (False, 0o755)])
def test_the_first_folder_has_its_permissions_and_the_next_ones_keep_them(private: bool, mode: int, link: Path) -> None:
    before = os.umask(0o022)
    try:
        one = Generations(link, MARKER)
        assert one.put("x", of("1"), private).stat().st_mode & 0o777 == mode
        link.chmod(0o750)
        assert one.put("x", of("2"), private).stat().st_mode & 0o777 == 0o750
        one.close()
    finally:
        os.umask(before)


def test_a_place_that_may_not_be_written_is_said(link: Path) -> None:
    def refused() -> int:
        with pytest.raises(CannotWrite, match="Permission denied"):
            Generations(link, MARKER)
        return 0

    link.parent.chmod(0o555)
    assert bound(refused) == 0
    link.parent.chmod(0o755)


def test_folders_that_somebody_removed_are_made_anew_and_locked_anew(link: Path, generations: Generations) -> None:
    generations.put("x", of("1"), private=False)
    shutil.rmtree(link.with_name(".out.generations"))
    generations.put("x", of("2"), private=False)
    assert kept(link) == ["2"]
    with pytest.raises(KeptByAnother):
        Generations(link, MARKER)


def test_where_another_has_begun_since_they_were_removed_the_first_gives_way(link: Path) -> None:
    generations = Generations(link, MARKER)
    generations.put("x", of("1"), private=False)
    shutil.rmtree(link.with_name(".out.generations"))
    another = Generations(link, MARKER)
    another.put("x", of("another"), private=False)
    with pytest.raises(KeptByAnother):
        generations.put("x", of("2"), private=False)
    generations.close()
    assert kept(link) == ["another"]
    with pytest.raises(KeptByAnother):
        Generations(link, MARKER)
    another.close()


def test_one_that_never_led_anywhere_leaves_nothing(link: Path) -> None:
    Generations(link, MARKER).close()
    assert list(link.parent.iterdir()) == []
