"""The names of recipients, short enough to be read."""

_SHOWN = 12


def short(recipient: str) -> str:
    """A recipient for a sentence: an SSH key by its kind and comment (without one, its end); any other as it is."""
    words = recipient.split()
    if len(words) < 2 or not recipient.startswith("ssh-"):
        return recipient
    return f"{words[0]} {' '.join(words[2:]) or '...' + words[1][-_SHOWN:]}"
