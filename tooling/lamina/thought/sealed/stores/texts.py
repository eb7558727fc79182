"""What the stores share: bytes as text and back, and the reasons why a file cannot be taken apart."""

MOST_BYTES = 64 * 1024 * 1024


class Unparsable(ValueError):
    """A text that is not of its format, or too much of it; `line` is where, from one."""

    def __init__(self, problem: str, line: int = 1) -> None:
        super().__init__(problem)
        self.line = line


class Unfit(ValueError):
    """A text that parses and cannot be a sealed file, or become one: the fault, the way out, and the line (from one)."""

    def __init__(self, fault: str, hint: str, line: int = 1) -> None:
        super().__init__(fault)
        self.hint = hint
        self.line = line


def decoded(data: bytes) -> str:
    """UTF-8 bytes as text; raises Unparsable."""
    if len(data) > MOST_BYTES:
        raise Unparsable(f"it has {len(data) // 1_000_000} MB, more than {MOST_BYTES // 1_000_000}")
    fault = 0
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        fault = data.count(b"\n", 0, error.start) + 1
    raise Unparsable("it is not UTF-8", fault)


def escaped(data: bytes) -> str:
    """Any bytes as text, those that are no UTF-8 as lone surrogates; the way back is `raw`."""
    if len(data) > MOST_BYTES:
        raise Unparsable(f"it has {len(data) // 1_000_000} MB, more than {MOST_BYTES // 1_000_000}")
    return data.decode("utf-8", "surrogateescape")


def raw(text: str) -> bytes:
    """The bytes of a text, lone surrogates as the bytes that they stand for."""
    return text.encode("utf-8", "surrogateescape")
