"""Binary: the whole file is one value, and the sealed file is JSON that holds it under `data`."""

from lamina.thought.sealed.stores.json_store import JsonStore
from lamina.thought.sealed.stores.texts import escaped
from lamina.thought.sealed.tree import End, Frame, Leaf, Parsed
from lamina.thought.sealed.values import Value, plain_bytes


class BinaryStore(JsonStore):
    """Files of any other name; kept byte for byte."""

    name = "binary"

    def parse(self, data: bytes, sealed: bool) -> Parsed:
        """A sealed file taken apart, or a plain one as its one value."""
        if sealed:
            return super().parse(data, True)
        root = Frame(None, None, True)
        text = escaped(data)
        return Parsed(text, [root, Leaf(root, "data", text, 0, len(text))], ends=(End(len(text)),))

    def plain(self, parsed: Parsed, leaf: Leaf, value: Value, careful: bool) -> str:
        """The file itself."""
        return plain_bytes(value).decode("utf-8", "surrogateescape")
