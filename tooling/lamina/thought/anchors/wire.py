"""Numbers and strings as SSH writes them: big-endian, a string after its length (RFC 4251, section 5)."""


class BadWire(ValueError):
    """Bytes that end too early, or hold what nobody writes so."""


class Reader:
    """Bytes that are read from the front."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def take(self, count: int) -> bytes:
        """The next bytes; raises BadWire."""
        end = self._at + count
        if end > len(self._data):
            raise BadWire("it ends too early")
        taken, self._at = self._data[self._at : end], end
        return taken

    def number(self) -> int:
        """A uint32."""
        return int.from_bytes(self.take(4), "big")

    def string(self) -> bytes:
        """A string."""
        return self.take(self.number())

    def text(self) -> str:
        """A string of ASCII."""
        try:
            return self.string().decode("ascii")
        except UnicodeDecodeError:
            raise BadWire("a name is not ASCII") from None

    def mpint(self) -> int:
        """A number of any size, which is never negative here."""
        data = self.string()
        if data[:1] >= b"\x80":
            raise BadWire("a number is negative")
        return int.from_bytes(data, "big")

    def end(self) -> None:
        """Raise BadWire where more follows."""
        if self._at != len(self._data):
            raise BadWire("more follows than there should")


def string(data: bytes) -> bytes:
    """A string, as it is written."""
    return len(data).to_bytes(4, "big") + data
