"""G3: the harnesses find what they are for: code with one fault each."""

from torture.conftest import Torture
from torture.mutants import HUNTS
from torture.mutations import MUTATIONS


def test_code_with_a_fault_is_found(tortured: Torture) -> None:
    assert HUNTS.keys() == MUTATIONS.keys()
    tortured("mutants", short=len(HUNTS), long=len(HUNTS))
