"""A repository on its way through a history: its commits with all their files, and what a rollback to one has to make."""

import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from unittest import mock

import pygit2
from changes.rolling.kinds import migration, schema
from githistory import begun, git
from held import Held
from running import surroundings
from sealing import VERSION_PLAIN, Person, sealed_for

from lamina.changes.landing import Landing, on_branch
from lamina.changes.plan import errors_of
from lamina.project import Project
from lamina.project.keyring import Keyring
from lamina.thought.document import read_layer
from lamina.thought.document.version_line import with_version
from lamina.words.node import Data

Files = dict[str, bytes]

VERSION = "0.1.0"
PERSON = Person()
KEYS = Keyring(PERSON.env)
SEALED = [
    sealed_for(PERSON, text=f"schemaVersion: 1\ndb: {{password: {word}, user: {user}}}\n", rule=VERSION_PLAIN)
    for word, user in (("first", "ada"), ("second", "ben"))
]
SETTINGS: dict[str, dict[str, object]] = {"prod": {}, "dev": {}, "prod-eu": {"extends": "prod"}}
BEGINNING = {
    ".sops.yaml": f"creation_rules:\n- age: {PERSON.recipient}\n",
    "schemas/app/v1.schema.yaml": schema("app", 1),
    "schemas/agents/v1.schema.yaml": schema("agents", 1),
    "environments/base/app.yaml": "# All.\nname: shop # the name\nhosts: [a]\nlabels:\n  # of a\n  a: x\n",
    "environments/prod/app.yaml": "# Prod.\nlimit: 5 # as asked\nusers:\n- name: ada # first\n  role: admin\n",
    "environments/dev/app.json": '{"level": "debug", "extra": {"k": 1}}\n',
    "environments/base/agents/_defaults.yaml": "delay: 5\n",
    "environments/base/agents/a.yaml": "model: large\npeer: ${app:limit}\n",
}


class Chronicle:
    """A git repository in memory, and by commit the files it held."""

    def __init__(self) -> None:
        shared = Path("/dev/shm")
        self.folder = Path(tempfile.mkdtemp(dir=shared if os.access(shared, os.W_OK) else None, prefix="lamina-test."))
        self.root = begun(self.folder / "r")
        self._variables = mock.patch.dict(os.environ, surroundings(PERSON.env), clear=True)
        self._variables.start()
        self._git = pygit2.Repository(str(self.root))
        self.ids: list[str] = []
        self.held: dict[str, Files] = {}
        self.commit({name: text.encode() for name, text in BEGINNING.items()} | settings(SETTINGS), "begin")

    def ended(self) -> None:
        """Demand that git finds nothing wrong, and leave nothing behind."""
        try:
            git(self.root, "fsck", "--strict")
        finally:
            self._variables.stop()
            shutil.rmtree(self.folder)

    @property
    def files(self) -> Files:
        """The files of the last commit."""
        return self.held[self.ids[-1]]

    def commit(self, files: Files, subject: str) -> None:
        """Make a commit of exactly these files; of none where they are those of the last."""
        before = self.files if self.ids else {}
        index = self._git.index
        for name in before.keys() - files.keys():
            (self.root / name).unlink()
            index.remove(name)
        for name, data in files.items():
            if before.get(name) != data:
                (self.root / name).parent.mkdir(parents=True, exist_ok=True)
                (self.root / name).write_bytes(data)
                index.add(name)
        if before != files:
            index.write()
            someone = pygit2.Signature("Ada", "ada@example.org", 1767323045 + len(self.ids), 0)
            parents = self.ids[-1:]
            id = self._git.create_commit("refs/heads/main", someone, someone, subject, index.write_tree(), parents)
            self._grown(str(id))

    def landed(self) -> None:
        """Take note of what lamina has done: one commit, or none; work tree and index are those of the last."""
        tip = git(self.root, "rev-parse", "HEAD")
        assert git(self.root, "status", "--porcelain") == ""
        if tip != self.ids[-1]:
            assert git(self.root, "rev-parse", "HEAD^@").split() == [self.ids[-1]]
            self._git.index.read()
            self._grown(tip)

    def _grown(self, id: str) -> None:
        self.ids.append(id)
        tree = self._git[id].peel(pygit2.Tree)
        self.held[id] = dict(_blobs(self._git, tree))

    def project(self, files: Files | None = None) -> Project:
        """The repository as it is, or with other files, held in memory."""
        return Project(Held(self.files if files is None else files), VERSION)

    def landing(self) -> Landing:
        """Where a change lands: on the branch that is checked out."""
        return on_branch(self.root, VERSION)

    def returned(self, id: str) -> Project:
        """The layers of a commit, and its settings, under today's schemas and with the sealed files of today."""
        old, now = self.held[id], self.files
        files = {name: data for name, data in now.items() if name.startswith("schemas/") or is_sealed(name)}
        files["lamina.yaml"] = old["lamina.yaml"]
        for name, data in old.items():
            if name.startswith("environments/") and not is_sealed(name):
                files[name] = _stated(name, data)
        return self.project(files)


