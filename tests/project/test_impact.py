"""The impact of a change: what differs in each environment, what caused it, and whom it concerns."""

import shutil
import tempfile
from pathlib import Path

import pytest
from githistory import begun, committed, everything, git
from hypothesis import given, settings
from hypothesis import strategies as st

import lamina
from lamina.project import Broken
from lamina.project.impact import EnvironmentImpact, Impact, impact
from lamina.project.newer_schemas import differences
from lamina.project.revisions import NothingThere
from lamina.project.tree import RequiresAnotherVersion
from lamina.words.errors import Misuse
from lamina.world.history import BeyondShallow, NoCommits, NoSuchRevision, NotInGit, Unrelated
from lamina.world.repository import NotARepository

SCHEMA = """
type: object
x-owner: "@apps"
properties:
  name: {type: string}
  n: {type: integer, default: 1}
  hosts: {type: array, items: {type: string}, x-merge: append}
  password: {type: string, x-secret: true, x-owner: "@vault"}
  db: {type: object, x-owner: "@data", properties: {size: {type: integer}}}
"""
SEALED = "password: ENC[AES256_GCM,data:QQ==,iv:QQ==,tag:QQ==,type:str]\nsops:\n  mac: x\n"
FILES: dict[str, str | None] = {
    "lamina.yaml": "environments: {prod: {protected: true}, prod-eu: {extends: prod}}\n",
    "schemas/app/v1.schema.yaml": SCHEMA,
    "schemas/web/v1.schema.yaml": "{}\n",
    "environments/base/app.yaml": "name: base\nhosts:\n- a\ndb: {size: 1}\n",
    "environments/base/web.yaml": "url: http://${app:name}/\n",
    "environments/dev/app.yaml": "name: dev\n",
    "environments/prod/app.yaml": "hosts:\n- b\n",
    "environments/prod/app.sops.yaml": SEALED,
    "environments/prod-eu/app.yaml": "region: eu\n",
}
Told = dict[str, list[tuple[str, str, object, object, str]]]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = begun(tmp_path / "r")
    committed(root, FILES, "first")
    return root


def asked(root: Path, base: str = "HEAD", head: str | None = None) -> Impact:
    return impact(root, "0.1.0", base, head)


def changed(root: Path, files: dict[str, str | None]) -> Impact:
    """The impact of files that are written into the work tree, and the same as that of a commit of them."""
    committed(root, files, "changed")
    as_commit = asked(root, "HEAD~1", "HEAD")
    git(root, "reset", "--quiet", "--soft", "HEAD~1")
    as_work_tree = asked(root)
    assert (as_commit.environments, as_commit.files) == (as_work_tree.environments, as_work_tree.files)
    assert (as_commit.owners, as_commit.base) == (as_work_tree.owners, as_work_tree.base)
    assert as_work_tree.head is None
    return as_commit


def told(found: Impact) -> Told:
    """Per touched environment its changes, each with its cause."""
    return {
        one.name: [
            (
                f"{caused.found.document}:{'.'.join(map(str, caused.found.change.path))}",
                caused.found.change.change,
                caused.found.change.before,
                caused.found.change.after,
                f"{caused.cause.position.file}:{caused.cause.position.line} {caused.cause.side}",
            )
            for caused in one.changes
        ]
        for one in found.environments
        if one.touched
    }


def places(found: Impact) -> dict[str, dict[str, str]]:
    return {name: {address: place for address, *_, place in rows} for name, rows in told(found).items()}


def of(found: Impact, name: str) -> EnvironmentImpact:
    [one] = [one for one in found.environments if one.name == name]
    return one


def test_an_override_of_one_environment(root: Path) -> None:
    found = changed(root, {"environments/dev/app.yaml": "name: dev\nn: 2\n"})
    assert told(found) == {"dev": [("app:n", "changed", 1, 2, "environments/dev/app.yaml:2 head")]}
    assert [one.name for one in found.environments] == ["dev", "prod", "prod-eu"]
    dev, prod = of(found, "dev"), of(found, "prod")
    assert (dev.digest.of, dev.state, dev.protected) == ("render", "changed", False)
    assert dev.digest.before != dev.digest.after
    assert (prod.digest.of, prod.state, prod.protected) == ("inputs", "same", True)
    assert prod.digest.before == prod.digest.after
    assert prod.digest.before is not None


