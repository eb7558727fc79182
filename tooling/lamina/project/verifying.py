"""Verifying a rendered folder: is it still what its record says, and does the repository render the same now.

What is told is where something differs, never what stands there.
"""

from collections.abc import Callable, Iterator
from pathlib import Path as FolderPath
from typing import Literal, TypeAlias

from lamina.project.folder import RECORD, digest, digest_of
from lamina.project.hiding import ciphered, hidden, put_away
from lamina.project.keyring import Keyring
from lamina.project.questions import Project
from lamina.project.rendering import Rendering
from lamina.project.stages import Document
from lamina.thought.diff import changes
from lamina.thought.document import read
from lamina.thought.export import EXPORTS
from lamina.thought.record import Record, Recorded, read_record
from lamina.words.errors import Failure
from lamina.words.node import Data, Path
from lamina.words.shards import WHOLE
from lamina.words.values import dataclass
from lamina.world.contents import Kind, contents, read_inside

FileState: TypeAlias = Literal["same", "differs", "missing", "extra", "cannot-tell"]
RenderState: TypeAlias = Literal["same", "differs", "gone", "new", "cannot-tell"]

_LARGEST_RECORD, _LARGEST_FILE = 64 * 2**20, 256 * 2**20
_IN_FORM = "in form alone: the values are the same"


class NotRendered(Failure):
    """A folder without a record, so that nothing is known of it."""

    def __init__(self, folder: FolderPath) -> None:
        hint = "name a folder that lamina render ENVIRONMENT -o DIR has made"
        super().__init__(f"{folder} holds no {RECORD}, so it is no rendered folder", hint)


class UnknownForm(Failure):
    """A folder in a format that this lamina does not write, so that it cannot make it again."""

    def __init__(self, record: Record) -> None:
        message = f"the record names the format {record.format}, which this lamina does not write"
        super().__init__(message, f"verify the folder with lamina {record.lamina}, which made it")


@dataclass(frozen=True, slots=True)
class FileVerdict:
    """A file of the folder against its record: where it differs, as far as that can be said, or why it cannot be told."""

    file: str
    state: FileState
    of: Recorded | None = None
    paths: tuple[Path, ...] = ()
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class RenderVerdict:
    """A document of the record against what the repository renders now."""

    environment: str
    document: str
    state: RenderState
    paths: tuple[Path, ...] = ()
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Verification:
    """All verdicts; `problem` is why the repository could not be asked, `lost` why the record's commit could not be read."""

    record: Record
    files: tuple[FileVerdict, ...]
    renders: tuple[RenderVerdict, ...]
    problem: str | None = None
    lost: str | None = None

    @property
    def state(self) -> Literal["same", "differs", "cannot-tell"]:
        """The whole: one difference beats all that cannot be told."""
        states: set[str] = {one.state for one in self.files} | {one.state for one in self.renders}
        if states - {"same", "cannot-tell"}:
            return "differs"
        return "cannot-tell" if self.problem or "cannot-tell" in states else "same"


def verify(
    folder: FolderPath,
    now: Project | Failure,
    at_commit: Callable[[str], Project],
    keyring: Keyring | None = None,
) -> Verification:
    """Compare a rendered folder with its record, and its record with a project, or with none for the reason given.

    `at_commit` opens the project at the record's commit. With a keyring files with opened secrets are compared too.
    Raises NotRendered, BadRecord, UnknownForm and CannotLook.
    """
    found = contents(folder)
    if found.pop(RECORD, None) != "file":
        raise NotRendered(folder)
    record = read_record(read_inside(folder, RECORD, _LARGEST_RECORD))
    if record.format not in EXPORTS:
        raise UnknownForm(record)
    return _Verifying(folder, record, now, at_commit, keyring).verification(found)


class _Side:
    """The documents of one project, by environment, each made once."""

    def __init__(self, project: Project, form: str) -> None:
        self.project = project
        self._form = form
        self._renderings: dict[str, Rendering | None] = {}

    def names(self, environment: str) -> list[str]:
        """The documents of an environment; none where it is not there, or not to be rendered."""
        rendering = self._rendering(environment)
        return list(rendering) if rendering else []

    def document(self, environment: str, name: str) -> tuple[Document, str] | None:
        """A document and the digest of its render; None where it is not there. Raises Broken and NoForm."""
        rendering = self._rendering(environment)
        if rendering is None or name not in rendering:
            return None
        document = rendering.document(name)
        return document, digest_of(document, self._form)

    def drawn_on(self, environment: str, name: str) -> set[str]:
        """A document and all that it refers to, by name."""
        rendering = self._rendering(environment)
        return {one.name for one in rendering.drawn_on(name)} if rendering else set()

    def _rendering(self, environment: str) -> Rendering | None:
        if environment not in self._renderings:
            there = environment in self.project.concrete()
            self._renderings[environment] = self.project.render(environment) if there else None
        return self._renderings[environment]


