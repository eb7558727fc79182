"""The server: a thread of its own, one connection one answer, and every client bounded in time, size and number."""

import asyncio
import logging
import socket
import threading
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass

from lamina.world.serving.address import Address
from lamina.world.serving.answers import STREAM, Answer, head, known, refusal
from lamina.world.serving.listening import Listening
from lamina.world.serving.notices import BEGIN, FULL, STILL_HERE, Notice, Past
from lamina.world.serving.requests import Refused, Request, demand_get, demand_near, demand_token, request_in

CHANGES = "/changes"
_CHUNK = 1 << 16
_log = logging.getLogger("lamina.serve")


@dataclass(frozen=True, slots=True)
class Limits:
    """What a client may take: seconds to send a request and to take a piece of an answer, bytes, and how many there may be.

    `queued` is how many notices wait for a reader that is slow, `past` how many are kept for one that was cut off.
    """

    head_seconds: float = 5
    head_bytes: int = 16_384
    piece_seconds: float = 10
    answer_seconds: float = 120
    answers: int = 32
    streams: int = 64
    queued: int = 64
    past: int = 64
    heartbeat_seconds: float = 15
    send_bytes: int = 1 << 17


@dataclass(frozen=True, slots=True)
class Numbers:
    """How many clients follow the stream now, were cut off because they did not read, and were refused, so far."""

    streams: int
    dropped: int
    refused: int


class _Follower:
    """A client of the stream: what waits for it, and whether that became too much, or it has gone away."""

    def __init__(self, most: int) -> None:
        self.waiting: asyncio.Queue[bytes] = asyncio.Queue(most)
        self.late = self.gone = False

    def tell(self, text: bytes) -> None:
        """Have something sent, unless too much waits already."""
        try:
            self.waiting.put_nowait(text)
        except asyncio.QueueFull:
            self.late = True

    def leave(self, _: object) -> None:
        """It has gone away, so it waits for nothing any more."""
        self.gone = True
        self.tell(b"")


