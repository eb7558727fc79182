"""The server answers whoever has the token and comes from this machine; nobody can hold it up, or fill its memory."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from world.serving.clients import TOKEN, Following, asked, connected, reply, request, said

from lamina.world.serving import Address, Answer, CannotListen, Limits, Loopback, Notice, Server, UnixPath

Serving = Callable[..., Server]
LARGE = b"x" * 3_000_000


def answer(path: str) -> Answer | None:
    """What these tests serve."""
    if path == "/bug":
        raise RuntimeError("a secret")
    found = {"/current": b'{"a": 1}', "/large": LARGE, "/healthz": b"ok\n"}.get(path)
    return None if found is None else Answer(found, tag="sha256:1")


@pytest.fixture
def serving() -> Iterator[Serving]:
    """`serving(address, **limits)`; all are closed at the end."""
    servers = []

    def serve(address: Address | None = None, **limits: float) -> Server:
        bounds = Limits(**limits)  # type: ignore[arg-type]
        open_to_all = ["/healthz"]
        servers.append(
            Server(address or Loopback("127.0.0.1", 0), TOKEN, answer, open_to_all=open_to_all, limits=bounds)
        )
        return servers[-1]

    yield serve
    for one in servers:
        one.close()


@pytest.fixture(params=["loopback", "unix"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Address:
    return Loopback("127.0.0.1", 0) if request.param == "loopback" else UnixPath(tmp_path / "s")


def eventually(holds: Callable[[], bool]) -> None:
    """Wait until something holds; a test that waits for ever is ended from outside."""
    while not holds():
        time.sleep(0.005)


def test_a_client_with_the_token_is_answered(serving: Serving, address: Address) -> None:
    server = serving(address)
    found = asked(server.address, "/current")
    assert (found.status, found.data) == (200, b'{"a": 1}')
    assert found.headers["cache-control"] == "no-store"
    assert found.headers["etag"] == '"sha256:1"'
    assert asked(server.address, "/nothing").status == 404


def test_what_a_client_has_already_is_not_sent_again(serving: Serving) -> None:
    server = serving()
    found = asked(server.address, "/current", If_None_Match='W/"sha256:0", "sha256:1"')
    assert (found.status, found.data) == (304, b"")
    assert asked(server.address, "/current", If_None_Match='"sha256:2"').status == 200


@pytest.mark.parametrize(
    "said",
    [None, "", "Bearer", "Bearer ", "Bearer x", f"Basic {TOKEN.decode()}", TOKEN.decode(), f"Bearer {TOKEN.decode()}0"],
)
def test_a_token_that_is_wrong_or_absent_is_refused(said: str | None, serving: Serving, address: Address) -> None:
    server = serving(address)
    for path in ("/current", "/changes", "/metrics", "/nothing"):
        found = asked(server.address, path, Authorization=said)
        assert (found.status, found.headers["www-authenticate"]) == (401, "Bearer")
    assert asked(server.address, f"/current?token={TOKEN.decode()}", Authorization=said).status == 401
    assert asked(server.address, "/healthz", Authorization=said).data == b"ok\n"
    assert server.numbers.refused == 5


@pytest.mark.parametrize(
    "host", [None, "", "evil.example", "127.0.0.1", "127.0.0.1:1", "0.0.0.0:PORT", "evil.example:PORT"]
)
def test_a_foreign_host_is_refused(host: str | None, serving: Serving) -> None:
    server = serving()
    assert isinstance(server.address, Loopback)
    named = host.replace("PORT", str(server.address.port)) if host is not None else None
    assert asked(server.address, "/current", Host=named).status == 421
    assert asked(server.address, "/healthz", Host=named).status == 421
    assert asked(server.address, "/current", Host=f"LocalHost:{server.address.port}").status == 200


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1", "http://localhost", ""])
def test_a_foreign_origin_is_refused(origin: str, serving: Serving, address: Address) -> None:
    server = serving(address)
    assert asked(server.address, "/current", Origin=origin).status == 403
    assert asked(server.address, "/healthz", Origin=origin).status == 403
    assert asked(server.address, "/current", Sec_Fetch_Site="cross-site").status == 403


def test_the_origin_of_its_own_is_no_foreign_one(serving: Serving) -> None:
    server = serving()
    found = asked(server.address, "/current", Origin=server.address.url, Sec_Fetch_Site="same-origin")
    assert found.status == 200
    assert not [name for name in found.headers if name.startswith("access-control")]


ODD = {
    "nothing": (b"\r\n\r\n", 400),
    "no version": (b"GET /current\r\n\r\n", 400),
    "another protocol": (b"GET /current HTTP/2.0\r\n\r\n", 400),
    "a whole URL": (b"GET http://evil.example/current HTTP/1.1\r\n\r\n", 400),
    "a folded line": (b"GET /current HTTP/1.1\r\nHost: HOST\r\n more: x\r\n\r\n", 400),
    "a bare line feed": (b"GET /current HTTP/1.1\r\nHost: HOST\nX: y\r\n\r\n", 400),
    "a blank before the colon": (b"GET /current HTTP/1.1\r\nHost : HOST\r\n\r\n", 400),
    "two hosts": (b"GET /current HTTP/1.1\r\nHost: HOST\r\nHost: evil\r\n\r\n", 400),
    "two tokens": (b"GET /current HTTP/1.1\r\nHost: HOST\r\nAuthorization: a\r\nAuthorization: b\r\n\r\n", 400),
    "bytes that are no text": (b"GET /current HTTP/1.1\r\nHost: HOST\r\nX: \x00\r\n\r\n", 400),
    "a post": (b"POST /current HTTP/1.1\r\nHost: HOST\r\n\r\n", 405),
    "a head": (b"HEAD /current HTTP/1.1\r\nHost: HOST\r\n\r\n", 405),
    "options": (b"OPTIONS /current HTTP/1.1\r\nHost: HOST\r\nOrigin: ORIGIN\r\n\r\n", 405),
    "content": (b"GET /current HTTP/1.1\r\nHost: HOST\r\nContent-Length: 4\r\n\r\nabcd", 413),
    "pieces": (b"GET /current HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 413),
    "many headers": (b"GET /current HTTP/1.1\r\n" + b"".join(b"X%d: y\r\n" % one for one in range(65)) + b"\r\n", 431),
    "a long request": (b"GET /" + b"x" * 20_000 + b" HTTP/1.1\r\n\r\n", 431),
}


@pytest.mark.parametrize("name", ODD)
def test_an_odd_request_is_refused_and_the_next_one_answered(name: str, serving: Serving) -> None:
    server = serving()
    data, status = ODD[name]
    host = server.address.url.removeprefix("http://").encode()
    found = said(server.address, data.replace(b"HOST", host).replace(b"ORIGIN", b"http://" + host))
    assert (found.status, b"Traceback" in found.data) == (status, False)
    assert asked(server.address, "/current").status == 200


def test_what_fails_is_one_answer_that_says_nothing(serving: Serving, caplog: pytest.LogCaptureFixture) -> None:
    server = serving()
    found = asked(server.address, "/bug")
    assert (found.status, found.data) == (500, b"this cannot be answered\n")
    assert "RuntimeError" in caplog.text
    assert "a secret" not in caplog.text
    assert asked(server.address, "/current").status == 200


def test_a_client_that_says_nothing_is_let_go(serving: Serving) -> None:
    server = serving(head_seconds=0.05)
    with connected(server.address) as client:
        client.sendall(b"GET /current HTTP/1.1\r\n")
        assert reply(b"".join(iter(lambda: client.recv(65536), b""))).status == 408


def test_a_client_that_goes_away_in_the_middle_hurts_nobody(serving: Serving, address: Address) -> None:
    server = serving(address)
    for data in (b"", b"GET /cur", request(server.address, "/large"), request(server.address, "/changes")):
        with connected(server.address) as client:
            client.sendall(data)
    assert asked(server.address, "/current").status == 200
    eventually(lambda: server.numbers.streams == 0)


def test_a_large_answer_arrives_whole(serving: Serving, address: Address) -> None:
    server = serving(address)
    assert asked(server.address, "/large").data == LARGE


def test_who_does_not_take_an_answer_holds_up_nobody(serving: Serving) -> None:
    server = serving(piece_seconds=0.1, answers=2)
    lazy = [connected(server.address, 4096) for _ in range(2)]
    for client in lazy:
        client.sendall(request(server.address, "/large"))

    def answered() -> bool:
        try:
            return asked(server.address, "/current").status == 200
        except (OSError, IndexError):  # there are as many clients as there may be
            return False

    eventually(answered)
    for client in lazy:
        client.close()


def test_more_clients_than_there_may_be_are_refused(serving: Serving) -> None:
    server = serving(answers=3)
    idle = [connected(server.address) for _ in range(3)]
    eventually(lambda: _is_refused(server))
    for client in idle:
        client.close()
    eventually(lambda: not _is_refused(server))


def _is_refused(server: Server) -> bool:
    with connected(server.address) as client:
        try:
            client.sendall(request(server.address, "/current"))
            return client.recv(65536) == b""
        except OSError:
            return True


def notice(number: int) -> Notice:
    return Notice("applied", json.dumps({"generation": number}).encode(), f"{number}-abc")


def test_who_follows_is_told_of_every_change(serving: Serving, address: Address) -> None:
    server = serving(address)
    server.publish(notice(1))
    client = Following(server.address)
    assert client.next() == {"event": "applied", "id": "1-abc", "data": '{"generation": 1}'}
    for number in range(2, 30):
        server.publish(notice(number))
        assert client.next()["id"] == f"{number}-abc"
    server.publish(Notice("refused", b"{}"))
    assert client.next() == {"event": "refused", "data": "{}"}
    assert server.numbers.streams == 1
    client.close()
    eventually(lambda: server.numbers.streams == 0)


@pytest.mark.parametrize(
    ("last", "told"),
    [
        (None, ["8-abc"]),
        ("8-abc", []),
        ("6-abc", ["7-abc", "8-abc"]),
        ("1-abc", ["8-abc"]),  # too long ago
        ("8-other", ["8-abc"]),  # of another process, which had come as far
        ("\x01\x7f", None),
    ],
    ids=["nobody", "nothing", "two", "too long ago", "another process", "no id"],
)
def test_a_client_that_comes_back_is_told_what_it_missed(
    last: str | None, told: list[str] | None, serving: Serving
) -> None:
    server = serving(past=4)
    for number in range(1, 9):
        server.publish(notice(number))
    if told is None:
        assert asked(server.address, "/changes", Last_Event_ID=last).status == 400
        return
    client = Following(server.address, last)
    eventually(lambda: server.numbers.streams == 1)
    server.publish(notice(9))
    assert [client.next()["id"] for _ in [*told, 9]] == [*told, "9-abc"]
    client.close()


def test_refusals_do_not_hide_what_is_in_force(serving: Serving) -> None:
    server = serving(past=3)
    server.publish(notice(1))
    for _ in range(5):
        server.publish(Notice("refused", b"{}"))
    client = Following(server.address)
    assert [client.next()["event"] for _ in range(4)] == ["applied", "refused", "refused", "refused"]
    client.close()


def test_a_consumer_that_never_reads_is_dropped_and_told_to_come_back(serving: Serving) -> None:
    server = serving(queued=16, send_bytes=4096)
    lazy = Following(server.address, room=4096)
    quick = Following(server.address)
    eventually(lambda: server.numbers.streams == 2)
    line = b'{"padding": "' + b"x" * 10_000 + b'"}'
    number = 0
    while server.numbers.dropped == 0 and server.numbers.streams == 2:
        number += 1
        server.publish(Notice("applied", line, str(number)))
        assert quick.next()["id"] == str(number)
        if number > 100:
            # It is late by now; it is let go as soon as it reads on, or after a while.
            break
    assert number < 1_000
    said = list(iter(lazy.next, {}))
    assert said[-1] == {"event": "reconnect", "data": '{"reason":"you read too slowly"}'}
    assert len(said) < number
    assert asked(server.address, "/current").status == 200
    server.publish(Notice("applied", b"{}", "last"))
    assert quick.next()["id"] == "last"
    assert server.numbers.dropped == 1
    back = Following(server.address, said[-2]["id"])
    assert next(one for one in iter(back.next, {}) if one["id"] == "last")["data"] == "{}"
    for client in (lazy, quick, back):
        client.close()


def test_a_consumer_that_never_reads_is_gone_after_a_while(serving: Serving) -> None:
    server = serving(queued=16, send_bytes=4096, piece_seconds=0.1)
    lazy = Following(server.address, room=4096)
    eventually(lambda: server.numbers.streams == 1)
    for number in range(200):
        server.publish(Notice("applied", b"x" * 10_000, str(number)))
    eventually(lambda: server.numbers.streams == 0)
    assert server.numbers.dropped == 1
    lazy.close()


def test_there_are_only_so_many_who_may_follow(serving: Serving) -> None:
    server = serving(streams=2)
    first, second = Following(server.address), Following(server.address)
    eventually(lambda: server.numbers.streams == 2)
    refused = asked(server.address, "/changes")
    assert (refused.status, refused.headers["retry-after"]) == (503, "10")
    assert asked(server.address, "/current").status == 200
    first.close()
    eventually(lambda: server.numbers.streams == 1)
    third = Following(server.address)
    eventually(lambda: server.numbers.streams == 2)
    for client in (second, third):
        client.close()


def test_signs_of_life_are_sent(serving: Serving) -> None:
    server = serving(heartbeat_seconds=0.01)
    with connected(server.address) as client:
        client.sendall(request(server.address, "/changes"))
        data = b""
        while data.count(b": still here\n\n") < 3:
            data += client.recv(65536)
    assert b"retry: 1000\n\n" in data


def test_all_clients_are_let_go_at_the_end(tmp_path: Path) -> None:
    server = Server(UnixPath(tmp_path / "s"), TOKEN, answer)
    following = Following(server.address)
    idle = connected(server.address)
    eventually(lambda: server.numbers.streams == 1)
    server.close()
    assert (following.next(), idle.recv(10)) == ({}, b"")
    assert list(tmp_path.iterdir()) == []
    assert "lamina-serve" not in {one.name for one in threading.enumerate()}
    server.publish(notice(1))
    server.close()
    for client in (following.socket, idle):
        client.close()


def test_the_socket_is_its_owners_alone(serving: Serving, tmp_path: Path) -> None:
    serving(UnixPath(tmp_path / "s"))
    assert (tmp_path / "s").stat().st_mode & 0o777 == 0o600


def test_the_socket_of_a_dead_process_is_taken_over(serving: Serving, tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(tmp_path / "s"))
    server = serving(UnixPath(tmp_path / "s"))
    assert asked(server.address, "/current").status == 200


def test_a_socket_that_another_has_put_in_its_place_is_left_alone(tmp_path: Path) -> None:
    server = Server(UnixPath(tmp_path / "s"), TOKEN, answer)
    (tmp_path / "s").unlink()
    (tmp_path / "s").write_text("mine")
    server.close()
    assert (tmp_path / "s").read_text() == "mine"


def test_what_is_in_use_or_no_socket_is_not_taken(serving: Serving, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    alive = serving(UnixPath(tmp_path / "s"))
    port = serving().address
    for place, why in (
        (UnixPath(tmp_path / "file"), "something that is no socket stands there"),
        (alive.address, "it is in use"),
        (port, "it is in use"),
        (UnixPath(tmp_path / "none/s"), "No such file or directory"),
        (UnixPath(tmp_path / ("x" * 150)), "about 100 bytes"),
    ):
        with pytest.raises(CannotListen, match=why):
            Server(place, TOKEN, answer)
    assert (tmp_path / "file").read_text() == "mine"
    assert asked(alive.address, "/current").status == 200
