"""`secrets merge`, `textconv` and `git-setup`, as git calls them: in a repository of git, with its commands."""

import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from conftest import Builder, Lamina
from running import Outcome, run_program
from sealing import Person, sealed_for
from sops_program import sops

ANN, BOB = Person(), Person()
FILE = "environments/prod/app.sops.yaml"
TEXT = "db:\n  password: canary-base   # of the database\n  user: canary-user\n  port: 5432\ntoken: canary-token\n"
DRIVER = f"#!/bin/sh\nexec '{sys.executable}' -P -m lamina \"$@\"\n"


class Git:
    """A repository of git with a sealed file, and lamina on the PATH of what git runs."""

    def __init__(self, root: Path, bin: Path, lamina: Lamina) -> None:
        self.root, self.lamina = root, lamina
        self.said: list[str] = []
        bin.mkdir()
        (bin / "lamina").write_text(DRIVER)
        (bin / "lamina").chmod(0o755)
        self.path = f"{bin}{os.pathsep}{os.environ['PATH']}"
        (bin / "tmp").mkdir()
        self.tmp = bin / "tmp"
        self("init", "--quiet", "--initial-branch=main")

    def __call__(self, *words: str, env: Mapping[str, str] | None = None, code: int = 0) -> Outcome:
        extra = {"PATH": self.path, "TMPDIR": str(self.tmp), **(ANN.env if env is None else env)}
        done = run_program("git", *words, cwd=self.root, env=extra)
        self.said += (done.out, done.err)
        assert done.code == code, done
        return done

    def commit(self, data: bytes | None = None, file: str = FILE) -> None:
        """A commit of all that is there, after new bytes for the sealed file."""
        if data is not None:
            (self.root / file).write_bytes(data)
        self("add", "--all")
        self("commit", "--quiet", "--allow-empty", "--message", "change")

    def set(self, path: str, value: str, file: str = FILE) -> None:
        done = self.lamina("secrets", "set", file, path, value, cwd=self.root, env=ANN.env)
        assert done.code == 0, done
        self.commit()

    def unset(self, path: str) -> None:
        assert self.lamina("secrets", "unset", FILE, path, cwd=self.root, env=ANN.env).code == 0
        self.commit()

    def opened(self, file: str = FILE, person: Person = ANN) -> str:
        """The plain text, by the real sops program, which checks every tag and the MAC."""
        done = sops("decrypt", file, cwd=self.root, home=self.tmp, env=person.env)
        assert done.status == 0, done.err
        return done.out

    def fork(self) -> None:
        """Two branches, main and other; on the latter."""
        self("checkout", "--quiet", "-b", "other")


@pytest.fixture
def git(repository: Builder, lamina: Lamina, tmp_path: Path) -> Iterator[Git]:
    root = repository({FILE: sealed_for(ANN, text=TEXT), "schemas/app/v1.schema.yaml": "type: object\n"})
    made = Git(root, tmp_path / "bin", lamina)
    assert lamina("secrets", "git-setup", cwd=root, env={"PATH": made.path}).code == 0
    made.commit()
    yield made
    # Nothing that was sealed is anywhere in what git and lamina said, nor in the repository, nor where temporary files go.
    assert "canary" not in "".join(made.said)
    packed = run_program("git", "cat-file", "--batch-all-objects", "--batch", cwd=root)
    assert "canary" not in packed.out
    for file in [*root.rglob("*"), *made.tmp.rglob("*")]:
        assert not file.is_file() or b"canary" not in file.read_bytes(), file


def test_branches_that_touch_different_keys_merge(git: Git) -> None:
    git.fork()
    git.set("token", "canary-theirs")
    git.set("db.extra", "canary-extra")
    git("checkout", "--quiet", "main")
    git.set("db.password", "canary-ours")
    before = (git.root / FILE).read_text().splitlines()
    git("merge", "--quiet", "other")
    words = [word for word in git.opened().split() if "canary" in word]
    assert words == ["canary-ours", "canary-user", "canary-extra", "canary-theirs"]
    after = (git.root / FILE).read_text().splitlines()
    # token, mac and lastmodified; and the new line.
    assert len([line for line in after if line not in before]) <= 4


