"""Live configuration: what is in force, what is refused, and who is told."""

import copy
import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import warnings
from pathlib import Path
from threading import Thread

import pytest
from living import FILES, applied, replaced, until, written

import lamina
from lamina.project import Broken, NoSuchEnvironment
from lamina.project.live.ground import Refused
from lamina.project.live.outcomes import Change, Outcome
from lamina.project.questions import AbstractEnvironment, NoKeyring
from lamina.words.address import BadAddress
from lamina.words.frozen import ReadOnly
from lamina.world.repository import NotARepository


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return written(tmp_path / "repository")


def test_what_is_there_at_the_start(root: Path) -> None:
    with lamina.live(root, "prod", watch=False) as live:
        assert dict(live.current) == {
            "app": {"n": 1, "name": "prod", "map": {"a": 1, "b": 2}},
            "teams/blue": {"n": 20},
            "teams/red": {"n": 10},
            "web": {"from": 1},
        }
        assert (live.generation, live.current.environment, live.current.commit) == (1, "prod", None)
        assert live.current.digest.startswith("sha256:")


def test_a_change_takes_the_place_of_the_whole(root: Path) -> None:
    with lamina.live(root, "prod", watch=False) as live:
        before = live.current
        replaced(root / "environments/base/app.yaml", "n: 2\nname: base\n")
        outcome = live.reload()
        assert (outcome.verdict, outcome.generation, outcome.changed) == ("applied", 2, ("app", "web"))
        assert (outcome.old_digest, outcome.new_digest) == (before.digest, live.current.digest)
        assert (before["app"]["n"], before["web"]["from"], before.generation) == (1, 1, 1)
        assert (live.current["app"]["n"], live.current["web"]["from"], live.generation) == (2, 2, 2)
        assert live.current["teams/red"] is before["teams/red"]


def test_what_changes_nothing_is_no_generation(root: Path) -> None:
    with lamina.live(root, "prod", watch=False) as live:
        replaced(root / "environments/prod/app.yaml", "# a comment\nname: prod\n")
        assert live.reload().verdict == "unchanged"
        assert live.generation == 1


@pytest.mark.parametrize(("before", "after"), [("1", "true"), ("1", "1.0")])
def test_values_are_told_apart_by_type(root: Path, before: str, after: str) -> None:
    replaced(root / "schemas/app/v1.schema.yaml", "{}\n")
    replaced(root / "environments/base/web.yaml", "n: 1\n")
    replaced(root / "environments/base/app.yaml", f"x: {before}\n")
    with lamina.live(root, "prod", watch=False) as live:
        replaced(root / "environments/base/app.yaml", f"x: {after}\n")
        assert live.reload().verdict == "applied"


def test_what_others_read_cannot_be_changed(root: Path) -> None:
    with lamina.live(root, "prod", watch=False) as live:
        app = live.current["app"]
        with pytest.raises(ReadOnly):
            app["n"] = 3
        with pytest.raises(ReadOnly):
            app["map"].update(a=3)
        with pytest.raises(TypeError):
            live.current["app"] = {}  # type: ignore[index]
        own = copy.deepcopy(app)
        own["map"]["a"] = 3
        assert json.loads(json.dumps(app)) == app == {"n": 1, "name": "prod", "map": {"a": 1, "b": 2}}


WRONG = {
    "half a file": {"environments/prod/app.yaml": "name: [1, 2"},
    "an unknown key": {"environments/prod/app.yaml": "nmae: x\n"},
    "a value of another type": {"environments/base/app.yaml": "n: many\n"},
    "a reference to nothing": {"environments/base/web.yaml": "from: ${app:m}\n"},
    "no UTF-8": {"environments/prod/app.yaml": b"name: \xff\n"},
    "a nul": {"environments/prod/app.yaml": b"name: \0\n"},
    "a bomb of aliases": {
        "environments/prod/app.yaml": "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
        + "".join(f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 10)}]\n" for n in range(9))
    },
    "a bomb of brackets": {"environments/prod/app.yaml": "name: " + "[" * 100_000},
    "an object to be made": {"environments/prod/app.yaml": "name: !!python/object/apply:os.system [exit]\n"},
    "a schema that is none": {"schemas/app/v1.schema.yaml": "type: 5\n"},
    "settings that are none": {"lamina.yaml": "environments: 5\n"},
    "another lamina": {"lamina.yaml": 'requires: ">=99"\n'},
    "an abstract environment": {"lamina.yaml": "environments: {prod: {abstract: true}}\n"},
    "a circle": {"lamina.yaml": "environments: {prod: {extends: prod}}\n"},
}


