"""The programs that lamina runs on: Python and the libraries, their versions, and whether they can do their work."""

import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version

from lamina.words.check import Check

OLDEST_PYTHON = (3, 11)
_VALIDATORS = ("jsonschema", "jsonschema-rs", "referencing")


def programs(lamina: str) -> Iterator[Check]:
    """Python, this version of lamina, the YAML parser and the validators."""
    python = ".".join(map(str, sys.version_info[:3]))
    old = sys.version_info[:2] < OLDEST_PYTHON
    fix = f"install Python {'.'.join(map(str, OLDEST_PYTHON))} or newer" if old else None
    yield Check("python", "problem" if old else "ok", python, fix)
    yield Check("lamina", "ok", lamina)
    yield _parser()
    yield _validators()


def _parser() -> Check:
    """PyYAML, which may come without libyaml where it was built on the spot: then nothing can be read."""
    found = _version("PyYAML")
    try:
        from yaml._yaml import get_version_string
    except ImportError:
        message = f"PyYAML {found or 'is missing'}, without libyaml, so no layer can be read"
        return Check("yaml parser", "problem", message, "pip install --force-reinstall --only-binary :all: pyyaml")
    return Check("yaml parser", "ok", f"PyYAML {found} with libyaml {get_version_string()}")


def _validators() -> Check:
    versions = {name: _version(name) for name in _VALIDATORS}
    missing = [name for name, found in versions.items() if found is None]
    if missing:
        return Check("validators", "problem", f"{', '.join(missing)} missing", f"pip install {' '.join(missing)}")
    return Check("validators", "ok", ", ".join(f"{name} {found}" for name, found in versions.items()))


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
