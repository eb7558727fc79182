"""Where a key is looked for, what is said of what stands there, and that no key is ever shown."""

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pyrage
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sops_program import sops

from lamina.thought.sealed.recipients import identities
from lamina.world.identities import Identities, KeyPlace, find_identities, key_places

USUAL = ".config/sops/age/keys.txt"


@pytest.fixture(autouse=True)
def usual(monkeypatch: pytest.MonkeyPatch) -> None:
    """The places of Linux, wherever the tests run."""
    monkeypatch.setattr(sys, "platform", "linux")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


def faults(text: str) -> Sequence[tuple[int, str]]:
    return identities(text).faults


def find(variables: Mapping[str, str], home: Path, recipients: Sequence[str] = ()) -> Identities:
    return find_identities({"PATH": "/usr/bin:/bin", **variables}, home, faults, recipients)


def new_key() -> tuple[str, str]:
    """A key and its recipient."""
    made = pyrage.x25519.Identity.generate()
    return str(made), str(made.to_public())


def ssh_text(key: Ed25519PrivateKey | EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption()
    )


def new_ssh_key() -> tuple[bytes, str]:
    """An SSH key and its recipient."""
    made = Ed25519PrivateKey.generate()
    public = made.public_key().public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
    return ssh_text(made), public.decode()


def write(file: Path, text: str | bytes, mode: int = 0o600) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    file.chmod(mode)
    return file


def test_the_usual_file_is_below_the_settings(tmp_path: Path) -> None:
    assert [place.name for place in key_places({}, tmp_path)] == [f"{tmp_path}/.config/sops/age/keys.txt"]
    [place] = key_places({"XDG_CONFIG_HOME": f"{tmp_path}/elsewhere"}, tmp_path)
    assert place == KeyPlace(f"{tmp_path}/elsewhere/sops/age/keys.txt", "absent")


def test_a_relative_settings_folder_counts_nowhere(tmp_path: Path) -> None:
    [place] = key_places({"XDG_CONFIG_HOME": "here"}, tmp_path)
    assert place.name == f"{tmp_path}/.config/sops/age/keys.txt"


def test_macos_keeps_settings_in_its_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    [place] = key_places({}, tmp_path)
    assert place.name == f"{tmp_path}/Library/Application Support/sops/age/keys.txt"


def test_variables_come_first(tmp_path: Path) -> None:
    file = tmp_path / "key"
    variables = {
        "SOPS_AGE_KEY": "not looked at",
        "SOPS_AGE_KEY_FILE": str(file),
        "SOPS_AGE_KEY_CMD": "not run",
        "SOPS_AGE_SSH_PRIVATE_KEY_FILE": str(tmp_path),
    }
    places = key_places(variables, tmp_path)
    assert places[:-1] == [
        KeyPlace("SOPS_AGE_KEY", "key"),
        KeyPlace(str(file), "absent", "SOPS_AGE_KEY_FILE"),
        KeyPlace("SOPS_AGE_KEY_CMD", "key"),
        KeyPlace(str(tmp_path), "unreadable", "SOPS_AGE_SSH_PRIVATE_KEY_FILE"),
    ]
    assert "not looked at" not in repr(places)


@pytest.mark.parametrize(("mode", "found"), [(0o600, "key"), (0o400, "key"), (0o640, "exposed"), (0o604, "exposed")])
def test_a_key_that_others_may_read_is_exposed(mode: int, found: str, home: Path) -> None:
    key, _ = new_key()
    file = write(home / "key", key, mode)
    variables = {"SOPS_AGE_KEY_FILE": str(file)}
    assert key_places(variables, home)[0].found == found
    result = find(variables, home)
    said = f"{file} (which SOPS_AGE_KEY_FILE names) can be read by others: chmod 600 {file}"
    assert result.warnings == ((said,) if found == "exposed" else ())
    assert result.texts == (key,)


def test_a_public_example_key_is_no_secret_that_others_might_read(home: Path) -> None:
    key, _ = new_key()
    file = write(home / "key", f"# PUBLIC EXAMPLE KEY: opens examples\n{key}\n", 0o644)
    result = find({"SOPS_AGE_KEY_FILE": str(file)}, home)
    assert result.warnings == ()
    assert len(result.texts) == 1


