"""Keys and sealed files for tests, made on the spot."""

import os
from datetime import UTC, datetime
from textwrap import dedent

import pyrage

from lamina.thought.sealed.keys import Sharing
from lamina.thought.sealed.sealing import Recipe, sealed
from lamina.thought.sealed.selection import DEFAULT, Rule

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
VERSION_PLAIN = Rule("unencrypted_regex", "^schemaVersion$")


class Person:
    """Somebody with an age key."""

    def __init__(self) -> None:
        identity = pyrage.x25519.Identity.generate()
        self.recipient = str(identity.to_public())
        self.secret = str(identity)
        self.env = {"SOPS_AGE_KEY": self.secret}


def sealed_for(*people: Person, text: str, file: str = "app.sops.yaml", rule: Rule = DEFAULT) -> bytes:
    """A file sealed for some people."""
    recipe = Recipe(Sharing((tuple(person.recipient for person in people),)), rule)
    return sealed(dedent(text).removeprefix("\n").encode(), file, recipe, os.urandom, NOW)