@pytest.mark.parametrize("files", [pytest.param(files, id=name) for name, files in WRONG.items()])
def test_what_is_wrong_never_gets_in(root: Path, files: dict[str, str | bytes]) -> None:
    with lamina.live(root, "prod", watch=False) as live:
        before, told = live.current, list[Outcome]()
        live.on_refused(told.append)
        written(root, files)
        for _ in range(2):
            outcome = live.reload()
            assert (outcome.verdict, outcome.generation) == ("refused", 1)
            assert outcome.reason
        assert live.current is before
        status = live.status()
        assert status.refused is not None
        assert (status.healthy, status.refused.reason, status.refusals) == (False, outcome.reason, 1)
        assert [one.reason for one in told] == [outcome.reason]
        for name in files:
            (root / name).unlink()
        written(root)
        assert live.reload().verdict == "unchanged"
        assert (live.status().healthy, live.status().refused) == (True, None)


def test_what_is_deleted_never_gets_in(root: Path) -> None:
    replaced(root / "lamina.yaml", "environments: {prod: {extends: base}}\n")
    with lamina.live(root, "prod", watch=False) as live:
        before = live.current
        for gone in (root / "environments/prod", root / "environments", root / "schemas", root):
            shutil.rmtree(gone)
            assert live.reload().verdict == "refused", gone
            assert live.current is before
        written(root)
        assert live.reload().verdict == "unchanged"
        replaced(root / "environments/prod/app.yaml", "name: again\n")
        applied(live)


def test_an_empty_environment_never_gets_in(root: Path) -> None:
    with lamina.live(root, "prod", watch=False) as live:
        shutil.rmtree(root / "environments/base")
        replaced(root / "environments/prod/app.yaml", "!unset\n")
        assert live.reload().verdict == "refused"
        assert len(live.current) == 4


def test_a_huge_file_is_not_even_read(root: Path) -> None:
    with lamina.live(root, "prod", watch=False) as live:
        with (root / "environments/prod/app.yaml").open("wb") as file:
            file.truncate(2**36)
        outcome = live.reload()
        assert outcome.reason == "environments/prod/app.yaml:1:1: the file has more than 64 MiB"


def test_a_pipe_in_the_place_of_a_file(root: Path) -> None:
    with lamina.live(root, "prod", watch=False) as live:
        (root / "environments/prod/app.yaml").unlink()
        os.mkfifo(root / "environments/prod/app.yaml")
        assert live.reload().verdict == "refused"


def test_the_findings_are_told(root: Path) -> None:
    with lamina.live(root, "prod", watch=False) as live:
        replaced(root / "environments/prod/app.yaml", "name: 5\nlist: x\n")
        outcome = live.reload()
        assert outcome.reason is not None
        assert outcome.reason.startswith("environments/prod/app.yaml:1:7: ")
        assert outcome.reason.endswith(" and 1 more")
        assert [str(one.position) for one in outcome.findings] == [
            "environments/prod/app.yaml:1:7",
            "environments/prod/app.yaml:2:7",
        ]
        assert outcome.new_digest != outcome.old_digest


def test_the_same_refusal_is_told_once_and_another_again(root: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, "lamina.live")
    with lamina.live(root, "prod", watch=False) as live:
        told = list[Outcome]()
        live.on_refused(told.append)
        for text in ("n: x\n", "n: x\n", "n: x # again\n", "[\n", "n: x\n"):
            replaced(root / "environments/prod/app.yaml", text)
            live.reload()
        assert len(told) == len(caplog.records) == live.status().refusals == 4


def test_the_log_says_when_what_was_refused_is_mended(root: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "lamina.live")
    layer = root / "environments/prod/app.yaml"
    sound = layer.read_text()
    with lamina.live(root, "prod", watch=False) as live:
        replaced(layer, "n: x\n")
        live.reload()
        replaced(layer, sound)
        for _ in range(2):
            live.reload()
    assert [record.getMessage() for record in caplog.records][2:] == ["prod: what lies there is generation 1 again"]


