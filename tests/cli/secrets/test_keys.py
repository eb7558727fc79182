"""`secrets keygen` and `rotate`: a key that sops takes, and files under a new data key; all of them or none."""

import os
from pathlib import Path

import pytest
from conftest import Builder, Lamina
from sealing import Person, sealed_for
from sops_program import sops

from lamina.thought.sealed.opening import look
from lamina.thought.sealed.recipients import identities, recipient_of

ANN, BOB, CAT = Person(), Person(), Person()
CANARY = "hunter2"
TEXT = "user: admin   # who\npassword: hunter2\nlist: [hunter2, x]\n"
FILE, OTHER = "environments/prod/app.sops.yaml", "environments/dev/app.sops.yaml"


@pytest.fixture
def root(repository: Builder) -> Path:
    return repository(
        {FILE: sealed_for(ANN, BOB, text=TEXT), OTHER: sealed_for(ANN, text=TEXT), "README.md": "sops: x\n"}
    )


def recipients(root: Path, file: str = FILE) -> set[str]:
    return set(look((root / file).read_bytes(), file).metadata.recipients)


def opens(root: Path, file: str, person: Person) -> bool:
    said = sops("decrypt", file, cwd=root, home=root, env=person.env)
    assert said.status != 0 or CANARY in said.out
    return said.status == 0


def tokens(root: Path, file: str) -> list[str]:
    return [line for line in (root / file).read_text().splitlines() if "ENC[" in line]


def test_a_key_goes_to_stdout_in_the_form_of_age_keygen(tmp_path: Path, lamina: Lamina) -> None:
    done = lamina("secrets", "keygen", cwd=tmp_path)
    created, public, secret = done.out.splitlines()
    assert created.startswith("# created: 20")
    assert created.endswith("Z")
    [identity] = identities(done.out).found
    assert public == f"# public key: {recipient_of(identity)}"
    assert secret == str(identity)
    assert done.code == 0
    assert done.err.splitlines() == [
        f"lamina: public key: {recipient_of(identity)}",
        "lamina: hint: name the public key in .sops.yaml, then: lamina secrets updatekeys",
    ]
    assert lamina("secrets", "keygen", "-o", "-", cwd=tmp_path).out.count("AGE-SECRET-KEY-1") == 1
    assert list(tmp_path.iterdir()) == []


def test_a_key_file_is_for_its_owner_alone_and_sops_takes_it(tmp_path: Path, lamina: Lamina) -> None:
    done = lamina("secrets", "keygen", "-o", "new/deep/keys.txt", cwd=tmp_path)
    file = tmp_path / "new/deep/keys.txt"
    assert (done.code, done.out) == (0, "")
    assert f"export SOPS_AGE_KEY_FILE={file}" in done.err
    assert "AGE-SECRET-KEY" not in done.err
    assert file.stat().st_mode & 0o7777 == 0o600
    assert {folder.stat().st_mode & 0o7777 for folder in (file.parent, file.parent.parent)} == {0o700}
    recipient = file.read_text().splitlines()[1].removeprefix("# public key: ")
    (tmp_path / "f.yaml").write_text("a: 1\n")
    env = {"SOPS_AGE_KEY_FILE": str(file)}
    assert sops("encrypt", "-i", "--age", recipient, "f.yaml", cwd=tmp_path, home=tmp_path, env=env).status == 0
    assert sops("decrypt", "f.yaml", cwd=tmp_path, home=tmp_path, env=env).out == "a: 1\n"
    usual = tmp_path / "conf/sops/age/keys.txt"
    assert "SOPS_AGE_KEY_FILE" not in lamina("secrets", "keygen", "-o", str(usual), cwd=tmp_path).err


@pytest.mark.parametrize("kind", ["file", "link", "dangling", "folder", "fifo"])
def test_a_key_is_never_written_over_anything(kind: str, tmp_path: Path, lamina: Lamina) -> None:
    place, other = tmp_path / "keys.txt", tmp_path / "other"
    other.write_text("mine\n")
    {
        "file": lambda: place.write_text("mine\n"),
        "link": lambda: place.symlink_to(other),
        "dangling": lambda: place.symlink_to(tmp_path / "nowhere"),
        "folder": place.mkdir,
        "fifo": lambda: os.mkfifo(place),
    }[kind]()
    before = place.lstat()
    done = lamina("secrets", "keygen", "-o", "keys.txt", cwd=tmp_path)
    assert (done.code, done.out) == (3, "")
    assert "keys.txt is already there, and is left alone" in done.err
    assert other.read_text() == "mine\n"
    assert not (tmp_path / "nowhere").exists()
    assert place.lstat().st_ino == before.st_ino


