"""Secrets of a live configuration: put away unless they are asked for, and never in a log, an exception or a status."""

import logging
import traceback
from pathlib import Path

import pytest
from living import replaced, written
from sealing import Person, sealed_for

import lamina
from lamina import Keyring
from lamina.project.live.outcomes import Change, Outcome
from lamina.words.errors import Failure

ANN = Person()
SECRET, OTHER = "hunter2-canary", "swordfish-canary"
SCHEMA = """
    type: object
    additionalProperties: false
    properties:
      name: {type: string}
      password: {type: string, x-secret: true}
      port: {type: integer, x-secret: true}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    files = {
        "schemas/app/v1.schema.yaml": SCHEMA,
        "environments/base/app.yaml": "name: base\n",
        "environments/prod/app.sops.yaml": sealed_for(ANN, text=f"password: {SECRET}\n"),
    }
    return written(tmp_path / "repository", files)


def another(root: Path, text: str) -> None:
    replaced(root / "environments/prod/app.sops.yaml", sealed_for(ANN, text=text))


def test_they_are_redacted_and_their_change_is_a_generation(root: Path) -> None:
    with lamina.live(root, "prod", watch=False) as live:
        told = list[Change]()
        live.on_change("app", told.append)
        before = live.current
        assert before["app"]["password"] == "<redacted>"
        another(root, f"password: {OTHER}\n")
        outcome = live.reload()
        assert (outcome.verdict, outcome.changed, told) == ("applied", ("app",), [])
        assert live.current.digest != before.digest


def test_they_are_left_out(root: Path) -> None:
    with lamina.live(root, "prod", secrets="omit", watch=False) as live:
        assert live.current["app"] == {"name": "base"}


def test_they_are_opened_where_that_is_asked(root: Path) -> None:
    with lamina.live(root, "prod", secrets="unseal", keyring=Keyring(ANN.env), watch=False) as live:
        told = list[Change]()
        live.on_change("app:password", told.append)
        assert live.current["app"]["password"] == SECRET
        another(root, f"password: {OTHER}\n")
        assert live.reload().verdict == "applied"
        assert [(one.old, one.new) for one in told] == [(SECRET, OTHER)]


def test_the_digest_is_the_same_whether_they_are_opened(root: Path) -> None:
    digests = set[str]()
    for secrets in ("redact", "omit", "unseal"):
        keyring = Keyring(ANN.env)
        with lamina.live(root, "prod", secrets=secrets, keyring=keyring, watch=False) as live:  # type: ignore[arg-type]
            digests.add(live.current.digest)
    assert len(digests) == 1


def test_nothing_that_is_told_holds_one(root: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    told = list[Outcome]()
    with lamina.live(root, "prod", secrets="unseal", keyring=Keyring(ANN.env), watch=False) as live:

        def fail(change: Change) -> None:
            raise ValueError(f"{change.old} {change.new}")

        live.on_change("**", fail)
        live.on_outcome(told.append)
        another(root, f"password: {OTHER}\n")
        live.reload()
        wrong = [
            sealed_for(ANN, text=f"port: {OTHER}\n"),
            sealed_for(Person(), text=f"password: {OTHER}\n"),
            f"password: {OTHER}\nport: {OTHER}\n".encode(),
            sealed_for(ANN, text=f"password: {OTHER}\n").replace(b"ENC[AES256_GCM,data:", b"ENC[AES256_GCM,data:AAAA"),
            sealed_for(ANN, text=f"password: {OTHER}\n")[:-200],
        ]
        for data in wrong:
            replaced(root / "environments/prod/app.sops.yaml", data)
            outcome = live.reload()
            assert outcome.verdict == "refused", data
            assert live.current["app"]["password"] == OTHER
            told.append(outcome)
        said = [caplog.text, repr(live.status()), repr(live), repr(live.current), *map(repr, told)]
        assert live.status().callback_failures == 1
    assert [text for text in said if SECRET in text or OTHER in text] == []


@pytest.mark.parametrize(
    "data",
    [sealed_for(ANN, text=f"port: {SECRET}\n"), sealed_for(Person(), text=f"password: {SECRET}\n")],
    ids=["of another type", "for somebody else"],
)
def test_what_is_raised_at_the_start_holds_none(root: Path, data: bytes) -> None:
    replaced(root / "environments/prod/app.sops.yaml", data)
    with pytest.raises(Failure) as raised:
        lamina.live(root, "prod", secrets="unseal", keyring=Keyring(ANN.env))
    assert SECRET not in "".join(traceback.format_exception(raised.value))


def test_without_being_asked_no_key_is_used(root: Path) -> None:
    keyring = Keyring({"SOPS_AGE_KEY_CMD": "false"})
    with lamina.live(root, "prod", keyring=keyring, watch=False) as live:
        another(root, f"password: {OTHER}\n")
        assert live.reload().verdict == "applied"