def test_a_change_of_base_reaches_those_that_do_not_override_it(root: Path) -> None:
    found = changed(root, {"environments/base/app.yaml": "name: root\nhosts:\n- a\ndb: {size: 1}\n"})
    place = "environments/base/app.yaml:1 head"
    rows = [
        ("app:name", "changed", "base", "root", place),
        ("web:url", "changed", "http://base/", "http://root/", place),
    ]
    assert told(found) == {"prod": rows, "prod-eu": rows}
    assert [(one.file, one.environments) for one in found.files] == [
        ("environments/base/app.yaml", ("prod", "prod-eu"))
    ]
    dev = of(found, "dev")
    assert (dev.touched, dev.digest.of) == (False, "render")
    assert dev.digest.before == dev.digest.after


def test_a_schemas_default(root: Path) -> None:
    found = changed(root, {"schemas/app/v1.schema.yaml": SCHEMA.replace("default: 1", "default: 7")})
    place = "schemas/app/v1.schema.yaml:5 head"
    assert told(found) == {name: [("app:n", "changed", 1, 7, place)] for name in ("dev", "prod", "prod-eu")}


def test_how_a_schema_merges_lists(root: Path) -> None:
    found = changed(root, {"schemas/app/v1.schema.yaml": SCHEMA.replace("x-merge: append", "x-merge: replace")})
    assert places(found)["prod"] == {"app:hosts": "schemas/app/v1.schema.yaml:1 head"}


def test_whom_an_environment_extends(root: Path) -> None:
    said = "environments:\n  prod: {protected: true}\n  prod-eu: {extends: dev}\n"
    found = changed(root, {"lamina.yaml": said})
    assert places(found) == {
        "prod-eu": {
            "app:name": "lamina.yaml:3 head",
            "app:hosts": "lamina.yaml:3 head",
            "app:password": "lamina.yaml:3 head",
            "web:url": "lamina.yaml:3 head",
        }
    }
    assert of(found, "prod").digest.of == "inputs"
    assert [(one.file, one.environments) for one in found.files] == [("lamina.yaml", ("prod-eu",))]


def test_what_is_taken_away_is_told_by_where_it_stood(root: Path) -> None:
    found = changed(root, {"environments/dev/app.yaml": "# nothing\n", "environments/prod/app.sops.yaml": None})
    assert told(found)["dev"][0] == ("app:name", "changed", "dev", "base", "environments/dev/app.yaml:1 base")
    assert places(found)["prod"] == {"app:password": "environments/prod/app.sops.yaml:1 base"}


def test_what_is_unset_is_told_by_the_line_that_unsets_it(root: Path) -> None:
    found = changed(
        root,
        {
            "environments/dev/app.yaml": "name: dev\ndb:\n  size: !unset\n",
            "environments/prod/web.yaml": "!unset\n",
            "environments/prod/app.yaml": "hosts: !replace\n- b\n",
        },
    )
    assert places(found)["dev"] == {"app:db.size": "environments/dev/app.yaml:3 head"}
    assert places(found)["prod"] == {
        "app:hosts": "environments/prod/app.yaml:1 head",
        "web:": "environments/prod/web.yaml:1 head",
    }


def test_a_secret_is_told_by_its_ciphertext(root: Path) -> None:
    found = changed(root, {"environments/prod/app.sops.yaml": SEALED.replace("QQ", "Qg")})
    [caused] = of(found, "prod").changes
    assert (caused.found.secret, caused.found.change.path) == (True, ("password",))
    assert of(found, "prod").digest.before != of(found, "prod").digest.after
    assert list(told(found)) == ["prod", "prod-eu"]