class _Verifying:
    def __init__(
        self,
        folder: FolderPath,
        record: Record,
        now: Project | Failure,
        at_commit: Callable[[str], Project],
        keyring: Keyring | None,
    ) -> None:
        self._folder = folder
        self._record = record
        self._now = None if isinstance(now, Failure) else _Side(now, record.format)
        self._problem = now.message if isinstance(now, Failure) else None
        self._then, self._lost = self._side_then(at_commit)
        self._keyring = keyring

    def _side_then(self, at_commit: Callable[[str], Project]) -> tuple[_Side | None, str | None]:
        if self._record.commit is None:
            return None, None
        try:
            return _Side(at_commit(self._record.commit), self._record.format), None
        except Failure as failure:
            return None, failure.message

    def verification(self, found: dict[str, Kind]) -> Verification:
        """All verdicts, in the order of the record, and then what it does not name."""
        files: list[FileVerdict] = []
        renders: list[RenderVerdict] = []
        for of in self._record.documents:
            files.append(self._file(of, found.pop(of.file, None)))
            if self._now:
                renders.append(self._render(of, self._now, files[-1]))
        files += (FileVerdict(name, "extra") for name in sorted(found))
        if self._now:
            renders += self._new(self._now)
        return Verification(self._record, tuple(files), tuple(renders), self._problem, self._lost)

    def _file(self, of: Recorded, kind: Kind | None) -> FileVerdict:
        if kind != "file":
            what = {None: None, "link": "it is a link, and is not followed", "special": "it is no regular file"}[kind]
            return FileVerdict(of.file, "missing" if kind is None else "differs", of, reason=what)
        try:
            data = read_inside(self._folder, of.file, _LARGEST_FILE)
        except Failure as failure:
            return FileVerdict(of.file, "cannot-tell", of, reason=failure.message)
        if of.written is None:
            return self._opened_file(of, data)
        if digest(data) == of.written:
            return FileVerdict(of.file, "same", of)
        made = self._made(of)
        return self._differing(of, data, put_away(made[1], self._record.secrets or "redact") if made else None)

    def _opened_file(self, of: Recorded, data: bytes) -> FileVerdict:
        """A file that holds opened secrets, of which the record has no digest: only another render can tell."""
        made = self._made(of)
        if made is None:
            reason = "it holds opened secrets, and what it was made from cannot be rendered again"
            return FileVerdict(of.file, "cannot-tell", of, reason=reason)
        side, document = made
        value = _parsed(data, of.file)
        if value is not None:
            known = hidden(value, document.secrets, "redact")
            paths = _paths(put_away(document, "redact"), known)
            if paths:
                return FileVerdict(of.file, "differs", of, paths)
        if self._keyring is None:
            reason = "it holds opened secrets, and --unseal was not given to compare them with your key"
            return FileVerdict(of.file, "cannot-tell", of, reason=reason)
        try:
            opened = side.project.render(of.environment, of.document, secrets="unseal", keyring=self._keyring)
            expected = put_away(opened.document(of.document), "unseal")
            if EXPORTS[self._record.format](expected) == data:
                return FileVerdict(of.file, "same", of)
        except Failure as failure:
            return FileVerdict(of.file, "cannot-tell", of, reason=failure.message)
        return self._differing(of, data, expected)

    def _differing(self, of: Recorded, data: bytes, expected: Data | None) -> FileVerdict:
        value = _parsed(data, of.file)
        if expected is None or value is None:
            return FileVerdict(of.file, "differs", of)
        paths = _paths(expected, value)
        return FileVerdict(of.file, "differs", of, paths, None if paths else _IN_FORM)

    def _made(self, of: Recorded) -> tuple[_Side, Document] | None:
        """The very document that was recorded, made again from what is there now or at the record's commit.

        That it is the same one is told by its digest. None where it cannot be made.
        """
        for side in (self._now, self._then):
            try:
                found = side.document(of.environment, of.document) if side else None
            except Failure:
                found = None
            if side is not None and found is not None and found[1] == of.digest:
                return side, found[0]
        return None

    def _render(self, of: Recorded, now: _Side, file: FileVerdict) -> RenderVerdict:
        try:
            found = now.document(of.environment, of.document)
        except Failure as failure:
            return RenderVerdict(of.environment, of.document, "cannot-tell", reason=failure.message)
        if found is None:
            return RenderVerdict(of.environment, of.document, "gone")
        if found[1] == of.digest:
            return RenderVerdict(of.environment, of.document, "same")
        drawn_on = now.drawn_on(of.environment, of.document)
        layers = sorted({file for name in drawn_on for file in self._record.overridden.get(name, ())})
        if layers:
            reason = f"it was made with --layer, which the repository does not have: {', '.join(layers)}"
            return RenderVerdict(of.environment, of.document, "cannot-tell", reason=reason)
        paths = self._moved(of, found[0], file)
        why = _IN_FORM if paths == () else None
        return RenderVerdict(of.environment, of.document, "differs", paths or (), why)

    def _moved(self, of: Recorded, now: Document, file: FileVerdict) -> tuple[Path, ...] | None:
        """Where a document differs from the recorded one; None where that one is neither to be made nor to be read."""
        made = self._made(of)
        if made is not None:
            return _paths(ciphered(made[1]), ciphered(now))
        if file.state != "same" or of.written is None:
            return None
        try:
            value = _parsed(read_inside(self._folder, of.file, _LARGEST_FILE), of.file)
        except Failure:
            return None
        paths = _paths(value, put_away(now, self._record.secrets or "redact")) if value is not None else ()
        # That the file shows no difference proves none: what differs may be secret.
        return paths or (None if now.secrets or value is None else ())

    def _new(self, now: _Side) -> Iterator[RenderVerdict]:
        """What would be rendered today beside the recorded documents."""
        known = {(of.environment, of.document) for of in self._record.documents}
        asked = self._record.document
        for environment in now.project.concrete() if self._record.nested else self._record.environments:
            names = now.names(environment) if asked is None else ()
            rendered = filter((self._record.shard or WHOLE).holds, names)
            yield from (RenderVerdict(environment, one, "new") for one in rendered if (environment, one) not in known)


def _parsed(data: bytes, file: str) -> Data | None:
    """What a file of a rendered folder says; None where it cannot be read as YAML or JSON without a flaw."""
    if not file.endswith((".yaml", ".json")):
        return None
    reading = read(data, file)
    return reading.value if reading.whole and not reading.findings else None  # type: ignore[return-value]


def _paths(before: Data, after: Data) -> tuple[Path, ...]:
    return tuple(change.path for change in changes(before, after))
