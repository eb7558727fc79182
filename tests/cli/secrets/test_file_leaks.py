"""A plain secret is where the user asked for it, and nowhere else: not in an output, a report, nor a file left behind."""

import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import Builder, Lamina
from running import Outcome
from sealing import Person, sealed_for

ANN, BOB = Person(), Person()
CANARY = "hunter2"
RULES = f"""
    creation_rules:
      - path_regex: ^environments/
        unencrypted_regex: ^schemaVersion$
        age: {ANN.recipient}
      - path_regex: \\.(yaml|json|env|ini|bin)$
        age: {ANN.recipient}
"""
SCHEMA = """
    $schema: https://json-schema.org/draft/2020-12/schema
    type: object
    additionalProperties: false
    properties: {password: {type: string, x-secret: true, maxLength: 9}, port: {type: integer}}
"""
LAYER = "environments/dev/app.sops.yaml"
BROKEN = {
    "a syntax error": "a: hunter2: x\n",
    "one in the next line": "a: hunter2\nb: [\n",
    "an open quote": 'a: "hunter2\n',
    "an unknown escape": 'a: "\\hunter2"\n',
    "a tag": "a: !hunter2 x\n",
    "a tag of a handle": "a: !h!hunter2 x\n",
    "an alias": "a: *hunter2\n",
    "a reserved character": "a: @hunter2\n",
    "a tab": "a:\n\thunter2\n",
    "a directive": "%hunter2 x\n---\na: b\n",
    "a value in place of a map": "hunter2\n",
    "a list": "- hunter2\n",
    "a number too large": "a: hunter2\nb: 99999999999999999999\n",
    "a timestamp that is none": "a: hunter2\nb: 2001-99-99\n",
    "a byte that is no UTF-8": b"a: hunter2\xff\n",
    "a control character": "a: hunter2\x07\n",
    "a merge key": "a: {<<: hunter2}\n",
    "binary that is none": "a: !!binary hunter2!\n",
    "an integer that is none": "a: !!int hunter2\n",
}
TARGETS = [["encrypt", "x.yaml"], ["encrypt", "-i", "x.yaml"], ["encrypt", "--from", "x.yaml", "y.json"]]


class Watched:
    """A folder, a home and a place for temporary files, in which no canary may be left but in files that were there."""

    def __init__(self, root: Path, memory: Path, lamina: Lamina) -> None:
        self.root, self.memory, self.lamina = root, memory, lamina
        self.known: dict[Path, bytes] = {}
        (root.parent / "home").mkdir()
        (root.parent / "tmp").mkdir()

    def files(self) -> Iterator[Path]:
        for place in (self.root.parent, self.memory):
            yield from (path for path in place.rglob("*") if path.is_file())

    def __call__(self, *words: str, who: Person = ANN, line: str = "true", shows: bool = False) -> Outcome:
        before = {path: path.read_bytes() for path in self.files()}
        env = {
            **who.env,
            "HOME": str(self.root.parent / "home"),
            "TMPDIR": str(self.root.parent / "tmp"),
            "XDG_RUNTIME_DIR": str(self.memory),
            "EDITOR": shlex.join(["sh", "-c", line]),
        }
        done = self.lamina("secrets", *words, cwd=self.root, env=env)
        assert CANARY not in (done.err if shows else done.out + done.err)
        assert ANN.secret not in done.out + done.err
        changed = [path for path in self.files() if before.get(path) != path.read_bytes()]
        assert [path for path in changed if CANARY.encode() in path.read_bytes()] == []
        assert list(self.memory.iterdir()) == []
        return done


@pytest.fixture
def watched(repository: Builder, memory: Path, lamina: Lamina, monkeypatch: pytest.MonkeyPatch) -> Watched:
    root = repository(
        {
            ".sops.yaml": RULES,
            "schemas/app/v1.schema.yaml": SCHEMA,
            "environments/dev/app.yaml": "port: 1\n",
            LAYER: sealed_for(ANN, text="# hunter2\npassword: hunter2\n"),
            "seal.json": sealed_for(ANN, text='{"a": "hunter2"}\n', file="seal.json"),
            "plain.yaml": "password: hunter2\n",
            ".env": "TOKEN=hunter2\n",
        }
    )
    monkeypatch.setattr("tempfile.tempdir", str(root.parent / "tmp"))
    return Watched(root, memory, lamina)