def test_a_place_where_no_key_can_be_written(tmp_path: Path, lamina: Lamina) -> None:
    (tmp_path / "file").touch()
    done = lamina("secrets", "keygen", "-o", "file/keys.txt", cwd=tmp_path)
    assert (done.code, done.out) == (3, "")
    assert "cannot write file/keys.txt: Not a directory" in done.err


def test_a_rotation_renews_every_ciphertext_and_keeps_the_recipients(root: Path, lamina: Lamina) -> None:
    before = {file: tokens(root, file) for file in (FILE, OTHER)}
    plain = sops("decrypt", FILE, cwd=root, home=root, env=ANN.env).out
    done = lamina("secrets", "rotate", FILE, OTHER, cwd=root, env=ANN.env)
    assert (done.code, done.err) == (0, "")
    assert done.out == f"{FILE}: new data key\n{OTHER}: new data key\n"
    for file in (FILE, OTHER):
        assert not set(before[file]) & set(tokens(root, file))
    assert recipients(root) == {ANN.recipient, BOB.recipient}
    assert sops("decrypt", FILE, cwd=root, home=root, env=BOB.env).out == plain


def test_rotating_a_folder_rotates_what_is_sealed_in_it(root: Path, lamina: Lamina) -> None:
    done = lamina("secrets", "rotate", "-i", ".", FILE, cwd=root, env=ANN.env)
    assert done.out == f"{OTHER}: new data key\n{FILE}: new data key\n"


def test_rotating_with_other_recipients(root: Path, lamina: Lamina) -> None:
    words = ["--add-age", f"{CAT.recipient},{ANN.recipient}", "--rm-age", BOB.recipient]
    done = lamina("secrets", "rotate", FILE, OTHER, *words, cwd=root, env=ANN.env)
    assert done.code == 0
    assert done.out == (
        f"{FILE}: new data key\n  + {CAT.recipient}\n  - {BOB.recipient}\n{OTHER}: new data key\n  + {CAT.recipient}\n"
    )
    assert f"{FILE}: {ANN.recipient} is a recipient already" in done.err
    assert f"{OTHER}: {BOB.recipient} is no recipient" in done.err
    assert "change the values too" in done.err
    assert recipients(root) == recipients(root, OTHER) == {ANN.recipient, CAT.recipient}
    assert [opens(root, FILE, person) for person in (ANN, BOB, CAT)] == [True, False, True]


def test_nobody_would_be_left(root: Path, lamina: Lamina) -> None:
    done = refused(root, lamina, FILE, OTHER, "--rm-age", ANN.recipient, env=ANN.env)
    assert f"{OTHER}: nobody would be left to open it" in done


def test_one_file_that_does_not_open_keeps_all_from_being_written(root: Path, lamina: Lamina) -> None:
    (root / "environments/x.sops.yaml").write_bytes(sealed_for(CAT, text=TEXT))
    (root / "environments/y.sops.yaml").write_bytes(sealed_for(BOB, text=TEXT))
    said = refused(root, lamina, "environments", env=ANN.env)
    assert "2 of 4 files cannot be rewritten, so nothing was written" in said
    for name in ("x", "y"):
        assert f"environments/{name}.sops.yaml: none of the 1 keys at hand opens it" in said


def test_no_key_at_all(root: Path, lamina: Lamina) -> None:
    said = refused(root, lamina, FILE)
    assert f"{FILE}: there is no key to open it" in said
    assert "SOPS_AGE_KEY_FILE" in said


def test_a_file_that_was_tampered_with_is_left_alone(root: Path, lamina: Lamina) -> None:
    text = (root / FILE).read_text()
    (root / FILE).write_text(text.replace("user: ENC", "usr: ENC"))
    assert f"{FILE}: usr: it does not open here" in refused(root, lamina, FILE, env=ANN.env, code=1)


