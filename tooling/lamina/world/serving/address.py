"""Where to listen: `127.0.0.1:PORT`, `[::1]:PORT`, `localhost:PORT`, or `unix:PATH`; a network sees none of them."""

import re
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from lamina.words.errors import Misuse

_UNIX = "unix:"
_TCP = re.compile(r"(\[[0-9A-Fa-f:]+\]|[0-9.]+|localhost):([0-9]{1,5})")
_MOST = 65535
_HINT = "say 127.0.0.1:PORT, or unix:PATH; what other machines may see is for a proxy in front of it"


class NoAddress(Misuse):
    """Words that name no place to listen at, or one that a network could reach."""

    def __init__(self, text: str, why: str) -> None:
        super().__init__(f"cannot serve at {text}: {why}", _HINT)


@dataclass(frozen=True, slots=True)
class Loopback:
    """A port of this machine's own address; 0 is any that is free."""

    host: str
    port: int

    @property
    def url(self) -> str:
        """What a client on this machine calls it."""
        return f"http://{self._named}"

    @property
    def hosts(self) -> frozenset[str]:
        """What `Host` may say."""
        return frozenset({self._named, f"localhost:{self.port}"})

    @property
    def origins(self) -> frozenset[str]:
        """What `Origin` may say."""
        return frozenset(f"http://{host}" for host in self.hosts)

    @property
    def _named(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class UnixPath:
    """A socket in the file system, which its owner alone may open."""

    path: Path

    @property
    def url(self) -> str:
        """What a client on this machine calls it."""
        return f"{_UNIX}{self.path}"

    @property
    def hosts(self) -> frozenset[str]:
        """What `Host` may say."""
        return frozenset({"localhost"})

    @property
    def origins(self) -> frozenset[str]:
        """What `Origin` may say: no page of a browser comes this way."""
        return frozenset()


Address = Loopback | UnixPath


def address_of(text: str) -> Address:
    """The address that words name; raises NoAddress."""
    if text.startswith(_UNIX):
        if (path := text.removeprefix(_UNIX)) in ("", ".", "/") or "\0" in path:
            raise NoAddress(text, "it names no file")
        return UnixPath(Path(path))
    found = _TCP.fullmatch(text)
    if found is None:
        raise NoAddress(text, "it is no address with a port")
    host, port = found[1].strip("[]"), int(found[2])
    if port > _MOST:
        raise NoAddress(text, f"a port is at most {_MOST}")
    host = "127.0.0.1" if host == "localhost" else host
    try:
        near = ip_address(host)
    except ValueError:
        raise NoAddress(text, "it is no address with a port") from None
    if not near.is_loopback:
        raise NoAddress(text, "other machines could reach it")
    return Loopback(str(near), port)