@pytest.mark.parametrize("words", TARGETS, ids=" ".join)
@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_a_file_that_cannot_be_sealed_is_not_quoted(text: str | bytes, words: list[str], watched: Watched) -> None:
    (watched.root / "x.yaml").write_bytes(text if isinstance(text, bytes) else text.encode())
    assert watched(*words).code in (0, 1)


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_nor_is_what_somebody_wrote_in_an_editor(text: str | bytes, watched: Watched) -> None:
    (watched.memory.parent / f"{watched.memory.name}.text").write_bytes(
        text if isinstance(text, bytes) else text.encode()
    )
    source = watched.memory.parent / f"{watched.memory.name}.text"
    try:
        for name in (LAYER, "seal.json", "new.yaml", "environments/dev/new.sops.yaml"):
            assert watched("edit", name, line=f"cat {source} >$0").code in (0, 1)
    finally:
        source.unlink()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("x.json", '{"a": "hunter2"'),
        ("x.json", '{"a": hunter2}'),
        ("x.json", '"hunter2"'),
        ("x.env", "hunter2\n"),
        ("x.env", "sops_a=hunter2\n"),
        ("x.ini", "hunter2\n"),
        ("x.ini", "[hunter2\n"),
        ("x.ini", 'a = """hunter2\n'),
    ],
)
def test_nor_are_other_formats(name: str, text: str, watched: Watched) -> None:
    (watched.root / name).write_text(text)
    for words in (["encrypt", name], ["encrypt", "-i", name], ["encrypt", "--from", name, "y.yaml"]):
        assert watched(*words).code in (0, 1)


COMMANDS = [
    ["encrypt", "plain.yaml"], ["encrypt", "-i", "plain.yaml"], ["encrypt", "--output", "y.yaml", "plain.yaml"],
    ["encrypt", "--output-type", "json", "plain.yaml"], ["encrypt", "--output-type", "ini", "plain.yaml"],
    ["encrypt", "--from", ".env", "y.yaml"], ["encrypt", "--from", ".env", "--wipe", "y.yaml"],
    ["encrypt", "--from", ".env", "--wipe", "environments/dev/more.sops.yaml"],
    ["encrypt", "--from", "plain.yaml", "--wipe", "environments/prod/app.sops.yaml"],
    ["encrypt", "--age", ANN.secret, "plain.yaml"], ["encrypt", "--encrypted-regex", "(", "plain.yaml"],
    ["decrypt", "--extract", '["no"]', LAYER], ["decrypt", "--output-type", "dotenv", "--extract", '["no"]', LAYER],
    ["decrypt", "plain.yaml"], ["decrypt", "--input-type", "json", LAYER], ["edit", LAYER], ["edit", "new.yaml"],
]  # fmt: skip


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: " ".join(words).replace(ANN.secret, "KEY"))
def test_no_command_leaves_a_secret(words: list[str], watched: Watched) -> None:
    assert watched(*words).code in (0, 1, 2, 3)


@pytest.mark.parametrize("line", ["exit 1", "kill -9 $$", "rm $0", "cp $0 $0~; exit 1", "echo 'port: hunter2' >>$0"])
def test_no_editor_leaves_a_secret(line: str, watched: Watched) -> None:
    assert watched("edit", LAYER, line=line).code in (1, 3)


def test_without_the_key_nothing_is_said(watched: Watched) -> None:
    for words in (["decrypt", LAYER], ["decrypt", "--ignore-mac", LAYER], ["edit", LAYER]):
        assert watched(*words, who=BOB).code == 3


def test_a_tampered_file_says_nothing_of_what_it_held(watched: Watched) -> None:
    text = (watched.root / LAYER).read_text()
    (watched.root / LAYER).write_text(text.replace("password:", "port:"))
    for words in (["decrypt", LAYER], ["decrypt", "--ignore-mac", LAYER], ["edit", LAYER]):
        assert watched(*words).code == 1


BUGS = {
    "while sealing": ("lamina.changes.sealing.sealed", ["encrypt", "plain.yaml"]),
    "while converting": ("lamina.changes.sealing.converted", ["encrypt", "--output-type", "json", "plain.yaml"]),
    "while opening": ("lamina.changes.unsealing.plain_text", ["decrypt", LAYER]),
    "while extracting": ("lamina.thought.sealed.conversion.extract", ["decrypt", "--extract", '["password"]', LAYER]),
    "while sealing again": ("lamina.changes.editing.resealed", ["edit", LAYER]),
    "while judging": ("lamina.changes.sheets.judged", ["edit", LAYER]),
    "while importing": ("lamina.changes.importing.converted", ["encrypt", "--from", ".env", "y.yaml"]),
    "while wiping": ("lamina.changes.importing.wipe_file", ["encrypt", "--from", ".env", "--wipe", "y.yaml"]),
    "while writing": ("lamina.changes.editing.replace_file", ["edit", LAYER]),
}


@pytest.mark.parametrize(("name", "words"), BUGS.values(), ids=BUGS)
def test_a_bug_leaves_a_report_without_secrets(
    name: str, words: list[str], watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*given: object, **more: object) -> None:
        raise ValueError(f"hunter2 {given}")

    monkeypatch.setattr(name, broken)
    done = watched(*words, line="echo 'port: 5' >>$0")
    assert done.code == 4
    assert [path.name[:11] for path in (watched.root.parent / "tmp").iterdir()] == ["lamina-bug-"]


def test_what_was_asked_for_is_shown_on_stdout_alone(watched: Watched) -> None:
    assert CANARY in watched("decrypt", LAYER, shows=True).out
    assert CANARY in watched("decrypt", "--extract", '["password"]', LAYER, shows=True).out
