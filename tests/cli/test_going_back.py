"""`rollback` and `revert`: new commits only, proved first; and all that is refused leaves everything as it was."""

import json
from pathlib import Path

import pytest
from conftest import Lamina
from githistory import begun, committed, everything, git
from sealing import Person, sealed_for

SCHEMA = """
    type: object
    additionalProperties: false
    properties:
      name: {type: string}
      retries: {type: integer, maximum: 100}
      labels: {type: object}
      password: {type: string, x-secret: true}
    """
V2 = {
    "schemas/app/v2.schema.yaml": SCHEMA.replace("retries: {", "limit: {"),
    "schemas/app/v2.migration.yaml": "operations:\n- rename: {path: retries, to: limit}\n",
}
LAYERS = [f"environments/{name}/app.yaml" for name in ("base", "dev", "prod")]
SETTINGS = "environments: {prod: {}, dev: {}, prod-eu: {extends: prod}}\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Three commits: prod is changed, then the base."""
    root = begun(tmp_path / "r")
    files = {
        "lamina.yaml": SETTINGS,
        "schemas/app/v1.schema.yaml": SCHEMA,
        "environments/base/app.yaml": "name: shop\n",
        "environments/prod/app.yaml": "# prod\nretries: 5 # as asked\n",
        "environments/dev/app.yaml": "retries: 1\n",
        "README.md": "one\n",
    }
    committed(root, files, "begin")
    committed(
        root, {"environments/prod/app.yaml": "# prod\nretries: 50 # as asked\n", "README.md": "two\n"}, "more retries"
    )
    committed(root, {"environments/base/app.yaml": "name: shop\nlabels: {a: b}\n"}, "labels for all")
    return root


def rendered(root: Path, lamina: Lamina, environment: str, *words: str) -> object:
    done = lamina("render", environment, "--format", "json", *words, cwd=root)
    assert done.code == 0, done.err
    return json.loads(done.out)


def standing(root: Path) -> dict[str, object]:
    """Everything but git's objects, to which any command may add some."""
    return {name: entry for name, entry in everything(root).items() if "/.git/objects" not in name}


def trailers(root: Path, revision: str = "HEAD") -> dict[str, str]:
    lines = git(root, "log", "-1", "--format=%(trailers:only,unfold)", revision).splitlines()
    return dict(line.split(": ", 1) for line in lines if line)


