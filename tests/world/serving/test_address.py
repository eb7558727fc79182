"""Only this machine can reach what is served."""

from pathlib import Path

import pytest

from lamina.world.serving import Loopback, NoAddress, UnixPath, address_of


def test_addresses_of_this_machine() -> None:
    assert address_of("127.0.0.1:8080") == Loopback("127.0.0.1", 8080)
    assert address_of("127.8.0.1:0") == Loopback("127.8.0.1", 0)
    assert address_of("localhost:80") == Loopback("127.0.0.1", 80)
    assert address_of("[::1]:80") == Loopback("::1", 80)
    assert address_of("unix:/run/x.sock") == UnixPath(Path("/run/x.sock"))
    assert address_of("unix:x") == UnixPath(Path("x"))


def test_how_they_are_named() -> None:
    assert address_of("[0:0::1]:80").url == "http://[::1]:80"
    assert address_of("localhost:80").url == "http://127.0.0.1:80"
    assert address_of("unix:/run/x.sock").url == "unix:/run/x.sock"


@pytest.mark.parametrize(
    "text",
    ["0.0.0.0:80", "[::]:80", "192.0.2.1:80", "[2001:db8::1]:80", "128.0.0.1:1"],
)
def test_what_other_machines_could_reach_is_refused(text: str) -> None:
    with pytest.raises(NoAddress, match="other machines could reach it"):
        address_of(text)


@pytest.mark.parametrize(
    "text", ["", ":80", "80", "127.0.0.1", "127.0.0.1:", "127.0.0.1:99999", "127.1:80", "example.org:80", "127.0.0.1:8 ",
             "[::1%lo]:80", "[127.0.0.1]:80]", "[::ffff:192.0.2.1]:80", "unix:", "unix:/", "unix:a\0b", "tcp:127.0.0.1:80"]
)  # fmt: skip
def test_what_is_no_address(text: str) -> None:
    with pytest.raises(NoAddress):
        address_of(text)
