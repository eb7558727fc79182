"""Members of an event's data, taken as what they should be: a log may be read that another program wrote."""

from lamina.words.event import Event


def text(event: Event, key: str) -> str | None:
    """A member that is text, or None."""
    found = event.data.get(key)
    return found if isinstance(found, str) else None


def number(event: Event, key: str) -> int | None:
    """A member that is a whole number, or None."""
    found = event.data.get(key)
    return found if isinstance(found, int) and not isinstance(found, bool) else None
