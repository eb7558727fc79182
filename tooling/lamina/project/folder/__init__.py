"""A rendered folder: one file a document, and a record of what it was made from."""

from lamina.project.folder.order import HasErrors, Order
from lamina.project.folder.record import RECORD
from lamina.project.folder.texts import digest, digest_of
from lamina.project.folder.writing import write_folder

__all__ = ["RECORD", "HasErrors", "Order", "digest", "digest_of", "write_folder"]
