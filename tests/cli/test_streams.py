"""What a command prints arrives whole, also where a write takes a part only, as one to a pipe does that is interrupted."""

import gc
import io
import sys
from pathlib import Path
from typing import Any

import pytest
from living import FILES, written
from running import run_here

from lamina.cli.main import run


class Sluggish(io.RawIOBase):
    """Takes at most 1000 bytes at a time."""

    def __init__(self) -> None:
        self.data = b""

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.data += bytes(data)[:1000]
        return min(len(bytes(data)), 1000)


@pytest.mark.parametrize("form", ["json", "yaml"])
def test_a_long_output_is_whole_where_python_does_not_buffer(
    form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PYTHONUNBUFFERED, which many containers set, leaves the text layer alone with the file."""
    written(tmp_path, {**FILES, "environments/prod/app.yaml": f"name: {'x' * 5000}\n"})
    words = ("render", "prod", "app", "--format", form)
    stream = Sluggish()
    unbuffered = io.TextIOWrapper(stream, write_through=True)
    monkeypatch.setattr(sys, "stdout", unbuffered)
    monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(io.BytesIO()))
    monkeypatch.setattr(sys, "argv", ["lamina", "-C", str(tmp_path), *words])
    try:
        with pytest.raises(SystemExit) as ended:
            run()
        sys.stdout.flush()
    finally:
        gc.enable()
    assert ended.value.code == 0
    assert stream.data.decode() == run_here(*words, cwd=tmp_path).out
    assert len(stream.data) > 5000
    assert unbuffered is not sys.stdout
