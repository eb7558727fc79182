"""G4: whatever system call fails, or is the last, what was acknowledged is there, and the failure has a name."""

from torture.conftest import Torture


def test_any_system_call_may_fail_or_be_the_last(tortured: Torture) -> None:
    tortured("faults", short=66, long=2200)
