"""Layers and schema files as they were read: by the bytes of the file, and what its name says of how it is read."""

from collections.abc import Callable

import orjson

from lamina.project.caching.codec import packed, unpacked
from lamina.project.caching.rows import Rows
from lamina.thought.document import Layer, Reading
from lamina.thought.topology import LayerFile
from lamina.world.sources.hashed import object_id

# A smaller one is read about as quickly as it is looked up, and ten thousand of them take their time to keep.
_LEAST_BYTES = 1024


class Layers:
    """The layers that were read before; one with findings is read anew, since those tell where."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def layer(self, of: LayerFile, data: bytes, read: Callable[[], Layer]) -> Layer:
        """The layer of a file that holds these bytes, read where it is not remembered; a sound one that git has is kept."""
        if len(data) < _LEAST_BYTES:
            return read()
        key = self._key(of, data)
        row = self._rows.one(key)
        if row is not None:
            version, _, patch = row.partition(b"\n")
            return Layer(of.file, data, unpacked(patch), orjson.loads(version))
        layer = read()
        is_kept = layer.whole and not layer.findings and self._rows.is_in_git(of.file)
        if is_kept and (told := packed(layer.patch)) is not None:
            self._rows.put(key, orjson.dumps(layer.version) + b"\n" + told)
        return layer

    def reading(self, file: str, data: bytes, read: Callable[[], Reading]) -> Reading:
        """What another file says, that holds these bytes; it is remembered as a layer is."""
        if len(data) < _LEAST_BYTES:
            return read()
        key = self._rows.key("reading", (object_id(b"blob", data), _form(file)))
        row = self._rows.one(key)
        if row is not None:
            return Reading(unpacked(row))
        reading = read()
        is_kept = reading.whole and not reading.findings and self._rows.is_in_git(file)
        if is_kept and (told := packed(reading.value)) is not None:
            self._rows.put(key, told)
        return reading

    def _key(self, of: LayerFile, data: bytes) -> bytes:
        roles = ("defaults" if of.defaults else "", "sealed" if of.sealed else "")
        return self._rows.key("layer", (object_id(b"blob", data), _form(of.file), *roles))


def _form(file: str) -> str:
    return file.rpartition(".")[2]
