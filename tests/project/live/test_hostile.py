"""Three hundred bad configurations: none is ever in force, none stops the program, and each is told with a reason."""

import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Counted
from living import FILES, replaced, written

import lamina
from lamina.world.sources import memory

MANY = 300

Damage = Callable[[Path, random.Random], None]


def _layer(root: Path, dice: random.Random) -> Path:
    return root / dice.choice([name for name in FILES if name.startswith("environments/")])


def _app(root: Path, dice: random.Random) -> Path:
    return root / f"environments/{dice.choice(['base', 'prod'])}/app.yaml"


def text_damage(make: Callable[[random.Random], str | bytes]) -> Damage:
    """A layer that says something else."""
    return lambda root, dice: replaced(_layer(root, dice), make(dice))


def added(make: Callable[[random.Random], str]) -> Damage:
    """A layer of the document `app` that says something more."""

    def damage(root: Path, dice: random.Random) -> None:
        file = _app(root, dice)
        replaced(file, f"{file.read_text()}{make(dice)}\n")

    return damage


def _cut(root: Path, dice: random.Random) -> None:
    """A file of which only a part was written: it ends within a quoted text or a list."""
    text = 'name: "a long name"\nlist: [1, 2, 3]\nmap: {"a": 1}\n'
    ends = [index for index in range(7, len(text)) if text[:index].count('"') % 2 or _open(text[:index])]
    replaced(_app(root, dice), text[: dice.choice(ends)])


def _open(text: str) -> bool:
    return text.count("[") > text.count("]") or text.count("{") > text.count("}")


def _bomb(dice: random.Random) -> str:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x, x]"]
    for number in range(dice.randint(8, 12)):
        last, name = chr(97 + number), chr(98 + number)
        lines.append(f"{name}: &{name} [{', '.join([f'*{last}'] * 10)}]")
    return "\n".join(lines) + "\n"


def _schema(root: Path, dice: random.Random) -> None:
    file = root / f"schemas/{dice.choice(['app', 'web', 'teams'])}/v1.schema.yaml"
    if dice.random() < 0.3:
        file.unlink()
    else:
        replaced(file, dice.choice(["type: 5\n", "[", "properties: {n: {$ref: '#/nowhere'}}\n", "type: string\n"]))


def _settings(root: Path, dice: random.Random) -> None:
    wrong = ("environments: 5\n", 'requires: ">=99"\n', "environments: {prod: {extends: nothing}}\n", "[", "a: 1\n")
    replaced(root / "lamina.yaml", dice.choice(wrong))


def _no_file(root: Path, dice: random.Random) -> None:
    """Something in the place of a layer that is no file of this repository."""
    file = _layer(root, dice)
    file.unlink()
    kind = dice.randrange(5)
    if kind == 0:
        os.mkfifo(file)
    elif kind == 1:
        file.mkdir()
    else:
        file.symlink_to(("/etc/passwd", file.name, "nowhere.yaml")[kind - 2])


def _gone(root: Path, dice: random.Random) -> None:
    gone = dice.choice(["environments", "environments/prod", "environments/base", "schemas", "schemas/app", ""])
    shutil.rmtree(root / gone)


DAMAGES: dict[str, Damage] = {
    "nothing in it": text_damage(lambda dice: ""),
    "half a file": _cut,
    "noise": text_damage(lambda dice: dice.randbytes(dice.randint(1, 2000)) + b"\xff\0"),
    "an unknown key": added(lambda dice: f"{dice.choice('xyz')}{dice.randrange(99)}: 1"),
    "another type": added(lambda dice: f"list: {dice.choice(['5', 'x', '{a: 1}', 'true', '[x]', '[1.5]'])}"),
    "a key twice": added(lambda dice: "list: [1]\n" * dice.randint(2, 4)),
    "a reference to nothing": added(lambda dice: f"from: ${{{dice.choice(['app:x', 'no:n', 'x.y', 'teams/no:n'])}}}"),
    "a reference to itself": added(lambda dice: "from: ${app:from}"),
    "an item twice removed": added(lambda dice: "list: !unset {x: 1}"),
    "a bomb of aliases": text_damage(_bomb),
    "a bomb of brackets": text_damage(lambda dice: "n: " + dice.choice(["[", "{a: "]) * dice.randint(2000, 90_000)),
    "code": text_damage(lambda dice: f"n: !!python/object/apply:os._exit [{dice.randrange(9)}]\n"),
    "a merge key": text_damage(lambda dice: "map: &m {a: 1}\nlist: []\nx:\n  <<: *m\n"),
    "two documents": text_damage(lambda dice: "n: 1\n---\nn: 2\n"),
    "no map": text_damage(lambda dice: dice.choice(["- 1\n", "x\n", "5\n", "[]\n"])),
    "a conflict": text_damage(lambda dice: "<<<<<<< HEAD\nn: 1\n=======\nn: 2\n>>>>>>> other\n"),
    "UTF-16": text_damage(lambda dice: "n: 1\n".encode("utf-16")),
    "tabs": text_damage(lambda dice: "map:\n\ta: 1\n"),
    "a schema": _schema,
    "settings": _settings,
    "no file": _no_file,
    "gone": _gone,
}


def test_nothing_bad_is_ever_in_force(tmp_path: Path, counted: Counted, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "_QUIET", 0.0)
    root, got_in = written(tmp_path / "repository"), list[str]()
    kinds = list(DAMAGES)
    with lamina.live(root, "prod", watch=False) as live:
        sound = live.current
        for number in range(MANY):
            kind, dice = kinds[number % len(kinds)], random.Random(number)
            DAMAGES[kind](root, dice)
            outcome = live.reload()
            if outcome.verdict != "refused" or not outcome.reason or live.current is not sound:
                got_in.append(f"{number}: {kind}: {outcome}")
            shutil.rmtree(root, ignore_errors=True)
            written(root)
            assert live.reload().verdict == "unchanged"
        assert got_in == []
        assert live.status().callback_failures == 0
    counted("F1", "a bad configuration: refused", MANY)
