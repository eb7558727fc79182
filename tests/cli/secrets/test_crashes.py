"""`kill -9` at any moment of a write: the old file or the new one, and plain text nowhere but where it was, or in memory."""

import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import Builder
from killing import KILLED
from running import COMMAND, surroundings
from sealing import Person, sealed_for

from lamina.thought.sealed.opening import look, opened
from lamina.thought.sealed.plaintext import plain_text
from lamina.thought.sealed.recipients import identities
from lamina.thought.sealed.selection import Rule

ANN, BOB = Person(), Person()
CANARY = b"hunter2"
PLAIN = b"password: hunter2\nport: 1\n"
EDIT = shlex.join(["sh", "-c", "sed -i s/1/2/ $0"])


@pytest.fixture
def root(repository: Builder) -> Path:
    rules = f"creation_rules: [{{age: {ANN.recipient}}}]\n"
    sealed = sealed_for(ANN, text=PLAIN.decode(), file="sealed.yaml")
    other_rule = Rule("encrypted_regex", "^p")
    shared = sealed_for(ANN, BOB, text=PLAIN.decode(), file="shared.yaml", rule=other_rule)
    return repository({".sops.yaml": rules, "plain.yaml": PLAIN, "sealed.yaml": sealed, "shared.yaml": shared})


COMMANDS = {
    "encrypt in place": ("plain.yaml", ["encrypt", "-i", "plain.yaml"]),
    "encrypt into a new file": ("new.yaml", ["encrypt", "--output", "new.yaml", "plain.yaml"]),
    "import": ("new.yaml", ["encrypt", "--from", "plain.yaml", "new.yaml"]),
    "edit": ("sealed.yaml", ["edit", "sealed.yaml"]),
    "edit a new file": ("new.yaml", ["edit", "new.yaml"]),
    "rotate": ("shared.yaml", ["rotate", "shared.yaml"]),
    "updatekeys": ("shared.yaml", ["updatekeys", "--yes", "shared.yaml"]),
    "reseal": ("shared.yaml", ["reseal", "--yes", "shared.yaml"]),
    "revoke": ("shared.yaml", ["revoke", BOB.recipient, "--yes", "shared.yaml"]),
}


def is_old_or_new(file: Path, old: bytes | None) -> bool:
    """Whether a file is what it was, or holds, sealed, what was to be written."""
    if not file.exists():
        return old is None
    data = file.read_bytes()
    if data == old:
        return True
    wanted = (PLAIN, PLAIN.replace(b"1", b"2"), b"a: hunter2\n")
    return plain_text(opened(look(data, file.name), identities(ANN.secret).found)) in wanted


def environment(memory: Path, editor: str) -> dict[str, str]:
    return surroundings(
        {**ANN.env, "SOPS_EDITOR": editor, "XDG_RUNTIME_DIR": str(memory), "HOME": str(memory.parent / "no")}
    )


def leaking(root: Path) -> Iterator[str]:
    """The files below a folder that hold the secret in plain text."""
    return (path.name for path in root.rglob("*") if path.is_file() and CANARY in path.read_bytes())


@pytest.mark.parametrize(("name", "words"), COMMANDS.values(), ids=COMMANDS)
def test_before_any_act_of_a_write(name: str, words: list[str], root: Path, memory: Path) -> None:
    editor = shlex.join(["sh", "-c", "echo a: hunter2 >$0"]) if "new" in name else EDIT
    start = {path: path.read_bytes() for path in root.iterdir()}
    file = root / name
    for number in range(100):
        for path in set(root.iterdir()) - start.keys():
            path.unlink()
        for path, data in start.items():
            path.write_bytes(data)
        command = [sys.executable, "-c", KILLED, str(number), "secrets", *words]
        done = subprocess.run(command, cwd=root, env=environment(memory, editor), capture_output=True, check=False)
        assert is_old_or_new(file, start.get(file)), number
        assert set(leaking(root)) <= {"plain.yaml"}, number
        if done.returncode != -signal.SIGKILL:
            break
    assert done.returncode == 0, done.stderr.decode()
    assert number > 5
    assert start.get(file) != file.read_bytes()
    # What the killed ones left in memory was removed by those after them.
    assert list(memory.iterdir()) == []


def test_at_random_moments_of_an_edit(root: Path, memory: Path) -> None:
    before = (root / "sealed.yaml").read_bytes()
    env = environment(memory, EDIT)
    for number in range(8):
        running = subprocess.Popen([*COMMAND, "secrets", "edit", "sealed.yaml"], cwd=root, env=env)
        time.sleep(0.05 + 0.05 * number)
        running.kill()
        running.wait()
        time.sleep(0.05)  # its editor may live for a moment longer
        assert is_old_or_new(root / "sealed.yaml", before)
        assert set(leaking(root)) <= {"plain.yaml"}
    subprocess.run([*COMMAND, "secrets", "edit", "sealed.yaml"], cwd=root, env=env, check=True, capture_output=True)
    assert list(memory.iterdir()) == []
