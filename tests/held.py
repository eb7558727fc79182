"""Repositories in memory: a source of literals, and a project over it."""

from collections.abc import Mapping, Sequence
from textwrap import dedent

from lamina.project import Project
from lamina.words.finding import Finding
from lamina.world.sources import Listing, Obstacle, Unreadable

APP_SCHEMA = """
    $schema: https://json-schema.org/draft/2020-12/schema
    type: object
    additionalProperties: false
    required: [name]
    properties:
      name: {type: string, description: Its name.}
      retries: {type: integer, minimum: 0, default: 3, description: How often.}
      level: {enum: [debug, info, error], description: What is logged.}
      hosts: {type: array, items: {type: string}, x-merge: append, description: Where.}
      labels: {type: object, additionalProperties: {type: string}, description: Any.}
      users:
        type: array
        x-merge: {by: name}
        items:
          type: object
          additionalProperties: false
          properties:
            name: {type: string, description: Who.}
            role: {type: string, default: reader, description: What they may do.}
            token: {type: string, x-secret: true, description: Theirs.}
        description: Who may.
      db:
        type: object
        additionalProperties: false
        properties:
          host: {type: string, description: Where.}
          password: {type: string, x-secret: true, description: Of it.}
          url: {type: string, description: All of it.}
        description: The database.
"""


class Held:
    """A source of files that are given by name; `order` is that of its listing."""

    def __init__(self, files: Mapping[str, str | bytes], order: Sequence[str] = ()) -> None:
        self.files = {name: text if isinstance(text, bytes) else dedent(text).encode() for name, text in files.items()}
        self.order = tuple(order) or tuple(sorted(filter(_is_read, files)))

    def list(self) -> Listing:
        """The names, in the order that was asked for."""
        return Listing(self.order)

    def every(self) -> tuple[str, ...]:
        """All of them."""
        return tuple(sorted(self.files))

    def read(self, file: str) -> bytes:
        """The bytes of a file, or a refusal of one that cannot be read."""
        if self.files[file] == b"<unreadable>":
            raise Unreadable(Obstacle(file, "unreadable-file", "cannot be read: no", "look"))
        return self.files[file]

    def identity(self, name: str) -> str | None:
        """The bytes themselves, and of a folder all that is in it."""
        inside = {file: data for file, data in self.files.items() if file == name or file.startswith(f"{name}/")}
        return repr(sorted(inside.items())) if inside else None


def _is_read(name: str) -> bool:
    return name == "lamina.yaml" or name.startswith(("environments/", "schemas/", "policies/"))


def project(files: Mapping[str, str | bytes], order: Sequence[str] = ()) -> Project:
    """A project whose kind `app` has the schema above, unless the files say otherwise."""
    schema = {} if "schemas/app/v1.schema.yaml" in files else {"schemas/app/v1.schema.yaml": APP_SCHEMA}
    return Project(Held({**schema, **files}, order), "0.1.0")


def told(findings: Sequence[Finding]) -> list[str]:
    """Findings as short lines: the place and the rule."""
    return [f"{finding.position} {finding.rule}" for finding in findings]