class TestRollback:
    def test_of_one_environment(self, root: Path, lamina: Lamina) -> None:
        first, before = git(root, "rev-parse", "HEAD~2"), git(root, "rev-parse", "HEAD")
        done = lamina("rollback", "prod", "--to", "HEAD~2", "--reason", "too\nmany", cwd=root)
        assert (done.code, done.err) == (0, "")
        assert "    ~ retries: 50 -> 5\n" in done.out
        assert "prod-eu\n" in done.out
        assert "no effect on dev: it renders the same\n" in done.out
        assert "rewritten: environments/prod/app.yaml\n" in done.out
        assert rendered(root, lamina, "prod") == {"app": {"name": "shop", "retries": 5}}
        assert (root / "environments/prod/app.yaml").read_text() == "# prod\nretries: 5 # as asked\nlabels: !unset\n"
        assert git(root, "rev-parse", "HEAD~1") == before
        assert git(root, "status", "--porcelain") == ""
        assert git(root, "diff", "--name-only", "HEAD~1") == "environments/prod/app.yaml"
        assert trailers(root) == {"Rolled-back-to": first, "Environment": "prod", "Reason": "too many"}
        assert done.out.endswith(f"committed to main: {git(root, 'rev-parse', 'HEAD')[:12]}\n")

    def test_of_everything(self, root: Path, lamina: Lamina) -> None:
        done = lamina("rollback", "--to", "HEAD~2", cwd=root)
        assert done.code == 0, done.err
        assert rendered(root, lamina, "prod") == rendered(root, lamina, "prod", "--at", "HEAD~3")
        assert trailers(root)["Environment"] == "all"
        assert (root / "README.md").read_text() == "two\n"
        again = lamina("rollback", "--to", "HEAD~3", cwd=root)
        assert again.out.startswith("nothing to do: every environment already is what it was at ")
        assert git(root, "rev-list", "--count", "HEAD") == "4"

    def test_across_a_change_of_format(self, root: Path, lamina: Lamina) -> None:
        stated = {file: f"schemaVersion: 1\n{(root / file).read_text()}" for file in LAYERS}
        committed(root, {**V2, **stated}, "a new version")
        assert lamina("migrate", "--write", "--commit", cwd=root).code == 0
        assert lamina("rollback", "prod", "--to", "HEAD~4", cwd=root).code == 0
        assert rendered(root, lamina, "prod") == {"app": {"name": "shop", "limit": 5}}
        assert (
            (root / "environments/prod/app.yaml")
            .read_text()
            .startswith("# prod\nschemaVersion: 2\nlimit: 5 # as asked\n")
        )

    def test_a_dry_run_writes_nothing(self, root: Path, lamina: Lamina) -> None:
        before = everything(root)
        done = lamina("rollback", "prod", "--to", "HEAD~2", "--dry-run", cwd=root)
        assert (done.code, done.err) == (0, "lamina: nothing was committed: --dry-run\n")
        assert "~ retries: 50 -> 5" in done.out
        assert everything(root) == before

    def test_as_json(self, root: Path, lamina: Lamina) -> None:
        first = git(root, "rev-parse", "HEAD~2")
        done = lamina("rollback", "prod", "--to", "HEAD~2", "--format", "json", cwd=root)
        told = json.loads(done.out)
        assert told["to"]["id"] == first
        assert (told["branch"], told["commit"]) == ("main", git(root, "rev-parse", "HEAD"))
        assert told["files"] == [{"file": "environments/prod/app.yaml", "change": "changed"}]
        states = {one["name"]: one["state"] for one in told["environments"]}
        assert states == {"dev": "same", "prod": "changed", "prod-eu": "changed"}
        assert {"environment": "prod", "path": "retries", "before": 50, "after": 5}.items() <= told["changes"][
            1
        ].items()

    def test_on_another_branch_nothing_is_checked_out(self, root: Path, lamina: Lamina) -> None:
        before, files = git(root, "rev-parse", "main"), (root / "environments/prod/app.yaml").read_text()
        done = lamina("rollback", "prod", "--to", "HEAD~2", "--branch", "back", cwd=root)
        assert "committed to back: " in done.out
        assert git(root, "rev-parse", "main") == before == git(root, "rev-parse", "back~1")
        assert (root / "environments/prod/app.yaml").read_text() == files
        assert rendered(root, lamina, "prod", "--at", "back") == {"app": {"name": "shop", "retries": 5}}

    def test_in_a_bare_repository(self, root: Path, lamina: Lamina, tmp_path: Path) -> None:
        git(tmp_path, "clone", "--quiet", "--bare", str(root), str(tmp_path / "bare.git"))
        done = lamina("rollback", "prod", "--to", "HEAD~2", cwd=tmp_path / "bare.git")
        assert done.code == 0, done.err
        assert rendered(tmp_path / "bare.git", lamina, "prod", "--at", "main") == {
            "app": {"name": "shop", "retries": 5}
        }

    def test_what_is_not_committed_is_never_lost(self, root: Path, lamina: Lamina) -> None:
        (root / "environments/dev/app.yaml").write_text("retries: 2 # mine\n")
        assert lamina("rollback", "prod", "--to", "HEAD~2", cwd=root).code == 0
        assert git(root, "status", "--porcelain") == "M environments/dev/app.yaml"
        (root / "environments/prod/app.yaml").write_text("retries: 7 # mine\n")
        before = standing(root)
        done = lamina("rollback", "prod", "--to", "HEAD~1", cwd=root)
        assert done.code == 3
        assert "environments/prod/app.yaml" in done.err
        assert standing(root) == before

    def test_a_broken_environment(self, root: Path, lamina: Lamina) -> None:
        committed(root, {"environments/prod/app.yaml": "retries: 5000\n"}, "oops")
        done = lamina("rollback", "prod", "--to", "HEAD~1", cwd=root)
        assert "app has errors today, so there is nothing to compare: environments/prod/app.yaml:1:10: " in done.out
        assert rendered(root, lamina, "prod")

    def test_what_was_then_must_be_valid_today(self, root: Path, lamina: Lamina) -> None:
        committed(
            root,
            {"schemas/app/v1.schema.yaml": SCHEMA.replace("100", "7"), "environments/prod/app.yaml": ""},
            "stricter",
        )
        before = everything(root)
        done = lamina("rollback", "prod", "--to", "HEAD~1", cwd=root)
        assert done.code == 1
        assert "environments/prod/app.yaml:2:10: error: " in done.err
        assert "1 error under today's schemas, so nothing was written" in done.err
        assert everything(root) == before

    def test_secrets_stay_or_return(self, root: Path, lamina: Lamina) -> None:
        ada, ben = Person(), Person()
        rules = f"creation_rules:\n- age: {ada.recipient}\n"
        sealed = [
            sealed_for(*people, text=f"password: {word}\n") for people, word in (((ada, ben), "old"), ((ada,), "new"))
        ]
        for data in sealed:
            (root / "environments/prod/app.sops.yaml").write_bytes(data)
            (root / ".sops.yaml").write_text(rules)
            committed(root, {}, "seal")
        done = lamina("rollback", "prod", "--to", "HEAD~1", cwd=root)
        assert done.out.startswith("nothing to do")
        done = lamina("rollback", "prod", "--to", "HEAD~1", "--secrets", cwd=root)
        assert done.code == 1
        assert f"can be read by {ben.recipient}, whom .sops.yaml does not name" in done.err
        committed(root, {".sops.yaml": f"creation_rules:\n- age: {ada.recipient},{ben.recipient}\n"}, "ben too")
        done = lamina("rollback", "prod", "--to", "HEAD~2", "--secrets", cwd=root)
        assert done.code == 0, done.err
        assert "~ password" in done.out
        assert (root / "environments/prod/app.sops.yaml").read_bytes() == sealed[0]

    @pytest.mark.parametrize(
        ("words", "code", "said"),
        [
            (["prod", "--to", "nowhere"], 3, "no revision nowhere"),
            (["HEAD~1", "--to", "prod"], 3, "prod is an environment; the order is lamina rollback prod --to REV"),
            (["nowhere", "--to", "HEAD~1"], 3, "no environment nowhere"),
            (["prod"], 2, "Missing option '--to'"),
            (["prod", "--to", "later"], 3, "is later than"),
            (["prod", "--to", "other"], 3, "is on another branch, or of another history"),
            (["prod", "--to", "alone"], 3, "is on another branch, or of another history"),
            (["prod", "--to", "HEAD~1", "--branch", "a..b"], 2, "a..b"),
        ],
    )
    def test_what_cannot_be_gone_back_to(
        self, root: Path, lamina: Lamina, words: list[str], code: int, said: str
    ) -> None:
        git(root, "switch", "--quiet", "-c", "later")
        committed(root, {"environments/dev/app.yaml": "retries: 3\n"}, "later")
        git(root, "switch", "--quiet", "-c", "other", "main~1")
        committed(root, {"environments/dev/app.yaml": "retries: 4\n"}, "other")
        git(root, "switch", "--quiet", "--orphan", "alone")
        committed(root, {"environments/dev/app.yaml": "a: 1\n"}, "alone")
        git(root, "switch", "--quiet", "main")
        before = everything(root)
        done = lamina("rollback", *words, cwd=root)
        assert done.code == code
        assert said in done.err
        assert everything(root) == before

    def test_a_commit_without_a_repository(self, tmp_path: Path, lamina: Lamina) -> None:
        root = begun(tmp_path / "r")
        committed(root, {"README.md": "x"}, "first")
        committed(
            root, {"environments/prod/app.yaml": "a: 1\n", "schemas/app/v1.schema.yaml": "type: object\n"}, "second"
        )
        done = lamina("rollback", "prod", "--to", "HEAD~1", cwd=root)
        assert done.code == 3
        assert "has no environments/" in done.err

    def test_a_broken_file_in_an_old_commit(self, root: Path, lamina: Lamina) -> None:
        committed(root, {"environments/prod/app.yaml": "retries: [\n"}, "broken")
        committed(root, {"environments/prod/app.yaml": "retries: 6\n"}, "mended")
        done = lamina("rollback", "prod", "--to", "HEAD~1", cwd=root)
        assert done.code == 1
        assert "environments/prod/app.yaml:1:10: error: not YAML" in done.err

    def test_in_a_subfolder_of_the_git_repository(self, tmp_path: Path, lamina: Lamina) -> None:
        top = begun(tmp_path / "top")
        files = {"schemas/app/v1.schema.yaml": SCHEMA, "environments/prod/app.yaml": "retries: 1\n"}
        committed(top, {f"conf/{name}": text for name, text in files.items()}, "begin")
        committed(top, {"conf/environments/prod/app.yaml": "retries: 2\n", "other": "x"}, "two")
        done = lamina("rollback", "prod", "--to", "HEAD~1", cwd=top / "conf")
        assert done.code == 0, done.err
        assert git(top, "show", "HEAD:conf/environments/prod/app.yaml") == "retries: 1"
        assert lamina("revert", "HEAD~1", cwd=top / "conf").code == 0
        assert not (top / "other").exists()

    def test_sealed_files_that_stay_are_told_of(self, root: Path, lamina: Lamina) -> None:
        sealed = "environments/prod/app.sops.yaml"
        committed(
            root, {sealed: "password: ENC[AES256_GCM,data:QQ==,iv:QQ==,tag:QQ==,type:str]\nsops: {mac: x}\n"}, "seal"
        )
        told = f"lamina: sealed files stay as they are today: {sealed}; --secrets brings back those of then\n"
        done = lamina("rollback", "prod", "--to", "HEAD~1", cwd=root)
        assert (done.code, done.err) == (0, told)
        assert done.out.startswith("nothing to do: prod already is what it was at ")
        assert lamina("rollback", "dev", "--to", "HEAD~1", cwd=root).err == ""
        found = json.loads(lamina("rollback", "--to", "HEAD~1", "--format", "json", cwd=root).out)
        assert (found["kept"], found["files"]) == ([sealed], [])

    def test_an_empty_name_does_not_mean_all(self, root: Path, lamina: Lamina) -> None:
        before = standing(root)
        done = lamina("rollback", "", "--to", "HEAD~2", cwd=root)
        assert (done.code, done.err.splitlines()[0]) == (2, "lamina: error: the name of the environment is empty")
        assert standing(root) == before

    def test_a_dry_run_where_nothing_can_be_committed(self, root: Path, lamina: Lamina) -> None:
        git(root, "checkout", "--quiet", "--detach")
        (root / "environments/prod/app.yaml").write_text("retries: 7\n")
        done = lamina("rollback", "prod", "--to", "HEAD~2", "--dry-run", cwd=root)
        assert (done.code, done.err) == (0, "lamina: nothing was committed: --dry-run\n")
        assert "    ~ retries: 50 -> 5\n" in done.out
        assert lamina("revert", "HEAD~1", "--dry-run", cwd=root).code == 0
        assert "HEAD is detached" in lamina("rollback", "prod", "--to", "HEAD~2", cwd=root).err

    def test_what_happens_alike_is_told_once(self, root: Path, lamina: Lamina) -> None:
        committed(root, {"lamina.yaml": SETTINGS.replace("prod: {}", "prod: {protected: true}")}, "protect")
        done = lamina("rollback", "base", "--to", "HEAD~3", "--dry-run", cwd=root)
        assert "dev, prod (protected), prod-eu\n  app\n    - labels: " in done.out
        assert done.out.count("labels") == 1

    def test_an_environment_that_was_not_there_is_said_with_the_commit(self, root: Path, lamina: Lamina) -> None:
        committed(root, {"environments/qa/app.yaml": "retries: 2\n"}, "qa")
        done = lamina("rollback", "qa", "--to", "HEAD~1", cwd=root)
        assert done.code == 3
        assert f"no environment qa\nlamina:   at the commit {git(root, 'rev-parse', 'HEAD~1')}\n" in done.err