@pytest.mark.parametrize(
    ("words", "failure"),
    [
        pytest.param({"environment": "prd"}, NoSuchEnvironment, id="no such environment"),
        pytest.param({"environment": "base"}, AbstractEnvironment, id="an abstract one"),
        pytest.param({"path": "nowhere"}, NotARepository, id="no repository"),
        pytest.param({"secrets": "unseal"}, NoKeyring, id="no keyring"),
    ],
)
def test_what_is_wrong_at_the_start_is_raised(root: Path, words: dict[str, str], failure: type[Exception]) -> None:
    asked = {"path": root, "environment": "prod", **words}
    with pytest.raises(failure):
        lamina.live(**asked)  # type: ignore[arg-type]


def test_errors_at_the_start_are_raised_with_their_findings(root: Path) -> None:
    replaced(root / "environments/prod/app.yaml", "name: 5\n")
    with pytest.raises(Refused) as raised:
        lamina.live(root, "prod")
    assert [str(one.position) for one in raised.value.findings] == ["environments/prod/app.yaml:1:7"]
    assert not issubclass(Refused, Broken)


def test_it_is_watched(root: Path) -> None:
    with lamina.live(root, "prod") as live:
        replaced(root / "environments/base/app.yaml", "n: 7\n")
        until(lambda: live.generation == 2)
        assert live.current["web"]["from"] == 7
        replaced(root / "environments/base/app.yaml", "n: x\n")
        until(lambda: live.status().refused)
        replaced(root / "environments/base/app.yaml", "n: 8\n")
        until(lambda: live.generation == 3)
        status = live.status()
        assert (status.healthy, status.refusals, status.callback_failures) == (True, 1, 0)
        assert status.watched
        assert status.since >= 0
    assert (live.current["app"]["n"], live.status().healthy) == (8, False)


def test_closing_twice_and_from_a_callback(root: Path) -> None:
    live = lamina.live(root, "prod")
    live.on_change("app", lambda change: live.close())
    replaced(root / "environments/base/app.yaml", "n: 7\n")
    until(lambda: not live.status().healthy)
    live.close()
    assert live.current["app"]["n"] == 7


CHANGES = {
    "one value": ("app:n", ["app:n changed 1 2"]),
    "a whole document": ("web", ["web changed {'from': 1} {'from': 2}"]),
    "a map": ("app:map", ["app:map changed {'a': 1, 'b': 2} {'b': 2, 'c': 3}"]),
    "every key": ("app:map.*", ["app:map.a removed 1 None", "app:map.c added None 3"]),
    "items": ("app:list[*]", ["app:list[0] added None 4"]),
    "documents": ("teams/*:n", ["teams/green:n added None 30", "teams/red:n removed 10 None"]),
    "all documents": ("**:n", ["app:n changed 1 2", "teams/green:n added None 30", "teams/red:n removed 10 None"]),
    "any depth": ("app:**.c", ["app:map.c added None 3"]),
    "what did not change": ("app:name", []),
    "what is not there": ("nothing:at.all", []),
}


@pytest.mark.parametrize(("pattern", "expected"), [pytest.param(*pair, id=name) for name, pair in CHANGES.items()])
def test_changes_are_told_by_address(root: Path, pattern: str, expected: list[str]) -> None:
    told = list[Change]()
    with lamina.live(root, "prod", watch=False) as live:
        live.on_change(pattern, told.append)
        replaced(root / "environments/base/app.yaml", "n: 2\nname: base\nmap: {b: 2, c: 3}\nlist: [4]\n")
        (root / "environments/base/teams/red.yaml").unlink()
        replaced(root / "environments/base/teams/green.yaml", "n: 30\n")
        applied(live)
    assert [f"{one.address} {one.change} {one.old} {one.new}" for one in told] == expected
    assert {one.generation for one in told} <= {2}


@pytest.mark.parametrize("pattern", ["", ":a", "app:"])
def test_a_pattern_that_is_none(root: Path, pattern: str) -> None:
    with lamina.live(root, "prod", watch=False) as live, pytest.raises(BadAddress):
        live.on_change(pattern, print)


