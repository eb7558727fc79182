"""Keys for sealed files: where sops and lamina look for them, and what is found there.

All places count, none excludes another. `key_places` looks at names and permissions alone and opens nothing;
`find_identities` reads. No text of a key is ever part of a message.
"""

import os
import stat
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from pathlib import Path
from typing import Literal, TypeAlias

from lamina.words.values import dataclass

KEY, FILE, COMMAND = "SOPS_AGE_KEY", "SOPS_AGE_KEY_FILE", "SOPS_AGE_KEY_CMD"
SSH_FILE, SSH_COMMAND = "SOPS_AGE_SSH_PRIVATE_KEY_FILE", "SOPS_AGE_SSH_PRIVATE_KEY_CMD"
CONFIG, RECIPIENT = "XDG_CONFIG_HOME", "SOPS_AGE_RECIPIENT"
VARIABLES = (KEY, FILE, COMMAND, SSH_FILE, SSH_COMMAND, CONFIG)

# What a key says of itself that opens examples alone, and is therefore no secret.
PUBLIC = "PUBLIC EXAMPLE KEY"

_SSH_KEYS = ("id_ed25519", "id_rsa")
_PASSPHRASE = (b"age-encryption", b"-----BEGIN AGE ENCRYPTED")
_MOST_BYTES = 1 << 20
_UNSET, _ABSENT = "not set", "not there"

# The lines of a text, from one, that hold no identity, and why; never quoting them.
Faults: TypeAlias = Callable[[str], Sequence[tuple[int, str]]]


class _Nothing(Exception):
    """A place that gives no key, and why: text for a message, so never what stands there."""


@dataclass(frozen=True, slots=True)
class KeyPlace:
    """A place for a key: a file, or a variable that holds a key or a command; `variable` is what named the file, if any.

    An `exposed` key is one that other users may read too.
    """

    name: str
    found: Literal["key", "exposed", "unreadable", "absent"]
    variable: str | None = None

    def __str__(self) -> str:
        return f"{self.name} (which {self.variable} names)" if self.variable else self.name


@dataclass(frozen=True, slots=True)
class Identities:
    """The texts of the keys that were found, what to warn of, and every place with what came of looking there."""

    texts: tuple[str, ...] = field(default=(), repr=False)
    warnings: tuple[str, ...] = ()
    looked: tuple[str, ...] = ()


def key_places(variables: Mapping[str, str], home: Path) -> list[KeyPlace]:
    """Every place for a key that a variable names, and last the usual file."""
    named = [place for name in VARIABLES[:-1] if (place := _named(name, variables)) is not None]
    usual = _settings_folder(variables, home) / "sops" / "age" / "keys.txt"
    return [*named, KeyPlace(str(usual), _at(usual))]


def find_identities(
    variables: Mapping[str, str], home: Path, faults: Faults, recipients: Sequence[str] = ()
) -> Identities:
    """The keys of every place; one that cannot be used, or a bad line of it, is reported and hides no other.

    `variables` is the user's whole environment: a command that it names runs with it, once for each of `recipients`, who
    is its SOPS_AGE_RECIPIENT, or once without. What the user did not ask for, such as an SSH key that cannot be used, is
    told in `looked` alone.
    """
    unset = tuple(f"{name}: {_UNSET}" for name in VARIABLES[:-1] if not variables.get(name))
    seen = [
        *(_looked(place, faults, variables, recipients, asked=False) for place in _ssh_places(home)),
        *(_looked(place, faults, variables, recipients) for place in key_places(variables, home)),
    ]
    return Identities(
        tuple(dict.fromkeys(text for one in seen for text in one.texts)),
        tuple(warning for one in seen for warning in one.warnings),
        (*unset, *(line for one in seen for line in one.looked)),
    )


