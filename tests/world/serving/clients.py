"""Clients of a server, written by hand so that they may be rude."""

import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lamina.world.serving import Address, UnixPath

TOKEN = b"0123456789abcdef0123456789abcdef"


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: its status, its headers by their name in small letters, and its bytes."""

    status: int
    headers: Mapping[str, str]
    data: bytes


def connected(address: Address, room: int | None = None) -> socket.socket:
    """A connection; with `room` the kernel keeps only so many bytes for who does not read."""
    unix = isinstance(address, UnixPath)
    client = socket.socket(socket.AF_UNIX if unix else socket.AF_INET, socket.SOCK_STREAM)
    client.settimeout(20)
    if room is not None:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
    client.connect(str(address.path) if isinstance(address, UnixPath) else (address.host, address.port))
    return client


def request(address: Address, path: str, **headers: str | None) -> bytes:
    """A request as a well-behaved client sends it; a header that is None is left out, `_` in its name is `-`."""
    usual = {"Host": sorted(address.hosts)[0], "Authorization": f"Bearer {TOKEN.decode()}"}
    given = {name.replace("_", "-"): text for name, text in headers.items()}
    lines = [f"{name}: {text}" for name, text in (usual | given).items() if text is not None]
    return "\r\n".join([f"GET {path} HTTP/1.1", *lines, "", ""]).encode()


def asked(address: Address, path: str, **headers: str | None) -> Reply:
    """What is answered to a request."""
    return said(address, request(address, path, **headers))


def said(address: Address, data: bytes) -> Reply:
    """What is answered to bytes."""
    with connected(address) as client:
        client.sendall(data)
        return reply(b"".join(iter(lambda: client.recv(65536), b"")))


def reply(data: bytes) -> Reply:
    """An answer that was received whole."""
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): text.strip() for name, _, text in (line.partition(":") for line in lines)}
    return Reply(int(first.split()[1]), headers, body)


class Following:
    """A client that follows the stream, and reads when it is told to."""

    def __init__(self, address: Address, last: str | None = None, room: int | None = None) -> None:
        self.socket = connected(address, room)
        self.socket.sendall(request(address, "/changes", Last_Event_ID=last))
        self._data = b""

    def next(self) -> dict[str, str]:
        """The next event, comments left out; empty when the server has closed."""
        while True:
            block, mark, rest = self._data.partition(b"\n\n")
            if mark:
                self._data = rest
                lines = block.decode().split("\r\n\r\n")[-1].split("\n")
                fields = dict(line.split(": ", 1) for line in lines if not line.startswith(":") and ": " in line)
                if "data" in fields:
                    return fields
                continue
            more = self.socket.recv(65536)
            if not more:
                return {}
            self._data += more

    def close(self) -> None:
        """Go away."""
        self.socket.close()


def token_file(folder: Path) -> Path:
    """A file with the token."""
    file = folder / "token"
    file.write_bytes(TOKEN + b"\n")
    file.chmod(0o600)
    return file
