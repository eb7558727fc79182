"""`lamina watch` as a process: what is valid is passed on, what is not is said, and nothing that goes wrong ends it.

LAMINA_TORTURE=1 makes more edits, a thousand a second.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from conftest import Counted, Lamina
from living import replaced, written
from running import surroundings
from sealing import Person, sealed_for
from watching import Watcher, watched
from world.serving.clients import TOKEN, Following
from world.serving.clients import asked as asked_with

from lamina import live as opened
from lamina import state
from lamina.world.log import read
from lamina.world.serving import UnixPath

APP = "environments/prod/app.yaml"
EDITS = 20_000 if os.environ.get("LAMINA_TORTURE") == "1" else 1000


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return written(tmp_path / "repository")


def until(holds: Callable[[], object]) -> None:
    while not holds():
        time.sleep(0.005)


def set_name(root: Path, name: str) -> None:
    replaced(root / APP, f"name: {name}\n")


def digest(root: Path) -> str:
    """The digest of what lies there now."""
    with opened(root, "prod", watch=False) as one:
        return one.current.digest


def test_a_change_is_passed_on_and_a_wrong_one_is_not(root: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with watched(root, "prod", "-o", str(out)) as watcher:
        began = watcher.next()
        assert (began["event"], began["generation"], began["digest"]) == ("began", 1, digest(root))
        assert (began["documents"], began["commit"], began["url"]) == (
            ["app", "teams/blue", "teams/red", "web"],
            None,
            None,
        )
        assert (Path(began["folder"]), began["recorded"]) == (out.resolve(), False)
        set_name(root, "other")
        said = watcher.next()
        assert (said["event"], said["generation"], said["documents"]) == ("applied", 2, ["app"])
        assert (said["old_digest"], said["new_digest"]) == (began["digest"], digest(root))
        assert Path(said["folder"]) == out.resolve() != Path(began["folder"])
        assert yaml.safe_load((out / "app.yaml").read_text())["name"] == "other"
        replaced(root / APP, "name: 5\n")
        wrong = watcher.next()
        assert (wrong["event"], wrong["generation"], wrong["old_digest"]) == ("rejected", 2, said["new_digest"])
        assert wrong["new_digest"] not in (None, said["new_digest"])
        assert wrong["reason"].startswith("environments/prod/app.yaml:1:7: ")
        assert [one["rule"] for one in wrong["findings"]] == ["wrong-type"]
        assert out.resolve() == Path(said["folder"])
        set_name(root, "other")
        assert watcher.next()["event"] == "restored"
        assert watcher.ended() == 0
        assert watcher.errors == ""
    assert yaml.safe_load((out / "app.yaml").read_text())["name"] == "other"


def test_the_folder_is_what_render_would_write(root: Path, tmp_path: Path, lamina: Lamina) -> None:
    out, rendered = tmp_path / "out", tmp_path / "rendered"
    with watched(root, "prod", "-o", str(out), "--as", "json") as watcher:
        watcher.next()
        assert lamina("render", "prod", "-o", str(rendered), "--format", "json", cwd=root).code == 0
        files = sorted(path.relative_to(rendered) for path in rendered.rglob("*") if path.is_file())
        assert sorted(path.relative_to(out) for path in out.rglob("*") if path.is_file()) == files
        same = [name for name in files if name.name != ".lamina.json"]
        assert [(out / name).read_bytes() for name in same] == [(rendered / name).read_bytes() for name in same]
        made, known = (json.loads((folder / ".lamina.json").read_text()) for folder in (out, rendered))
        assert made["environments"] == known["environments"]
        assert set(known["inputs"]) <= set(made["inputs"])
    verdict = lamina("verify", str(out), cwd=root)
    assert (verdict.code, "as recorded and as rendered now" in verdict.out) == (0, True)
    (out.resolve() / "app.json").write_text("{}")
    assert lamina("verify", str(out), cwd=root).code == 1


def test_a_thousand_edits_in_a_second_end_in_the_last_one(root: Path, tmp_path: Path, counted: Counted) -> None:
    out, ran = tmp_path / "out", tmp_path / "ran"
    # The folder of a command is there as long as it runs, however many changes come meanwhile.
    command = ["--", "sh", "-ec", f'sleep 0.1; cat "$LAMINA_FOLDER/app.yaml" > {ran}.new; mv {ran}.new {ran}']
    with watched(root, "prod", "-o", str(out), *command) as watcher:
        watcher.next("began")
        began = time.monotonic()
        for number in range(EDITS):
            set_name(root, f"n{number}")
            time.sleep(max(0.0, began + number / 1000 - time.monotonic()))
        said = watcher.until_digest(digest(root))
        generations = [one["generation"] for one in said if one["event"] == "applied"]
        assert [one for one in said if one["event"] == "failed"] == []
        # Not one that was in force goes unsaid, and not one is said twice.
        assert generations == list(range(2, 2 + len(generations)))
        until(lambda: yaml.safe_load((out / "app.yaml").read_text())["name"] == f"n{EDITS - 1}")
        until(lambda: ran.exists() and yaml.safe_load(ran.read_text())["name"] == f"n{EDITS - 1}")
        assert watcher.ended() == 0
    counted("F2", "an edit of a thousand a second: the last is written, and a command run for it", EDITS)
    shelf = tmp_path / ".out.generations"
    assert len([one for one in shelf.iterdir() if one.name != ".lock"]) <= 4


def test_a_process_is_signalled_and_a_command_run(root: Path, tmp_path: Path) -> None:
    hearing = "import signal, sys\nsignal.signal(signal.SIGUSR1, lambda *_: print('heard', flush=True))\n"
    hearing += "print('ready', flush=True)\nwhile True: signal.pause()\n"
    with subprocess.Popen([sys.executable, "-c", hearing], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        ran = tmp_path / "ran"
        command = f"sh -c 'echo \"$LAMINA_GENERATION $LAMINA_DIGEST\" >> {ran}'"
        with watched(root, "prod", "--signal", f"{process.pid}:USR1", "--exec", command) as watcher:
            first = watcher.next()["digest"]
            assert process.stdout.readline() == "heard\n"
            until(lambda: ran.exists() and ran.read_text() == f"1 {first}\n")
            set_name(root, "other")
            second = watcher.next()["new_digest"]
            assert process.stdout.readline() == "heard\n"
            until(lambda: ran.read_text() == f"1 {first}\n2 {second}\n")
            process.kill()
            process.wait()
            set_name(root, "third")
            assert watcher.next()["generation"] == 3
            failed = watcher.next()
            assert (failed["event"], failed["step"]) == ("failed", "signal")
            assert failed["message"] == f"the process {process.pid} cannot be signalled: it has ended"
            until(lambda: ran.read_text().count("\n") == 3)
            assert watcher.ended() == 0


def test_a_command_that_fails_or_hangs_is_said_and_the_next_change_served(root: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    script = tmp_path / "hook"
    script.write_text("#!/bin/sh\nexec sleep 1000\n")
    script.chmod(0o755)
    with watched(root, "prod", "-o", str(out), "--exec-timeout", "0.3", "--exec", str(script)) as watcher:
        watcher.next("began")
        assert "took more than 0.3 seconds" in watcher.next("failed")["message"]
        set_name(root, "hangs")
        assert watcher.next("applied")["generation"] == 2
        assert yaml.safe_load((out / "app.yaml").read_text())["name"] == "hangs"
        set_name(root, "while it hangs")
        assert watcher.next("applied")["generation"] == 3
        replaced(script, "#!/bin/sh\nexit 9\n")
        script.chmod(0o755)
        while "status 9" not in watcher.next("failed")["message"]:
            set_name(root, f"again {time.monotonic_ns()}")
        replaced(script, f'#!/bin/sh\necho "$LAMINA_FOLDER" > {tmp_path}/made\n')
        script.chmod(0o755)
        # What failed is done once more on SIGHUP, without a change.
        watcher.tell(signal.SIGHUP)
        until((tmp_path / "made").exists)
        assert watcher.ended() == 0


def test_a_folder_that_cannot_be_written_is_said_and_written_later(root: Path, tmp_path: Path) -> None:
    out, ran = tmp_path / "out", tmp_path / "ran"
    with watched(root, "prod", "-o", str(out), "--", "sh", "-c", f"echo x >> {ran}") as watcher:
        watcher.next("began")
        until(ran.exists)
        out.unlink()
        out.mkdir()
        (out / "precious").touch()
        set_name(root, "other")
        failed = watcher.next("failed")
        assert (failed["step"], "not a folder that lamina made" in failed["message"]) == ("folder", True)
        assert watcher.next("applied")["folder"] is None
        (out / "precious").unlink()
        watcher.tell(signal.SIGHUP)
        until(lambda: (out / "app.yaml").exists())
        until(lambda: ran.read_text() == "x\nx\n")
        assert yaml.safe_load((out / "app.yaml").read_text())["name"] == "other"


def test_it_serves_on_a_unix_socket(root: Path, tmp_path: Path) -> None:
    place, token = UnixPath(tmp_path / "s"), tmp_path / "run/token"
    with watched(root, "prod", "--serve", f"unix:{place.path}", "--token-file", str(token)) as watcher:
        began = watcher.next()
        assert began["url"] == f"unix:{place.path}"
        bearer = f"Bearer {token.read_text().strip()}"
        found = asked_with(place, "/current", Authorization=bearer)
        assert json.loads(found.data)["app"]["name"] == "prod"
        assert (found.headers["lamina-generation"], found.headers["lamina-digest"]) == ("1", began["digest"])
        one = asked_with(place, "/current/teams/red", Authorization=bearer)
        assert (one.status, json.loads(one.data)) == (200, {"n": 10})
        assert asked_with(place, "/current/teams%2Fred", Authorization=bearer).data == one.data
        for path in ("/current/none", "/current/..%2f..%2fetc%2fpasswd", "/current/%ff", "/", "/currentapp"):
            assert asked_with(place, path, Authorization=bearer).status == 404
        assert asked_with(place, "/current", Authorization="Bearer wrong").status == 401
        replaced(root / APP, "name: 5\n")
        watcher.next("rejected")
        assert asked_with(place, "/current", Authorization=bearer).headers["lamina-generation"] == "1"
        metrics = asked_with(place, "/metrics", Authorization=bearer)
        assert metrics.headers["content-type"].startswith("text/plain; version=0.0.4")
        for line in ("lamina_config_generation 1", "lamina_config_healthy 0", 'changes_total{outcome="rejected"} 1'):
            assert f"{line}\n" in metrics.data.decode()
        assert asked_with(place, "/healthz", Authorization=None).data == b"ok\n"
        assert watcher.ended() == 0
    assert not place.path.exists()


def test_changes_are_streamed_to_those_who_follow(root: Path, tmp_path: Path) -> None:
    place, token = UnixPath(tmp_path / "s"), tmp_path / "token"
    token.write_bytes(TOKEN)
    token.chmod(0o600)
    served = ["--serve", f"unix:{place.path}", "--token-file", str(token)]
    with watched(root, "prod", *served) as watcher:
        began = watcher.next()
        client = Following(place)
        first = client.next()
        assert json.loads(first["data"])["digest"] == began["digest"]
        set_name(root, "other")
        said, told = watcher.next(), client.next()
        assert (told["event"], told["id"]) == ("applied", f"2-{said['new_digest'][7:19]}")
        assert json.loads(told["data"]) == {
            "environment": "prod",
            "generation": 2,
            "old_digest": began["digest"],
            "digest": said["new_digest"],
            "commit": None,
            "documents": ["app"],
        }
        replaced(root / APP, "name: 5\n")
        said, told = watcher.next(), client.next()
        assert (told["event"], "id" in told) == ("rejected", False)
        assert json.loads(told["data"]) == {
            "environment": "prod",
            "generation": 2,
            "digest": said["old_digest"],
            "rejected": said["new_digest"],
            "reason": said["reason"],
        }
        client.close()
        set_name(root, "third")
        watcher.next("applied")
        back = Following(place, first["id"])
        assert [back.next()["event"] for _ in range(3)] == ["applied", "rejected", "applied"]
        assert watcher.ended() == 0
        assert back.next() == {}
    with watched(root, "prod", *served) as watcher:
        watcher.next("began")
        # Of a process that is gone: told what is in force now, though this one has come as far.
        client = Following(place, "1-000000000000")
        assert json.loads(client.next()["data"])["generation"] == 1
        client.close()
        back.close()


def test_a_log_that_cannot_be_written_is_said_and_all_else_done(tmp_path: Path) -> None:
    root, kept = tmp_path / "repository", tmp_path / "state"
    schema = "type: object\nproperties: {persistence: {type: object}, n: {type: integer}}\n"
    policy = f"persistence: {{enabled: true, format: json, location: {kept}/}}\n"
    written(root, {"schemas/orchestrator/v1.schema.yaml": schema, "environments/prod/orchestrator.yaml": policy})
    with state.open(root, "prod"):
        pass
    (kept / "store.json").write_text("{")
    with watched(root, "prod", "-o", str(tmp_path / "out")) as watcher:
        failed = watcher.next()
        assert (failed["event"], failed["step"]) == ("failed", "log")
        assert watcher.next()["recorded"] is False
        replaced(root / "environments/prod/orchestrator.yaml", f"{policy}n: 1\n")
        assert watcher.next()["step"] == "log"
        assert watcher.next("applied")["folder"] is not None
        assert watcher.ended() == 0


def test_changes_are_recorded_where_the_environment_keeps_state(tmp_path: Path) -> None:
    root, kept = tmp_path / "repository", tmp_path / "state"
    schema = "type: object\nproperties: {persistence: {type: object}, n: {type: integer}}\n"
    policy = f"persistence: {{enabled: true, format: json, location: {kept}/}}\n"
    files = {"schemas/orchestrator/v1.schema.yaml": schema, "environments/prod/orchestrator.yaml": policy}
    written(root, files)
    with watched(root, "prod") as watcher:
        assert watcher.next()["recorded"] is False
    assert not kept.exists()
    with state.open(root, "prod") as store:
        store.create_run("r", "feature")
    with watched(root, "prod") as watcher:
        began = watcher.next()
        assert began["recorded"] is True
        replaced(root / "environments/prod/orchestrator.yaml", f"{policy}n: 1\n")
        applied = watcher.next()
        replaced(root / "environments/prod/orchestrator.yaml", f"{policy}n: x\n")
        rejected = watcher.next()
        assert watcher.ended() == 0
    events = [event for event in read(kept / "log") if event.data.get("environment") == "prod"]
    assert [(event.type, event.data.get("old"), event.data.get("new")) for event in events[-3:]] == [
        ("config.applied", None, began["digest"]),
        ("config.applied", began["digest"], applied["new_digest"]),
        ("config.rejected", applied["new_digest"], rejected["new_digest"]),
    ]
    assert events[-1].data["reason"] == rejected["reason"]


def test_check_only_says_of_each_change_whether_it_is_valid(root: Path) -> None:
    replaced(root / APP, "name: 5\n")
    before = sorted(root.parent.rglob("*"))
    with watched(root, "prod", "--check-only") as watcher:
        began = watcher.next()
        assert (began["generation"], began["digest"], began["documents"]) == (0, None, [])
        assert began["rejected"]["findings"][0]["rule"] == "wrong-type"
        set_name(root, "right")
        said = watcher.next()
        assert (said["event"], said["generation"], said["old_digest"], said["new_digest"]) == (
            "valid",
            1,
            None,
            digest(root),
        )
        replaced(root / APP, "name: [\n")
        assert watcher.next()["event"] == "rejected"
        assert watcher.ended(signal.SIGINT) == 130
        assert watcher.errors.strip() == ""
    assert [one for one in sorted(root.parent.rglob("*")) if not one.name.startswith("stderr-")] == before


def test_a_branch_is_followed(root: Path, tmp_path: Path) -> None:
    def git(*words: str) -> None:
        subprocess.run(["git", *words], cwd=root, env=surroundings(), check=True, capture_output=True)

    for words in (["init", "-qb", "main"], ["add", "."], ["commit", "-qm", "Begin"]):
        git(*words)
    bare = tmp_path / "bare.git"
    git("clone", "-q", "--bare", ".", str(bare))
    git("remote", "add", "origin", str(bare))
    with watched(root, "prod", "--at", "main", "-o", str(tmp_path / "out")) as watcher:
        watcher.next("began")
        set_name(root, "not committed")
        git("commit", "-qam", "Committed")
        said = watcher.next("applied")
        head = (root / ".git/refs/heads/main").read_text().strip()
        assert said["commit"] == head
        assert json.loads((tmp_path / "out/.lamina.json").read_text())["commit"] == head
    with watched(bare, "prod", "--at", "main") as watcher:
        assert watcher.next("began")["commit"] != head
        git("push", "-q", "origin", "main")
        assert watcher.next("applied")["commit"] == head


def test_what_is_wrong_at_the_start_ends_it(root: Path, tmp_path: Path, lamina: Lamina) -> None:
    replaced(root / APP, "name: 5\n")
    outcome = lamina("watch", "prod", "-o", str(tmp_path / "out"), cwd=root)
    assert (outcome.code, outcome.out) == (1, "")
    assert "environments/prod/app.yaml:1:7" in outcome.err
    assert not (tmp_path / "out").exists()
    assert not (tmp_path / ".out.generations").exists()


MISUSES = {
    "an environment that is none": (["nowhere"], 3, "no environment nowhere"),
    "checking and doing": (["prod", "--check-only", "-o", "x"], 2, "--check-only does nothing"),
    "a command twice": (["prod", "--exec", "true", "--", "true"], 2, "a command stands both"),
    "a command that is none": (["prod", "--exec", "  "], 2, "--exec names no command"),
    "open quotes": (["prod", "--exec", "sh 'x"], 2, "no closing quotation"),
    "an open address": (["prod", "--serve", "0.0.0.0:1", "--token-file", "t"], 2, "other machines could reach it"),
    "no token file": (["prod", "--serve", "127.0.0.1:0"], 2, "belong together"),
    "a token for nothing": (["prod", "--token-file", "t"], 2, "belong together"),
    "a form for nothing": (["prod", "--as", "json"], 2, "--as is about the files of -o"),
    "no process": (["prod", "--signal", "0"], 2, "no process of others"),
    "no branch": (["prod", "--at", "main^{tree}"], 2, "no branch"),
    "among the layers": (["prod", "-o", "environments/prod/out"], 2, "would read its own output"),
    "over the repository": (["prod", "-o", ".."], 2, "holds the repository itself"),
    "what lamina did not make": (["prod", "-o", "precious"], 3, "precious is not a folder that lamina made"),
}


@pytest.mark.parametrize("name", MISUSES)
def test_words_that_are_off(name: str, root: Path, lamina: Lamina) -> None:
    (root / "precious").mkdir()
    (root / "precious/file").touch()
    words, status, said = MISUSES[name]
    outcome = lamina("watch", *words, cwd=root)
    assert (outcome.code, outcome.out) == (status, "")
    assert said in outcome.err
    assert sorted(one.name for one in root.iterdir()) == ["environments", "precious", "schemas"]


PERSON = Person()


@pytest.fixture
def sealed(root: Path) -> Path:
    """A repository with a secret."""
    (root / "environments/prod/app.sops.yaml").write_bytes(sealed_for(PERSON, text="token: opened\n"))
    return root


def test_secrets_are_written_only_as_it_is_said(sealed: Path, tmp_path: Path, lamina: Lamina) -> None:
    out = tmp_path / "out"
    refused = lamina("watch", "prod", "-o", str(out), cwd=sealed)
    assert (refused.code, "app holds secrets" in refused.err) == (2, True)
    assert not out.exists()
    for mode, shown in (("redact", "<redacted>"), ("omit", None), ("unseal", "opened")):
        with watched(sealed, "prod", "-o", str(out), "--secrets", mode, env=PERSON.env) as watcher:
            watcher.next("began")
            assert yaml.safe_load((out / "app.yaml").read_text()).get("token") == shown
            assert watcher.ended() == 0
    assert lamina("verify", str(out), "--unseal", cwd=sealed, env=PERSON.env).code == 0


def test_a_folder_with_opened_secrets_is_its_owners_alone(sealed: Path, tmp_path: Path) -> None:
    with watched(sealed, "prod", "-o", str(tmp_path / "out"), "--secrets", "unseal", env=PERSON.env) as watcher:
        watcher.next("began")
        assert (tmp_path / "out").stat().st_mode & 0o077 == 0
        set_name(sealed, "other")
        watcher.next("applied")
        assert (tmp_path / "out").stat().st_mode & 0o077 == 0


def test_text_is_a_line_a_change(root: Path, tmp_path: Path) -> None:
    out = tmp_path / "said"
    with out.open("w") as stream:
        words = [sys.executable, "-P", "-m", "lamina", "watch", "prod"]
        process = subprocess.Popen(words, cwd=root, env=surroundings(), stdout=stream, stderr=subprocess.STDOUT)
    try:
        until(lambda: "in force" in out.read_text())
        replaced(root / APP, "name: 5\nlist: x\n")
        until(lambda: "rejected" in out.read_text())
        set_name(root, "other")
        until(lambda: "applied" in out.read_text())
    finally:
        process.terminate()
        process.wait()
    stamp = "20..-..-..T..:..:..Z"
    said = [line if line[4:5] != "-" else f"{stamp}{line[20:]}" for line in out.read_text().splitlines()]
    assert said[0] == f"{stamp} watching prod of work tree {root}, by events"
    assert said[1].startswith(f"{stamp} in force: 4 documents of generation 1, sha256:")
    assert said[2].startswith(
        f"{stamp} rejected, generation 1 stays: environments/prod/app.yaml:1:7: name is 5, but must be a string"
    )
    assert said[2].endswith(" and 1 more")
    listed = [line for line in said[3:] if line.startswith("environments/")]
    assert [line.split(": ")[0] for line in listed] == [
        "environments/prod/app.yaml:1:7",
        "environments/prod/app.yaml:2:7",
    ]
    last = said[-1]
    assert last.startswith(f"{stamp} applied generation 2, sha256:")
    assert last.endswith(": app")


def test_a_reader_of_its_lines_that_goes_away_ends_it(root: Path) -> None:
    with watched(root, "prod") as watcher:
        watcher.next("began")
        assert watcher.process.stdout is not None
        watcher.process.stdout.close()
        set_name(root, "other")
        assert watcher.process.wait(30) == 141


def test_a_second_signal_ends_it_at_once(root: Path, tmp_path: Path) -> None:
    running = tmp_path / "running"
    command = f"trap '' TERM; echo $$ > {running}.new; mv {running}.new {running}; while true; do sleep 0.1; done"
    with watched(root, "prod", "--", "sh", "-c", command) as watcher:
        watcher.next("began")
        until(running.exists)
        watcher.tell(signal.SIGTERM)
        while watcher.process.poll() is None:
            time.sleep(0.2)
            watcher.tell(signal.SIGTERM)
        assert watcher.process.returncode == -signal.SIGTERM
    os.killpg(int(running.read_text()), signal.SIGKILL)


def test_many_generations_leave_nothing_behind(root: Path, tmp_path: Path) -> None:
    with watched(root, "prod", "-o", str(tmp_path / "out")) as watcher:
        watcher.next("began")
        before = held(watcher)
        for number in range(60):
            set_name(root, f"n{number}")
            watcher.next("applied")
        assert held(watcher) <= before + 2


def held(watcher: Watcher) -> int:
    """How many descriptors it has."""
    return len(os.listdir(f"/proc/{watcher.process.pid}/fd"))
