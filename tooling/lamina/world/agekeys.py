"""Where sops and lamina look for an age key. Only names and permissions are looked at; no key is ever opened here."""

import os
import stat
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

KEY, FILE, CONFIG = "SOPS_AGE_KEY", "SOPS_AGE_KEY_FILE", "XDG_CONFIG_HOME"
VARIABLES = (KEY, FILE, CONFIG)


@dataclass(frozen=True, slots=True)
class KeyPlace:
    """A place for a key: a file, or the variable KEY that holds one; `variable` is what named the file, if anything did.

    An `exposed` key is one that other users may read too.
    """

    name: str
    found: Literal["key", "exposed", "unreadable", "absent"]
    variable: str | None = None

    def __str__(self) -> str:
        return f"{self.name} (which {self.variable} names)" if self.variable else self.name


def key_places(variables: Mapping[str, str], home: Path) -> list[KeyPlace]:
    """Every place for an age key, in the order of sops; the last is the usual file."""
    places = [KeyPlace(KEY, "key")] if variables.get(KEY) else []
    if named := variables.get(FILE):
        places.append(KeyPlace(named, _at(Path(named)), FILE))
    usual = _settings_folder(variables, home) / "sops" / "age" / "keys.txt"
    return [*places, KeyPlace(str(usual), _at(usual))]


def _settings_folder(variables: Mapping[str, str], home: Path) -> Path:
    # As Go's os.UserConfigDir, which sops asks; on macOS sops honours XDG_CONFIG_HOME too.
    if variables.get(CONFIG):
        return Path(variables[CONFIG])
    return home / "Library" / "Application Support" if sys.platform == "darwin" else home / ".config"


def _at(path: Path) -> Literal["key", "exposed", "unreadable", "absent"]:
    try:
        mode = path.stat().st_mode
    except OSError:
        return "absent"
    if not stat.S_ISREG(mode) or not os.access(path, os.R_OK):
        return "unreadable"
    return "exposed" if mode & 0o077 else "key"
