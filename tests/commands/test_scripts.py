"""Every script of this folder, run; what a script is stands in tests/scripts.py."""

import os
from pathlib import Path

import pytest
from scripts import parse, today

SCRIPTS = sorted(Path(__file__).parent.glob("**/*.txt"))


@pytest.mark.parametrize("file", SCRIPTS, ids=lambda file: file.stem)
def test_script(file: Path, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    text = file.read_bytes().decode()
    printed = str(today(parse(text), tmp_path))
    if printed != text and (request.config.getoption("update") or os.environ.get("LAMINA_UPDATE")):
        file.write_bytes(printed.encode())
    else:
        assert printed == text
