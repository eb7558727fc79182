"""`secrets edit`: plain text in an editor, in memory alone, and sealed again; only what was changed changes."""

import os
import pty
import re
import shlex
import signal
import subprocess
import time
from pathlib import Path

import pytest
from conftest import Builder, Lamina
from running import COMMAND, Outcome, surroundings
from sealing import VERSION_PLAIN, Person, sealed_for
from sops_program import sops

ANN, BOB = Person(), Person()
RULES = f"""
    creation_rules:
      - path_regex: ^environments/.+\\.sops\\.yaml$
        unencrypted_regex: ^schemaVersion$
        age: {ANN.recipient}
      - path_regex: ^seal
        age: {ANN.recipient}
"""
SCHEMA = """
    $schema: https://json-schema.org/draft/2020-12/schema
    type: object
    additionalProperties: false
    properties:
      db:
        type: object
        additionalProperties: false
        properties: {password: {type: string, x-secret: true}, port: {type: integer}}
"""
PLAIN = "# about\ndb:\n    password: hunter2 # why\n    port: 5432\n"
FILE = "environments/prod/app.sops.yaml"


@pytest.fixture
def root(repository: Builder) -> Path:
    return repository(
        {
            ".sops.yaml": RULES,
            "schemas/app/v1.schema.yaml": SCHEMA,
            "environments/base/app.yaml": "{}\n",
            FILE: sealed_for(ANN, text=PLAIN, rule=VERSION_PLAIN),
            "seal.json": sealed_for(ANN, text='{"a": "hunter2", "b": 1}\n', file="seal.json"),
            "seal.env": sealed_for(ANN, text="A=hunter2\n", file="seal.env"),
            "seal.bin": sealed_for(ANN, text="hunter2\n", file="seal.bin"),
        }
    )


class Editing:
    """`lamina secrets edit` with a line of shell as the editor, in which `$0` is the file; and what it leaves in memory."""

    def __init__(self, root: Path, lamina: Lamina, memory: Path) -> None:
        self.root, self.lamina, self.memory = root, lamina, memory

    def env(self, line: str) -> dict[str, str]:
        return {**ANN.env, "SOPS_EDITOR": shlex.join(["sh", "-c", line]), "XDG_RUNTIME_DIR": str(self.memory)}

    def __call__(self, line: str, *words: str) -> Outcome:
        done = self.lamina("secrets", "edit", *words, cwd=self.root, env=self.env(line))
        assert list(self.memory.iterdir()) == []
        return done

    def apart(self, line: str, *words: str, terminal: int | None = None) -> "subprocess.Popen[bytes]":
        stream = subprocess.DEVNULL if terminal is None else terminal
        env = surroundings(self.env(line))
        command = [*COMMAND, "secrets", "edit", *words]
        return subprocess.Popen(command, cwd=self.root, env=env, stdin=stream, stdout=stream, stderr=stream)


@pytest.fixture
def edit(root: Path, lamina: Lamina, memory: Path) -> Editing:
    return Editing(root, lamina, memory)


def trace(file: Path) -> tuple[object, ...]:
    """What any writing to a file would change."""
    said = file.stat()
    return said.st_ino, said.st_mtime_ns, said.st_ctime_ns, file.read_bytes()


def opened(root: Path, name: str) -> str:
    """What the real sops opens a file to."""
    said = sops("decrypt", name, cwd=root, home=root, env=ANN.env)
    assert said.status == 0, said.err
    return said.out


def test_only_what_was_changed_changes(root: Path, edit: Editing) -> None:
    before = (root / FILE).read_text().splitlines()
    done = edit('sed -i s/5432/5433/ "$0"', FILE)
    assert done == Outcome(0, "", f"lamina: {FILE}: sealed again\n")
    after = (root / FILE).read_text().splitlines()
    changed = [line.strip().split(":")[0] for line, other in zip(before, after, strict=True) if line != other]
    assert changed == ["port", "lastmodified", "mac"]
    assert "port: 5433" in opened(root, FILE)


def test_the_editor_gets_the_plain_text_under_the_files_name(root: Path, edit: Editing) -> None:
    copy = root.parent / "seen"
    line = f'cp "$0" {copy}; basename "$0" >{copy}.name; stat -c %a "$0" "$(dirname "$0")" >{copy}.mode'
    edit(line, FILE)
    assert copy.read_text() == PLAIN
    assert Path(f"{copy}.name").read_text() == "app.sops.yaml\n"
    assert Path(f"{copy}.mode").read_text() == "600\n700\n"


@pytest.mark.parametrize("line", ["true", "touch $0", "cp $0 $0.x; rm $0; mv $0.x $0"])
def test_without_a_change_the_file_is_left_byte_for_byte(line: str, root: Path, edit: Editing) -> None:
    before = trace(root / FILE)
    assert edit(line, FILE) == Outcome(0, "", f"lamina: {FILE}: nothing changed\n")
    assert trace(root / FILE) == before


