"""GitHub, asked over its API: which rules are in force for a branch. Nothing is ever changed there."""

import json
import re
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import quote, urlsplit

from lamina.words.errors import Failure

API = "https://api.github.com"
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_PATIENCE = 20
_MOST_BYTES = 4 * 1024 * 1024
# `https://HOST/OWNER/NAME.git`, `ssh://git@HOST:PORT/OWNER/NAME`, `git@HOST:OWNER/NAME.git`.
_REMOTE = re.compile(
    r"(?:(?:https?|ssh)://(?:[^/@]+@)?[^/@:]+(?::\d+)?/|(?:[\w.-]+@)?[\w.-]+:)([\w.-]+)/([\w.-]+?)(?:\.git)?/?"
)


class CannotAsk(Failure):
    """GitHub does not answer, or not to us."""

    def __init__(self, what: str, reason: str, hint: str) -> None:
        super().__init__(f"GitHub does not tell {what}: {reason}", hint)


def repository_of(remote: str) -> str | None:
    """The `OWNER/NAME` that the address of a remote names, or None."""
    found = _REMOTE.fullmatch(remote)
    return f"{found[1]}/{found[2]}" if found else None


def rules_in_force(api: str, repository: str, token: str | None) -> tuple[str, list[dict[str, Any]]]:
    """The default branch of a repository, and the rules that are in force for it, from whatever ruleset; raises CannotAsk.

    The token is sent to the API alone, over HTTPS (or to this machine), and no redirection is followed.
    """
    branch = _map(_asked(api, f"/repos/{repository}", token)).get("default_branch")
    if not isinstance(branch, str):
        raise CannotAsk(repository, "the answer is none of GitHub's", "look at GITHUB_API_URL")
    rules = _asked(api, f"/repos/{repository}/rules/branches/{quote(branch, safe='')}?per_page=100", token)
    return branch, [rule for rule in rules if isinstance(rule, dict)] if isinstance(rules, list) else []


def _map(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _asked(api: str, path: str, token: str | None) -> Any:
    place = urlsplit(api)
    secure = place.scheme == "https"
    if not place.hostname or not (secure or place.hostname in _LOOPBACK):
        raise CannotAsk(path, f"{api} is no address of HTTPS", "set GITHUB_API_URL to one, or leave it out")
    connection = (HTTPSConnection if secure else HTTPConnection)(place.hostname, place.port, timeout=_PATIENCE)
    headers = {"Accept": "application/vnd.github+json", "User-Agent": "lamina"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    try:
        connection.request("GET", place.path.rstrip("/") + path, headers=headers)
        with connection.getresponse() as answer:
            data = answer.read(_MOST_BYTES)
    except (OSError, HTTPException) as error:
        raise CannotAsk(
            path, str(error) or type(error).__name__, "look at the network, or at GITHUB_API_URL"
        ) from error
    finally:
        connection.close()
    if answer.status != 200:
        raise CannotAsk(path, f"{answer.status} {answer.reason}", _hint(answer.status, token))
    try:
        return json.loads(data)
    except ValueError:
        raise CannotAsk(path, "the answer is no JSON", "look at GITHUB_API_URL") from None


def _hint(status: int, token: str | None) -> str:
    if status in (401, 403, 404, 429):
        return (
            "a token that may read the repository goes into GITHUB_TOKEN" if not token else "the token may not read it"
        )
    return "try again later"
