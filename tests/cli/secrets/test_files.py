"""`secrets encrypt` and `decrypt`: what one writes the real sops opens, and the other way about."""

import json
from pathlib import Path

import pytest
from cli.test_terminal import seen
from conftest import Lamina
from running import Outcome, run_apart
from sealing import Person
from sops_program import Said, sops

from lamina.thought.sealed.opening import look

ANN, BOB = Person(), Person()
RULES = f"""\
creation_rules:
  - path_regex: ^rule
    encrypted_regex: ^secret
    age: {ANN.recipient}
  - path_regex: ^wide
    age: {ANN.recipient}
  - path_regex: ^bad
    encrypted_regex: (?=x)
    age: {ANN.recipient}
  - path_regex: \\.(yaml|json|env|ini|bin)$
    age: {ANN.recipient}
"""
# In the layout of sops, so that what it opens is what went in.
FILES = {
    "app.yaml": (
        "# about\ndb:\n    password: hunter2\n    port: 5432\n    ratio: 0.5\n    active: true\n    none: null\n"
        '    empty: ""\n    text: |\n        one\n        two\nusers:\n    - name: ann\n      token: x\n    - plain\n'
    ),
    "several.yaml": "a: 1\n---\nb: 2\n",
    "app.json": '{\n\t"db": {\n\t\t"password": "hunter2",\n\t\t"ratio": 0.5\n\t},\n\t"list": [\n\t\t"a",\n\t\ttrue\n\t]\n}\n',
    "app.env": "# about\nPASSWORD=hunter2\nEMPTY=\nTEXT=one\\ntwo\n",
    "app.ini": "top = 1\n\n[db]\n; about\npassword = hunter2\n",
    "app.bin": "hunter2\nany text\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "work"
    place.mkdir()
    (place / ".sops.yaml").write_text(RULES)
    for name, text in FILES.items():
        (place / name).write_text(text)
    return place


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


def ask_sops(folder: Path, *words: str) -> Said:
    return sops(*words, cwd=folder, home=folder.parent / "home", env=ANN.env)


def ask(lamina: Lamina, folder: Path, *words: str, who: Person = ANN) -> Outcome:
    return lamina("secrets", *words, cwd=folder, env=who.env)


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("name", FILES)
def test_sops_opens_what_is_sealed_here(name: str, folder: Path, lamina: Lamina) -> None:
    done = ask(lamina, folder, "encrypt", name)
    assert (done.code, done.err) == (0, "")
    assert "hunter2" not in done.out
    assert (folder / name).read_text() == FILES[name]
    (folder / name).write_text(done.out)
    assert ask_sops(folder, "decrypt", name) == Said(0, FILES[name], "")
    assert ask(lamina, folder, "decrypt", name) == Outcome(0, FILES[name], "")


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("name", FILES)
def test_what_sops_seals_opens_here(name: str, folder: Path, lamina: Lamina) -> None:
    assert ask_sops(folder, "encrypt", "--in-place", name).status == 0
    assert ask(lamina, folder, "decrypt", name) == Outcome(0, ask_sops(folder, "decrypt", name).out, "")


SELECTIONS = [
    ("--encrypted-regex", "^pass", "encrypted_regex"),
    ("--unencrypted-regex", "^(port|users)$", "unencrypted_regex"),
    ("--encrypted-suffix", "word", "encrypted_suffix"),
    ("--unencrypted-suffix", "t", "unencrypted_suffix"),
]


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("only", [[], ["--mac-only-encrypted"]], ids=["", "mac only"])
@pytest.mark.parametrize(("option", "text", "rule"), SELECTIONS)
@pytest.mark.parametrize("name", ["app.yaml", "app.json"])
def test_it_selects_as_sops_does(
    name: str, option: str, text: str, rule: str, only: list[str], folder: Path, lamina: Lamina
) -> None:
    theirs = ask_sops(folder, "encrypt", "--age", ANN.recipient, option, text, *only, name)
    done = ask(lamina, folder, "encrypt", option, text, *only, "--output", f"new-{name}", name)
    assert (done.code, done.out, done.err) == (0, "", "")
    found = look((folder / f"new-{name}").read_bytes(), name)
    assert (found.metadata.rule.name, found.metadata.rule.text) == (rule, text)
    assert found.metadata.mac_only_encrypted is bool(only)
    if not only:  # for which `sops encrypt` has no option
        assert list(found.selected) == list(look(theirs.out.encode(), name).selected)
    assert ask_sops(folder, "decrypt", f"new-{name}") == Said(0, FILES[name], "")


@pytest.mark.usefixtures("home")
def test_recipients_may_be_named_in_place_of_the_rules(folder: Path, lamina: Lamina) -> None:
    done = ask(lamina, folder, "encrypt", "--age", f"{ANN.recipient}, {BOB.recipient},", "app.yaml")
    assert look(done.out.encode(), "app.yaml").metadata.recipients == (ANN.recipient, BOB.recipient)
    done = lamina("secrets", "encrypt", "app.yaml", cwd=folder, env={"SOPS_AGE_RECIPIENTS": BOB.recipient})
    assert look(done.out.encode(), "app.yaml").metadata.recipients == (BOB.recipient,)
    (folder / ".sops.yaml").unlink()
    done = ask(lamina, folder, "encrypt", "--age", BOB.recipient, "-i", "app.yaml")
    assert done == Outcome(0, "", "")
    assert ask(lamina, folder, "decrypt", "app.yaml", who=BOB).out == FILES["app.yaml"]


def test_in_place_and_into_another_file(folder: Path, lamina: Lamina) -> None:
    (folder / "app.yaml").chmod(0o640)
    assert ask(lamina, folder, "encrypt", "--in-place", "app.yaml") == Outcome(0, "", "")
    assert "ENC[" in (folder / "app.yaml").read_text()
    assert ask(lamina, folder, "decrypt", "--output", "sub/plain.yaml", "app.yaml") == Outcome(0, "", "")
    assert (folder / "sub/plain.yaml").read_text() == FILES["app.yaml"]
    assert (folder / "sub/plain.yaml").stat().st_mode & 0o777 == 0o600
    assert ask(lamina, folder, "decrypt", "-i", "app.yaml") == Outcome(0, "", "")
    assert (folder / "app.yaml").read_text() == FILES["app.yaml"]
    assert (folder / "app.yaml").stat().st_mode & 0o777 == 0o640
    assert sorted(path.name for path in folder.iterdir() if path.name.startswith(".")) == [".sops.yaml"]


def test_a_folder_may_be_named_with_c(folder: Path, lamina: Lamina, tmp_path: Path) -> None:
    done = lamina("-C", str(folder), "secrets", "encrypt", "-i", "app.yaml", cwd=tmp_path)
    assert done.code == 0
    assert ask(lamina, folder, "decrypt", "app.yaml").out == FILES["app.yaml"]


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("kind", ["yaml", "json", "dotenv", "ini"])
@pytest.mark.parametrize("name", FILES)
def test_another_format_is_as_sops_writes_it_or_refused(name: str, kind: str, folder: Path, lamina: Lamina) -> None:
    assert ask(lamina, folder, "encrypt", "-i", name).code == 0
    theirs = ask_sops(folder, "decrypt", "--output-type", kind, name)
    ours = ask(lamina, folder, "decrypt", "--output-type", kind, name)
    if theirs.status or (name == "several.yaml" and kind != "yaml"):  # of which sops writes the first document alone
        assert (ours.code, ours.out) == (1, "")
    elif Path(name).suffix[1:] != kind:
        assert (ours.code, ours.out) == (0, theirs.out)


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(("name", "kind"), [("app.yaml", "json"), ("app.json", "yaml"), ("app.env", "json")])
def test_a_file_may_be_sealed_into_another_format(name: str, kind: str, folder: Path, lamina: Lamina) -> None:
    done = ask(lamina, folder, "encrypt", "--output-type", kind, "--output", f"new.{kind}", name)
    assert done == Outcome(0, "", "")
    assert ask(lamina, folder, "encrypt", "-i", name).code == 0
    wanted = ask_sops(folder, "decrypt", "--output-type", kind, name)
    assert ask_sops(folder, "decrypt", f"new.{kind}") == wanted


def test_formats_may_be_named(folder: Path, lamina: Lamina) -> None:
    (folder / "secrets.txt").write_text(FILES["app.yaml"])
    words = ["--input-type", "yaml", "--age", ANN.recipient, "-i", "secrets.txt"]
    assert ask(lamina, folder, "encrypt", *words).code == 0
    assert (folder / "secrets.txt").read_text().startswith("#ENC[")
    assert ask(lamina, folder, "decrypt", "--input-type", "yaml", "secrets.txt").out == FILES["app.yaml"]
    assert ask(lamina, folder, "decrypt", "--filename-override", "x.yaml", "secrets.txt").out == FILES["app.yaml"]


def test_stdin_has_the_name_that_it_is_given(folder: Path) -> None:
    words = ["secrets", "encrypt", "--filename-override", "rule.yaml"]
    done = run_apart(*words, cwd=folder, stdin="secret: hunter2\nopen: x\n")
    assert done.code == 0, done.err
    assert done.out.startswith("secret: ENC[")
    assert "\nopen: x\n" in done.out
    for more in (["--input-type", "yaml", "-"], ["--filename-override", "x.yaml"]):
        opened = run_apart("secrets", "decrypt", *more, cwd=folder, env=ANN.env, stdin=done.out)
        assert opened == Outcome(0, "secret: hunter2\nopen: x\n", "")


PARTS = ['["db"]', '["db"]["password"]', '["db"]["port"]', '["users"][0]["name"]', '["users"]', '["db"]["text"]']


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("part", PARTS)
def test_a_part_is_what_sops_extracts(part: str, folder: Path, lamina: Lamina) -> None:
    ask(lamina, folder, "encrypt", "-i", "app.yaml")
    for more in ([], ["--output-type", "json"]):
        theirs = ask_sops(folder, "decrypt", "--extract", part, *more, "app.yaml")
        assert ask(lamina, folder, "decrypt", "--extract", part, *more, "app.yaml") == Outcome(0, theirs.out, "")


def test_a_part_that_is_not_there_is_1_and_says_what_may_have_been_meant(folder: Path, lamina: Lamina) -> None:
    ask(lamina, folder, "encrypt", "-i", "app.yaml")
    missing = ask(lamina, folder, "decrypt", "--extract", '["db"]["pasword"]', "app.yaml")
    assert (missing.code, missing.out) == (1, "")
    assert missing.err == (
        'lamina: error: app.yaml: db has no key pasword\nlamina: hint: did you mean ["db"]["password"]?\n'
    )
    assert "users has 2 items" in ask(lamina, folder, "decrypt", "--extract", '["users"][2]', "app.yaml").err


def test_a_mac_that_does_not_fit_is_refused_unless_that_is_asked_for(folder: Path, lamina: Lamina) -> None:
    ask(lamina, folder, "encrypt", "-i", "app.yaml")
    lines = (folder / "app.yaml").read_text().splitlines(keepends=True)
    (folder / "app.yaml").write_text("".join(line for line in lines if "port:" not in line))
    refused = ask(lamina, folder, "decrypt", "app.yaml")
    assert (refused.code, refused.out) == (1, "")
    assert "do not add up to its MAC" in refused.err
    opened = ask(lamina, folder, "decrypt", "--ignore-mac", "app.yaml")
    assert (opened.code, opened.out) == (0, FILES["app.yaml"].replace("    port: 5432\n", ""))
    assert "warning: the MAC of app.yaml is not checked" in opened.err


def test_a_doubt_is_said_beside_the_result(folder: Path, lamina: Lamina) -> None:
    ask(lamina, folder, "encrypt", "-i", "app.yaml")
    text = (folder / "app.yaml").read_text()
    (folder / "app.yaml").write_text("# plain\n" + text)
    opened = ask(lamina, folder, "decrypt", "app.yaml")
    assert (opened.code, opened.out) == (0, "# plain\n" + FILES["app.yaml"])
    assert "app.yaml: a comment stands in plain text" in opened.err


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    ("said", "width"),
    [("yaml: {indent: 2}", 2), ("yaml: {indent: 6}", 6), ("json: {indent: 1}", 4)],
)
def test_the_metadata_is_as_wide_as_sops_would_write_it(said: str, width: int, folder: Path, lamina: Lamina) -> None:
    (folder / ".sops.yaml").write_text(f"stores: {{{said}}}\n{RULES}")
    (folder / "wide.yaml").write_text(f"db:\n{' ' * width}password: hunter2\n")
    assert ask(lamina, folder, "encrypt", "-i", "wide.yaml").code == 0
    before = (folder / "wide.yaml").read_text().splitlines()
    assert ask_sops(folder, "set", "wide.yaml", '["db"]["password"]', '"other"').status == 0
    after = (folder / "wide.yaml").read_text().splitlines()
    changed = [line.split(":")[0].strip() for line, other in zip(before, after, strict=True) if line != other]
    assert [name for name in changed if name != "lastmodified"] == ["password", "mac"]


