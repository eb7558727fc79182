"""A small HTTP server for this machine alone: GET answers and a stream of notices, to whoever has the token.

It listens on a loopback address or a Unix socket and on nothing else. A request must name that very address in `Host`, come
from no foreign page (`Origin`), and bring the token; it is read in bounded time and size, and one connection is one answer.
"""

from lamina.world.serving.address import Address, Loopback, NoAddress, UnixPath, address_of
from lamina.world.serving.answers import Answer
from lamina.world.serving.listening import CannotListen
from lamina.world.serving.notices import Notice
from lamina.world.serving.server import Limits, Numbers, Server
from lamina.world.serving.token import BadToken, CannotMake, token_in

__all__ = [
    "Address",
    "Answer",
    "BadToken",
    "CannotListen",
    "CannotMake",
    "Limits",
    "Loopback",
    "NoAddress",
    "Notice",
    "Numbers",
    "Server",
    "UnixPath",
    "address_of",
    "token_in",
]
