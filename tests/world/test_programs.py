"""The programs' check: versions where all is well, the way out where not."""

import sys
from importlib import metadata

import pytest

from lamina.words.check import Check
from lamina.world import programs


def test_here_all_is_well() -> None:
    checks = list(programs.programs("1.2.3"))
    assert [(check.name, check.state) for check in checks] == [
        ("python", "ok"),
        ("lamina", "ok"),
        ("yaml parser", "ok"),
        ("validators", "ok"),
    ]
    assert checks[1].message == "1.2.3"


def test_an_old_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 2))
    assert next(programs.programs("1.2.3")) == Check("python", "problem", "3.10.2", "install Python 3.11 or newer")


def test_a_yaml_without_libyaml(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "yaml._yaml", None)
    parser = list(programs.programs("1.2.3"))[2]
    assert parser.state == "problem"
    assert "without libyaml" in parser.message
    assert parser.fix == "pip install --force-reinstall --only-binary :all: pyyaml"


def test_a_missing_validator(monkeypatch: pytest.MonkeyPatch) -> None:
    def version(name: str) -> str:
        if name == "jsonschema-rs":
            raise metadata.PackageNotFoundError(name)
        return "1"

    monkeypatch.setattr(programs, "version", version)
    validators = list(programs.programs("1.2.3"))[3]
    assert validators == Check("validators", "problem", "jsonschema-rs missing", "pip install jsonschema-rs")
