"""Checks of a set-up or a store, as text or JSON."""

from collections.abc import Sequence

from lamina.cli import output
from lamina.words.check import Check, State

_COLOURS: dict[State, str] = {"ok": "green", "warning": "yellow", "problem": "red"}
_KEYS = ("name", "state", "message", "fix")


def show_checks(checks: Sequence[Check], form: str) -> int:
    """Print checks as a result, and the exit status that they earn: 1 when one is a problem."""
    if form == "json":
        output.result_json({"checks": [{key: getattr(check, key) for key in _KEYS} for check in checks]})
    else:
        _print(checks)
    return 1 if any(check.state == "problem" for check in checks) else 0


def _print(checks: Sequence[Check]) -> None:
    width = max(len(check.name) for check in checks)
    for check in checks:
        state = output.styled(check.state.ljust(len("problem")), _COLOURS[check.state])
        output.result(f"{state}  {check.name.ljust(width)}  {output.safe(check.message)}")
        if check.fix:
            margin = " " * (len("problem") + width + 4)
            output.result(f"{margin}{output.styled('fix:', 'cyan')} {output.safe(check.fix)}")