def test_callbacks_come_after_the_swap_and_fail_alone(root: Path, caplog: pytest.LogCaptureFixture) -> None:
    with lamina.live(root, "prod", watch=False) as live:
        seen = list[int]()

        def fail(change: Change) -> None:
            raise ValueError(f"the password is {change.new}")

        live.on_change("app:n", fail)
        live.on_change("app:n", lambda change: seen.append(live.current["app"]["n"]))
        live.on_outcome(lambda outcome: seen.append(outcome.generation))
        replaced(root / "environments/base/app.yaml", "n: 4711\n")
        applied(live)
        assert seen == [4711, 2]
        assert live.status().callback_failures == 1
    assert "4711" not in caplog.text
    assert "a callback failed with ValueError" in caplog.text


def test_a_listener_that_has_heard_enough(root: Path) -> None:
    with lamina.live(root, "prod", watch=False) as live:
        told = list[object]()
        handles = [live.on_change("app:n", told.append), live.on_outcome(told.append), live.on_refused(told.append)]
        for handle in handles:
            handle.cancel()
            handle.cancel()
        replaced(root / "environments/base/app.yaml", "n: 2\n")
        applied(live)
        assert told == []


def test_a_callback_that_reloads(root: Path) -> None:
    with lamina.live(root, "prod", watch=False) as live:
        told = list[tuple[int, int]]()

        def again(change: Change) -> None:
            told.append((change.old, change.new))
            if change.new < 5:
                replaced(root / "environments/base/app.yaml", f"n: {change.new + 1}\n")
                live.reload()

        live.on_change("app:n", again)
        replaced(root / "environments/base/app.yaml", "n: 2\n")
        applied(live)
        assert told == [(1, 2), (2, 3), (3, 4), (4, 5)]


def test_many_threads_reload_and_each_change_is_told_once(root: Path) -> None:
    with lamina.live(root, "prod", watch=False) as live:
        told = list[Change]()
        live.on_change("app:n", told.append)
        for number in range(2, 22):
            replaced(root / "environments/base/app.yaml", f"n: {number}\n")
            threads = [Thread(target=live.reload) for _ in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        assert [(one.old, one.new) for one in told] == [(number, number + 1) for number in range(1, 21)]
        assert live.generation == 21


def test_a_hangup_reloads(root: Path) -> None:
    program = f"""
        import os, signal, sys, time
        import lamina

        live = lamina.live({str(root)!r}, "prod", watch=False)
        live.on_sighup()
        live.on_change("app:n", lambda change: print(change.new, flush=True))
        print("ready", flush=True)
        sys.stdin.read()
    """
    words = [sys.executable, "-c", "import textwrap; exec(textwrap.dedent('''" + program + "'''))"]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        assert process.stdout.readline() == "ready\n"
        for number in (2, 3):
            replaced(root / "environments/base/app.yaml", f"n: {number}\n")
            process.send_signal(signal.SIGHUP)
            assert process.stdout.readline() == f"{number}\n"
        process.stdin.close()
        assert process.wait(10) == 0


def test_a_process_that_is_forked_off_reads_on_and_reloads_when_it_is_asked_to(root: Path) -> None:
    with lamina.live(root, "prod") as live:
        with live._looking, warnings.catch_warnings():  # as if another thread were at it at that moment
            warnings.simplefilter("ignore", DeprecationWarning)
            child = os.fork()
        if child == 0:
            replaced(root / "environments/base/app.yaml", "n: 7\n")
            outcome, status = live.reload(), live.status()
            live.close()
            good = (outcome.verdict, live.current["app"]["n"]) == ("applied", 7)
            os._exit(0 if good and (status.healthy, status.watched) == (False, "no longer watched") else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        until(lambda: live.generation == 2)
        replaced(root / "environments/base/app.yaml", "n: 8\n")
        until(lambda: live.generation == 3)
        assert live.status().healthy


def test_secrets_are_redacted_and_a_representation_holds_no_value(root: Path) -> None:
    replaced(root / "environments/prod/app.yaml", "token: hunter2\n")
    with lamina.live(root, "prod", watch=False) as live:
        assert live.current["app"]["token"] == "<redacted>"
        assert "hunter2" not in repr(live.status())
        assert repr(live.current) == f"<prod, generation 1: 4 documents, {live.current.digest}>"
    assert FILES


def test_everything_that_lamina_hands_out_is_there() -> None:
    assert [name for name in lamina.__all__ if not hasattr(lamina, name)] == []
    with pytest.raises(AttributeError):
        lamina.nothing  # type: ignore[attr-defined]  # noqa: B018
