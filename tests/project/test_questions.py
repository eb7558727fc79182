"""A project with other files: what is replaced is read anew, and nothing else is read again."""

from collections import Counter

from lamina import __version__
from lamina.project import Project
from lamina.world.sources import Listing

FILES = {
    "schemas/app/v1.schema.yaml": b"properties: {size: {$ref: '../types.yaml#/$defs/size'}}\n",
    "schemas/types.yaml": b"$defs: {size: {type: integer, default: 3}}\n",
    "environments/base/app.yaml": b"name: base\n",
    "environments/dev/app.yaml": b"name: dev\n",
}


class Counted:
    """Files in memory that count how often each is read."""

    def __init__(self) -> None:
        self.reads: Counter[str] = Counter()

    def list(self) -> Listing:
        return Listing(tuple(sorted(FILES)))

    def every(self) -> tuple[str, ...]:
        return tuple(sorted(FILES))

    def read(self, file: str) -> bytes:
        self.reads[file] += 1
        return FILES[file]


def data(project: Project) -> object:
    return project.road("dev").document("app").data


def test_what_is_replaced_is_read_anew_and_nothing_else_is() -> None:
    source = Counted()
    project = Project(source, __version__)
    assert data(project) == {"name": "dev", "size": 3}
    before = Counter(source.reads)
    larger = project.with_files({"schemas/types.yaml": b"$defs: {size: {type: integer, default: 4}}\n"})
    assert data(larger) == {"name": "dev", "size": 4}
    other = larger.with_files({"environments/dev/app.yaml": b"size: 5\n"})
    assert data(other) == {"name": "base", "size": 5}
    gone = other.with_files({"environments/base/app.yaml": None})
    assert data(gone) == {"size": 5}
    assert data(project) == {"name": "dev", "size": 3}
    assert source.reads - before == Counter({"schemas/app/v1.schema.yaml": 1})
