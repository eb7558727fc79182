"""Values: change a layer's text, check what the repository would be, and only then land it."""

from dataclasses import replace

from lamina.changes.judging import WouldBreak, judged
from lamina.changes.landing import Landing
from lamina.changes.layers import demand_path, own_file, path_in, present, schema_of, started
from lamina.changes.meaning import meant
from lamina.changes.writing import FileChange
from lamina.project import Project
from lamina.project.explaining import Explanation, explain, value_at
from lamina.project.road import Road
from lamina.thought.document.edit import drop, put, retagged
from lamina.words.address import Address
from lamina.words.errors import Failure, Misuse
from lamina.words.finding import Finding, Position
from lamina.words.node import Sealed, Tagged, at, nested
from lamina.words.values import dataclass

# The note of a word that a schema's default says.
_DEFAULT = "default"


class SecretValue(Failure):
    """A value that must be sealed, so no plain layer may hold it."""

    def __init__(self, environment: str, address: Address) -> None:
        hint = f"lamina secrets set {environment} {address} seals it"
        super().__init__(f"{address} is secret, so it cannot be written in plain text", hint)


class NotSetHere(Failure):
    """The layer does not hold the key that was to be taken out."""

    def __init__(self, file: str, address: Address, setter: str | None, default: Position | None) -> None:
        hint = f"{setter} sets it; --hide writes !unset over it" if setter else None
        if default is not None and setter is None:
            hint = f"it is the schema's default, {default}; lamina set gives it another value"
        super().__init__(f"{file} does not set {address}", hint)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a change did: the file, the value in the environment before and after, and the errors that are left.

    A side is None where nothing sets the value. Errors that were there before are notes. `beaten_by` is the place that still
    decides, when it is not the file; `written` is false where the file says so already. `commit` is the id of the one made.
    """

    file: str
    before: Explanation | None
    after: Explanation | None
    findings: tuple[Finding, ...] = ()
    beaten_by: str | None = None
    written: bool = True
    commit: str | None = None


def set_value(
    landing: Landing, environment: str, address: Address, text: str, *, layer: str | None = None, force: bool = False
) -> Outcome:
    """Set a value in the environment's own layer, or in that of `layer`, which it extends.

    Raises SecretValue, CannotEdit, WouldBreak (unless forced), what naming the place may raise, and what landing may.
    """
    project = landing.project
    road = project.road(environment)
    road.demand(address.document)
    demand_path(address)
    _demand_characters(f"{address}{text}")
    schema = schema_of(project, address.document)
    value = meant(text, schema, address.path)
    if (schema is not None and schema.secrets(nested(address.path, value))) or _is_sealed(road, address):
        raise SecretValue(environment, address)
    file = own_file(road, address.document, layer)
    path = path_in(road, address, file)
    before = present(project, file)
    begun = started(project, road, address.document, before)
    after = put(begun, file, path, retagged(begun, file, path, value))
    edited = _edited(project, road, address, FileChange(file, before, after))
    return _landed(landing, *edited, f"Set {address} in {layer or environment}", force)


def unset_value(
    landing: Landing,
    environment: str,
    address: Address,
    *,
    hide: bool = False,
    layer: str | None = None,
    force: bool = False,
) -> Outcome:
    """Take a key out of the environment's own layer; with `hide`, write `!unset` there instead.

    Raises NotSetHere where the layer does not set it, NoSuchValue where nothing does, WouldBreak, and what landing may.
    """
    project = landing.project
    road = project.road(environment)
    road.demand(address.document)
    demand_path(address)
    explanation = explain(road, address)
    file = own_file(road, address.document, layer)
    before = present(project, file)
    if hide:
        value_at(road, address)
        begun = started(project, road, address.document, before)
        after = put(begun, file, path_in(road, address, file), Tagged("unset", None))
    else:
        setters = [word.position.file for word in explanation.words if word.note != _DEFAULT]
        if before is None or file not in setters:
            default = next((word.position for word in explanation.words if word.note == _DEFAULT), None)
            raise NotSetHere(file, address, next(iter(setters), None), default)
        after = drop(before, file, path_in(road, address, file))
    edited = _edited(project, road, address, FileChange(file, before, after))
    return _landed(landing, *edited, f"{'Hide' if hide else 'Unset'} {address} in {layer or environment}", force)


def _demand_characters(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise Misuse("the value is not UTF-8, and a layer is", "say it in UTF-8") from None


def _is_sealed(road: Road, address: Address) -> bool:
    """Whether a layer seals the value itself; a reference to a sealed one is plain text, and may be replaced."""
    try:
        return isinstance(at(road.stage(address.document).data, address.path), Sealed)
    except LookupError:
        return False


def _edited(project: Project, road: Road, address: Address, change: FileChange) -> tuple[Outcome, FileChange]:
    """What a change of a layer would do, and with it the change; nothing is written."""
    assert change.after is not None
    file = change.file
    changed = project.with_files({file: change.after})
    findings = judged(project, changed, road.environment.name, file, address)
    now = _explained(changed.road(road.environment.name), address)
    written = change.after != change.before
    return Outcome(file, _explained(road, address), now, findings, _winner(now, file), written), change


def _landed(landing: Landing, outcome: Outcome, change: FileChange, subject: str, force: bool) -> Outcome:
    """Land a change that leaves no more errors than there were; one that is forced leaves what it will."""
    if force and landing.branch is not None:
        raise Misuse(
            "--force writes what has errors, and a commit is made only of what has none", "leave one of them out"
        )
    if not force and any(finding.severity == "error" for finding in outcome.findings):
        raise WouldBreak(outcome.findings, forcible=landing.branch is None)
    return replace(outcome, commit=landing.land([change], subject))


def _explained(road: Road, address: Address) -> Explanation | None:
    try:
        explanation = explain(road, address, depth=0)
    except Failure:
        return None
    return explanation if any(word.wins for word in explanation.words) else None


def _winner(now: Explanation | None, file: str) -> str | None:
    """The place that decides a value that `file` sets too, but in vain; a schema's default lies above nothing."""
    words = [word for word in now.words if word.note != _DEFAULT] if now else []
    winner = next((word.position for word in words if word.wins), None)
    beaten = any(word.position.file == file for word in words)
    return str(winner) if winner is not None and beaten and winner.file != file else None