def test_new_removed_and_renamed_environments(root: Path) -> None:
    found = changed(root, {"environments/qa/app.yaml": "name: qa\n", "environments/dev/app.yaml": None})
    assert {one.name: one.state for one in found.environments} == {
        "dev": "removed", "prod": "same", "prod-eu": "same", "qa": "added"
    }  # fmt: skip
    assert [row[:2] for row in told(found)["qa"]] == [("app:", "added"), ("web:", "added")]
    assert [row[1] for row in told(found)["dev"]] == ["removed", "removed"]
    assert of(found, "dev").digest.after is of(found, "qa").digest.before is None


def test_an_environment_by_another_name(root: Path) -> None:
    found = changed(root, {"environments/test/app.yaml": "name: dev\n", "environments/dev/app.yaml": None})
    test = of(found, "test")
    assert (test.state, test.was, test.changes) == ("renamed", "dev", ())
    assert test.digest.before == test.digest.after is not None
    assert [one.name for one in found.environments] == ["prod", "prod-eu", "test"]
    assert found.unexpected(["dev"]) == ["test"]


def test_an_abstract_environment_is_not_rendered(root: Path) -> None:
    found = changed(root, {"lamina.yaml": "environments: {prod: {abstract: true}, prod-eu: {extends: prod}}\n"})
    assert {one.name: one.state for one in found.environments} == {"dev": "same", "prod": "removed", "prod-eu": "same"}


MIGRATED: dict[str, str | None] = {
    "schemas/app/v2.schema.yaml": SCHEMA.replace("  name:", "  title:"),
    "schemas/app/v2.migration.yaml": "operations:\n- rename: {path: name, to: title}\n",
    "environments/base/app.yaml": "schemaVersion: 2\ntitle: base\nhosts:\n- a\ndb: {size: 1}\n",
    "environments/base/web.yaml": "url: http://${app:title}/\n",
    "environments/dev/app.yaml": "schemaVersion: 2\ntitle: dev\n",
    "environments/prod/app.yaml": "schemaVersion: 2\nhosts:\n- b\n",
    "environments/prod/app.sops.yaml": "schemaVersion: 2\n" + SEALED,
    "environments/prod-eu/app.yaml": "schemaVersion: 2\nregion: eu\n",
}


@pytest.fixture
def versioned(root: Path) -> Path:
    """The repository with versions stated, and a commit on top that is a pure migration."""
    stated = {name: f"schemaVersion: 1\n{text}" for name, text in FILES.items() if "/app." in name and name in MIGRATED}
    committed(root, stated, "stated")
    committed(root, MIGRATED, "migrated")
    return root


def test_a_pure_migration_has_no_effect(versioned: Path) -> None:
    found = asked(versioned, "HEAD~1", "HEAD")
    assert told(found) == {}
    assert all(one.digest.of == "render" and one.digest.before == one.digest.after for one in found.environments)


def test_what_changes_beside_a_migration_is_told_in_the_new_form(versioned: Path) -> None:
    committed(versioned, {"environments/dev/app.yaml": "schemaVersion: 2\ntitle: changed\n"})
    found = asked(versioned, "HEAD~2", "HEAD")
    assert told(found)["dev"][0] == ("app:title", "changed", "dev", "changed", "environments/dev/app.yaml:2 head")
    assert list(told(found)) == ["dev"]


def test_a_default_that_a_migration_sets(root: Path) -> None:
    stated = {name: f"schemaVersion: 1\n{text}" for name, text in FILES.items() if "/app." in name}
    committed(root, stated, "stated")
    files = {
        "schemas/app/v2.schema.yaml": SCHEMA,
        "schemas/app/v2.migration.yaml": "operations:\n- set-default: {path: n, value: 9}\n",
    }
    committed(root, files, "set")
    # The base is brought to the newer schemas too, where the migration sets the same.
    assert told(asked(root, "HEAD~1")) == {}


