"""The signed word on where the log ends, which goes into the archive with a snapshot: by it a log is audited later."""

from lamina.project.state.snapshots import ArchivePlace
from lamina.thought.anchors.note import NAMESPACE, BadAnchor, anchor, read_anchor, signed
from lamina.thought.anchors.sshsig import unarmoured
from lamina.thought.anchors.tree import Edge, grown
from lamina.thought.anchors.walking import walk
from lamina.thought.archiving import layout
from lamina.thought.archiving.snapshots import Snapshot
from lamina.world import log
from lamina.world.archive.shelf import Shelf
from lamina.world.signing import sign


def anchor_file(place: ArchivePlace, shelf: Shelf, snapshot: Snapshot, time: str, key: str) -> dict[str, bytes | None]:
    """The anchor of a snapshot, signed by a key; nothing where the beginning of the log is not known. Raises CannotSign."""
    edge = _edge(place, shelf, snapshot)
    if edge is None:
        return {}
    text = anchor(snapshot.store, edge, snapshot.hash, time, snapshot.config_commit)
    whole = signed(text, unarmoured(sign(text.encode(), NAMESPACE, key)))
    return {layout.anchor(snapshot.seq): whole.encode()}


def _edge(place: ArchivePlace, shelf: Shelf, snapshot: Snapshot) -> Edge | None:
    """The edge of the tree over the log: grown from that of the anchor before it, else from the log's beginning."""
    known = _last(shelf, snapshot)
    if known is not None and known.size + 1 >= log.first(place.home.log):
        return grown(known, log.lines(place.home.log, known.size, snapshot.seq))
    found = walk(lambda: [("log", log.lines(place.home.log, 0, snapshot.seq))], snapshot.store, [snapshot.seq])
    return found.places[snapshot.seq].edge if snapshot.seq in found.places else None


def _last(shelf: Shelf, snapshot: Snapshot) -> Edge | None:
    tip, folder = shelf.tip, f"{layout.own(snapshot.store)}/anchors"
    names = shelf.names(tip, folder) if tip else []
    for name in reversed([one for one in names if one.isdigit() and int(one) <= snapshot.seq]):
        try:
            return read_anchor(shelf.file(str(tip), f"{folder}/{name}") or b"").edge
        except BadAnchor:
            continue
    return None