PLACES = ("variable", "file", "command", "usual", "ssh file", "id_ed25519")


def placed(place: str, home: Path) -> tuple[dict[str, str], str]:
    """A key put into a place: the variables to find it, and its recipient."""
    key, recipient = new_key()
    ssh_key, ssh_recipient = new_ssh_key()
    text = f"# created: today\n\n{key}\n"
    if place == "variable":
        return {"SOPS_AGE_KEY": text}, recipient
    if place == "usual":
        write(home / USUAL, text)
        return {}, recipient
    if place in ("file", "command"):
        file = write(home / "a key.txt", text)
        return ({"SOPS_AGE_KEY_FILE": str(file)}, {"SOPS_AGE_KEY_CMD": f"cat '{file}'"})[place == "command"], recipient
    file = write(home / ("key" if place == "ssh file" else f".ssh/{place}"), ssh_key)
    return ({"SOPS_AGE_SSH_PRIVATE_KEY_FILE": str(file)} if place == "ssh file" else {}), ssh_recipient


@pytest.mark.parametrize("place", PLACES)
def test_a_key_is_found_where_sops_finds_it(place: str, home: Path, tmp_path: Path) -> None:
    variables, recipient = placed(place, home)
    (tmp_path / "plain.yaml").write_text("a: b\n")
    sealed = sops("encrypt", "--age", recipient, "plain.yaml", cwd=tmp_path, home=tmp_path)
    (tmp_path / "sealed.yaml").write_text(sealed.out)
    assert sops("decrypt", "sealed.yaml", cwd=tmp_path, home=home, env=variables).out == "a: b\n"
    found = find(variables, home)
    assert found.warnings == ()
    [text] = found.texts
    kind = pyrage.ssh if recipient.startswith("ssh-") else pyrage.x25519
    wrapped = pyrage.encrypt(b"data key", [kind.Recipient.from_str(recipient)])
    assert pyrage.decrypt(wrapped, list(identities(text).found)) == b"data key"


def test_all_places_count(home: Path) -> None:
    variables = {name: value for place in PLACES for name, value in placed(place, home)[0].items()}
    # "file" and "command" are one file here, and its text counts once.
    assert len(find(variables, home).texts) == len(PLACES) - 1


def test_a_bad_line_hides_no_key_and_is_not_shown(home: Path) -> None:
    first, _ = new_key()
    second, _ = new_key()
    broken = second[:-1] + ("Q" if second[-1] != "Q" else "P")
    file = write(home / USUAL, f"{first}\n{broken}\nhunter2\n{second}\n")
    found = find({}, home)
    assert [warning.partition(":")[0] for warning in found.warnings] == [str(file)] * 2
    assert [line.split(": ")[1] for line in found.warnings] == ["line 2", "line 3"]
    assert len(identities(found.texts[0]).found) == 2
    shown = repr(found)
    assert all(secret not in shown for secret in (first, broken, second, "hunter2"))


def test_where_keys_are_looked_for(home: Path) -> None:
    assert find({"SOPS_AGE_KEY_FILE": "/no/such/key"}, home) == Identities(
        (),
        ("/no/such/key (which SOPS_AGE_KEY_FILE names): not there",),
        (
            "SOPS_AGE_KEY: not set",
            "SOPS_AGE_KEY_CMD: not set",
            "SOPS_AGE_SSH_PRIVATE_KEY_FILE: not set",
            "SOPS_AGE_SSH_PRIVATE_KEY_CMD: not set",
            f"{home}/.ssh/id_ed25519: not there",
            f"{home}/.ssh/id_rsa: not there",
            "/no/such/key (which SOPS_AGE_KEY_FILE names): not there",
            f"{home}/{USUAL}: not there",
        ),
    )


def test_nobody_is_warned_of_an_ssh_key_that_is_no_use_here(home: Path) -> None:
    file = write(home / ".ssh" / "id_ed25519", ssh_text(generate_private_key(SECP256R1())))
    found = find({}, home)
    assert found.warnings == ()
    assert any(line.startswith(f"{file}: line 1: this SSH key cannot be used") for line in found.looked)
    named = find({"SOPS_AGE_SSH_PRIVATE_KEY_FILE": str(file)}, home)
    assert [warning.partition(": ")[0] for warning in named.warnings] == [
        f"{file} (which SOPS_AGE_SSH_PRIVATE_KEY_FILE names)"
    ]