def test_a_rebase_and_a_cherry_pick(git: Git) -> None:
    git.fork()
    git.set("token", "canary-1")
    git.set("db.user", "canary-2")
    git("checkout", "--quiet", "main")
    git.set("db.password", "canary-3")
    git("cherry-pick", "other")
    assert [word for word in git.opened().split() if "canary" in word] == ["canary-3", "canary-2", "canary-token"]
    git("checkout", "--quiet", "other")
    git("rebase", "main")
    assert [word for word in git.opened().split() if "canary" in word] == ["canary-3", "canary-2", "canary-1"]
    git("log", "--patch", "--format=%s")


def test_a_conflict_leaves_our_version_sound_and_names_the_paths(git: Git) -> None:
    git.fork()
    git.set("db.password", "canary-theirs")
    git.set("token", "canary-theirs")
    git("checkout", "--quiet", "main")
    git.set("db.password", "canary-ours")
    git.unset("token")
    before = (git.root / FILE).read_bytes()
    said = git("merge", "other", code=1)
    assert said.err == (
        f"lamina: error: {FILE}: 2 conflicts, so it stays as ours is\n"
        "lamina:   db.password: changed on both sides, differently\n"
        "lamina:   token: removed by ours, changed by theirs\n"
        f"lamina: hint: lamina secrets edit {FILE}, or take theirs: git checkout --theirs {FILE}; then: git add {FILE}\n"
    )
    assert (git.root / FILE).read_bytes() == before
    git("checkout", "--theirs", FILE)
    assert "canary-theirs" in git.opened()
    git.commit()
    assert git("rev-list", "--count", "--merges", "HEAD").out == "1\n"


def test_without_a_key_our_version_stays_and_the_merge_can_be_done_later(git: Git) -> None:
    git.fork()
    git.set("token", "canary-theirs")
    git("checkout", "--quiet", "main")
    git.set("db.password", "canary-ours")
    before = (git.root / FILE).read_bytes()
    said = git("merge", "other", env={}, code=1)
    assert f"lamina: error: {FILE}: there is no key to open it\n" in said.err
    assert f"ours stays as it is; with a key at hand: git checkout --merge {FILE}" in said.err
    assert (git.root / FILE).read_bytes() == before
    git("checkout", "--merge", FILE)
    assert [word for word in git.opened().split() if "canary" in word] == [
        "canary-ours",
        "canary-user",
        "canary-theirs",
    ]
    git.commit()


def test_a_file_added_on_both_sides(git: Git) -> None:
    name = "environments/prod/new.sops.yaml"
    git.fork()
    git.commit(sealed_for(ANN, text="a: canary-a\nb: canary-b\n"), name)
    git("checkout", "--quiet", "main")
    git.commit(sealed_for(ANN, text="a: canary-a\nc: canary-c\n"), name)
    git("merge", "--quiet", "other")
    assert sorted(git.opened(name).split()) == ["a:", "b:", "c:", "canary-a", "canary-b", "canary-c"]


def test_bases_that_are_merged_themselves_never_make_one_side_look_unchanged(git: Git) -> None:
    git.fork()
    git.set("token", "canary-theirs")
    git("checkout", "--quiet", "main")
    git.set("token", "canary-ours")
    git("branch", "first-main")
    for branch, other in (("main", "other"), ("other", "first-main")):
        git("checkout", "--quiet", branch)
        git("merge", "--quiet", "-s", "ours", other)
    git("checkout", "--quiet", "main")
    assert "token: changed on both sides, differently" in git("merge", "other", code=1).err


def test_git_diff_shows_what_changed_and_no_value(git: Git) -> None:
    git.set("db.password", "canary-new")
    said = git("diff", "HEAD~", env={}).out
    changed = [line for line in said.splitlines()[4:] if line[0] in "+-"]
    assert len(changed) == 2
    assert all(line[1:].startswith("  password: <sealed str ") for line in changed)
    assert "ENC[" not in said


