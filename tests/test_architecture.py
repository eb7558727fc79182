"""The house stands as DESIGN says; and the rules that say so can fail."""

from pathlib import Path

import pytest
from architecture import HOUSE, complaints, figures, house

LONG = "x = 1\n" * 401
LONG_FUNCTION = "def f():\n" + "    x = 1\n" * 60

BROKEN = {
    "words imports a thought": ({"words/a.py": "import lamina.thought.t"}, "words.a: may not import lamina.thought.t"),
    "words opens a file": ({"words/a.py": "x = open('y')"}, "words.a: uses open,"),
    "a thought knows another": (
        {"thought/m/a.py": "from lamina.thought.t import x"},
        "may not import lamina.thought.t",
    ),
    "a thought knows another, by its floor": (
        {"thought/m/a.py": "from lamina.thought import t"},
        "may not import lamina.thought.t",
    ),
    "late imports count": ({"thought/m/a.py": "def f():\n  import lamina.world.w"}, "may not import lamina.world.w"),
    "the world thinks": ({"world/a.py": "from lamina.thought import t"}, "world.a: may not import lamina.thought.t"),
    "the world knows its neighbour": ({"world/a.py": "from lamina.world import w"}, "may not import lamina.world.w"),
    "a question acts": ({"project/a.py": "from lamina import changes"}, "project.a: may not import lamina.changes"),
    "an act talks": ({"changes.py": "from lamina.cli.main import run"}, "changes: may not import lamina.cli.main"),
    "the face talks": ({"__init__.py": "import lamina.cli.main"}, "__init__: may not import lamina.cli.main"),
    "a floor that is none": ({"attic/a.py": ""}, "attic.a: stands on no floor"),
    "a relative import": ({"words/a.py": "from . import b"}, "words.a: imports relatively"),
    "a thought asks the system": ({"thought/t.py": "import os.path"}, "thought.t: uses os.path,"),
    "a thought knows paths": ({"thought/t.py": "from pathlib import Path"}, "thought.t: uses pathlib.Path,"),
    "a thought looks at the clock": (
        {"thought/t.py": "import datetime as d\nd.datetime.now()"},
        "uses datetime.datetime.now,",
    ),
    "the world looks at the clock": ({"world/w.py": "from time import time as t\nt()"}, "uses time.time,"),
    "a program's face reads a variable": ({"state.py": "import os\nx = os.environ['X']"}, "state: uses os.environ,"),
    "a change looks at the clock": ({"changes/a.py": "from time import time as t\nt()"}, "changes.a: uses time.time,"),
    "the world reads a variable": ({"world/w.py": "import os\nx = os.environ['X']"}, "uses os.environ,"),
    "a question prints": ({"project.py": "print(1)"}, "project: uses print,"),
    "a long file": ({"words/a.py": LONG}, "words.a: has 401 lines"),
    "a long function": ({"words/a.py": LONG_FUNCTION}, "words.a: f has 61 lines"),
    "an empty class name": ({"words/a.py": "class NodeManager: ..."}, "the name NodeManager says nothing"),
    "an empty base": ({"words/a.py": "class NodeBase: ..."}, "the name NodeBase says nothing"),
    "an empty function name": ({"words/a.py": "def parse_helper(): ..."}, "the name parse_helper says nothing"),
    "an empty module name": ({"words/utils.py": ""}, "words.utils: the name utils says nothing"),
    "a circle": (
        {"cli/a.py": "import lamina.cli.b", "cli/b.py": "def f():\n  from lamina.cli.a import x"},
        "imports go round: cli.a -> cli.b -> cli.a",
    ),
}

SOUND = {
    "__init__.py": "from lamina.project import x\ndef open(path): ...",
    "__main__.py": "from lamina.cli.main import run\nrun()",
    "words/a.py": "import re",
    "thought/t.py": "from lamina.words.a import x\nimport datetime\ndatetime.datetime(2026, 1, 1)",
    "thought/dice.py": "def roll(random): return random(6)",
    "thought/m/__init__.py": "from lamina.thought.m.a import x",
    "thought/m/a.py": "from lamina.words import a",
    "world/w.py": "import os\nimport time\nfrom lamina.words import a\nos.stat('x')\ntime.monotonic()\nopen('x')",
    "project.py": "from lamina.thought import m, t\nfrom lamina.world.w import x\ndef base_of(): ...",
    "changes.py": "from lamina import project",
    "state.py": "import datetime\nfrom lamina import changes\ndatetime.datetime.now()",
    "cli/main.py": "import os\nimport lamina\nfrom lamina import changes\nprint(os.environ, lamina.__version__)",
}


def test_the_house_stands() -> None:
    assert complaints(HOUSE) == []


def test_the_house_is_read() -> None:
    assert {"words.node", "thought", "cli"} <= house(HOUSE).keys()


def test_a_sound_house_has_no_complaints(tmp_path: Path) -> None:
    assert complaints(built(tmp_path, SOUND)) == []


@pytest.mark.parametrize(("files", "complaint"), BROKEN.values(), ids=BROKEN)
def test_a_broken_rule_is_named(files: dict[str, str], complaint: str, tmp_path: Path) -> None:
    found = complaints(built(tmp_path, SOUND | files))
    assert any(complaint in text for text in found), found


def test_the_figures_are_a_line_to_read(tmp_path: Path) -> None:
    root = built(
        tmp_path,
        {"words/a.py": "def f():\n    return 1\n", "words/b.py": "def g():\n    x = 1\n    y = 2\n    return x\n"},
    )
    assert (
        figures(root)
        == "lamina: 2 files, lines median 3, p90 5, longest 4; 2 functions, lines median 3, p90 5, longest 4"
    )


def built(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root