def test_a_migration_that_sets_another_default(root: Path) -> None:
    stated = {name: f"schemaVersion: 1\n{text}" for name, text in FILES.items() if "/app." in name}
    sets = "operations:\n- set-default: {path: n, value: 9}\n"
    committed(root, {**stated, "schemas/app/v2.schema.yaml": SCHEMA, "schemas/app/v2.migration.yaml": sets})
    found = changed(root, {"schemas/app/v2.migration.yaml": sets.replace("9", "8")})
    [(address, _, before, after, place)] = told(found)["dev"]
    assert (address, before, after) == ("app:n", 9, 8)
    assert place == "schemas/app/v2.migration.yaml:2 head"


def test_the_newer_schemas_may_be_the_bases(versioned: Path) -> None:
    git(versioned, "revert", "--no-edit", "HEAD")
    assert told(asked(versioned, "HEAD~1", "HEAD")) == {}


def test_what_breaks_is_told_and_the_rest_compared(root: Path) -> None:
    found = changed(root, {"environments/dev/app.yaml": "name: [\n", "environments/prod/web.yaml": "x: 1\n"})
    dev = of(found, "dev")
    assert {(one.side, one.document) for one in dev.troubles} == {("head", "app"), ("head", "web")}
    assert (dev.state, dev.changes, dev.digest.after) == ("changed", (), None)
    assert dev.digest.before is not None
    assert [row[0] for row in told(found)["prod"]] == ["web:x"]


def test_what_is_mended_cannot_be_compared(root: Path) -> None:
    committed(root, {"environments/dev/app.yaml": "name: [\n"})
    found = changed(root, {"environments/dev/app.yaml": "name: dev\n"})
    assert {(one.side, one.document) for one in of(found, "dev").troubles} == {("base", "app"), ("base", "web")}
    assert list(told(found)) == ["dev"]


def test_what_was_broken_before_and_is_no_other_is_not_told(root: Path) -> None:
    committed(root, {"environments/dev/app.yaml": "name: [\n"})
    assert told(changed(root, {"environments/dev/lone.yaml": "x: 1\n", "schemas/lone/v1.schema.yaml": "{}\n"})) == {
        "dev": [("lone:", "added", None, {"x": 1}, "environments/dev/lone.yaml:1 head")]
    }


def test_an_error_of_the_whole_environment(root: Path) -> None:
    found = changed(root, {"lamina.yaml": "environments: {prod: {extends: nowhere}}\n"})
    assert [(one.side, one.document, one.finding.rule) for one in of(found, "prod").troubles] == [
        ("head", None, "unknown-environment")
    ]
    assert of(found, "prod").digest.after is None


def test_uncommitted_edits_count_and_untracked_files_too(root: Path) -> None:
    (root / "environments/dev/app.yaml").write_text("name: edited\n")
    (root / "environments/qa").mkdir()
    (root / "environments/qa/app.yaml").write_text("name: qa\n")
    assert list(told(asked(root))) == ["dev", "qa"]
    assert told(asked(root, "HEAD", "HEAD")) == {}


def test_a_base_that_moved_on_does_not_count(root: Path) -> None:
    git(root, "checkout", "--quiet", "-b", "change")
    committed(root, {"environments/dev/app.yaml": "name: changed\n"})
    git(root, "checkout", "--quiet", "main")
    committed(root, {"environments/prod/app.yaml": "hosts:\n- c\n"})
    found = asked(root, "main", "change")
    assert list(told(found)) == ["dev"]
    assert found.base.id == git(root, "rev-parse", "main~1")
    git(root, "checkout", "--quiet", "change")
    assert list(told(asked(root, "main"))) == ["dev"]


def test_a_change_that_brings_the_first_environment(tmp_path: Path) -> None:
    root = begun(tmp_path / "r")
    committed(root, {"README.md": "x\n"})
    committed(root, FILES)
    assert {one.state for one in asked(root, "HEAD~1", "HEAD").environments} == {"added"}
    with pytest.raises(NothingThere, match="HEAD~1"):
        asked(root, "HEAD", "HEAD~1")


