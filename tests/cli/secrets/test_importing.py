"""`secrets encrypt --from`: what an older file holds, sealed into a new one; and what is left of the older one."""

import subprocess
from base64 import b64encode
from pathlib import Path

import pytest
from conftest import Builder, Lamina
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from running import PLAIN, Outcome
from sealing import Person
from sops_program import sops

from lamina.world.private import wiping

ANN = Person()
CANARY = "hunter2"
KEY, NONCE = bytes(range(32)), bytes(12)
RULES = f"""
    creation_rules:
      - path_regex: ^environments/.+\\.sops\\.(yaml|json)$
        unencrypted_regex: ^schemaVersion$
        age: {ANN.recipient}
      - path_regex: ^sealed
        age: {ANN.recipient}
"""
SCHEMA = """
    $schema: https://json-schema.org/draft/2020-12/schema
    type: object
    additionalProperties: false
    properties:
      TOKEN: {type: string, x-secret: true}
      URL: {type: string}
"""
ENV = "# the token\nexport TOKEN='hunter2' # rotate\nURL=\"https://x/${HOST}\"\n"


@pytest.fixture
def root(repository: Builder) -> Path:
    return repository(
        {
            ".sops.yaml": RULES,
            "schemas/app/v1.schema.yaml": SCHEMA,
            "environments/base/app.yaml": "{}\n",
            "environments/dev/app.yaml": "URL: x\n",
            ".env": ENV,
            "plain.yaml": "# the token\nTOKEN: hunter2   # rotate\nlist:\n- 1\n- 0.5\n",
            "plain.json": '{"TOKEN": "hunter2", "list": [1, null]}\n',
            "key": KEY.hex() + "\n",
            "prod.env.enc": b64encode(NONCE + AESGCM(KEY).encrypt(NONCE, ENV.encode(), None)),
        }
    )


def ask(lamina: Lamina, root: Path, *words: str) -> Outcome:
    return lamina("secrets", *words, cwd=root, env=ANN.env)


def opened(root: Path, name: str) -> str:
    """What the real sops opens a file to."""
    said = sops("decrypt", name, cwd=root, home=root, env=ANN.env)
    assert said.status == 0, said.err
    return said.out


def test_a_dotenv_file_becomes_a_sealed_layer(root: Path, lamina: Lamina) -> None:
    name = "environments/dev/app.sops.yaml"
    done = ask(lamina, root, "encrypt", "--from", ".env", name)
    assert (done.code, done.out) == (0, "")
    assert done.err == (
        f"lamina: {name}: sealed what .env held\n"
        f"lamina: URL: what a shell would fill in is kept as it stands there, and means nothing in {name}\n"
        "lamina: .env still holds the secrets: remove it, or say --wipe the next time\n"
    )
    assert opened(root, name) == "# the token\nTOKEN: hunter2\nURL: https://x/${HOST}\nschemaVersion: 1\n"
    assert (root / ".env").read_text() == ENV.replace("\n    ", "\n")


TARGETS = {
    "YAML to YAML keeps its layout": ("plain.yaml", "sealed.yaml", None),
    "YAML to JSON": (
        "plain.yaml", "sealed.json", '{\n\t"TOKEN": "hunter2",\n\t"list": [\n\t\t1,\n\t\t0.5\n\t]\n}\n',
    ),
    "JSON to YAML": ("plain.json", "sealed.yaml", "TOKEN: hunter2\nlist:\n    - 1\n    - null\n"),
    ".env to JSON": (".env", "sealed.json", '{\n\t"TOKEN": "hunter2",\n\t"URL": "https://x/${HOST}"\n}\n'),
    ".env to dotenv": (".env", "sealed.env", "# the token\nTOKEN=hunter2\nURL=https://x/${HOST}\n"),
}  # fmt: skip


@pytest.mark.parametrize(("source", "name", "wanted"), TARGETS.values(), ids=TARGETS)
def test_the_new_files_name_tells_its_format(
    source: str, name: str, wanted: str | None, root: Path, lamina: Lamina
) -> None:
    assert ask(lamina, root, "encrypt", "--from", source, name).code == 0
    if wanted is None:
        assert ask(lamina, root, "decrypt", name).out == (root / source).read_text()
    else:
        assert opened(root, name) == wanted


def test_a_file_under_aes_gcm_is_opened_with_its_key(root: Path, lamina: Lamina) -> None:
    assert ask(lamina, root, "encrypt", "--from", "prod.env.enc", "--key-file", "key", "sealed.yaml").code == 0
    assert opened(root, "sealed.yaml") == "# the token\nTOKEN: hunter2\nURL: https://x/${HOST}\n"
    (root / "blob").write_bytes(NONCE + AESGCM(KEY).encrypt(NONCE, b"TOKEN: hunter2\n", None))
    words = ["--from", "blob", "--key-file", "key", "--input-type", "yaml", "sealed2.yaml"]
    assert ask(lamina, root, "encrypt", *words).code == 0
    assert opened(root, "sealed2.yaml") == "TOKEN: hunter2\n"


