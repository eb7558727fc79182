"""Reading policies: the files under policies/, as records, and what is wrong with them."""

from collections.abc import Collection, Iterable, Iterator

from lamina.project.tree import Tree
from lamina.thought.policies import POLICIES, SCHEMA, Policy, policy_name, policy_of, stray_policy
from lamina.thought.schema import Schema, compile_schema
from lamina.thought.topology import kind_of_document
from lamina.words.errors import near
from lamina.words.finding import Finding, Position, Related
from lamina.words.node import Path
from lamina.words.values import dataclass

_ANY = frozenset("*?[")


@dataclass(frozen=True, slots=True)
class Policies:
    """The policies that can be understood, by name, and what is wrong with the files."""

    all: tuple[Policy, ...] = ()
    findings: tuple[Finding, ...] = ()


def policies_of(tree: Tree, taken: Collection[str]) -> Policies:
    """The policies of a tree; `taken` are the names that rules have already."""
    files = sorted(file for file in tree.files if file.startswith(f"{POLICIES}/"))
    return _Reading(tree, taken).policies(files) if files else Policies()


class _Reading:
    def __init__(self, tree: Tree, taken: Collection[str]) -> None:
        self._tree = tree
        self._taken = taken
        self._schema: Schema = compile_schema("policy.schema", SCHEMA, lambda _: None)

    def policies(self, files: Iterable[str]) -> Policies:
        """The policies in some files."""
        found: dict[str, Policy] = {}
        findings: list[Finding] = []
        for file in files:
            wrong = list(self._of_name(file, found)) or list(self._of_text(file))
            findings += wrong
            if any(one.severity == "error" for one in wrong):
                continue
            name = policy_name(file) or file
            found[name] = policy_of(name, file, self._tree.reading(file).value)  # type: ignore[arg-type]
            findings += self._of_match(found[name])
        return Policies(tuple(found[name] for name in sorted(found)), tuple(findings))

    def _of_name(self, file: str, found: dict[str, Policy]) -> Iterator[Finding]:
        better, name = stray_policy(file), policy_name(file)
        if better is not None:
            message = "this is no name of a policy, so nothing reads the file"
            yield Finding("stray-file", message, Position(file), fix=f"rename it to {better}")
        elif name in found:
            related = (Related(Position(found[name].file), "is the other"),)
            message = f"there are two policies {name}"
            yield Finding("name-clash", message, Position(file), related=related, fix="rename one")
        elif name in self._taken:
            message = f"there is a rule {name} already"
            yield Finding("name-clash", message, Position(file), fix="rename the file")

    def _of_text(self, file: str) -> Iterator[Finding]:
        reading = self._tree.reading(file)
        yield from reading.findings
        if reading.whole and not self._schema.accepts(reading.value):  # type: ignore[arg-type]
            for fault in self._schema.faults_of(reading.value):  # type: ignore[arg-type]
                place = self._tree.place(file, fault.path, fault.at_key)
                yield Finding(fault.rule, fault.message, place, path=fault.path, fix=fault.fix)

    def _of_match(self, policy: Policy) -> Iterator[Finding]:
        """Names that fit nothing, so that the policy would never be asked."""
        topology = self._tree.topology
        documents = [name for of in topology.layers.values() for name in of]
        kinds = {*topology.schemas, *map(kind_of_document, documents)}
        yield from self._unknown(policy, "kinds", policy.match.kinds or (), kinds)
        yield from self._unknown(policy, "environments", policy.match.environments or (), topology.environments)

    def _unknown(self, policy: Policy, key: str, names: Iterable[str], known: Collection[str]) -> Iterator[Finding]:
        for index, name in enumerate(names):
            if name not in known and not _ANY.intersection(name):
                like = near(name, known)
                place: Path = ("match", key, index)
                message = f"there is no {key[:-1]} {name}"
                fix = f"did you mean {like}?" if like else "mend the name"
                yield Finding("bad-policy", message, self._tree.place(policy.file, place), path=place, fix=fix)
