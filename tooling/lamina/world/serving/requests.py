"""Reading a request: strictly, since whatever can be understood in two ways is refused."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from hmac import compare_digest

from lamina.world.serving.address import Address

# https://www.rfc-editor.org/rfc/rfc9112: no folded lines, no bare CR or LF, no space before the colon.
_REQUEST = re.compile(r"([A-Z]{1,16}) (/[!-~]*) HTTP/1\.[01]")
_HEADER = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([ -~\x80-\xff\t]*)")
_MOST_HEADERS = 64
_NO_PAGE = ("same-origin", "none")


class Refused(Exception):
    """A request that is not answered as it wishes; `more` are headers of the refusal."""

    def __init__(self, status: int, why: str, **more: str) -> None:
        super().__init__(why)
        self.status, self.why, self.more = status, why, more


@dataclass(frozen=True, slots=True)
class Request:
    """What a client asks for: a path as it was sent, and headers by their name in small letters."""

    method: str
    path: str
    headers: Mapping[str, str]


def request_in(head: bytes) -> Request:
    """The request that bytes up to the empty line make; raises Refused."""
    first, *lines = head.decode("latin-1").removesuffix("\r\n\r\n").split("\r\n")
    found = _REQUEST.fullmatch(first)
    if found is None:
        raise Refused(400, "this is no HTTP request")
    if len(lines) > _MOST_HEADERS:
        raise Refused(431, "there are too many headers")
    headers: dict[str, str] = {}
    for line in lines:
        header = _HEADER.fullmatch(line)
        if header is None:
            raise Refused(400, "a header is malformed")
        name = header[1].lower()
        if name in headers:
            raise Refused(400, "a header stands there twice")
        headers[name] = header[2].strip()
    return Request(found[1], found[2], headers)


def demand_near(request: Request, address: Address) -> None:
    """Raise Refused for what was sent to another name than ours, or by a foreign page: no browser is to be led here."""
    if request.headers.get("host", "").lower() not in address.hosts:
        raise Refused(421, "the Host is not the one that is served here")
    origin = request.headers.get("origin")
    if origin is not None and origin.lower() not in address.origins:
        raise Refused(403, "the Origin is a foreign one")
    if request.headers.get("sec-fetch-site", "none") not in _NO_PAGE:
        raise Refused(403, "a foreign page asks")


def demand_get(request: Request) -> None:
    """Raise Refused for all that is no plain GET."""
    if request.method != "GET":
        raise Refused(405, "only GET is answered", Allow="GET")
    if "transfer-encoding" in request.headers or request.headers.get("content-length", "0") != "0":
        raise Refused(413, "a GET has no content")


def demand_token(request: Request, token: bytes) -> None:
    """Raise Refused where the token is wrong or absent."""
    scheme, _, said = request.headers.get("authorization", "").partition(" ")
    right = compare_digest(said.strip().encode("latin-1"), token)
    if scheme.lower() != "bearer" or not right:
        raise Refused(401, "the token is wrong or absent", **{"WWW-Authenticate": "Bearer"})