class TestRevert:
    def test_where_a_shallow_clone_ends(self, root: Path, lamina: Lamina, tmp_path: Path) -> None:
        git(tmp_path, "clone", "--quiet", "--depth", "1", root.as_uri(), "shallow")
        done = lamina("revert", "HEAD", cwd=tmp_path / "shallow")
        assert done.code == 3
        assert "is not in this shallow clone" in done.err

    def test_what_one_commit_did(self, root: Path, lamina: Lamina) -> None:
        middle = git(root, "rev-parse", "HEAD~1")
        done = lamina("revert", "HEAD~1", "--reason", "too many", cwd=root)
        assert (done.code, done.err) == (0, "")
        assert "    ~ retries: 50 -> 5\n" in done.out
        assert "files that lamina does not read: README.md\n" in done.out
        assert rendered(root, lamina, "prod") == {"app": {"name": "shop", "retries": 5, "labels": {"a": "b"}}}
        assert (root / "README.md").read_text() == "one\n"
        assert git(root, "log", "-1", "--format=%s") == 'Revert "more retries"'
        assert f"This reverts commit {middle}." in git(root, "log", "-1", "--format=%b")
        assert trailers(root) == {"Reason": "too many"}
        assert git(root, "status", "--porcelain") == ""

    def test_across_a_change_of_format(self, root: Path, lamina: Lamina) -> None:
        stated = {file: f"schemaVersion: 1\n{(root / file).read_text()}" for file in LAYERS}
        committed(root, {**V2, **stated}, "a new version")
        assert lamina("migrate", "--write", "--commit", cwd=root).code == 0
        done = lamina("revert", "HEAD~3", cwd=root)
        assert done.code == 0, done.err
        text = (root / "environments/prod/app.yaml").read_text()
        assert text == "schemaVersion: 2\n# prod\nlimit: 5 # as asked\n"

    def test_a_layer_that_was_broken_then_is_in_nobody_s_way(self, root: Path, lamina: Lamina) -> None:
        committed(root, {"environments/prod/web.yaml": "a: [\n"}, "broken")
        committed(root, {"environments/prod/app.yaml": "retries: 51\n"}, "one more")
        committed(root, {"environments/prod/web.yaml": None}, "mended")
        stated = {file: f"schemaVersion: 1\n{(root / file).read_text()}" for file in LAYERS}
        committed(root, {**V2, **stated}, "a new version")
        assert lamina("migrate", "--write", "--commit", cwd=root).code == 0
        done = lamina("revert", ":/one more", cwd=root)
        assert done.code == 0, done.err
        assert rendered(root, lamina, "prod") == {"app": {"name": "shop", "limit": 50, "labels": {"a": "b"}}}

    def test_conflicts_are_shown_and_nothing_is_written(self, root: Path, lamina: Lamina) -> None:
        committed(root, {"environments/prod/app.yaml": "# prod\nretries: 60 # as asked\n"}, "even more")
        before = standing(root)
        done = lamina("revert", "HEAD~2", cwd=root)
        assert (done.code, done.out) == (1, "")
        assert "later commits changed the same lines of 1 file" in done.err
        assert (
            "lamina:   environments/prod/app.yaml:2:\n"
            "lamina:     <<<<<<< as it is\n"
            "lamina:     retries: 60 # as asked\n"
            "lamina:     =======\n"
            "lamina:     retries: 5 # as asked\n"
            "lamina:     >>>>>>> without the commit\n"
        ) not in done.err  # the kind knows secrets, so no line of it is shown
        assert "environments/prod/app.yaml:2: lines that may hold secrets are not shown" in done.err
        assert standing(root) == before
        readme = committed(root, {"README.md": "three\n"}, "three")
        done = lamina("revert", "HEAD~3", cwd=root)
        assert "lamina:     <<<<<<< as it is\nlamina:     three\nlamina:     =======\nlamina:     one\n" in done.err
        assert git(root, "rev-parse", "HEAD") == readme

    def test_one_side_deleted(self, root: Path, lamina: Lamina) -> None:
        committed(root, {"environments/prod/app.yaml": None}, "gone")
        done = lamina("revert", "HEAD~2", cwd=root)
        assert "environments/prod/app.yaml: changed on one side, and taken away on the other" in done.err

    def test_nothing_left_of_it(self, root: Path, lamina: Lamina) -> None:
        assert lamina("revert", "HEAD~1", cwd=root).code == 0
        done = lamina("revert", "HEAD~2", cwd=root)
        assert done.out.startswith("nothing to do: nothing of ")
        assert git(root, "rev-list", "--count", "HEAD") == "4"

    def test_the_first_commit_and_foreign_ones(self, root: Path, lamina: Lamina) -> None:
        done = lamina("revert", "HEAD~2", cwd=root)
        assert done.code == 3
        assert "is the first commit" in done.err
        git(root, "switch", "--quiet", "-c", "later")
        committed(root, {"environments/dev/app.yaml": "retries: 3\n"}, "later")
        git(root, "switch", "--quiet", "main")
        assert "is later than" in lamina("revert", "later", cwd=root).err

    def test_a_merge(self, root: Path, lamina: Lamina) -> None:
        git(root, "switch", "--quiet", "-c", "side", "HEAD~1")
        committed(root, {"environments/dev/app.yaml": "retries: 9\n"}, "side")
        git(root, "switch", "--quiet", "main")
        git(root, "merge", "--quiet", "--no-edit", "side")
        done = lamina("revert", "HEAD", cwd=root)
        assert done.code == 0, done.err
        assert rendered(root, lamina, "dev") == {"app": {"name": "shop", "retries": 1, "labels": {"a": "b"}}}

    def test_what_would_break_is_refused(self, root: Path, lamina: Lamina) -> None:
        committed(
            root,
            {"schemas/app/v1.schema.yaml": SCHEMA.replace("labels:", "zone: {type: string}\n      labels:")},
            "zone",
        )
        committed(root, {"environments/dev/app.yaml": "zone: eu\n"}, "use it")
        before = git(root, "rev-parse", "HEAD")
        done = lamina("revert", "HEAD~1", cwd=root)
        assert done.code == 1
        assert "dev would have errors that it has not" in done.err
        assert "environments/dev/app.yaml:1:1: error: " in done.err
        assert git(root, "rev-parse", "HEAD") == before

    def test_a_version_that_layers_are_of_is_not_taken_back(self, root: Path, lamina: Lamina) -> None:
        stated = {file: f"schemaVersion: 1\n{(root / file).read_text()}" for file in LAYERS}
        committed(root, stated, "say the version")
        committed(root, V2, "a new version")
        assert lamina("migrate", "--write", "--commit", cwd=root).code == 0
        before = standing(root)
        done = lamina("revert", "HEAD~1", cwd=root)
        assert done.code == 1
        assert "the layer is of version 2, and the newest schema is version 1" in done.err
        assert standing(root) == before

    def test_who_lost_access_does_not_get_it_back(self, root: Path, lamina: Lamina) -> None:
        ada, ben = Person(), Person()
        committed(root, {".sops.yaml": f"creation_rules:\n- age: {ada.recipient}\n"}, "rules")
        for people in ((ada, ben), (ada,)):
            (root / "environments/prod/app.sops.yaml").write_bytes(sealed_for(*people, text="password: x\n"))
            committed(root, {}, "seal")
        done = lamina("revert", "HEAD", cwd=root)
        assert done.code == 1
        assert f"can be read by {ben.recipient}" in done.err

    def test_a_link_is_left_to_git(self, root: Path, lamina: Lamina) -> None:
        (root / "link").symlink_to("README.md")
        committed(root, {}, "link")
        (root / "link").unlink()
        (root / "link").symlink_to("lamina.yaml")
        committed(root, {}, "another")
        done = lamina("revert", "HEAD", cwd=root)
        assert done.code == 3
        assert "link is a link or a submodule" in done.err
