"""GitHub's API, played by a real server on this machine."""

from typing import Any

import pytest
from github_server import serving

from lamina.world.github import CannotAsk, repository_of, rules_in_force


@pytest.mark.parametrize(
    ("remote", "repository"),
    [
        ("https://github.com/acme/config.git", "acme/config"),
        ("https://github.com/acme/config", "acme/config"),
        ("https://token@github.example.com:8443/acme/config.git/", "acme/config"),
        ("git@github.com:acme/config.git", "acme/config"),
        ("ssh://git@github.com/acme/con.fig", "acme/con.fig"),
        ("ssh://git@github.com:22/acme/config", "acme/config"),
        ("/srv/git/config.git", None),
        ("../server.git", None),
        ("https://github.com/acme", None),
        ("https://git.example.com/a/b/c/d", None),
        ("", None),
    ],
)
def test_the_repository_that_a_remote_names(remote: str, repository: str | None) -> None:
    assert repository_of(remote) == repository


def test_the_rules_of_the_default_branch_are_asked_for_with_the_token() -> None:
    answers = {
        "/repos/a/b": {"default_branch": "release/1"},
        "/repos/a/b/rules/branches/release%2F1?per_page=100": [{"type": "deletion"}, "odd"],
    }
    with serving(answers) as (api, asked):
        assert rules_in_force(api, "a/b", "secret") == ("release/1", [{"type": "deletion"}])
    assert asked == [(path, "Bearer secret") for path in answers]


def test_without_a_token_none_is_sent() -> None:
    with serving({"/repos/a/b": 404}) as (api, asked), pytest.raises(CannotAsk) as caught:
        rules_in_force(api, "a/b", None)
    assert asked == [("/repos/a/b", None)]
    assert caught.value.message == "GitHub does not tell /repos/a/b: 404 Not Found"
    assert "GITHUB_TOKEN" in str(caught.value.hint)


@pytest.mark.parametrize("answer", [302, 401, 500, b"<html>", {"default_branch": 1}, ["odd"]])
def test_an_answer_of_another_sort_is_told_and_no_redirection_followed(answer: Any) -> None:
    with serving({"/repos/a/b": answer}) as (api, asked), pytest.raises(CannotAsk):
        rules_in_force(api, "a/b", "secret")
    assert len(asked) == 1


def test_a_token_goes_over_no_open_line() -> None:
    with pytest.raises(CannotAsk, match="is no address of HTTPS"):
        rules_in_force("http://api.example.com", "a/b", "secret")


def test_nobody_is_there() -> None:
    with serving({}) as (api, _):
        pass
    with pytest.raises(CannotAsk) as caught:
        rules_in_force(api, "a/b", None)
    assert "network" in str(caught.value.hint)
