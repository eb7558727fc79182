"""Blame: for the lines of a render, and for any place in a file, the commit that set it."""

from collections.abc import Iterator
from difflib import SequenceMatcher
from pathlib import Path as FolderPath

from lamina.project.hiding import put_away
from lamina.project.outlines import outline_of_data
from lamina.project.placing import Placing
from lamina.project.questions import Project
from lamina.thought.document import Outline, nodes_of, outline
from lamina.thought.export import EXPORTS, NoForm
from lamina.words.finding import Position
from lamina.words.node import Path
from lamina.words.values import dataclass
from lamina.world.history import Commit, History
from lamina.world.sources.commit import CommitTree


@dataclass(frozen=True, slots=True)
class BlamedLine:
    """A line of a render: the path it is of, the place that set it, and the commit; None for what is not committed."""

    text: str
    path: Path
    position: Position
    commit: Commit | None


class Blame:
    """Who set what stands in a project's files; raises what reading its history raises, such as NotInGit."""

    def __init__(self, project: Project, folder: FolderPath) -> None:
        self._project = project
        self._history = History(project.home or folder)
        commit = self._history.commit(project.commit or "HEAD")
        self._commit = commit.id
        start = self._history.within(project.home) if project.home else ""
        source = project.source
        committed = CommitTree(self._history.objects, commit.tree, start)
        self._committed = source if isinstance(source, CommitTree) else committed
        self._commits: dict[str, list[Commit | None]] = {}
        self._ends: dict[str, dict[tuple[int, int], int]] = {}

    def commit(self, position: Position) -> Commit | None:
        """The commit that set what stands at a place, the newest of a text of several lines; None if it is not committed."""
        file = position.file
        if file not in self._commits:
            self._commits[file] = self._commits_of(file)
            self._ends[file] = _ends(self._project.tree.data(file), file)
        last = self._ends[file].get((position.line, position.column), position.line)
        found = self._commits[file][position.line - 1 : last]
        known = [commit for commit in found if commit is not None]
        return max(known, key=lambda commit: commit.seconds) if known and len(known) == len(found) else None

    def _commits_of(self, file: str) -> list[Commit | None]:
        """The commit of each line of a file as it is in the project; a line that was changed since has none."""
        now = _lines(self._project.tree.data(file))
        place = self._committed.place(file)
        if place is None or file not in self._project.tree.files:  # a local layer is in no commit
            return [None] * len(now)
        commits = self._history.blame(self._commit, place)
        then = _lines(self._committed.read(file))
        if now == then:
            return [*commits]
        found: list[Commit | None] = [None] * len(now)
        for block in SequenceMatcher(None, then, now, autojunk=False).get_matching_blocks():
            found[block.b : block.b + block.size] = commits[block.a : block.a + block.size]
        return found

    def document(self, environment: str, name: str) -> list[BlamedLine]:
        """Every line of a document as it is rendered in YAML, secrets redacted; raises what rendering it raises."""
        rendering = self._project.render(environment, name)
        try:
            data = EXPORTS["yaml"](put_away(rendering.document(name), "redact"))
        except NoForm as failure:
            raise failure.of(name) from None
        road = self._project.road(environment)
        placing = Placing(road.tree, environment, road.stage(name))
        paths = dict(_first_lines(outline(data, "render.yaml"), ()))
        lines: list[BlamedLine] = []
        path: Path = ()
        holds = True
        for number, text in enumerate(data.decode().removesuffix("\n").split("\n"), 1):
            path, holds = paths.get(number, (path, holds))
            position, _ = placing.locate(path, at_key=holds)
            lines.append(BlamedLine(text, path, position, self.commit(position)))
        return lines


def _first_lines(node: Outline, path: Path) -> Iterator[tuple[int, tuple[Path, bool]]]:
    """On which line each node begins, by key or value, and whether it holds others; an inner one after the outer one."""
    yield (node.key or node.value).line, (path, bool(node.children))
    for step, child in node.children.items():
        yield from _first_lines(child, (*path, step))


def _ends(data: bytes, file: str) -> dict[tuple[int, int], int]:
    """The last line of every scalar of a file, by the line and column of its first character."""
    text = data.decode("utf-8-sig", "replace")
    nodes = (node for node in nodes_of(outline_of_data(data, file)) if node.style == "scalar")
    spots = (node.value for node in nodes)
    return {(spot.line, spot.column): spot.line + text[spot.start : spot.end].rstrip().count("\n") for spot in spots}


def _lines(data: bytes) -> list[bytes]:
    """Lines without their ends, which a checkout may have changed."""
    return [line.removesuffix(b"\r") for line in data.removesuffix(b"\n").split(b"\n")]
