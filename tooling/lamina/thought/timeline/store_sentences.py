"""What the events say that are of no run: of the log itself, of configuration, archive and retention."""

from collections.abc import Callable, Mapping

from lamina.thought.timeline.data import number, text
from lamina.words.event import Event
from lamina.words.times import size_text

_DIGEST = 19


def _with(first: str, **more: str | None) -> str:
    """`first, key value, ...` with what is known."""
    return ", ".join([first, *(f"{key.replace('_', ' ')} {value}" for key, value in more.items() if value)])


def _created(event: Event) -> str:
    return f"log of the store {text(event, 'store')} begun"


def _opened(event: Event) -> str:
    by, reason = text(event, "by"), text(event, "reason")
    return f"log opened by {by or 'hand'}, after what was found of it was not sound{f': {reason}' if reason else ''}"


def _repaired(event: Event) -> str:
    reason, size = text(event, "reason"), number(event, "bytes")
    what = "what was torn off its end" if size is None else f"{size_text(size)} torn off its end"
    return f"log repaired: {what} kept as {text(event, 'kept_as')}{f' ({reason})' if reason else ''}"


def _rotated(event: Event) -> str:
    size, events = number(event, "size"), number(event, "events")
    return _with(
        f"new segment after that of {number(event, 'segment')}",
        events=None if events is None else f"{events:,}",
        size=None if size is None else size_text(size),
    )


def _gap(event: Event) -> str:
    lost, error = number(event, "lost"), text(event, "error")
    return f"{'events' if lost is None else f'{lost:,} events'} were not recorded{f': {error}' if error else ''}"


def _config(what: str) -> Callable[[Event], str]:
    def said(event: Event) -> str:
        new, old, commit, reason = (text(event, key) for key in ("new", "old", "commit", "reason"))
        which = _with(
            f"configuration {what}",
            commit=commit and commit[:12],
            digest=new and new[:_DIGEST],
            before=old and old[:_DIGEST],
        )
        return f"{which}{f': {reason}' if reason else ''}"

    return said


def _archived(what: str) -> Callable[[Event], str]:
    def said(event: Event) -> str:
        commit = text(event, "commit")
        place = {key: text(event, key) for key in ("remote", "branch")}
        return _with(f"snapshot {text(event, 'snapshot') or ''} {what}", **place, commit=commit and commit[:12])

    return said


def _dropped(event: Event) -> str:
    runs, first = event.data.get("runs"), number(event, "first")
    parts = (
        [f"{len(runs):,} runs ({', '.join(map(str, runs[:3]))}{', …' * (len(runs) > 3)})"]
        if isinstance(runs, list)
        else []
    )
    blobs, size = number(event, "blobs"), number(event, "bytes")
    parts += [f"{blobs:,} blobs"] if blobs else []
    parts += [f"events before {first:,}"] if first else []
    freed = f", {size_text(size)} freed" if size and size > 0 else ""
    return f"removed: {', '.join(parts) or 'nothing'}{freed}"


def _ran(event: Event) -> str:
    scheduled, dropped = text(event, "scheduled"), number(event, "dropped")
    return _with(f"clean-up done, {dropped or 0:,} runs removed", due=scheduled)


def _restored(event: Event) -> str:
    seq = number(event, "seq")
    upto = f" up to event {seq:,}" if seq else ""
    return _with(f"restored from a backup{upto}", of=text(event, "from"), taken=text(event, "taken"))


STORE_SENTENCES: Mapping[str, Callable[[Event], str]] = {
    "log.created": _created,
    "log.opened": _opened,
    "log.repaired": _repaired,
    "log.rotated": _rotated,
    "log.gap": _gap,
    "config.applied": _config("applied"),
    "config.rejected": _config("rejected"),
    "config.deferred": _config("deferred"),
    "archive.committed": _archived("committed"),
    "archive.pushed": _archived("pushed"),
    "archive.restored": _archived("restored"),
    "backup.restored": _restored,
    "archive.pruned": _archived("pruned"),
    "archive.squashed": _archived("squashed"),
    "retention.dropped": _dropped,
    "retention.ran": _ran,
}