def test_on_request_the_older_file_is_wiped(root: Path, lamina: Lamina, monkeypatch: pytest.MonkeyPatch) -> None:
    wiped: list[Path] = []
    overwrite = wiping._overwrite
    monkeypatch.setattr(wiping, "_overwrite", lambda path: (wiped.append(path), overwrite(path)))
    done = ask(lamina, root, "encrypt", "--from", ".env", "--wipe", "sealed.yaml")
    assert done.code == 0
    assert not (root / ".env").exists()
    assert [path.name for path in wiped] == [".env"]
    assert "backups, snapshots, the history of git and the disk itself may still hold it" in done.err
    assert "git tracks" not in done.err


def test_a_link_is_not_taken_for_what_it_leads_to(root: Path, lamina: Lamina) -> None:
    (root / "link.env").symlink_to(".env")
    done = ask(lamina, root, "encrypt", "--from", "link.env", "--wipe", "sealed.yaml")
    assert done.code == 3
    assert "link.env is a link to .env" in done.err
    assert not (root / "sealed.yaml").exists()
    assert ask(lamina, root, "encrypt", "--from", "link.env", "sealed.yaml").code == 0


def test_what_git_tracks_is_said_to_stay_in_its_history(root: Path, lamina: Lamina) -> None:
    for words in (["init", "-q"], ["add", ".env"], ["commit", "-qm", "x"]):
        subprocess.run(["git", *words], cwd=root, check=True, env={"PATH": "/usr/bin:/bin", **PLAIN})
    done = ask(lamina, root, "encrypt", "--from", ".env", "--wipe", "sealed.yaml")
    assert "git tracks .env, so its history keeps the secrets: change them" in done.err
    assert "git tracks" not in ask(lamina, root, "encrypt", "--from", "plain.yaml", "sealed2.yaml").err


def test_what_the_repository_would_break_on_is_refused_unless_forced(root: Path, lamina: Lamina) -> None:
    name = "environments/dev/app.sops.yaml"
    done = ask(lamina, root, "encrypt", "--from", "plain.yaml", "--wipe", name)
    assert (done.code, done.out) == (1, "")
    assert 'the document knows no key "list"' in done.err
    assert "nothing was written" in done.err
    assert CANARY not in done.err
    assert (root / "plain.yaml").exists()
    assert not (root / name).exists()
    assert ask(lamina, root, "encrypt", "--from", "plain.yaml", "--force", name).code == 0
    assert "hunter2" in opened(root, name)


REFUSED = {
    "a file that is there": (["--from", ".env", "plain.yaml"], 1, "plain.yaml is there already", "a new file"),
    "no rule for it": (["--from", ".env", "other.txt"], 3, "no creation rule matches other.txt", "path_regex"),
    "no older file": (["--from", "nowhere", "sealed.yaml"], 3, "nowhere cannot be read", "name a file"),
    "no key file": (["--from", "prod.env.enc", "--key-file", "no", "sealed.yaml"], 3, "no cannot be read", "name"),
    "a key that is none": (
        ["--from", "prod.env.enc", "--key-file", ".env", "sealed.yaml"], 3, ".env: it holds no key of 32 bytes", "--key-file",
    ),
    "another key": (
        ["--from", "prod.env.enc", "--key-file", "other-key", "sealed.yaml"], 3, "the key does not open it", "forms",
    ),
    "no name to go by": (["--from", "key", "sealed.yaml"], 2, "the name key does not tell", "--input-type"),
    "no .env": (["--from", "bad.env", "sealed.yaml"], 1, "bad.env:2: a quote is not closed", "mend"),
    "a .env that is no UTF-8": (["--from", "latin.env", "sealed.yaml"], 1, "latin.env:2: it is not UTF-8", "mend"),
    "no YAML": (["--from", "bad.yaml", "sealed.yaml"], 1, "bad.yaml:2: it cannot be read", "mend"),
    "nested for dotenv": (["--from", "plain.yaml", "sealed.env"], 1, "list holds more than a text", "yaml or json"),
    "what is sealed": (["--from", "sealed-already.yaml", "sealed.yaml"], 1, "sops", ""),
    "a place of its own": (["--from", ".env", "-i", "sealed.yaml"], 2, "--from writes FILE", "leave the rest out"),
    "no new file": (["--from", ".env"], 2, "--from writes FILE", "name FILE"),
}  # fmt: skip


@pytest.mark.parametrize(("words", "code", "message", "hint"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_brought_over_is_refused_and_left(
    words: list[str], code: int, message: str, hint: str, root: Path, lamina: Lamina
) -> None:
    (root / "other-key").write_bytes(bytes(32))
    (root / "bad.env").write_text("A=1\nTOKEN='hunter2\n")
    (root / "latin.env").write_bytes(b"A=1\nTOKEN=hunter2\xe9\n")
    (root / "bad.yaml").write_text("TOKEN: hunter2\nx: hunter2: y\n")
    ask(lamina, root, "encrypt", "--output", "sealed-already.yaml", "--age", ANN.recipient, "plain.yaml")
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    done = ask(lamina, root, "encrypt", "--wipe", *words)
    assert (done.code, done.out) == (code, ""), done
    assert message in done.err
    assert hint in done.err.splitlines()[-1]
    assert CANARY not in done.err
    assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file()} == before
