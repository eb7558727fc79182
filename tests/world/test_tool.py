"""What tells this tool apart from another."""

import shutil
import subprocess
import sys
from pathlib import Path

from architecture import HOUSE

from lamina.world.tool import fingerprint


def told(root: Path) -> str:
    """The fingerprint of the package below a folder."""
    words = "import sys; sys.path.insert(0, sys.argv[1]); from lamina.world import tool; print(tool.fingerprint('1'))"
    done = subprocess.run([sys.executable, "-c", words, str(root)], capture_output=True, text=True, check=True)
    return done.stdout


def test_it_is_the_same_for_the_same_tool() -> None:
    assert fingerprint("1") == fingerprint("1")
    assert fingerprint("1") != fingerprint("2")


def test_it_is_another_after_an_edit_of_what_makes_results(tmp_path: Path) -> None:
    package = tmp_path / "lamina"
    for name in ("__init__.py", "world/__init__.py", "world/tool.py", "cli/__init__.py", "thought/merge/fold.py"):
        (package / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(HOUSE / name, package / name)
    before = told(tmp_path)
    (package / "cli/__init__.py").write_text("# of no matter\n")
    assert told(tmp_path) == before
    (package / "thought/merge/fold.py").write_text("# another merge\n")
    assert told(tmp_path) != before