@pytest.mark.parametrize("name", ["seal.json", "seal.env", "seal.bin"])
def test_every_format_can_be_edited(name: str, root: Path, edit: Editing) -> None:
    assert edit("sed -i s/hunter2/other/ $0", name).code == 0
    assert "other" in opened(root, name)


def test_an_editor_may_save_by_another_file_and_leave_more(root: Path, edit: Editing) -> None:
    line = "sed s/5432/1/ $0 >$0.new; cp $0 $0~; mkdir $(dirname $0)/swap; cp $0 $(dirname $0)/swap/; mv $0.new $0"
    assert edit(line, FILE).code == 0
    assert "port: 1" in opened(root, FILE)


REFUSED = {
    "an editor that fails": ("echo 'a: hunter2' >$0; exit 7", 3, "the editor .*sh ended with status 7", "edit again"),
    "an editor that is killed": ("kill -9 $$", 3, "the editor .*sh ended with signal 9", "edit again"),
    "no file left": ("rm $0", 3, "left no file app.sops.yaml", "under the name"),
    "no YAML": ("printf 'db: hunter2: x\\n' >$0", 1, rf"{FILE}:1: it cannot be read", "mend the file"),
    "a line further down": ("printf 'a: 1\\nb: [hunter2\\n' >$0", 1, rf"{FILE}:\d: it cannot be read", "mend"),
    "no UTF-8": ("printf 'a: hunter2\\377\\n' >$0", 1, rf"{FILE}:1: it cannot be read: it is not UTF-8", "mend"),
    "a list": ("echo '- hunter2' >$0", 1, rf"{FILE}:1: a document is no map", "keys and values"),
    "an empty file": (": >$0", 1, rf"{FILE}:1: the file is empty", "nothing to seal"),
    "the key sops": ("echo 'sops: hunter2' >>$0", 1, "sops", ""),
    "a key that the schema does not know": (
        "printf 'db: {pasword: hunter2}\\n' >$0", 1, 'db knows no key "pasword"', "--force",
    ),
    "another type": ("sed -i 's/5432/hunter2/' $0", 1, "db.port is a sealed string", "--force"),
}  # fmt: skip