def _looked(
    place: KeyPlace, faults: Faults, variables: Mapping[str, str], recipients: Sequence[str], asked: bool = True
) -> Identities:
    """What one place gives; a usual file may be missing, and nobody `asked` for an SSH key to be of use here."""
    if place.found == "absent" and place.variable is None:
        return Identities(looked=(f"{place}: {_ABSENT}",))
    texts: list[str] = []
    try:
        texts = _texts(place, variables, recipients)
        said = [f"line {line}: {fault}" for text in texts for line, fault in faults(text)]
    except _Nothing as reason:
        said = [str(reason)]
    exposed = place.found == "exposed" and not any(PUBLIC in text for text in texts)
    open_to = [f"{place} can be read by others: chmod 600 {place.name}"] if exposed else []
    warnings = (*open_to, *(f"{place}: {fault}" for fault in said if asked))
    return Identities(tuple(texts), warnings, (f"{place}: {'; '.join(said) or 'read'}",))


def _named(variable: str, variables: Mapping[str, str]) -> KeyPlace | None:
    """The place that a variable names: itself, unless it names a file."""
    value = variables.get(variable)
    if not value:
        return None
    return KeyPlace(value, _at(Path(value)), variable) if variable in (FILE, SSH_FILE) else KeyPlace(variable, "key")


def _ssh_places(home: Path) -> list[KeyPlace]:
    files = [home / ".ssh" / name for name in _SSH_KEYS]
    return [KeyPlace(str(file), _at(file)) for file in files]


def _settings_folder(variables: Mapping[str, str], home: Path) -> Path:
    # As Go's os.UserConfigDir, which sops asks; on macOS sops honours XDG_CONFIG_HOME too. A relative one counts nowhere.
    folder = Path(variables.get(CONFIG) or "")
    if folder.is_absolute():
        return folder
    return home / "Library" / "Application Support" if sys.platform == "darwin" else home / ".config"


def _at(path: Path) -> Literal["key", "exposed", "unreadable", "absent"]:
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):
        return "absent"
    # A pipe is a place too: SOPS_AGE_KEY_FILE=<(command).
    if stat.S_ISDIR(mode) or stat.S_ISSOCK(mode) or not os.access(path, os.R_OK):
        return "unreadable"
    return "exposed" if stat.S_ISREG(mode) and mode & 0o077 else "key"


def _texts(place: KeyPlace, variables: Mapping[str, str], recipients: Sequence[str]) -> list[str]:
    """What stands at a place; raises _Nothing."""
    if place.name in (COMMAND, SSH_COMMAND) and place.variable is None:
        runs = [{RECIPIENT: name} for name in dict.fromkeys(recipients)] or [{}]
        return list(dict.fromkeys(_text(_said(place.name, {**variables, **run})) for run in runs))
    if place.name == KEY and place.variable is None:
        return [_text(variables[KEY].encode("utf-8", "surrogateescape"))]
    return [_text(_read(Path(place.name)))]


def _text(data: bytes) -> str:
    if data.lstrip().startswith(_PASSPHRASE):
        raise _Nothing(
            "it is encrypted with a passphrase, which lamina does not ask for; let SOPS_AGE_KEY_CMD decrypt it"
        )
    return data.decode("utf-8", "replace")


def _read(path: Path) -> bytes:
    reason = ""
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = _ABSENT if isinstance(error, FileNotFoundError) else "it cannot be read"
    if reason:
        raise _Nothing(reason)
    if len(data) > _MOST_BYTES:
        raise _Nothing("it is too long for a file of keys")
    return data


def _said(variable: str, variables: Mapping[str, str]) -> bytes:
    """What the command prints that the user named in the environment; no shell runs it. It may talk to the user itself."""
    import shlex
    import subprocess

    done = None
    try:
        words = shlex.split(variables[variable], comments=True)
        command = [_program(words[0], variables), *words[1:]]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, env=variables, check=False)
        reason = f"the command failed with status {done.returncode}" if done.returncode else ""
    except ValueError:
        reason = "the command cannot be split into words: a quote is not closed"
    except (OSError, IndexError):
        reason = "the command cannot be run: is its program there?"
    if reason or done is None:
        raise _Nothing(reason)
    return done.stdout


def _program(name: str, variables: Mapping[str, str]) -> str:
    """The program of a name; never one of the folder that we stand in, which may be a repository's."""
    import shutil

    folders = [folder for folder in variables.get("PATH", os.defpath).split(os.pathsep) if os.path.isabs(folder)]
    found = shutil.which(name, path=os.pathsep.join(folders))
    if found is None:
        raise FileNotFoundError
    return found