BAD = {
    "a private key": (f"{ANN.secret}", "a private key stands where a recipient belongs"),
    "a whole key file": (
        f"# created: x\n# public key: {ANN.recipient}\n{ANN.secret}\n",
        "a private key stands where a recipient belongs",
    ),
    "an SSH key": ("-----BEGIN OPENSSH PRIVATE KEY-----\nhunter2\n", "a private key stands where a recipient belongs"),
    "a word": ("hunter2", "this is no recipient"),
    "half a key": (ANN.recipient[:30], "is no recipient: one starts with age1"),
    "a plugin's": ("age1yubikey1qwerty", "which lamina does not seal for"),
}


@pytest.mark.parametrize("option", ["--add-age", "--rm-age"])
@pytest.mark.parametrize(("text", "message"), BAD.values(), ids=BAD)
def test_what_is_no_recipient(text: str, message: str, option: str, root: Path, lamina: Lamina) -> None:
    assert message in refused(root, lamina, FILE, option, text, env=ANN.env, code=2)


def test_a_recipient_of_a_plugin_can_be_taken_out(root: Path, lamina: Lamina) -> None:
    text = (root / FILE).read_text().replace(BOB.recipient, "age1yubikey1qwerty")
    (root / FILE).write_text(text)
    assert "which lamina does not seal for" in refused(root, lamina, FILE, env=ANN.env, code=1)
    assert lamina("secrets", "rotate", FILE, "--rm-age", "age1yubikey1qwerty", cwd=root, env=ANN.env).code == 0
    assert recipients(root) == {ANN.recipient}


def test_a_file_with_keys_that_only_sops_can_use_is_refused(root: Path, lamina: Lamina) -> None:
    pgp = '    pgp:\n        - created_at: "2026-01-01T00:00:00Z"\n          enc: x\n          fp: ABCDEF\n'
    (root / FILE).write_text((root / FILE).read_text().replace("    lastmodified", f"{pgp}    lastmodified"))
    said = refused(root, lamina, FILE, env=ANN.env, code=1)
    assert "it is also sealed for a key that only sops can use: pgp ABCDEF" in said


@pytest.mark.parametrize(
    ("name", "message", "code"),
    [
        ("README.md", "README.md: no sops metadata, so the file is not sealed", 1),
        ("plain.yaml", "no sops metadata, so the file is not sealed", 1),
        ("nowhere.yaml", "cannot be read: No such file", 3),
        ("pipe.yaml", "cannot be read: it is no plain file", 3),
        ("link.yaml", "is a link to other.yaml, so it is left alone", 3),
        ("conflict.sops.yaml", "conflict.sops.yaml:", 1),
        ("both.sops.yaml", "more than one rule of selection: ", 1),
    ],
)
def test_files_that_cannot_be_rotated(name: str, message: str, code: int, root: Path, lamina: Lamina) -> None:
    text = (root / FILE).read_text()
    (root / "plain.yaml").write_text("a: 1\n")
    os.mkfifo(root / "pipe.yaml")
    (root / "other.yaml").write_bytes((root / FILE).read_bytes())
    (root / "link.yaml").symlink_to("other.yaml")
    (root / "conflict.sops.yaml").write_text(f"<<<<<<< HEAD\n{text}=======\n{text}>>>>>>> other\n")
    (root / "both.sops.yaml").write_text(text.replace("    version", "    encrypted_regex: x\n    version"))
    assert message in refused(root, lamina, FILE, name, env=ANN.env, code=code)


def test_a_folder_without_sealed_files_is_said(root: Path, lamina: Lamina) -> None:
    (root / "empty").mkdir()
    os.mkfifo(root / "empty/pipe.sops.yaml")
    done = lamina("secrets", "rotate", "empty", cwd=root, env=ANN.env)
    assert (done.code, done.out, done.err) == (0, "", "lamina: no sealed files are there\n")


def refused(root: Path, lamina: Lamina, *words: str, env: dict[str, str] | None = None, code: int | None = None) -> str:
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    done = lamina("secrets", "rotate", *words, cwd=root, env=env)
    assert done.code == code if code is not None else done.code in (1, 3)
    assert done.out == ""
    assert "AGE-SECRET-KEY" not in done.err
    assert CANARY not in done.err
    assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file()} == before
    return done.err
