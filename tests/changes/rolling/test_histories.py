"""Random histories: whatever happened since, a rollback brings back what was, migrated forward, and nothing else changes.

LAMINA_LONG=1 takes 200 of them.
"""

import os
from collections.abc import Callable
from typing import Any

from changes.rolling.chronicle import (
    KEYS,
    PERSON,
    SEALED,
    SETTINGS,
    Chronicle,
    Files,
    all_errors,
    documents,
    kind_of,
    next_version,
    rendered,
    said,
)
from changes.rolling.chronicle import settings as settings_file
from changes.rolling.kinds import choices, newest, schema
from githistory import git
from hypothesis import event, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from running import run_here

from lamina.changes.layers import OutdatedLayer
from lamina.changes.overriding import SecretDiffers, merged
from lamina.changes.plan import WouldNotHold, errors_of
from lamina.changes.promoting import promoted
from lamina.changes.rolling.restoring import SecretReturns
from lamina.changes.rolling.revert import Conflicts, NothingBefore, revert
from lamina.changes.rolling.rollback import rollback
from lamina.project import Project
from lamina.project.road import Broken
from lamina.thought.document import read_layer
from lamina.thought.document.edit import CannotEdit, drop, put
from lamina.thought.merge import ABSENT
from lamina.words.errors import Failure
from lamina.words.node import Tagged, at, same

LONG = bool(os.environ.get("LAMINA_LONG"))
ENVIRONMENTS = ["base", "prod", "prod-eu", "dev"]
NAMES = ["app", "agents/a", "agents/b", "agents/c", "agents/_defaults"]


def file_of(environment: str, document: str) -> str:
    """A layer's file: those of `dev` are JSON."""
    return f"environments/{environment}/{document}.{'json' if environment == 'dev' else 'yaml'}"


layers = st.tuples(st.sampled_from(ENVIRONMENTS), st.sampled_from(NAMES))


