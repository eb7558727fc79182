"""The version that a layer states, at the top of its text."""

from lamina.thought.document.edit import put
from lamina.thought.document.outline import outline
from lamina.thought.document.placing import alike
from lamina.thought.document.reading import VERSION_KEY, read


def with_version(data: bytes, file: str, version: int) -> bytes:
    """The bytes of a layer that says another version, at the top where it said none; raises CannotEdit."""
    wanted = put(data, file, (VERSION_KEY,), version)
    root = outline(data, file)
    if file.endswith(".json") or root.style != "block" or not root.children or VERSION_KEY in root.children:
        return wanted
    text = data.decode("utf-8-sig")
    mark, newline = data[: len(data) - len(text.encode())], "\r\n" if "\r\n" in text else "\n"
    first = root.value.start
    raised = mark + f"{text[:first]}{VERSION_KEY}: {version}{newline}{text[first:]}".encode()
    return raised if alike(read(raised, file).value, read(wanted, file).value) else wanted
