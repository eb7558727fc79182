"""The road of a value in one environment: layers merged, defaults filled, references resolved, the result validated.

Each step is done once a document and only for the documents that are asked about, or that those refer to.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from lamina.project.kept import KindSchema
from lamina.project.keyring import Keyring
from lamina.project.placing import Placing
from lamina.project.stages import Document, RaisedStack, Stage, all_newest
from lamina.project.tree import Tree
from lamina.thought.document import Layer
from lamina.thought.merge import ABSENT, fold, repeated_keys
from lamina.thought.references import References, Resolved, may_refer
from lamina.thought.schema import Fault, Place, Shape
from lamina.thought.schema.registers import Register
from lamina.thought.sealed import sealed_paths
from lamina.thought.topology import DEFAULTS, ENVIRONMENTS, Environment, LayerFile, kind_of_document
from lamina.words.address import Address
from lamina.words.errors import Failure, listing, near
from lamina.words.finding import Finding, Position
from lamina.words.node import Data, Path, unsealed

if TYPE_CHECKING:
    from lamina.thought.schema.names import Named, Names


class NoSuchDocument(Failure, KeyError):
    """The environment has no document of that name."""

    def __init__(self, name: str, environment: str, known: Sequence[str]) -> None:
        like = near(name, known)
        hint = f"did you mean {like}?" if like else f"{environment} has {listing(known) or 'no documents'}"
        super().__init__(f"no document {name} in {environment}", hint)


class Broken(Failure):
    """A document was asked for that has errors, or that refers to one which has; `findings` are the errors."""

    status = 1

    def __init__(self, name: str, findings: tuple[Finding, ...]) -> None:
        errors = [finding for finding in findings if finding.severity == "error"]
        first = errors[0]
        more = f" and {len(errors) - 1} more" if len(errors) > 1 else ""
        super().__init__(
            f"{name} has errors: {first.position}: {first.message}{more}", "lamina validate shows them all"
        )
        self.findings = tuple(errors)


class Road:
    """One environment of one tree; `overrides` are local layers that lie on top of a document's stack.

    With a keyring the sealed layers of the documents that are asked about are opened; without one none ever is.
    """

    def __init__(
        self,
        tree: Tree,
        environment: Environment,
        overrides: Mapping[str, tuple[LayerFile, ...]],
        keyring: Keyring | None = None,
    ) -> None:
        self.tree = tree
        self.environment = environment
        self._overrides = overrides
        self._keyring = keyring
        self._stages: dict[str, Stage] = {}
        self._documents: dict[str, Document] = {}
        self._exists: dict[str, bool] = {}
        self._stacks: dict[str, tuple[LayerFile, ...]] = {}
        self._made: set[str] = set()
        # What local layers or opened secrets went into is remembered by nobody.
        at_rest = tree.caching is not None and keyring is None and not any(overrides.values())
        self.caching = tree.caching.documents(environment) if tree.caching and at_rest else None
        self._references = References(
            environment.name,
            fetch=self.data,
            secrets=lambda name: self.stage(name).secrets,
            names=self.names,
            whole=lambda name: self.stage(name).whole,
            moved=self.moved,
        )

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Errors of the repository that may keep a layer of this environment, or its place in the stack, from being seen."""
        return tuple(
            finding for finding in self.tree.findings if finding.severity == "error" and self._concerns(finding)
        )

    def _concerns(self, finding: Finding) -> bool:
        from lamina.thought.policies import POLICIES

        top, _, rest = finding.position.file.partition("/")
        if top == POLICIES:
            return False  # nothing that is rendered turns on a policy
        return top != ENVIRONMENTS or not rest or rest.split("/")[0] in self.environment.chain

    def names(self, wanted: Callable[[str], bool] = lambda _: True) -> list[str]:
        """The documents that exist in the environment, sorted; of those alone that are wanted is asked whether they do."""
        return self.existing(self._named(wanted))

    def _named(self, wanted: Callable[[str], bool]) -> list[str]:
        """The documents that some layer names."""
        return [name for name in self.tree.topology.documents(self.environment.name) if wanted(name)]

    def existing(self, names: Sequence[str]) -> list[str]:
        """Those of some documents that exist in the environment."""
        if self.caching:
            self.caching.known(names)
        return [name for name in names if self.exists(name)]

    def stack(self, name: str) -> tuple[LayerFile, ...]:
        """A document's layers, lowest first."""
        stack = self._stacks.get(name)
        if stack is None:
            layers = self.tree.topology.stack(self.environment.name, name)
            stack = self._stacks[name] = (*layers, *self._overrides.get(name, ()))
        return stack

    def exists(self, name: str) -> bool:
        """Whether a layer names the document and none above takes it away."""
        if name not in self._exists:
            known = self.caching.exists(name) if self.caching else None
            self._exists[name] = self._is_there(name) if known is None else known
        return self._exists[name]

    def _is_there(self, name: str) -> bool:
        own = self._own(name)
        if not own or not self.tree.takes_away(own[-1]):
            return bool(own)
        if self.caching and not self.tree.takes_away(own[0]):
            self.caching.keep_gone(name)
        return False

    def _own(self, name: str) -> list[LayerFile]:
        """The layers that name a document, lowest first."""
        return [of for of in self.stack(name) if not of.defaults]

    def uses(self, of: LayerFile) -> bool:
        """Whether a document of the environment has some defaults in its stack."""
        if of.environment not in self.environment.chain:
            return False
        below = of.document.removesuffix(DEFAULTS)
        documents = (name for name in self.tree.topology.documents(self.environment.name) if name.startswith(below))
        return any(of in self.stack(name) and self.exists(name) for name in documents)

    def vain_removals(self, wanted: Callable[[str], bool] = lambda _: True) -> Iterator[Finding]:
        """Layers that are wholly `!unset` where no lower layer names the document."""
        names = self._named(wanted)
        # One that takes away nothing is not remembered.
        known = self.caching.known(names) if self.caching else ()
        for name in (name for name in names if name not in known):
            lowest = self._own(name)[0]
            if self.tree.takes_away(lowest):
                message = f"!unset takes away nothing: no lower layer names {name}"
                yield Finding(
                    "unset-of-nothing", message, Position(lowest.file), fix="delete the file, or mend its name"
                )

    def demand(self, name: str) -> None:
        """Raise NoSuchDocument unless the document exists."""
        if not self.exists(name):
            raise NoSuchDocument(name, self.environment.name, self.names())

    def stage(self, name: str) -> Stage:
        """A document that exists, up to its defaults."""
        stage = self._stages.get(name)
        if stage is None:
            stage = self._stages[name] = self._stage(name)
        return stage

    def _stage(self, name: str) -> Stage:
        kind = self.tree.schema(kind_of_document(name))
        raised = self._raised(kind, self.stack(name))
        stack, layers, ways = raised.stack, raised.layers, raised.ways
        findings = [*self._layer_findings(stack, layers, kind), *raised.findings]
        # Without its schema a document lacks its defaults and the order of its lists: further findings would mislead.
        whole = all(layer.whole for layer in layers) and not (kind and kind.schema is None)
        shape = kind.schema.shape if kind and kind.schema else None
        # A layer of an older version may have got tags that its text does not hold.
        tagged = [bool(ways) or b"!" in layer.data for layer in layers]
        merged = fold([layer.patch for layer in layers], shape, tagged, [of.defaults for of in stack])
        data = merged.value
        filled: Mapping[Path, Place] = {}
        if kind and kind.schema and data is not ABSENT:
            data, filled = kind.schema.fill(data)
        secrets = frozenset(kind.schema.secrets(data)) if kind and kind.schema else frozenset()
        if any(of.sealed for of in stack):
            secrets |= frozenset(sealed_paths(data))
        stage = Stage(name, stack, layers, merged, kind, data, filled, secrets, (), whole, ways)
        placing = Placing(self.tree, self.environment.name, stage)
        findings += (placing.merge_finding(fault) for fault in merged.faults if whole)
        if shape is not None and shape.orders_lists:
            findings += (placing.repeated_item(path, by) for path, by in repeated_keys(data, shape))
        return replace(stage, findings=tuple(findings))

    def _raised(self, kind: KindSchema | None, stack: tuple[LayerFile, ...]) -> RaisedStack:
        layers = tuple(map(self._layer, stack))
        if all_newest(kind, layers):
            return RaisedStack(stack, layers)
        from lamina.project.raising import raised_stack

        return raised_stack(self.tree, kind, stack, layers)

    def _layer(self, of: LayerFile) -> Layer:
        return self.tree.layer(of) if self._keyring is None else self.tree.opened(of, self._keyring)

    def _layer_findings(
        self, stack: tuple[LayerFile, ...], layers: tuple[Layer, ...], kind: KindSchema | None
    ) -> Iterator[Finding]:
        for layer in layers:
            yield from layer.findings
        if kind is None:
            name = kind_of_document(stack[-1].document)
            message = f"the kind {name} has no schema, so nothing can be said about this document"
            fix = f"write schemas/{name}/v1.schema.yaml"
            yield Finding("no-schema", message, Position(stack[-1].file), fix=fix, document=stack[-1].document)
        else:
            yield from kind.findings

    def moved(self, name: str, path: Path) -> Iterable[Path]:
        """Where migrations of a document's kind took what was at a path; nothing of a kind without any."""
        kind = kind_of_document(name)
        return self.tree.versions(kind).led(path) if kind in self.tree.topology.migrations else ()

    def data(self, name: str) -> Data | None:
        """A document before its references are resolved: None when it does not exist."""
        if not self.exists(name):
            return None
        data = self.stage(name).data
        return {} if data is ABSENT else data

    def resolved(self, name: str) -> Resolved:
        """A document with its references resolved; the cheap way when no layer and no default holds one."""
        stage = self.stage(name)
        schema = stage.kind.schema if stage.kind else None
        holds = any(may_refer(layer.data) for layer in stage.layers)
        if not holds and not (stage.filled and schema is not None):
            return Resolved(stage.data, stage.secrets, frozenset())
        return self._references.resolve(name)

    def _named_value(self, name: str) -> Data | None:
        return self.resolved(name).value if self.stage(name).whole else None

    def _shape(self, name: str) -> Shape | None:
        kind = self.stage(name).kind
        return kind.schema.shape if kind and kind.schema else None

    @cached_property
    def _names_of(self) -> "Names":
        from lamina.thought.schema.names import Names

        return Names(self.names, self.exists, self._named_value, self._shape)

    def named(self, name: str) -> "tuple[Named, ...]":
        """What a document names, by `x-refers`, where its references are whole."""
        shape = self._shape(name)
        if shape is None or not shape.has_names or not self.stage(name).whole:
            return ()
        resolved = self.resolved(name)
        found = self._names_of.named(name, resolved.value, shape)
        return tuple(one for one in found if one.naming.path not in resolved.broken)

    def offered(self, register: Register) -> Mapping[str, Address]:
        """The things that a register of the environment has, by their names."""
        return self._names_of.entries(register, "", None) or {}

    def lookups(self, name: str) -> frozenset[str]:
        """The documents, there or not, in which the names that a document holds are looked up."""
        return frozenset(place.document for one in self.named(name) for place in one.candidates)

    def document(self, name: str) -> Document:
        """A document at the end of the road, with all that is wrong with it; raises NoSuchDocument."""
        document = self._documents.get(name)
        if document is None:
            self.demand(name)
            is_known = self.is_known_sound(name)
            document = self._documents[name] = self._finish(self.stage(name), is_known)
            self._made.update(() if is_known else (name,))
            self.tree.advance()
        return document

    def is_known_sound(self, name: str) -> bool:
        """Whether a document that exists need not be made to know that nothing is wrong with it."""
        return self.caching is not None and self.caching.is_sound(name)

    def remember(self, name: str) -> list[str] | None:
        """Keep a document for other processes, if it was made here and neither it nor what it leads to has a finding.

        Gives what it leads to (None where there are findings): what it draws on or looks names up in, and so on, there or not.
        """
        others = self._led_to(name) if self.caching else None
        if self.caching and others is not None and name in self._made:
            self.caching.keep(name, others)
        return others

    def _led_to(self, name: str) -> list[str] | None:
        seen = dict.fromkeys((name,))
        waiting = [name]
        while waiting:
            one = waiting.pop()
            if not self.exists(one):
                continue
            near = self.caching.others(one) if self.caching and one not in self._made else None
            if near is None:
                document = self.document(one)
                if document.findings or self.tree.takes_away(self._own(one)[0]):
                    return None
                near = sorted(document.documents | self.lookups(one))
            fresh = [other for other in near if other not in seen]
            seen |= dict.fromkeys(fresh)
            waiting += fresh
        return list(seen)[1:]

    def _finish(self, stage: Stage, is_sound: bool) -> Document:
        kind = kind_of_document(stage.name)
        version = stage.kind.version if stage.kind else None
        resolved = self.resolved(stage.name)
        findings = list(stage.findings)
        if stage.whole and not is_sound:
            placing = Placing(self.tree, self.environment.name, stage)
            findings += (placing.reference_finding(fault) for fault in resolved.faults)
            # What stands where the text or the merge is wrong already is wrong for that reason.
            for faults in (self._refused(stage, resolved), self._misnamed(stage, resolved)):
                known = {finding.position for finding in findings}
                placed = map(placing.schema_finding, faults)
                findings += [finding for finding in placed if finding.position not in known]
        return Document(
            stage.name,
            kind,
            version,
            stage.stack,
            resolved.value,
            resolved.secrets,
            resolved.documents,
            tuple(dict.fromkeys(findings)),
        )

    def _refused(self, stage: Stage, resolved: Resolved) -> Sequence[Fault]:
        """What its schema refuses in a document."""
        if resolved.broken or not stage.kind or not stage.kind.schema:
            return ()
        data = resolved.value if self._keyring is None else unsealed(resolved.value)
        return stage.kind.schema.verdict(data, resolved.secrets)

    def _misnamed(self, stage: Stage, resolved: Resolved) -> Iterator[Fault]:
        """The names in a document that lead nowhere, or to several things."""
        named = self.named(stage.name)
        if named:
            from lamina.thought.schema.names import fault_of

            yield from filter(None, (fault_of(one, resolved.secrets) for one in named))

    def drawn_on(self, name: str) -> list[Document]:
        """A document and all that it refers to, near or far, whatever is wrong with them."""
        seen, waiting = {name}, [name]
        documents: list[Document] = []
        while waiting:
            documents.append(self.document(waiting.pop()))
            fresh = sorted(documents[-1].documents - seen)
            seen.update(fresh)
            waiting += fresh
        return documents

    def beneath(self, layers: Mapping[str, tuple[LayerFile, ...]], touched: Collection[str]) -> "Road":
        """The same road with more layers on top of some documents; those that are not `touched` are not made again."""
        above = {name: (*self._overrides.get(name, ()), *layers.get(name, ())) for name in {*self._overrides, *layers}}
        other = Road(self.tree, self.environment, above, self._keyring)
        other._stages = {name: stage for name, stage in self._stages.items() if name not in layers}
        other._documents = {name: one for name, one in self._documents.items() if name not in touched}
        return other

    def forget(self, name: str) -> None:
        """Let a finished document's memory go; asked again, it is made again."""
        self._documents.pop(name, None)
        self._stages.pop(name, None)
        self._stacks.pop(name, None)