class Histories(RuleBasedStateMachine):
    """Edits, renames, new versions, migrations, reverts, promotions and rollbacks, in any order."""

    @initialize()
    def begin(self) -> None:
        self.past = Chronicle()

    def teardown(self) -> None:
        if hasattr(self, "past"):
            self.past.ended()

    def committed(self, files: Files, subject: str, careless: bool = False) -> None:
        """Commit files, if no environment gets errors from it; carelessly, even then."""
        if careless or not all_errors(self.past.project(files)) - all_errors(self.past.project()):
            self.past.commit(files, subject)

    @rule(layer=layers, data=st.data(), careless=st.integers(0, 9))
    def edit(self, layer: tuple[str, str], data: st.DataObject, careless: int) -> None:
        """Set, hide or take away something in a layer, which is made where it is not there."""
        file, kind = file_of(*layer), layer[1].partition("/")[0]
        text = self.past.files.get(file)
        fresh = text is None or read_layer(text, file).takes_away
        if fresh:
            text = self._begun(layer[0], kind)
        assert text is not None
        for _ in range(data.draw(st.integers(1, 3))):
            version = read_layer(text, file).version or 1
            path, values = data.draw(st.sampled_from(sorted(choices(kind, version).items(), key=str)))
            tag = data.draw(st.sampled_from(["", "", "", "unset", "replace", "drop"]))
            value = data.draw(st.sampled_from(list(values)))
            patch = value if file.endswith(".json") or not tag else Tagged("unset", None) if tag == "unset" else value
            try:
                done = drop(text, file, path) if tag == "drop" else put(text, file, path, patch)
            except CannotEdit:
                continue  # what is asked for makes no sense there
            text = done if tag != "replace" or file.endswith(".json") else self._replacing(text, file, path, value)
        self.committed(self.past.files | {file: text}, f"edit {file}", careless == 0)

    def _replacing(self, text: bytes, file: str, path: Any, value: Any) -> bytes:
        try:
            return put(text, file, path, Tagged("replace", value))
        except CannotEdit:
            return text

    def _begun(self, environment: str, kind: str) -> bytes:
        """The text of a new layer, which states its version where there are several."""
        version = self._version(kind)
        if environment == "dev":
            return f'{{"schemaVersion": {version}}}\n'.encode()
        return f"# In {environment}.\nschemaVersion: {version} # of {kind}\n".encode()

    def _version(self, kind: str) -> int:
        return sum(f"schemas/{kind}/" in name and "schema.yaml" in name for name in self.past.files)

    @rule(layer=layers)
    def take_away(self, layer: tuple[str, str]) -> None:
        """Delete a layer, or let it take its document away."""
        file = file_of(*layer)
        if file in self.past.files:
            self.committed({name: data for name, data in self.past.files.items() if name != file}, f"delete {file}")
        elif not file.endswith(".json") and not layer[1].endswith("_defaults"):
            self.committed(self.past.files | {file: b"!unset\n"}, f"without {file}")

    @rule(environment=st.sampled_from(ENVIRONMENTS))
    def empty_an_environment(self, environment: str) -> None:
        kept = {
            name: data for name, data in self.past.files.items() if not name.startswith(f"environments/{environment}/")
        }
        self.committed(kept, f"nothing of {environment} alone")

    @rule(old=st.sampled_from(["a", "b", "c"]), new=st.sampled_from(["a", "b", "c"]))
    def rename(self, old: str, new: str) -> None:
        """Give a document the name of another, in all environments; that one is no more."""
        if old == new:
            return
        kept = {name: data for name, data in self.past.files.items() if f"/agents/{new}." not in name}
        moved = {name.replace(f"/agents/{old}.", f"/agents/{new}."): data for name, data in kept.items()}
        self.committed(moved, f"rename {old} to {new}")

    @rule(parent=st.sampled_from(["prod", "dev", None]), abstract=st.sampled_from([False, False, True]))
    def extend(self, parent: str | None, abstract: bool) -> None:
        """Let prod-eu extend another environment."""
        named = {
            **SETTINGS,
            "prod-eu": {"extends": parent} if parent else {},
            "dev": {"abstract": True} if abstract else {},
        }
        self.committed(self.past.files | settings_file(named), f"prod-eu extends {parent}")

    @rule(environment=st.sampled_from(["base", "prod"]), number=st.sampled_from([None, 0, 1]))
    def seal(self, environment: str, number: int | None) -> None:
        file = f"environments/{environment}/app.sops.yaml"
        files = {name: data for name, data in self.past.files.items() if name != file}
        self.committed(files | ({} if number is None else {file: SEALED[number]}), f"seal {file}")

    @rule(kind=st.sampled_from(["app", "agents"]), default=st.integers(4, 6))
    def change_default(self, kind: str, default: int) -> None:
        version = self._version(kind)
        text = schema(kind, version, default).encode()
        self.committed(self.past.files | {f"schemas/{kind}/v{version}.schema.yaml": text}, f"another default of {kind}")

    @rule(kind=st.sampled_from(["app", "agents"]))
    def bring_version(self, kind: str) -> None:
        """A new version with its migration; no layer is rewritten yet."""
        if self._version(kind) < newest(kind):
            self.committed(next_version(self.past.files, kind), f"a new version of {kind}", careless=True)

    @rule(names=st.sets(st.sampled_from(["base", "prod", "prod-eu", "dev"]), max_size=2))
    def migrate(self, names: set[str]) -> None:
        """The preview, applied by git, is what is written; and no document says anything else."""
        known = sorted(names & set(self.past.project().tree.topology.environments))
        before, broken = self._each(said), all_errors(self.past.project())
        patch = run_here("migrate", "--preview", "--plain", *known, cwd=self.past.root)
        if patch.code != 0:
            assert broken, patch.err
            return
        if patch.out:
            git(self.past.root, "apply", "-", stdin=patch.out.encode())
            applied = {name: (self.past.root / name).read_bytes() for name in self.past.files}
            git(self.past.root, "checkout", "--quiet", ".")
        else:
            applied = self.past.files
        done = run_here("migrate", "--write", "--plain", "--commit", *known, cwd=self.past.root)
        assert done.code == 0, done.err
        self.past.landed()
        assert self.past.files == applied
        done = run_here("migrate", "--write", "--commit", *known, cwd=self.past.root, env=PERSON.env)
        assert done.code == 0, done.err
        self.past.landed()
        assert self._each(said) == before
        event("migrated")

    def _each(self, view: Callable[[Project, str], str | None]) -> dict[str, str | None]:
        project = self.past.project()
        return {name: view(project, name) for name in project.concrete()}

    @rule(back=st.integers(1, 30))
    def revert(self, back: int) -> None:
        id = self.past.ids[-1 - back % len(self.past.ids)]
        before = self.past.project()
        try:
            found = revert(self.past.landing(), self.past.root, id, KEYS)
        except (Conflicts, NothingBefore, WouldNotHold) as failure:
            self._refused(failure)
            return
        found.land(self.past.landing(), "a try")
        was, tip = self.past.files, self.past.ids[-1]
        self.past.landed()
        for name in before.concrete():
            assert not set(_errors(self.past.project(), name)) - set(_errors(before, name))
        if id == tip and not _versions_differ(was, self.past.held[self.past.ids[-3]]):
            assert self.past.files == self.past.held[self.past.ids[-3]]
        event("reverted")

    @rule(source=st.sampled_from(ENVIRONMENTS[1:]), to=st.sampled_from(ENVIRONMENTS[1:]))
    def promote(self, source: str, to: str) -> None:
        now = self.past.project()
        if source == to or not {source, to} <= set(now.concrete()):
            return
        before = {name: rendered(now, name) for name in now.concrete() if to not in now.environment(name).chain}
        landing = self.past.landing()
        try:
            found = promoted(landing.project, source, to)
        except (WouldNotHold, Broken, OutdatedLayer) as failure:
            self._refused(failure)
            return
        landing.land(found.plan.files, "promote")
        self.past.landed()
        after = self.past.project()
        for address in found.promoted:
            sides = [_place(merged(after, name, address.document), address.path) for name in (source, to)]
            assert sides[0] is sides[1] or same(*sides), address
        assert all(rendered(after, name) == text for name, text in before.items())
        event("promoted")

    @rule(environment=st.sampled_from(["prod", "prod-eu", "dev"]), back=st.integers(1, 30))
    def roll_one_back(self, environment: str, back: int) -> None:
        self._roll_back(environment, back)

    @rule(environment=st.sampled_from(["prod", "prod-eu", "dev"]), back=st.integers(1, 30))
    def roll_one_back_again(self, environment: str, back: int) -> None:
        """The same rule twice, as it is what all this is about."""
        self._roll_back(environment, back)

    @rule(back=st.integers(1, 30))
    def roll_all_back(self, back: int) -> None:
        self._roll_back(None, back)

    def _roll_back(self, environment: str | None, back: int) -> None:
        id = self.past.ids[-1 - back % len(self.past.ids)]
        now, wanted = self.past.project(), self.past.returned(id)
        before, errors = self._each(rendered), {name: set(_errors(now, name)) for name in now.concrete()}
        landing = self.past.landing()
        names = [environment] if environment else sorted({*now.concrete(), *wanted.concrete()})
        try:
            found = rollback(landing, self.past.root, id, environment, KEYS)
        except (WouldNotHold, SecretDiffers, SecretReturns) as failure:
            self._refused(failure)
            why = str(failure)
        else:
            why = ""
        if why:
            self._demand_reason(why, environment, names, wanted)
            return
        assert not any(_errors(wanted, name) for name in names)
        found.land(landing, None)
        self.past.landed()
        after = self.past.project()
        for name in names:
            if not after.environment(name).abstract:
                assert same(documents(after, name), documents(wanted, name)), name
        touched = {one.name for one in after.environments() if not environment or environment in one.chain}
        for name, text in before.items():
            assert name in touched or rendered(after, name) == text, name
        for name in after.concrete():
            assert not set(_errors(after, name)) - errors.get(name, set()), name
        event(f"rolled {'one' if environment else 'all'} back")

    def _demand_reason(self, why: str, environment: str | None, names: list[str], wanted: Project) -> None:
        """What was is wrong today, or an environment breaks that extends this one, or that was not rendered then."""
        if "what it was has" in why:
            assert any(_errors(wanted, name) for name in names)
        elif "would have errors" in why:
            now = self.past.project()
            extending = {one.name for one in now.environments() if environment in one.chain[:-1]}
            assert why.split()[0] in extending | (set(names) - set(wanted.concrete()))

    def _refused(self, failure: Failure) -> None:
        """What was refused has changed nothing."""
        tip = self.past.ids[-1]
        self.past.landed()
        assert self.past.ids[-1] == tip
        event(f"refused: {type(failure).__name__}")


def _errors(project: Project, name: str) -> list[tuple[object, ...]]:
    return [(one.rule, one.document, one.path, one.message) for one in errors_of(project, name)]


def _place(value: Any, path: Any) -> Any:
    try:
        return ABSENT if value is ABSENT else at(value, path)
    except LookupError:
        return ABSENT


def _versions_differ(one: Files, other: Files) -> bool:
    shared = [name for name in one if name in other and kind_of(name)]
    return any(read_layer(one[name], name).version != read_layer(other[name], name).version for name in shared)


TestHistories: Any = Histories.TestCase
TestHistories.settings = settings(max_examples=200 if LONG else 10, stateful_step_count=40 if LONG else 16)
