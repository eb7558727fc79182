"""Answers, as bytes on the wire; each ends its connection."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

_ALWAYS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Connection": "close"}
STREAM = "text/event-stream; charset=utf-8"
PLAIN = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent for a path: the bytes, what they are, and by which `tag` a client knows that it has them already."""

    data: bytes
    type: str = PLAIN
    tag: str | None = None
    status: int = 200
    more: Mapping[str, str] = field(default_factory=dict)


def head(answer: Answer, length: int | None) -> bytes:
    """The status line and the headers; no length is told of a stream."""
    lines = [f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}", f"Content-Type: {answer.type}"]
    lines += [f"Content-Length: {length}"] if length is not None else []
    lines += [f'ETag: "{answer.tag}"'] if answer.tag else []
    lines += [f"{name}: {value}" for name, value in (*_ALWAYS.items(), *answer.more.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def known(answer: Answer, tags: str | None) -> Answer:
    """The answer, or without its bytes where `If-None-Match` names its tag."""
    named = {one.strip().removeprefix("W/").strip('"') for one in (tags or "").split(",")}
    return Answer(b"", answer.type, answer.tag, 304, answer.more) if answer.tag in named else answer


def refusal(status: int, why: str, more: Mapping[str, str]) -> Answer:
    """One sentence that says why not."""
    return Answer(f"{why}\n".encode(), status=status, more=more)