def test_the_root_may_be_a_folder(tmp_path: Path) -> None:
    top = begun(tmp_path / "r")
    committed(top, {f"config/{name}": text for name, text in FILES.items()})
    committed(top, {"config/environments/dev/app.yaml": "name: changed\n", "README.md": "x\n"})
    assert list(told(asked(top / "config", "HEAD~1"))) == ["dev"]
    assert list(told(asked(top / "config/environments/prod", "HEAD~1", "HEAD"))) == ["dev"]


def test_in_a_bare_repository_the_head_is_head(root: Path, tmp_path: Path) -> None:
    committed(root, {"environments/dev/app.yaml": "name: changed\n"})
    bare = tmp_path / "bare.git"
    git(root, "clone", "--quiet", "--bare", str(root), str(bare))
    found = asked(bare, "HEAD~1")
    assert list(told(found)) == ["dev"]
    assert found.head is not None


def test_revisions_that_lead_nowhere(root: Path, tmp_path: Path) -> None:
    with pytest.raises(NoSuchRevision):
        asked(root, "nothing")
    with pytest.raises(NoSuchRevision):
        asked(root, "HEAD", "nothing")
    git(root, "checkout", "--quiet", "--orphan", "other")
    git(root, "commit", "--quiet", "-m", "other")
    with pytest.raises(Unrelated, match="main and other have no common history"):
        asked(root, "main", "other")
    with pytest.raises(NoCommits):
        asked(begun(tmp_path / "empty"))
    with pytest.raises(NotInGit):
        asked(tmp_path)
    git(root, "rm", "--quiet", "-r", ".")
    with pytest.raises(NotARepository):
        asked(root)


def test_a_shallow_clone_says_what_it_lacks(root: Path, tmp_path: Path) -> None:
    for branch in ("one", "two"):
        git(root, "checkout", "--quiet", "-b", branch, "main")
        committed(root, {"environments/dev/app.yaml": f"name: {branch}\n"})
    shallow = tmp_path / "shallow"
    git(root, "clone", "--quiet", "--depth", "1", "--no-single-branch", f"file://{root}", str(shallow))
    with pytest.raises(BeyondShallow, match="the commit at which origin/one and HEAD part is not in this shallow"):
        asked(shallow, "origin/one")
    git(shallow, "fetch", "--quiet", "--unshallow")
    assert list(told(asked(shallow, "origin/one"))) == ["dev"]


def test_owners_of_files_and_of_values(root: Path) -> None:
    owners = {
        "environments/base/**": ["@base", "@all"],
        "environments/prod/": ["@prod"],
        "app:name": ["@names"],
        "web:**": ["@web"],
    }
    text = "".join(f"  {pattern}: {names}\n" for pattern, names in owners.items()).replace("'", '"')
    text = text.replace("**", "**").replace("  app:name:", '  "app:name":').replace("  web:**:", '  "web:**":')
    committed(root, {"lamina.yaml": f"owners:\n{text}"})
    # A change cannot remove its own reviewers; those that it names anew are asked too.
    said = {"environments/base/app.yaml": "name: root\nhosts:\n- a\ndb: {size: 2}\n",
            "lamina.yaml": 'owners: {"app:db.*": ["@new"]}\n'}  # fmt: skip
    found = changed(root, {**said})
    assert {one.name: (one.files, one.addresses) for one in found.owners} == {
        "@all": (("environments/base/app.yaml",), ()),
        "@base": (("environments/base/app.yaml",), ()),
        "@names": ((), ("app:name",)),
        "@web": ((), ("web:url",)),
        "@new": ((), ("app:db.size",)),
        "@apps": ((), ("app:name",)),
        "@data": ((), ("app:db.size",)),
    }


def test_who_may_open_sealed_files_has_owners_too(root: Path) -> None:
    committed(root, {"lamina.yaml": "owners: {.sops.yaml: ['@vault']}\n"})
    found = changed(root, {".sops.yaml": "creation_rules: []\n", "other.md": "x\n"})
    assert [(one.file, one.change, one.environments) for one in found.files] == [(".sops.yaml", "added", ())]
    assert [(one.name, one.files) for one in found.owners] == [("@vault", (".sops.yaml",))]
    assert told(found) == {}


