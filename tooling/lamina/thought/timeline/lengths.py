"""How long something took, with what is to be known of the figure."""

from lamina.thought.timeline.model import Phase, Span, Try
from lamina.words.times import lasting, second_of


def length(span: Span) -> str:
    """`1.2 s`; `1.2 s…` while it goes on; `≥ 1.2 s` where the clock was set back meanwhile."""
    return f"{'≥ ' * span.set_back}{lasting(span.length)}{'…' * (span.end is None)}"


def length_of(one: Try) -> str:
    """The same of a try: nothing if it was skipped at once; `≤ 1.2 s` if found to be interrupted, which was before then."""
    if one.status == "skipped" and not one.span.length:
        return ""
    if one.status != "interrupted":
        return length(one.span)
    return f"{'~' if one.span.set_back else '≤'} {lasting(one.span.length)}"


def length_of_all(tries: tuple[Try, ...]) -> str:
    """The length of all tries together, with what the worst known of them says."""
    if len(tries) == 1:
        return length_of(tries[0])
    total = lasting(sum(one.span.length for one in tries))
    late, early = any(one.status == "interrupted" for one in tries), any(one.span.set_back for one in tries)
    sign = "~ " if late and early else "≤ " * late or "≥ " * early
    return f"{sign}{total}{'…' * (tries[-1].span.end is None)}"


def when(span: Span, last: str) -> str:
    """`2026-11-21 15:42:03 to 15:44:36 UTC`; of what has not ended when it was last heard of."""
    start, end = second_of(span.start), second_of(span.end or last)
    shown = end[11:] if end[:11] == start[:11] else end
    return f"{start}{' to ' if span.end else ', last heard of '}{shown} UTC"


def at_once(phase: Phase) -> str:
    """`2 at once` of a phase whose steps were worked at in parallel."""
    return f"{phase.at_once} at once" if phase.at_once > 1 else ""
