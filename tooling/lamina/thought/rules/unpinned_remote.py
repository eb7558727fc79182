"""Something from elsewhere is named by what others may exchange.

What: an image without a tag or with one that moves (`latest`), a source at a branch of git, a file of a branch, an action at
`main`. What is deployed then changes without a commit here, differs between two machines, and cannot be rolled back.

Example:

    image: registry.example.com/shop/api:latest
    chart: {repository: https://git.example.com/charts.git, ref: main}

Instead: name a version; a digest or a commit is surest:

    image: registry.example.com/shop/api:2.4.1@sha256:9f1b...

Fix: none, since which version is meant is not known here.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Literal

from lamina.thought.rules.naming import Test, above, plainly, words
from lamina.thought.rules.rule import Breach, Rule
from lamina.thought.rules.subjects import Rendered, Shape
from lamina.words.address import path_text
from lamina.words.node import Path
from lamina.words.regex import regex

Sort = Literal["image", "tag", "ref", "branch", "uses", "source"]

_MOVING_TAG = regex(r"latest|stable|edge|nightly|main|master|head|dev|develop|snapshot", re.IGNORECASE)
_MOVING = r"(?:HEAD|(?:refs/heads/)?(?:main|master|develop|trunk))"
_MOVING_REF = regex(rf"{_MOVING}|refs/heads/.+")
_DOMAIN = r"(?:localhost|[a-z0-9-]+(?:\.[a-z0-9-]+)+)(?::\d+)?"
_IMAGE = regex(
    rf"(?:docker://|oci://)?(?P<name>(?:{_DOMAIN}/)?[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*)"
    r"(?::(?P<tag>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?(?P<digest>@sha256:[0-9a-f]{64})?"
)
_PICTURE = regex(
    r".*\.(?:png|jpe?g|gif|svg|webp|ico|bmp|tiff?|avif|iso|img|qcow2|vmdk|bin|raw|html?|tar|gz|zip)", re.IGNORECASE
)
_ACTION = regex(rf"[\w.-]+/[\w./-]+@{_MOVING}")
_SOURCE = regex(
    rf"(?:git::|git\+|git@|github\.com/|gitlab\.com/|https?://).*(?:[?&]ref={_MOVING}(?:&.*)?|\.git@{_MOVING})",
    re.IGNORECASE,
)
_RAW = regex(
    rf"https?://(?:raw\.githubusercontent\.com/[^/]+/[^/]+/{_MOVING}/.+"
    rf"|[^/]+/.+?/(?:-/)?raw/{_MOVING}/.+"
    rf"|[^/]+/.+?/(?:-/)?archive/{_MOVING}(?:\.zip|\.tar\.gz|\.tgz|/.+))"
)
_ADDRESSES = frozenset(
    {
        *(
            "url",
            "urls",
            "uri",
            "source",
            "sources",
            "src",
            "remote",
            "include",
            "includes",
            "import",
            "imports",
            "install",
        ),
        *(
            "installer",
            "script",
            "manifest",
            "template",
            "schema",
            "download",
            "from",
            "bundle",
            "chart",
            "plugin",
            "plugins",
        ),
        *("policy", "module", "repository", "repo", "base", "bases", "resources", "file", "files", "archive"),
    }
)
_CONTAINERS = frozenset(
    {
        "container",
        "containers",
        "docker",
        "init",
        "job",
        "jobs",
        "pod",
        "pods",
        "service",
        "services",
        "sidecar",
        "sidecars",
        "stages",
    }
)
_OF_CONTAINERS = frozenset(
    {
        "command",
        "entrypoint",
        "env",
        "environment",
        "image_pull_policy",
        "ports",
        "pull_policy",
        "replicas",
        "resources",
        "volumes",
    }
)
_REPOSITORIES = frozenset(
    {
        "git",
        "git_url",
        "remote",
        "repo",
        "repository",
        "repo_url",
        "repository_url",
        "source",
        "source_url",
        "url",
        "github",
    }
)
_WELL_KNOWN = frozenset(
    {
        *(
            "alpine",
            "busybox",
            "debian",
            "elasticsearch",
            "golang",
            "grafana",
            "haproxy",
            "httpd",
            "kafka",
            "mariadb",
            "memcached",
        ),
        *(
            "mongo",
            "mysql",
            "nats",
            "nginx",
            "node",
            "openjdk",
            "php",
            "postgres",
            "postgresql",
            "prometheus",
            "python",
        ),
        *("rabbitmq", "redis", "ruby", "rust", "traefik", "ubuntu", "vault"),
    }
)
_PINS = frozenset(
    {"tag", "digest", "version", "image_tag", "sha", "sha_256", "image_digest", "image_version", "app_version"}
)
_LONGEST = 500
"""No name of something elsewhere is longer; what is, is a text."""


@lru_cache(maxsize=16_384)
def _sort(key: str) -> Sort | None:
    name = plainly(key)
    last = name.rpartition("_")[2]
    if last == "image" or name in ("images", "uses"):
        return "uses" if name == "uses" else "image"
    if last == "tag" and (name == "tag" or "image" in words(name) or "docker" in words(name)):
        return "tag"
    if name in ("ref", "rev", "revision", "git_ref", "git_revision", "target_revision", "source_ref", "commit"):
        return "ref"
    if name == "branch":
        return "branch"
    return "source" if last in _ADDRESSES else None


def _suspects(key: str, shape: Shape | None) -> Test | None:
    return _TESTS.get(_sort(key))


def _check(document: Rendered) -> Iterator[Breach]:
    for path, name, value, beside in document.suspected(_suspects):
        sort = _sort(name)
        names = frozenset(map(plainly, beside))
        if sort == "image" or (sort == "uses" and value.startswith("docker://")):
            why = _of_image(path, value, names)
        elif sort == "tag":
            moving = path[-1] != "tag" or "image" in above(path) or names & {"image", "repository", "registry"}
            why = (f"is {value}, which moves", _TAG) if moving else None
        else:
            followed = names & _REPOSITORIES if sort == "ref" else sort != "branch" or path[-2:-1] == ("ref",)
            why = ("is at a branch, whatever that will hold", _COMMIT) if followed else None
        if why is not None:
            yield Breach(f"{path_text(path)} {why[0]}", path, fix=why[1])


def _of_image(path: Path, value: str, names: frozenset[str]) -> tuple[str, str] | None:
    found = _IMAGE.fullmatch(value)
    if found is None or found["tag"]:
        return (f"has the tag {found['tag']}, which moves", _TAG) if found else None
    registry, _, rest = found["name"].partition("/")
    known = (rest and ("." in registry or ":" in registry)) or found["name"].removeprefix("library/") in _WELL_KNOWN
    # Otherwise it may be a picture's, or that of a machine's disk.
    is_image = known or above(path) & _CONTAINERS or names & _OF_CONTAINERS
    return ("has no tag, so it is the latest", _TAG) if is_image and not names & _PINS else None


def _is_image(value: str) -> bool:
    """Whether a text could be the name of an image whose tag moves, or which has none."""
    found = _IMAGE.fullmatch(value)
    moves = found is not None and not found["digest"] and (found["tag"] or "latest").lower() == "latest"
    return moves and not _PICTURE.fullmatch(value)


def _text(test: Callable[[str], object]) -> Test:
    return lambda value: isinstance(value, str) and len(value) <= _LONGEST and bool(test(value))


_TESTS: Mapping[Sort | None, Test] = {
    "image": _text(_is_image),
    "tag": _text(_MOVING_TAG.fullmatch),
    "ref": _text(_MOVING_REF.fullmatch),
    "branch": _text(_MOVING_REF.fullmatch),
    "uses": _text(lambda value: _is_image(value) if value.startswith("docker://") else _ACTION.fullmatch(value)),
    "source": _text(
        lambda value: ("/" in value or "@" in value) and (_SOURCE.fullmatch(value) or _RAW.fullmatch(value))
    ),
}
_TAG = "name a version, best with its digest"
_COMMIT = "name a commit, or a tag that does not move"

RULE = Rule("unpinned-remote", "warning", __doc__, _check, suspects=_suspects)
