"""What other processes made before of the very same bytes: layers as they were read, documents as they were judged.

An entry's key is made of all that its value depends on: ids of contents, names, and this very tool. So nothing is ever out of
date: what has changed has another key. Layers are known by bytes that were read; documents by the ids that the source gives,
and they are kept only where those are the ids of the bytes that were read. Of a document there is only that nothing is wrong
with it, and of a layer only what git's own objects hold: no opened secret, and no password that was written by mistake.
"""

from lamina.project.caching.documents import Documents
from lamina.project.caching.rows import Rows
from lamina.project.caching.trees import Caching

__all__ = ["Caching", "Documents", "Rows"]