REFUSED = {
    "no rule": ("other.txt", "x", [], 3, "no creation rule matches other.txt", "a last rule without one"),
    "a rule that is wrong": ("bad.yaml", "a: b\n", [], 1, "its creation rule is wrong", "lookaround"),
    "a pattern that is none": ("x.yaml", "a: b\n", ["--encrypted-regex", "("], 1, "RE2 refuses", "mend the pattern"),
    "an empty pattern": ("x.yaml", "a: b\n", ["--encrypted-regex", ""], 1, "encrypted_regex is empty", "what it is"),
    "two selections": (
        "x.yaml", "a: b\n", ["--encrypted-regex", "a", "--encrypted-suffix", "b"], 2, "are two", "say one",
    ),
    "a selection beside another of the rule": (
        "rule.yaml", "a: b\n", ["--encrypted-suffix", "b"], 2, "says encrypted_regex", "leave the option out",
    ),
    "a recipient that is none": ("x.yaml", "a: b\n", ["--age", "age1q"], 1, "'age1q' is no recipient", "--age age1"),
    "a private key for a recipient": ("x.yaml", "a: b\n", ["--age", ANN.secret], 1, "a private key stands", "--age"),
    "no file": ("", "", ["nowhere.yaml"], 3, "nowhere.yaml cannot be read", "name a file"),
    "a folder": ("", "", ["."], 3, ". cannot be read: Is a directory", "name a file"),
    "a list": ("x.yaml", "- a\n", [], 1, "x.yaml:1: a document is no map", "keys and values"),
    "an empty file": ("x.yaml", "", [], 1, "the file is empty", "nothing to seal"),
    "no YAML": ("x.yaml", "a: [\n", [], 1, "x.yaml:2: it cannot be read", "mend the file"),
    "a key that is no text": ("x.yaml", "a: 1\n2: b\n", [], 1, "x.yaml:2", "quotes"),
    "a key twice": ("x.yaml", "a: 1\na: 2\n", [], 1, "the key a stands twice", "keep one"),
    "the key sops": ("x.yaml", "sops: 1\n", [], 1, "sops", ""),
    "no JSON": ("x.json", "{", [], 1, "x.json:1: it cannot be read", "mend the file"),
    "a JSON list": ("x.json", "[]", [], 1, "x.json:1", ""),
    "no dotenv": ("x.env", "A\n", [], 1, "x.env:1: it cannot be read: a line has no =", "mend the file"),
    "dotenv of sops": ("x.env", "sops_x=1\n", [], 1, "starts with sops_", "rename the key"),
    "nested values for dotenv": ("x.yaml", "a: {b: c}\n", ["--output-type", "dotenv"], 1, "a holds more", "yaml"),
    "two places": ("x.yaml", "a: b\n", ["-i", "--output", "y"], 2, "two places for one result", "say one"),
    "a device": ("x.yaml", "a: b\n", ["--output", "/dev/null"], 3, "/dev/null is no file", "leave the name out"),
    "no such format": ("x.yaml", "a: b\n", ["--input-type", "toml"], 2, "toml", "--help"),
    "an option of another way": ("x.yaml", "a: b\n", ["--wipe"], 2, "belong to --from", "say --from SOURCE"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "text", "words", "code", "message", "hint"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_sealed_is_refused_with_a_way_out(
    name: str, text: str, words: list[str], code: int, message: str, hint: str, folder: Path, lamina: Lamina
) -> None:
    if name:
        (folder / name).write_text(text)
    place = [] if "-i" in words or "--output" in words else ["-i"]
    done = ask(lamina, folder, "encrypt", *place, *words, *([name] if name else []))
    assert (done.code, done.out) == (code, "")
    error, *rest = done.err.splitlines()
    assert error.startswith("lamina: error: ")
    assert message in error
    assert rest[-1].startswith("lamina: hint: ")
    assert hint in rest[-1]
    assert ANN.secret not in done.err
    assert not name or (folder / name).read_text() == text


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_sealed_once(name: str, folder: Path, lamina: Lamina) -> None:
    assert ask(lamina, folder, "encrypt", "-i", name).code == 0
    before = (folder / name).read_bytes()
    again = ask(lamina, folder, "encrypt", "-i", name)
    assert (again.code, again.out) == (1, "")
    assert f"{name}: it is sealed already" in again.err
    assert (folder / name).read_bytes() == before


NOT_OPENED = {
    "a plain file": (["app.yaml"], 1, "app.yaml: no sops metadata", "lamina secrets encrypt"),
    "another format": (["--input-type", "json", "app.yaml"], 1, "app.yaml:1: it is no JSON object", "seal it"),
    "no file": (["nowhere"], 3, "cannot be read", "name a file"),
    "a path that is none": (["--extract", "db", "sealed.yaml"], 2, "'db' is no path", '["db"]'),
    "a part in place": (["-i", "--extract", '["db"]', "sealed.yaml"], 2, "-i would leave nothing", "--output"),
    "nested values for dotenv": (["--output-type", "dotenv", "sealed.yaml"], 1, "db holds more", "yaml or json"),
    "a file as binary": (["--output-type", "binary", "sealed.yaml"], 1, "binary is a format of its own", "yaml"),
}


@pytest.mark.parametrize(("words", "code", "message", "hint"), NOT_OPENED.values(), ids=NOT_OPENED)
def test_what_does_not_open_says_the_way_out(
    words: list[str], code: int, message: str, hint: str, folder: Path, lamina: Lamina
) -> None:
    ask(lamina, folder, "encrypt", "--output", "sealed.yaml", "app.yaml")
    done = ask(lamina, folder, "decrypt", *words)
    assert (done.code, done.out) == (code, "")
    assert message in done.err
    assert hint in done.err.splitlines()[-1]
    assert "hunter2" not in done.err


def test_without_a_key_it_is_3_with_the_places_looked_at(folder: Path, lamina: Lamina) -> None:
    ask(lamina, folder, "encrypt", "-i", "app.yaml")
    closed = ask(lamina, folder, "decrypt", "app.yaml", who=BOB)
    assert (closed.code, closed.out) == (3, "")
    assert ANN.recipient in closed.err
    assert "SOPS_AGE_KEY_FILE" in closed.err


def test_a_link_is_left_alone(folder: Path, lamina: Lamina) -> None:
    (folder / "link.yaml").symlink_to("app.yaml")
    done = ask(lamina, folder, "encrypt", "-i", "link.yaml")
    assert done.code == 3
    assert "is a link to app.yaml" in done.err
    assert (folder / "app.yaml").read_text() == FILES["app.yaml"]


def test_bytes_are_exact_for_a_program_and_harmless_on_a_terminal(folder: Path, lamina: Lamina) -> None:
    data = b"\x1b[31mred\x00\xff\r\n\tend"
    (folder / "evil.bin").write_bytes(data)
    assert ask(lamina, folder, "encrypt", "-i", "evil.bin").code == 0
    assert ask(lamina, folder, "decrypt", "--output", "plain", "evil.bin").code == 0
    assert (folder / "plain").read_bytes() == data
    assert seen(folder, "secrets", "decrypt", "evil.bin", **ANN.env) == "\\x1b[31mred\\x00\\xff\\r\n\tend"


def test_the_help_pages_show_an_example(folder: Path, lamina: Lamina) -> None:
    for name in ("encrypt", "decrypt", "edit"):
        page = lamina("secrets", name, "--help", cwd=folder)
        assert page.code == 0
        assert f"lamina secrets {name}" in page.out
        assert "Example" in page.out
        assert f"\n  {name} " in lamina("secrets", "--help", cwd=folder).out


def test_json_is_left_as_it_is_laid_out(folder: Path, lamina: Lamina) -> None:
    (folder / "odd.json").write_text('{ "a":"hunter2",\n  "b" : [1 ] }\n')
    assert ask(lamina, folder, "encrypt", "-i", "odd.json").code == 0
    assert set(json.loads((folder / "odd.json").read_text())) == {"a", "b", "sops"}
    assert ask(lamina, folder, "decrypt", "odd.json").out == '{ "a":"hunter2",\n  "b" : [1 ] }\n'