class Server:
    """Answers `GET`: what `answer` has for a path (None: nothing), and at `/changes` the notices that are published.

    `answer` is called in a thread and must be safe there; the paths `open_to_all` are answered without the token.
    """

    def __init__(
        self,
        address: Address,
        token: bytes,
        answer: Callable[[str], Answer | None],
        *,
        open_to_all: Collection[str] = (),
        limits: Limits | None = None,
    ) -> None:
        """Raises CannotListen."""
        self._listening = Listening(address)
        self.address = self._listening.address
        self._token, self._answer, self._open = token, answer, frozenset(open_to_all)
        self._limits = limits or Limits()
        self._past = Past(self._limits.past)
        self._followers: set[_Follower] = set()
        self._clients: set[asyncio.Task[None]] = set()
        self._answering = self._dropped = self._refused = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="lamina-serve", daemon=True)
        self._thread.start()

    @property
    def numbers(self) -> Numbers:
        """The clients, counted."""
        return Numbers(len(self._followers), self._dropped, self._refused)

    def publish(self, notice: Notice) -> None:
        """Tell all who follow the stream; nobody waits for them."""
        with suppress(RuntimeError):  # closed meanwhile
            self._loop.call_soon_threadsafe(self._publish, notice)

    def close(self) -> None:
        """Let all clients go."""
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._listening.close()

    def _publish(self, notice: Notice) -> None:
        self._past.add(notice)
        for one in self._followers:
            one.tell(notice.text)

    def _run(self) -> None:
        loop = self._loop
        asyncio.set_event_loop(loop)
        self._listening.socket.setblocking(False)
        accepting = loop.create_task(self._accept())
        try:
            loop.run_forever()
        finally:
            leaving = [accepting, *self._clients]
            for task in leaving:
                task.cancel()
            loop.run_until_complete(asyncio.gather(*leaving, return_exceptions=True))
            loop.run_until_complete(loop.shutdown_default_executor())
            loop.close()

    async def _accept(self) -> None:
        while True:
            try:
                client, _ = await self._loop.sock_accept(self._listening.socket)
            except OSError:  # it is gone already, or there are too many files open: others go first
                await asyncio.sleep(0.05)
                continue
            task = self._loop.create_task(self._meet(client))
            self._clients.add(task)
            task.add_done_callback(self._clients.discard)

    async def _meet(self, client: socket.socket) -> None:
        """One connection, from its request to its end."""
        if self._answering >= self._limits.answers:
            self._refused += 1
            client.close()
            return
        with suppress(OSError, TimeoutError):
            client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, self._limits.send_bytes)
            reader, writer = await asyncio.open_connection(sock=client, limit=self._limits.head_bytes)
            try:
                if (request := await self._answered(reader, writer)) is not None:
                    await self._follow(request, reader, writer)
                await self._part(writer)
            finally:
                writer.transport.abort()

    async def _answered(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Request | None:
        """Answer a client; the request of one that may follow the changes is not answered yet, and given back."""
        self._answering += 1
        try:
            request = await self._request(reader)
            if request is not None and request.path != CHANGES:
                await self._give(writer, known(await self._found(request), request.headers.get("if-none-match")))
            return request if request is not None and request.path == CHANGES else None
        except Refused as refused:
            self._refused += 1
            await self._give(writer, refusal(refused.status, refused.why, refused.more))
            return None
        finally:
            self._answering -= 1

    async def _request(self, reader: asyncio.StreamReader) -> Request | None:
        """What the client asks for, if it says all of it; raises Refused for what it may not."""
        try:
            async with asyncio.timeout(self._limits.head_seconds):
                request = request_in(await reader.readuntil(b"\r\n\r\n"))
        except TimeoutError:
            raise Refused(408, "the request did not come in time") from None
        except asyncio.LimitOverrunError:
            raise Refused(431, "the request is too long") from None
        except asyncio.IncompleteReadError:
            return None
        demand_near(request, self.address)
        demand_get(request)
        if request.path not in self._open:
            demand_token(request, self._token)
        if request.path == CHANGES and len(self._followers) >= self._limits.streams:
            raise Refused(503, "too many clients follow the changes already", **{"Retry-After": "10"})
        return request

    async def _found(self, request: Request) -> Answer:
        try:
            found = await asyncio.to_thread(self._answer, request.path)
        except Exception as bug:  # of one answer: the others go on
            # Not its message, which may quote a value.
            _log.error("%s could not be answered: %s", request.path, type(bug).__qualname__)
            raise Refused(500, "this cannot be answered") from None
        if found is None:
            raise Refused(404, "there is nothing at this path")
        return found

    async def _give(self, writer: asyncio.StreamWriter, answer: Answer) -> None:
        async with asyncio.timeout(self._limits.answer_seconds):
            writer.write(head(answer, len(answer.data)))
            for start in range(0, len(answer.data), _CHUNK):
                writer.write(answer.data[start : start + _CHUNK])
                await self._taken(writer)

    async def _follow(self, request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Tell a client what it has missed and what comes, until it goes or reads too slowly."""
        follower = _Follower(self._limits.queued)
        missed = list(self._past.since(request.headers.get("last-event-id")))
        self._followers.add(follower)
        # What a client sends after its request is of no interest, but for its end.
        ending = self._loop.create_task(reader.read(1))
        ending.add_done_callback(follower.leave)
        try:
            writer.write(head(Answer(b"", STREAM), None) + BEGIN + b"".join(one.text for one in missed))
            while not (follower.late or follower.gone):
                await self._taken(writer)
                writer.write(await self._next(follower))
        except TimeoutError:
            follower.late = True
        finally:
            self._followers.discard(follower)
            ending.cancel()
            if follower.late and not follower.gone:
                self._dropped += 1
                writer.write(FULL)

    async def _next(self, follower: _Follower) -> bytes:
        """What is to be sent next: a notice, or a sign of life."""
        try:
            async with asyncio.timeout(self._limits.heartbeat_seconds):
                return await follower.waiting.get()
        except TimeoutError:
            return STILL_HERE

    async def _taken(self, writer: asyncio.StreamWriter) -> None:
        """Wait until the client has taken most of what was sent; raises TimeoutError."""
        async with asyncio.timeout(self._limits.piece_seconds):
            await writer.drain()

    async def _part(self, writer: asyncio.StreamWriter) -> None:
        """Send what is left, and close."""
        async with asyncio.timeout(self._limits.piece_seconds):
            writer.close()
            await writer.wait_closed()