def test_a_side_that_asks_for_another_lamina_is_named(root: Path) -> None:
    committed(root, {"lamina.yaml": "requires: '>=99'\n"})
    committed(root, {"lamina.yaml": "requires: '>=0.1'\n"})
    with pytest.raises(RequiresAnotherVersion) as failure:
        asked(root, "HEAD~1")
    assert failure.value.details == ("in the base of the change",)


def test_owners_that_the_schema_names_below_what_changed(root: Path) -> None:
    found = changed(root, {"environments/qa/app.yaml": "db: {size: 2}\n"})
    assert {one.name: one.addresses for one in found.owners} == {"@apps": ("app",), "@data": ("app",)}


def test_which_environments_are_expected(root: Path) -> None:
    found = changed(root, {"environments/dev/app.yaml": "name: x\n", "environments/prod/app.yaml": "hosts:\n- c\n"})
    assert found.unexpected(["dev", "prod", "prod-eu"]) == []
    assert found.unexpected(["prod"]) == ["dev", "prod-eu"]
    assert found.unexpected([]) == ["dev", "prod", "prod-eu"]
    with pytest.raises(Misuse, match="names prdo"):
        found.unexpected(["prdo"])
    with pytest.raises(Misuse, match="names base"):
        found.unexpected(["base"])


def test_nothing_is_written(root: Path) -> None:
    (root / "environments/dev/app.yaml").write_text("name: edited\n")
    before = everything(root)
    asked(root)
    asked(root, "HEAD", "HEAD")
    assert everything(root) == before


EDITS: dict[str, list[str | None]] = {
    "lamina.yaml": [None, "environments: {prod: {extends: dev}}\n", "environments: {dev: {abstract: true}}\n"],
    "schemas/app/v1.schema.yaml": ["properties: {n: {default: 1}}\n", "properties: {n: {default: 2}, t: {}}\n"],
    "schemas/web/v1.schema.yaml": ["{}\n", "properties: {y: {default: 1}}\n"],
    "environments/base/app.yaml": [None, "a: 1\n", "a: 2\nb: {c: 1}\n", "b: ${web:x}\n"],
    "environments/base/web.yaml": ["x: 1\n", "x: 2\n", "x: ${@environment}\n"],
    "environments/dev/app.yaml": [None, "a: 5\n", "!unset\n"],
    "environments/dev/web.yaml": [None, "x: !replace [1, 2]\n", "z: ${app:n}\n"],
    "environments/prod/app.yaml": [None, "a: 3\n", "b: !unset\n"],
    "environments/prod/README.md": [None, "x\n"],
}
states = st.fixed_dictionaries({name: st.sampled_from(texts) for name, texts in EDITS.items()})


@settings(max_examples=30)
@given(states, states)
def test_the_impact_is_what_comparing_whole_renders_tells(
    one: dict[str, str | None], other: dict[str, str | None]
) -> None:
    with tempfile.TemporaryDirectory() as name:
        root = begun(Path(name))
        for files in (one, other):
            for folder in ("environments", "schemas"):
                shutil.rmtree(root / folder, ignore_errors=True)
            (root / "lamina.yaml").unlink(missing_ok=True)
            committed(root, {file: text for file, text in files.items() if text is not None})
        found = asked(root, "HEAD~1")
        old, new = lamina.open(root, at="HEAD~1"), lamina.open(root)
        for each in found.environments:
            if each.troubles or each.state not in ("same", "changed"):
                continue
            try:
                expected = [(change.document, change.change) for change in differences(old, each.name, new, each.name)]
            except Broken:
                continue  # in the same way on both sides
            assert [(caused.found.document, caused.found.change) for caused in each.changes] == expected
            assert each.touched is bool(expected)
            assert (each.digest.before == each.digest.after) is not each.touched
            changed_files = {file.file for file in found.files}
            assert {caused.cause.position.file for caused in each.changes} <= changed_files
