"""Signatures by ssh-keygen, with real keys; and what is verified in this process is what ssh-keygen verifies."""

import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
import ssh_keys
from running import surroundings
from ssh_keys import Key

from lamina.thought.anchors.note import NAMESPACE, read_anchor, signed
from lamina.thought.anchors.signers import read_signers
from lamina.thought.anchors.sshsig import armoured, fault, read_signature, unarmoured
from lamina.world.signing import CannotSign, sign, signing_key

MESSAGE = b"lamina/prod-5f0c1a2b\n7\n"
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
KINDS = {
    "ed25519": ["-t", "ed25519"],
    "rsa": ["-t", "rsa", "-b", "2048"],
    "ecdsa 256": ["-t", "ecdsa", "-b", "256"],
    "ecdsa 384": ["-t", "ecdsa", "-b", "384"],
    "ecdsa 521": ["-t", "ecdsa", "-b", "521"],
}


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in surroundings().items():
        monkeypatch.setenv(name, value)


def made(folder: Path, *kind: str, passphrase: str = "") -> Path:
    """A new key."""
    file = folder / "key"
    subprocess.run(["ssh-keygen", "-q", "-N", passphrase, "-C", "a test's", "-f", file, *kind], check=True)
    return file


def allowed(folder: Path, text: str) -> Path:
    (folder / "allowed").write_text(text)
    return folder / "allowed"


def ssh_accepts(
    folder: Path, lines: str, signature: str, message: bytes, principal: str = "ops@x", at: str = "20261121120000Z"
) -> bool:
    """Whether ssh-keygen takes a signature, at a time of UTC."""
    (folder / "signature").write_text(signature)
    command = ["ssh-keygen", "-Y", "verify", "-f", allowed(folder, lines), "-I", principal, "-n", NAMESPACE]
    command += ["-s", folder / "signature", f"-Overify-time={at}"]
    done = subprocess.run(command, input=message, capture_output=True, check=False, env=os.environ | {"TZ": "UTC"})
    return done.returncode == 0


def we_accept(lines: str, signature: str, message: bytes, at: datetime = NOON) -> bool:
    found = read_signature(unarmoured(signature))
    whose, _ = read_signers(lines).judge(found.key, NAMESPACE, at)
    return whose is not None and fault(found, NAMESPACE, message) is None


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_what_ssh_keygen_signs_is_verified_as_it_would(kind: list[str], tmp_path: Path) -> None:
    key = made(tmp_path, *kind)
    signature = sign(MESSAGE, NAMESPACE, str(key))
    line = f"ops@x {key.with_suffix('.pub').read_text()}"
    for message in (MESSAGE, MESSAGE + b"x"):
        assert (
            we_accept(line, signature, message)
            == ssh_accepts(tmp_path, line, signature, message)
            == (message == MESSAGE)
        )
    other = sign(MESSAGE, "git", str(key))
    assert we_accept(line, other, MESSAGE) == ssh_accepts(tmp_path, line, other, MESSAGE) == False  # noqa: E712
    assert sign(MESSAGE, NAMESPACE, str(key.with_suffix(".pub"))).startswith("-----BEGIN SSH SIGNATURE-----")


@pytest.mark.parametrize(
    "key",
    [ssh_keys.ed25519(), ssh_keys.ecdsa(), ssh_keys.rsa_key(), ssh_keys.hardware_ed25519(), ssh_keys.hardware_ecdsa()],
    ids=lambda key: key.kind,
)
def test_what_the_tests_sign_ssh_keygen_takes(key: Key, tmp_path: Path) -> None:
    signature = armoured(key.sign(MESSAGE))
    for message in (MESSAGE, b"x"):
        assert we_accept(key.line("ops@x"), signature, message) == (message == MESSAGE)
        assert ssh_accepts(tmp_path, key.line("ops@x"), signature, message) == (message == MESSAGE)


