"""Secrets that tell by their own shape what they are: those of services that give them a beginning of their own."""

import re
from collections.abc import Iterator

from lamina.thought.rules.plaintext.values import is_filler
from lamina.words.regex import regex

# What stands in every such secret; what it is; and all of it. The first is searched for at the speed of memory.
_SHAPES: tuple[tuple[bytes, str, str], ...] = (
    (b"AKIA", "an AWS access key", r"\bAKIA[A-Z2-7]{16}\b"),
    (b"ASIA", "an AWS access key", r"\bASIA[A-Z2-7]{16}\b"),
    (b"ghp_", "a GitHub token", r"\bghp_[A-Za-z0-9]{36,}"),
    (b"gho_", "a GitHub token", r"\bgho_[A-Za-z0-9]{36,}"),
    (b"ghu_", "a GitHub token", r"\bghu_[A-Za-z0-9]{36,}"),
    (b"ghs_", "a GitHub token", r"\bghs_[A-Za-z0-9]{36,}"),
    (b"ghr_", "a GitHub token", r"\bghr_[A-Za-z0-9]{36,}"),
    (b"github_pat_", "a GitHub token", r"\bgithub_pat_[A-Za-z0-9_]{60,}"),
    (b"glpat-", "a GitLab token", r"\bglpat-[A-Za-z0-9_-]{20,}"),
    (b"gldt-", "a GitLab deploy token", r"\bgldt-[A-Za-z0-9_-]{20,}"),
    (b"glrt-", "a GitLab runner token", r"\bglrt-[A-Za-z0-9_-]{20,}"),
    (b"glptt-", "a GitLab trigger token", r"\bglptt-[A-Za-z0-9_-]{20,}"),
    (b"xox", "a Slack token", r"\bxox[abeoprs]-(?=[A-Za-z0-9-]*[0-9])[A-Za-z0-9-]{10,}"),
    (b"xapp-", "a Slack token", r"\bxapp-[0-9]-[A-Za-z0-9-]{20,}"),
    (b"hooks.slack.com/", "a Slack webhook", r"hooks\.slack\.com/(?:services|workflows)/[A-Za-z0-9/]{40,}"),
    (b"k_live_", "a Stripe key", r"\b[sr]k_live_[A-Za-z0-9]{16,}"),
    (b"k_test_", "a Stripe key", r"\b[sr]k_test_[A-Za-z0-9]{16,}"),
    (b"whsec_", "a webhook's secret", r"\bwhsec_[A-Za-z0-9+/]{24,}"),
    (b"eyJ", "a JSON web token", r"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{16,}"),
    (b"npm_", "an npm token", r"\bnpm_[A-Za-z0-9]{36}"),
    (b"pypi-Ag", "a PyPI token", r"\bpypi-Ag[A-Za-z0-9_-]{50,}"),
    (b"AIza", "a Google API key", r"\bAIza[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])"),
    (b"ya29.", "a Google access token", r"\bya29\.[A-Za-z0-9_-]{20,}"),
    (b"GOCSPX-", "a Google client secret", r"\bGOCSPX-[A-Za-z0-9_-]{28}"),
    (b"sk-", "an API key", r"\bsk-(?:proj-|svcacct-|admin-|ant-[a-z0-9]+-)?(?=[A-Za-z_-]*[0-9])[A-Za-z0-9_-]{32,}"),
    (b"SG.", "a SendGrid key", r"\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}"),
    (b"hf_", "a Hugging Face token", r"\bhf_[A-Za-z0-9]{34}\b"),
    (b"hvs.", "a Vault token", r"\bhvs\.[A-Za-z0-9_-]{24,}"),
    (b"hvb.", "a Vault token", r"\bhvb\.[A-Za-z0-9_-]{24,}"),
    (b"dckr_pat_", "a Docker token", r"\bdckr_pat_[A-Za-z0-9_-]{27}"),
    (b"dop_v1_", "a DigitalOcean token", r"\bdop_v1_[a-f0-9]{64}"),
    (b"shpat_", "a Shopify token", r"\bshpat_[a-fA-F0-9]{32}"),
    (b"glsa_", "a Grafana token", r"\bglsa_[A-Za-z0-9]{32}_[A-Fa-f0-9]{8}"),
    (b"lin_api_", "a Linear key", r"\blin_api_[A-Za-z0-9]{40}"),
    (b"AccountKey=", "an Azure storage key", r"(?<=AccountKey=)[A-Za-z0-9+/]{80,}={0,2}"),
    (b":AA", "a Telegram bot's token", r"\b[0-9]{8,10}:AA[A-Za-z0-9_-]{33}\b"),
    (b".atlasv1.", "a Terraform token", r"\b[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_-]{60,}"),
)
_COMPILED = tuple((mark, what, regex(pattern)) for mark, what, pattern in _SHAPES)


def marked(data: bytes) -> list[tuple[str, re.Pattern[str]]]:
    """The shapes that bytes may hold."""
    return [(what, pattern) for mark, what, pattern in _COMPILED if mark in data]


def shaped(text: str, shapes: list[tuple[str, re.Pattern[str]]]) -> Iterator[tuple[int, int, str]]:
    """Where secrets of some shapes stand in a text, and what they are; not what only shows how one looks."""
    for what, pattern in shapes:
        for found in pattern.finditer(text):
            if not is_filler(found[0]):
                yield found.start(), found.end(), what