def settings(environments: Mapping[str, Mapping[str, object]]) -> Files:
    """The settings file of some environments."""
    return {"lamina.yaml": (json.dumps({"environments": environments}) + "\n").encode()}


def is_sealed(name: str) -> bool:
    """Whether a file is a sealed layer."""
    return ".sops." in name.rpartition("/")[2] and name.startswith("environments/")


def next_version(files: Files, kind: str) -> Files:
    """The files with one more version of a kind; layers that state none say that they are of the first."""
    version = sum(f"schemas/{kind}/" in name and "schema.yaml" in name for name in files) + 1
    made = {f"schemas/{kind}/v{version}.schema.yaml": schema(kind, version).encode()}
    made[f"schemas/{kind}/v{version}.migration.yaml"] = migration(kind, version).encode()
    stated = {name: _stated(name, data) for name, data in files.items() if kind_of(name) == kind}
    return files | made | stated


def kind_of(name: str) -> str | None:
    """The kind of a layer; None of another file."""
    parts = name.split("/")
    return parts[2].partition(".")[0] if parts[0] == "environments" else None


def rendered(project: Project, environment: str) -> str | None:
    """All documents of an environment with the order of their keys; None where one has an error."""
    if any(True for _ in errors_of(project, environment)):
        return None
    return json.dumps(documents(project, environment), default=repr)


def said(project: Project, environment: str) -> str | None:
    """The same whatever the order of keys is, and however secrets are sealed."""
    if any(True for _ in errors_of(project, environment)):
        return None
    return json.dumps(documents(project, environment), default=lambda sealed: str(sealed.type), sort_keys=True)


def documents(project: Project, environment: str) -> dict[str, Data]:
    """The finished documents of an environment."""
    road = project.road(environment)
    return {name: road.document(name).data for name in road.names()}


def all_errors(project: Project) -> set[tuple[object, ...]]:
    """Every error of a repository, by what it is and not where it stands."""
    found = (one for one in project.validate() if one.severity == "error")
    return {(one.rule, one.environment, one.document, one.path, one.message) for one in found}


def _stated(name: str, data: bytes) -> bytes:
    layer = read_layer(data, name)
    if layer.version is not None or layer.takes_away or is_sealed(name) or not layer.whole:
        return data
    return with_version(data, name, 1)


def _blobs(repository: pygit2.Repository, tree: pygit2.Tree, above: str = "") -> Iterable[tuple[str, bytes]]:
    for entry in tree:
        name = f"{above}{entry.name}"
        if isinstance(entry, pygit2.Tree):
            yield from _blobs(repository, entry, f"{name}/")
        else:
            yield name, entry.peel(pygit2.Blob).data
