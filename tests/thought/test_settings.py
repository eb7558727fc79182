"""The settings: their schema, their record, and the versions that may read a repository."""

from typing import Any

import pytest

from lamina.thought.schema import compile_schema
from lamina.thought.settings import SCHEMA, EnvironmentSettings, RuleSettings, Settings, allows, settings_of

SOUND: dict[str, Any] = {
    "requires": ">=0.1,<1",
    "environments": {"prod-eu": {"extends": "prod", "abstract": False, "protected": True}, "qa": {}},
    "rules": {"no-schema": "warning", "stray-file": "off", "x": {"environments": ["prod"]}},
    "owners": {"environments/prod/**": ["@ops"]},
    "archive": {
        "branch": "runs",
        "remote": "ssh://git@git.example.com:2222/state.git",
        "signers": "keys/.allowed_signers",
    },
}


def test_the_schema_is_sound() -> None:
    schema = compile_schema("lamina.yaml", SCHEMA, lambda _: None)
    assert schema.faults == ()
    assert schema.verdict(SOUND) == []
    assert schema.verdict({}) == []


def test_the_record() -> None:
    settings = settings_of(SOUND)
    assert settings == Settings(
        ">=0.1,<1",
        {"prod-eu": EnvironmentSettings("prod", False, True), "qa": EnvironmentSettings()},
        {"no-schema": RuleSettings("warning"), "stray-file": RuleSettings("off"), "x": RuleSettings(None, ("prod",))},
        {"environments/prod/**": ("@ops",)},
        "runs",
        archive_remote="ssh://git@git.example.com:2222/state.git",
        archive_signers="keys/.allowed_signers",
    )


def test_the_record_of_nothing() -> None:
    assert settings_of({}) == Settings()


ARCHIVE_REMOTE = ("archive", "remote")
REMOTES = ["origin", "git@host:state.git", "https://host/x.git", "ssh://[::1]:22/x", "../state.git", "/srv/state.git"]


@pytest.mark.parametrize("remote", REMOTES)
def test_remotes_of_the_archive(remote: str) -> None:
    schema = compile_schema("lamina.yaml", SCHEMA, lambda _: None)
    assert schema.verdict({"archive": {"remote": remote}}) == []


@pytest.mark.parametrize("file", ["allowed_signers", ".allowed_signers", "..a/...", "keys/a b"])
def test_files_of_signers(file: str) -> None:
    assert compile_schema("lamina.yaml", SCHEMA, lambda _: None).verdict({"archive": {"signers": file}}) == []


WRONG: dict[str, tuple[dict[str, Any], str, tuple[str, ...]]] = {
    "an unknown key": ({"require": "1"}, "unknown-key", ("require",)),
    "an unknown key of an environment": (
        {"environments": {"a": {"extend": "b"}}},
        "unknown-key",
        ("environments", "a", "extend"),
    ),
    "a wrong type": ({"environments": {"a": {"abstract": "yes"}}}, "wrong-type", ("environments", "a", "abstract")),
    "two parents": ({"environments": {"a": {"extends": ["b", "c"]}}}, "wrong-type", ("environments", "a", "extends")),
    "an unknown severity": ({"rules": {"r": "fatal"}}, "not-allowed", ("rules", "r")),
    "no owner": ({"owners": {"x": []}}, "out-of-bounds", ("owners", "x")),
    "a remote that git takes for an option": (
        {"archive": {"remote": "--upload-pack=x"}},
        "pattern-mismatch",
        ARCHIVE_REMOTE,
    ),
    "a remote that is a program": ({"archive": {"remote": "ext::sh -c x"}}, "pattern-mismatch", ARCHIVE_REMOTE),
    "another remote that is a program": ({"archive": {"remote": "fd::17"}}, "pattern-mismatch", ARCHIVE_REMOTE),
    "signers outside": ({"archive": {"signers": "../x"}}, "pattern-mismatch", ("archive", "signers")),
    "signers further outside": ({"archive": {"signers": "a/../../x"}}, "pattern-mismatch", ("archive", "signers")),
    "signers anywhere": ({"archive": {"signers": "/etc/x"}}, "pattern-mismatch", ("archive", "signers")),
    "a list": ({"environments": ["a"]}, "wrong-type", ("environments",)),
}


@pytest.mark.parametrize(("data", "rule", "path"), WRONG.values(), ids=WRONG)
def test_wrong_settings(data: dict[str, Any], rule: str, path: tuple[str, ...]) -> None:
    [fault] = compile_schema("lamina.yaml", SCHEMA, lambda _: None).verdict(data)
    assert (fault.rule, fault.path) == (rule, path)


@pytest.mark.parametrize(
    ("requires", "version", "allowed"),
    [
        (">=0.1", "0.1.0", True),
        (">=0.1.0", "0.1", True),
        (">=0.1,<1", "0.9.3", True),
        (">=0.1,<1", "1.0.0", False),
        (">=0.2", "0.1.9", False),
        ("<=0.1", "0.1.0", True),
        (">0.1", "0.1.0", False),
        (">=0.9", "0.10", True),
        ("~=0.1.0", "0.1.7", True),
        ("~=0.1.0", "0.2.0", False),
        ("==0.1.*", "0.1.4", True),
        ("!=0.1.4", "0.1.4", False),
        (">=0.1", "0.2.0rc1", True),
        (">=0.2", "0.2.0rc1", False),
        ("", "0.1.0", True),
    ],
)
def test_versions(requires: str, version: str, allowed: bool) -> None:
    assert allows(requires, version) is allowed


@pytest.mark.parametrize("requires", ["new", ">=", ">=0.1 or so", "0.1", ">=0.1,,<x"])
def test_what_is_no_specifier(requires: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        allows(requires, "0.1.0")
