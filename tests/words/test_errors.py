"""Failures, and the words of their hints."""

import pickle
from traceback import format_exception_only

from lamina.thought.runs.failures import NotFound
from lamina.words.errors import Failure, Misuse, listing, near


def test_a_failure_is_a_sentence_a_hint_and_a_status() -> None:
    failure = Failure("it is broken", "mend it")
    assert (str(failure), failure.message, failure.hint, failure.status) == (
        "it is broken",
        "it is broken",
        "mend it",
        3,
    )
    assert Misuse("wrong words").status == 2


def test_a_program_that_lets_a_failure_through_shows_its_hint_and_another_process_gets_it_whole() -> None:
    failure = NotFound("run", "r-1")
    assert format_exception_only(failure)[-1] == f"hint: {failure.hint}\n"
    other = pickle.loads(pickle.dumps(failure))
    assert (type(other), str(other), other.hint, other.id) == (NotFound, "there is no run r-1", failure.hint, "r-1")
    assert format_exception_only(Failure("it is broken")) == ["lamina.words.errors.Failure: it is broken\n"]


def test_near_names() -> None:
    assert near("porduction", ["production", "staging"]) == "production"
    assert near("retires", ["retries", "timeout"]) == "retries"
    assert near("xyz", ["production", "staging"]) is None
    assert near("a", []) is None


def test_near_names_in_any_case() -> None:
    assert near("INFO", ["debug", "info"]) == "info"
    assert near("logLevel", ["LOGLEVEL", "timeout"]) == "LOGLEVEL"
    assert near("Info", ["INFO", "Infos", "info"]) == "info"


def test_listings_are_cut() -> None:
    assert listing(["a", "b"]) == "a, b"
    assert listing(list("abcdefgh")) == "a, b, c, d, e, f, g, h"
    assert listing(list("abcdefghij")) == "a, b, c, d, e, f, g, h and 2 more"
