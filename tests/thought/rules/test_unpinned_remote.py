"""unpinned-remote: something from elsewhere is named by what others may exchange."""

import pytest
from rendered import paths

from lamina.thought.rules.unpinned_remote import RULE

DIGEST = "sha256:" + "0123456789abcdef" * 4
COMMIT = "9f1b6a0d5c8e4f7a2b3c6d9e0f1a4b7c8d5e2f3a"


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("image: registry.example.com/shop/api:latest", "image"),
        ("image: registry.example.com/shop/api", "image"),
        ("image: registry.example.com:5000/shop/api", "image"),
        ("image: localhost:5000/api:latest", "image"),
        ("image: nginx", "image"),
        ("image: nginx:latest", "image"),
        ("image: library/redis", "image"),
        ("sandbox: {image: ghcr.io/example/sandbox}", "sandbox.image"),
        ("containers: [{name: api, image: shop/api}]", "containers[0].image"),
        ("services: {cache: {image: acme-cache}}", "services.cache.image"),
        ("base_image: docker.io/library/python:latest", "base_image"),
        ("image: acme-api\nports: [80]", "image"),
        ("images: [ghcr.io/a/b:latest]", "images[0]"),
        ("image: {repository: ghcr.io/example/api, tag: latest}", "image.tag"),
        ("image: {repository: ghcr.io/example/api, tag: main}", "image.tag"),
        ("image_tag: latest", "image_tag"),
        ("IMAGE_TAG: edge", "IMAGE_TAG"),
        ("uses: actions/checkout@main", "uses"),
        ("steps: [{uses: acme/deploy/sub@master}]", "steps[0].uses"),
        ("uses: docker://alpine:latest", "uses"),
        ("chart: {repository: https://git.example.com/charts.git, ref: main}", "chart.ref"),
        ("source: {repoURL: https://git.example.com/x, targetRevision: HEAD}", "source.targetRevision"),
        ("{url: https://git.example.com/x.git, ref: refs/heads/release}", "ref"),
        ("{url: https://git.example.com/x.git, ref: {branch: main}}", "ref.branch"),
        ("module: {source: 'git::https://git.example.com/net.git//vpc?ref=main'}", "module.source"),
        ("source: 'git::https://git.example.com/net.git?depth=1&ref=master'", "source"),
        ("requirement_url: git+https://git.example.com/lib.git@main", "requirement_url"),
        ("script_url: https://raw.githubusercontent.com/acme/tools/main/install.sh", "script_url"),
        ("install: https://raw.githubusercontent.com/acme/tools/refs/heads/main/install.sh", "install"),
        ("manifest: https://gitlab.example.com/acme/tools/-/raw/master/deploy.yaml", "manifest"),
        ("resources: ['https://github.com/acme/tools/raw/HEAD/crd.yaml']", "resources[0]"),
        ("url: https://github.com/acme/tools/archive/refs/heads/main.tar.gz", "url"),
    ],
)
def test_what_may_change(text: str, where: str) -> None:
    assert paths(RULE, text) == paths(RULE, text, protected=False) == [where]


@pytest.mark.parametrize(
    "text",
    [
        f"image: registry.example.com/shop/api@{DIGEST}",
        f"image: registry.example.com/shop/api:2.4.1@{DIGEST}",
        f"image: registry.example.com/shop/api:latest@{DIGEST}",
        "image: registry.example.com/shop/api:2.4.1",
        "image: nginx:1.27",
        "image: {repository: ghcr.io/example/api, tag: v4.6.3}",
        "image: {repository: ghcr.io/example/api}",
        f"image: {{name: api, digest: {DIGEST}}}",
        "{image: ghcr.io/example/api, tag: 1.2.3}",
        "image: ami-0abcdef1234567890",
        "image: logo.png",
        "image: https://cdn.example.com/hero.webp",
        "image: /img/hero",
        "hero_image: team/photo.jpg",
        "image: photo",
        "image: ubuntu-22.04",
        "image: ''",
        "image: null",
        "image: {}",
        "tag: latest",
        "git_tag: main",
        "tags: [latest, stable]",
        "branch: main",
        "git: {repository: https://git.example.com/x.git, branch: main}",
        "protected_branches: [main, release/*]",
        "base_branch: main",
        "ref: main",
        "{href: https://example.com, ref: main}",
        f"chart: {{repository: https://git.example.com/charts.git, ref: {COMMIT}}}",
        "chart: {repository: https://git.example.com/charts.git, ref: v1.2.3}",
        "revision: 3",
        "uses: actions/checkout@v4",
        f"uses: actions/checkout@{COMMIT}",
        "uses: ./local/action",
        "uses: docker://alpine:3.20",
        "source: 'git::https://git.example.com/net.git?ref=v1.2.0'",
        "source: ./modules/net",
        "source: main",
        "url: https://raw.githubusercontent.com/acme/tools/v1.2.0/install.sh",
        f"url: https://github.com/acme/tools/raw/{COMMIT}/crd.yaml",
        "url: https://example.com/main/latest",
        "url: https://example.com/blog/drawing/raw",
        "documentation: https://raw.githubusercontent.com/acme/tools/main/README.md",
        "description: image nginx:latest",
    ],
)
def test_what_may_not_or_is_no_remote(text: str) -> None:
    assert paths(RULE, text) == []


@pytest.mark.parametrize("text", ["a/" * 5000, "git::" + "?ref=" * 2000, "https://x/" + "raw/" * 2000, "a." * 5000])
def test_long_texts_take_no_time(text: str) -> None:
    assert paths(RULE, f"image: {text}\nsource: {text}\nuses: {text}") == []
