"""What a rollback aims at: the layers of an earlier commit under today's schemas, with the sealed files of today."""

from collections.abc import Collection

from lamina.project import Project
from lamina.project.newer_schemas import unstated_versions
from lamina.project.outdated import tree_layers
from lamina.thought.sealed.creation import read_rules
from lamina.thought.topology import SCHEMAS
from lamina.words.errors import Failure, listing
from lamina.world.sources import Unreadable

_RULES = ".sops.yaml"


class ReadableByOthers(Failure):
    """An old sealed file that people can read whom today's rules do not name."""

    status = 1

    def __init__(self, file: str, names: Collection[str]) -> None:
        message = (
            f"{file}, as it was then, can be read by {listing(sorted(names))}, whom {_RULES} does not name for it today"
        )
        super().__init__(message, "leave --secrets out: the sealed files stay as they are")


def target(now: Project, then: Project, sealed_too: Collection[str]) -> Project:
    """An earlier project as it would be today: with today's schemas, and today's sealed files but in `sealed_too`.

    `sealed_too` names the environments whose sealed files are the old ones.
    """
    schemas = {name: now.source.read(name) for name in now.tree.files if _is_schema(name)}
    gone: dict[str, bytes | None] = {name: None for name in then.tree.files if _is_schema(name)}
    old = {of.file: None for of in tree_layers(then).values() if of.sealed and of.environment not in sealed_too}
    kept = {
        of.file: now.source.read(of.file)
        for of in tree_layers(now).values()
        if of.sealed and of.environment not in sealed_too
    }
    return then.with_files({**gone, **schemas, **old, **kept}, unstated_versions(then, then.tree.topology.schemas))


def demand_readers(now: Project, file: str, data: bytes) -> None:
    """Raise ReadableByOthers where a sealed file has recipients that today's creation rule for it does not name."""
    from lamina.thought.sealed.opening import look
    from lamina.thought.sealed.recipients import same_recipient

    try:
        rule = read_rules(now.source.read(_RULES), _RULES).for_file(file)
    except Unreadable:
        rule = None
    named = rule.recipients if rule is not None else ()
    others = [
        name for name in look(data, file).metadata.recipients if not any(same_recipient(name, other) for other in named)
    ]
    if others:
        raise ReadableByOthers(file, others)


def _is_schema(name: str) -> bool:
    return name.startswith(f"{SCHEMAS}/")