@pytest.mark.parametrize(("line", "code", "message", "hint"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_sealed_is_refused_and_nothing_is_written(
    line: str, code: int, message: str, hint: str, root: Path, edit: Editing
) -> None:
    before = trace(root / FILE)
    done = edit(line, FILE)
    assert (done.code, done.out) == (code, "")
    assert re.search(message, done.err), done.err
    assert hint in done.err.splitlines()[-1]
    assert "hunter2" not in done.err
    assert trace(root / FILE) == before


def test_what_the_repository_would_break_on_can_be_forced(root: Path, edit: Editing) -> None:
    assert edit("echo 'more: x' >>$0", "--force", FILE).code == 0
    assert "more: x" in opened(root, FILE)


def test_older_errors_do_not_hinder(root: Path, edit: Editing) -> None:
    (root / "environments/prod/app.yaml").write_text("wrong: 1\n")
    assert edit("sed -i s/5432/1/ $0", FILE).code == 0


def test_a_file_that_was_changed_meanwhile_is_left_alone(root: Path, edit: Editing) -> None:
    done = edit(f"echo x >>{root / FILE}; sed -i s/5432/1/ $0", FILE)
    assert done.code == 3
    assert "was changed by somebody else" in done.err
    assert (root / FILE).read_text().endswith("x\n")


def test_a_new_layer_begins_with_its_version(root: Path, edit: Editing) -> None:
    name = "environments/dev/app.sops.yaml"
    assert edit("true", name) == Outcome(0, "", f"lamina: {name}: nothing changed\n")
    assert not (root / "environments/dev").exists()
    done = edit("echo 'db: {password: hunter2}' >>$0", name)
    assert done == Outcome(0, "", f"lamina: {name}: sealed\n")
    assert opened(root, name) == "schemaVersion: 1\ndb:\n    password: hunter2\n"
    assert (root / name).read_text().startswith("schemaVersion: 1\n")


def test_a_new_file_outside_a_repository_is_sealed_for_whom_one_names(
    tmp_path: Path, lamina: Lamina, memory: Path
) -> None:
    new = Editing(tmp_path, lamina, memory)
    refused = new("echo 'a: b' >$0", "x.yaml")
    assert (refused.code, refused.out) == (3, "")
    assert "--age" in refused.err
    assert new("echo 'a: b' >$0", "--age", ANN.recipient, "x.yaml").code == 0
    assert new('[ "$(cat $0)" = "{}" ] && echo "{\\"a\\": 1}" >$0', "--age", ANN.recipient, "x.json").code == 0
    assert opened(tmp_path, "x.yaml") == "a: b\n"
    assert opened(tmp_path, "x.json") == '{\n\t"a": 1\n}\n'


NOT_OPENED = {
    "a plain file": ("plain.yaml", 1, "no sops metadata", "lamina secrets encrypt"),
    "a folder": ("environments", 3, "is no file", "name a file"),
    "a link": ("link.yaml", 3, "is a link to", "remove the link"),
    "somebody else's": ("theirs.yaml", 3, "none of the 1 keys at hand opens it", "updatekeys"),
    "no rule": ("new.txt", 3, "no creation rule matches new.txt", "path_regex"),
}


@pytest.mark.parametrize(("name", "code", "message", "hint"), NOT_OPENED.values(), ids=NOT_OPENED)
def test_what_cannot_be_opened_is_refused_before_the_editor_starts(
    name: str, code: int, message: str, hint: str, root: Path, edit: Editing
) -> None:
    (root / "plain.yaml").write_text("a: hunter2\n")
    (root / "link.yaml").symlink_to(FILE)
    (root / "theirs.yaml").write_bytes(sealed_for(BOB, text="a: hunter2\n", file="theirs.yaml"))
    done = edit(f"touch {root}/started", name)
    assert (done.code, done.out) == (code, "")
    assert message in done.err
    assert hint in done.err
    assert not (root / "started").exists()


def test_no_editor_is_3(root: Path, lamina: Lamina) -> None:
    done = lamina("secrets", "edit", FILE, cwd=root, env={**ANN.env, "SOPS_EDITOR": "nowhere-to-be-found"})
    assert done.code == 3
    assert "SOPS_EDITOR names nowhere-to-be-found" in done.err


def begun(running: "subprocess.Popen[bytes]", marker: Path) -> None:
    while not marker.exists():
        assert running.poll() is None
        time.sleep(0.01)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_leaves_nothing(number: signal.Signals, root: Path, edit: Editing) -> None:
    before = (root / FILE).read_bytes()
    running = edit.apart("echo changed: x >>$0; touch started; exec sleep 60", FILE)
    begun(running, root / "started")
    assert len(list(edit.memory.iterdir())) == 1
    running.send_signal(number)
    assert running.wait() == (130 if number == signal.SIGINT else -number)
    assert list(edit.memory.iterdir()) == []
    assert (root / FILE).read_bytes() == before


def conversation(edit: Editing, line: str, answer: bytes) -> tuple[int, str]:
    """What a terminal shows of an edit whose questions are all answered so, and the exit status."""
    leader, follower = pty.openpty()
    running = edit.apart(line, FILE, terminal=follower)
    os.close(follower)
    said = b""
    with os.fdopen(leader, "r+b", buffering=0) as terminal:
        try:
            while chunk := terminal.read(65536):
                said += chunk
                if chunk.rstrip().endswith(b"[Y/n]:"):
                    terminal.write(answer)
        except OSError:
            pass  # EIO: the other side of the terminal has been closed
    running.wait()
    assert list(edit.memory.iterdir()) == []
    return running.returncode, said.decode()


ONCE_WRONG = "if [ -e {mark} ]; then sed -i 's/{{/1/' $0; else touch {mark}; sed -i 's/5432/{{/' $0; fi"


@pytest.mark.parametrize("answer", [b"\n", b"y\n"])
def test_on_a_terminal_one_may_edit_again(answer: bytes, root: Path, edit: Editing) -> None:
    code, said = conversation(edit, ONCE_WRONG.format(mark=root / "mark"), answer)
    assert (code, said.count("edit again?")) == (0, 1)
    assert "it cannot be read" in said
    assert "hunter2" not in said
    assert "port: 1" in opened(root, FILE)


def test_or_leave_it(root: Path, edit: Editing) -> None:
    before = (root / FILE).read_bytes()
    code, said = conversation(edit, "echo 'more: hunter2' >>$0", b"n\n")
    assert (code, said.count("lamina: error:")) == (1, 1)
    assert 'knows no key "more"' in said
    assert said.rstrip().endswith("nothing was written")
    assert (root / FILE).read_bytes() == before
    assert list(edit.memory.iterdir()) == []


def test_on_a_disk_it_is_said(root: Path, lamina: Lamina, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("lamina.world.private.folder._IN_MEMORY", ())
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    done = lamina("secrets", "edit", FILE, cwd=root, env={**ANN.env, "EDITOR": "true"})
    assert done.code == 0
    assert "the plain text lies on disk while you edit" in done.err
    assert [path.name for path in tmp_path.iterdir()] == ["repository"]
