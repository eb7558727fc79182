"""What is in force after any edits is what a fresh look at the repository renders, or the last that was sound.

Random edits of layers, schemas, settings and names, a tenth of them wrong; LAMINA_TORTURE=1 makes many more.
"""

import json
import os
import random
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest
from conftest import Counted
from githistory import begun, committed, git
from living import SCHEMA, replaced, written

import lamina
from lamina.project.digests import digest_of
from lamina.project.live.live import Live
from lamina.words.errors import Failure
from lamina.world.sources import memory

EDITS = 2000 if os.environ.get("LAMINA_TORTURE") == "1" else 60

ENVIRONMENTS = ("base", "stage", "prod")
DOCUMENTS = ("app", "web", "teams/red", "teams/blue", "teams/_defaults", "gates/one", "gates/two")
GATES = """
    type: object
    additionalProperties: false
    properties:
      n: {type: integer, default: 7}
      from: {type: [integer, string]}
      team: {type: string, x-refers: teams}
      list: {type: array, items: {type: integer}, x-merge: append}
"""
START = {
    "schemas/app/v1.schema.yaml": SCHEMA,
    "schemas/web/v1.schema.yaml": SCHEMA,
    "schemas/teams/v1.schema.yaml": SCHEMA,
    "schemas/gates/v1.schema.yaml": GATES,
    "lamina.yaml": "environments: {prod: {extends: stage}}\n",
    "environments/base/app.yaml": "n: 1\n",
    "environments/base/web.yaml": "from: ${app:n}\n",
    "environments/base/teams/red.yaml": "n: 10\n",
    "environments/base/gates/one.yaml": "n: 1\n",
    "environments/stage/app.yaml": "name: stage\n",
    "environments/prod/app.yaml": "name: prod\n",
}


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "_QUIET", 0.0)


def layer(dice: random.Random) -> str:
    """A layer that is mostly sound, in one of few texts: so the same bytes come again."""
    parts = [
        f"n: {dice.randrange(4)}\n",
        f"name: {dice.choice('xyz')}\n",
        f"list: {dice.choice(['', '!replace ', '!append '])}[{dice.randrange(3)}]\n",
        f"from: ${{{dice.choice(['app:n', 'web:n', 'teams/red:n', 'gates/one:n', 'app:from'])}}}\n",
        f"map: {{a: {dice.randrange(3)}}}\n",
        f"team: {dice.choice(['red', 'blue'])}\n",
        "list: !unset\n",
    ]
    if dice.random() < 0.05:
        return dice.choice(["!unset\n", "n: x\n", "nope: 1\n", "n: [\n", ""])
    return "".join(dice.sample(parts, dice.randint(1, 2)))


def edited(root: Path, dice: random.Random) -> None:
    """One edit, at a random place."""
    file = root / f"environments/{dice.choice(ENVIRONMENTS)}/{dice.choice(DOCUMENTS)}.yaml"
    kind = dice.random()
    if kind < 0.15:
        file.unlink(missing_ok=True)
    elif kind < 0.2:
        schema = dice.choice([SCHEMA, GATES, SCHEMA.replace("integer", "number"), "{}\n", GATES.replace("7", "8")])
        replaced(root / f"schemas/{dice.choice(['app', 'teams', 'gates'])}/v1.schema.yaml", schema)
    elif kind < 0.25:
        extends = dice.choice(
            ["{}", "{prod: {extends: stage}}", "{prod: {extends: base}}", "{stage: {abstract: true}}"]
        )
        replaced(root / "lamina.yaml", f"environments: {extends}\n")
    elif kind < 0.28:
        shutil.copytree(root, root.parent / "copy", dirs_exist_ok=False)
        shutil.rmtree(root)
        (root.parent / "copy").rename(root)
    elif kind < 0.4 and file.exists():
        # Written in place, of the same size, and with the time that it had: only its ctime tells.
        state = file.stat()
        text = file.read_bytes()
        with file.open("r+b") as stream:
            stream.write(text.translate(bytes.maketrans(b"0123", b"1230")))
        os.utime(file, ns=(state.st_atime_ns, state.st_mtime_ns))
    else:
        replaced(file, layer(dice))


def files_of(root: Path) -> dict[str, bytes]:
    """All files of a repository."""
    return {str(file.relative_to(root)): file.read_bytes() for file in root.rglob("*.yaml")}


def back(root: Path, files: dict[str, bytes]) -> None:
    """Bring a repository back to these files, and no others."""
    for name in files_of(root).keys() - files.keys():
        (root / name).unlink()
    written(root, files)


def as_json(documents: Mapping[str, object]) -> str:
    """What two sets of documents share exactly where they are the same, by value and type; keys have no order."""
    return json.dumps(dict(documents), sort_keys=True)


def demand_equal(live: Live, root: Path, at: str | None = None) -> bool:
    """That it holds what a fresh look renders, or did not change; whether it was sound."""
    before = live.current
    outcome = live.reload()
    try:
        fresh = lamina.open(root, at).render("prod")
        documents = {name: fresh[name] for name in fresh}
        sound = not any(finding.severity == "error" for finding in fresh.findings) and bool(documents)
    except Failure:
        sound = False
    if not sound:
        assert outcome.verdict == "refused", outcome
        assert live.current is before
        return False
    if outcome.verdict == "refused":
        # What is gone or emptied is not taken, though what is left is sound.
        assert re.search(" is (gone|empty)", outcome.reason or ""), outcome
        return False
    assert as_json(live.current) == as_json(documents)
    assert live.current.digest == digest_of(fresh.document(name) for name in fresh)
    assert live.generation == before.generation + (outcome.verdict == "applied")
    return True


@pytest.mark.parametrize("seed", range(4))
def test_a_work_tree_after_random_edits(seed: int, tmp_path: Path, counted: Counted) -> None:
    root, dice = written(tmp_path / "repository", START), random.Random(seed)
    sound, last = 0, files_of(root)
    with lamina.live(root, "prod", watch=False) as live:
        for _ in range(EDITS):
            for _ in range(dice.choice((1, 1, 1, 2, 5))):
                edited(root, dice)
            if demand_equal(live, root):
                sound, last = sound + 1, files_of(root)
            elif dice.random() < 0.6:
                back(root, last)
    assert sound > EDITS / 4
    counted("F1", "an edit of a work tree: as a fresh look has it", EDITS)


def test_a_branch_after_random_commits(tmp_path: Path, counted: Counted) -> None:
    root, dice = begun(tmp_path / "repository"), random.Random(5)
    committed(root, START)
    commits, sound, last = EDITS // 5, 0, files_of(root)
    with lamina.live(root, "prod", at="main", watch=False) as live:
        for _ in range(commits):
            if dice.random() < 0.15:
                git(
                    root,
                    "reset",
                    "--quiet",
                    "--hard",
                    f"HEAD~{min(3, len(git(root, 'log', '--format=%h').split()) - 1)}",
                )
            else:
                edited(root, dice)
                committed(root, {})
            if demand_equal(live, root, "main"):
                sound, last = sound + 1, files_of(root)
            elif dice.random() < 0.6:
                back(root, last)
    assert sound > commits / 4
    counted("F1", "a commit of a branch: as a fresh look has it", commits)