@pytest.mark.parametrize("armored", [True, False])
def test_a_key_under_a_passphrase_is_named_as_such(armored: bool, home: Path) -> None:
    key, _ = new_key()
    file = write(home / USUAL, pyrage.passphrase.encrypt(key.encode(), "passphrase", armored=armored))
    found = find({}, home)
    assert found.texts == ()
    assert found.warnings == (
        f"{file}: it is encrypted with a passphrase, which lamina does not ask for; let SOPS_AGE_KEY_CMD decrypt it",
    )


def test_a_file_that_is_too_long_is_no_key(home: Path) -> None:
    file = write(home / USUAL, b"\0" * ((1 << 20) + 1))
    assert find({}, home).warnings == (f"{file}: it is too long for a file of keys",)


def test_a_folder_is_no_key(home: Path) -> None:
    variables = {"SOPS_AGE_KEY_FILE": str(home)}
    assert key_places(variables, home)[0].found == "unreadable"
    assert find(variables, home).warnings == (f"{home} (which SOPS_AGE_KEY_FILE names): it cannot be read",)


def test_a_name_that_no_file_can_have(home: Path) -> None:
    assert find({"SOPS_AGE_KEY_FILE": "a\0b"}, home).texts == ()


def test_a_pipe_may_hold_a_key(home: Path) -> None:
    key, _ = new_key()
    with subprocess.Popen(["printf", key], stdout=subprocess.PIPE) as done:
        assert done.stdout is not None
        variables = {"SOPS_AGE_KEY_FILE": f"/dev/fd/{done.stdout.fileno()}"}
        assert find(variables, home).texts == (key,)


COMMANDS = {
    "it fails": ("sh -c 'echo hunter2; exit 3'", "the command failed with status 3"),
    "it is not there": ("no-such-program hunter2", "the command cannot be run: is its program there?"),
    "it is no command": ("# hunter2", "the command cannot be run: is its program there?"),
    "a quote": ("echo 'hunter2", "the command cannot be split into words: a quote is not closed"),
}


@pytest.mark.parametrize(("command", "reason"), COMMANDS.values(), ids=COMMANDS)
def test_a_command_that_gives_no_key(command: str, reason: str, home: Path) -> None:
    found = find({"SOPS_AGE_KEY_CMD": command}, home)
    assert found.texts == ()
    assert found.warnings == (f"SOPS_AGE_KEY_CMD: {reason}",)
    assert "hunter2" not in repr(found)


def test_no_shell_runs_the_command(home: Path) -> None:
    found = find({"SOPS_AGE_KEY_CMD": f"echo $HOME; touch {home}/made"}, home)
    assert found.texts == (f"$HOME; touch {home}/made\n",)
    assert list(home.iterdir()) == []


def test_a_command_is_not_looked_for_where_we_stand(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(home / "give-key", "#!/bin/sh\necho key\n", 0o755)
    monkeypatch.chdir(home)
    assert find({"SOPS_AGE_KEY_CMD": "give-key", "PATH": ".::bin"}, home).texts == ()
    assert find({"SOPS_AGE_KEY_CMD": "give-key", "PATH": f".:{home}:/bin"}, home).texts == ("key\n",)


def test_a_command_is_told_for_whom(home: Path) -> None:
    command = {"SOPS_AGE_KEY_CMD": "sh -c 'echo ${SOPS_AGE_RECIPIENT-nobody}'"}
    assert find(command, home).texts == ("nobody\n",)
    assert find(command, home, ["ann", "bob", "ann"]).texts == ("ann\n", "bob\n")


def test_an_ssh_key_may_come_from_a_command(home: Path) -> None:
    key, _ = new_ssh_key()
    file = write(home / "key", key)
    found = find({"SOPS_AGE_SSH_PRIVATE_KEY_CMD": f"cat {file}"}, home)
    assert (found.texts, found.warnings) == ((key.decode(),), ())
