"""The store that the pages show: it is what its program writes, and sound."""

from example_state import FOLDER, MARKER, SEGMENT, example

from lamina.project.state.opening import place_at
from lamina.project.state.telling import timeline_of_run
from lamina.thought.timeline import svg
from lamina.world.log import check


def test_the_example_is_what_its_program_writes() -> None:
    written = {one.relative_to(FOLDER).as_posix(): one.read_bytes() for one in FOLDER.rglob("*") if one.is_file()}
    assert written == {"store.json": MARKER.encode(), f"log/{SEGMENT}": b"".join(example().lines)}, (
        "run: python tests/example_state.py"
    )


def test_the_example_is_sound() -> None:
    assert check(FOLDER / "log").head.seq == len(example().lines)


def test_the_picture_is_that_of_the_example() -> None:
    picture = FOLDER.parent / "timeline.svg"
    found = timeline_of_run(place_at(FOLDER), "feature-118")
    assert picture.read_text("utf-8") == svg.write(found), "run the command of docs/state.md that writes it"