OPTIONS = (
    *('namespaces="lamina-anchor"', 'namespaces="git"', 'namespaces="git,lamina-*"', 'namespaces="*,!lamina-anchor"'),
    *(
        'valid-after="20261121Z"',
        'valid-after="202611211200"',
        'valid-after="20261121120001Z"',
        'valid-before="20261122Z"',
    ),
    *('valid-before="20261121115959"', 'valid-before="20261121120000"', 'Valid-Before="20301231",namespaces="?*"'),
    *('namespaces=""', "no-such-option", 'namespaces="lamina-anchor"x', 'valid-after="2026"', "valid-after=20261121"),
)


@pytest.mark.parametrize("options", OPTIONS)
def test_the_options_of_signers_mean_what_they_mean_to_ssh_keygen(options: str, tmp_path: Path) -> None:
    key = ssh_keys.ed25519()
    line, signature = key.line("ops@x", options), armoured(key.sign(MESSAGE))
    assert we_accept(line, signature, MESSAGE) == ssh_accepts(tmp_path, line, signature, MESSAGE)


def test_a_key_in_an_agent_signs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = made(tmp_path, *KINDS["ed25519"])
    socket = tmp_path / "agent"
    with subprocess.Popen(["ssh-agent", "-D", "-a", socket], stdout=subprocess.PIPE) as agent:
        assert agent.stdout is not None
        agent.stdout.readline()
        monkeypatch.setenv("SSH_AUTH_SOCK", str(socket))
        subprocess.run(["ssh-add", "-q", key], check=True, capture_output=True)
        key.unlink()
        public = key.with_suffix(".pub").read_text().strip()
        for named in (f"key::{public}", str(key.with_suffix(".pub"))):
            assert we_accept(f"ops@x {public}", sign(MESSAGE, NAMESPACE, named), MESSAGE)
        agent.terminate()
    with pytest.raises(CannotSign, match="the key of the agent does not sign"):
        sign(MESSAGE, NAMESPACE, f"key::{public}")


def test_a_key_that_cannot_sign_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CannotSign, match=r"absent does not sign: .*No such file"):
        sign(MESSAGE, NAMESPACE, str(tmp_path / "absent"))
    (tmp_path / "-option").write_text("x")
    with pytest.raises(CannotSign, match="-option does not sign"):
        sign(MESSAGE, NAMESPACE, str(tmp_path / "-option"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CannotSign, match="no program ssh-keygen"):
        sign(MESSAGE, NAMESPACE, "x")


def test_the_key_that_git_is_told(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    assert signing_key(tmp_path) is None
    for said, meant in {
        "key::ssh-ed25519 AAAA": "key::ssh-ed25519 AAAA",
        "ssh-ed25519 AAAA": "key::ssh-ed25519 AAAA",
        "/keys/id.pub": "/keys/id.pub",
        "~/.ssh/id.pub": f"{os.environ['HOME']}/.ssh/id.pub",
        "keys/id.pub": f"{tmp_path}/keys/id.pub",
    }.items():
        subprocess.run(["git", "-C", tmp_path, "config", "user.signingKey", said], check=True)
        assert signing_key(tmp_path) == meant


def test_an_anchor_is_verified_by_hand(tmp_path: Path) -> None:
    """As docs/audit.md tells: what ssh-keygen needs is taken out of the note by sed."""
    key = made(tmp_path, *KINDS["ed25519"])
    text = (
        "lamina/s\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"
        f"time 2026-11-21T12:00:00.000000Z\nhead {'0' * 64}\n"
    )
    note = signed(text, unarmoured(sign(text.encode(), NAMESPACE, str(key))))
    assert len(read_anchor(note.encode()).signatures) == 1
    (tmp_path / "note").write_text(note)
    script = (
        "sed '/^$/,$d' note > text; "
        "{ echo '-----BEGIN SSH SIGNATURE-----'; sed -n 's/^— [^ ]* //p' note | base64 -d | tail -c +5 | base64; "
        "echo '-----END SSH SIGNATURE-----'; } > text.sig; "
        f"ssh-keygen -Y check-novalidate -n {NAMESPACE} -s text.sig < text"
    )
    done = subprocess.run(["sh", "-c", script], cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