def test_git_diff_shows_who_can_open_a_file(git: Git) -> None:
    git.commit(sealed_for(ANN, BOB, text=TEXT))
    assert f"\n+# sealed for {BOB.recipient}\n" in git("show", env={}).out


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (
            "a: [canary, 1]\n# canary\nb: {c: null}\n",
            "a: [<not sealed str>, <not sealed int>]\n# <not sealed comment>\nb: {c: null}\n",
        ),
        ("a: 'canary\n", ""),
        ("", ""),
    ],
)
def test_textconv_of_a_file_that_is_not_sealed(text: str, shown: str, lamina: Lamina, tmp_path: Path) -> None:
    (tmp_path / "f.sops.yaml").write_text(text)
    said = lamina("secrets", "textconv", "f.sops.yaml", cwd=tmp_path)
    assert (said.code, said.err) == (0, "")
    first, *rest = said.out.splitlines(keepends=True)
    assert first.startswith("# not sealed") or (first.startswith("# not shown: ") and not shown)
    assert "".join(rest) == shown or not shown
    assert "canary" not in said.out


def test_textconv_of_a_sealed_file_with_a_value_in_plain(lamina: Lamina, tmp_path: Path) -> None:
    data = sealed_for(ANN, text="a: one\n").replace(b"sops:", b"b: canary\n#canary\nsops:")
    (tmp_path / "f.sops.yaml").write_bytes(data)
    said = lamina("secrets", "textconv", "f.sops.yaml", cwd=tmp_path)
    assert (said.code, said.err) == (0, "")
    assert said.out.splitlines()[1:3] == ["b: <not sealed str>", "# <not sealed comment>"]


def test_git_setup_says_what_it_did_once_and_takes_it_out_again(
    repository: Builder, lamina: Lamina, tmp_path: Path
) -> None:
    root = repository(
        {".gitattributes": b"* text=auto\r\n*.png binary", "prod.env": sealed_for(ANN, text="A=1\n", file="prod.env")}
    )
    (root / "notes.txt").write_text("about sops\n")
    assert lamina("secrets", "git-setup", cwd=root).code == 3
    run_program("git", "init", "--quiet", cwd=root)
    said = lamina("secrets", "git-setup", cwd=root)
    assert said.code == 0
    assert "everybody runs lamina secrets git-setup once" in said.err
    added = [f"*.sops.{kind}" for kind in ("yaml", "yml", "json", "env", "ini")] + ["/prod.env"]
    assert said.out.splitlines()[:6] == [f".gitattributes: {pattern} added" for pattern in added]
    lines = "".join(f"{pattern} diff=lamina merge=lamina\n" for pattern in added)
    assert (root / ".gitattributes").read_bytes() == b"* text=auto\r\n*.png binary\n" + lines.encode()
    names = run_program("git", "config", "--local", "--get-regexp", "lamina", cwd=root).out
    assert "merge.lamina.driver lamina secrets merge %O %A %B %P\n" in names
    again = lamina("secrets", "git-setup", cwd=root)
    assert again.out == "already set up\n"
    assert lamina("secrets", "git-setup", "--undo", cwd=root).code == 0
    assert (root / ".gitattributes").read_bytes() == b"* text=auto\r\n*.png binary\n"
    assert run_program("git", "config", "--local", "--get-regexp", "lamina", cwd=root).out == ""
    assert lamina("secrets", "git-setup", "--undo", cwd=root).out == "nothing to take out\n"


def test_merge_by_hand(lamina: Lamina, tmp_path: Path) -> None:
    data = sealed_for(ANN, text="a: 1\nb: 2\n")
    for name in ("base", "ours", "theirs"):
        (tmp_path / f"{name}.yaml").write_bytes(data)
    for name, key in (("ours", "a"), ("theirs", "b")):
        assert lamina("secrets", "set", f"{name}.yaml", key, "5", cwd=tmp_path, env=ANN.env).code == 0
    said = lamina("secrets", "merge", "base.yaml", "ours.yaml", "theirs.yaml", cwd=tmp_path, env=ANN.env)
    assert said == Outcome(0, "", "")
    assert lamina("secrets", "get", "ours.yaml", cwd=tmp_path, env=ANN.env).out == "a: 5\nb: 5\n"
