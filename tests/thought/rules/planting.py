"""Files that look real, with secrets planted in them: made of a seed, so that nothing here is one or looks like one."""

import base64
import json
import random
import string
from collections.abc import Callable
from dataclasses import dataclass

LETTERS, DIGITS, HEX = string.ascii_letters, string.digits, "0123456789abcdef"
WORDS = (
    "orders",
    "billing",
    "gateway",
    "search",
    "ledger",
    "invoice",
    "catalog",
    "profile",
    "mailer",
    "report",
    "audit",
)
HOSTS = ("db.internal", "cache.prod.internal", "mq.example.net", "pg-1.eu.example.com")
DICEWARE = ("marble", "otter", "quarry", "violet", "sextant", "bramble", "piston")


@dataclass(frozen=True)
class Planted:
    """A file with one secret: its kind, the secret, and the line that it stands on."""

    kind: str
    file: str
    text: str
    secret: str
    line: int


class Garden:
    """Plants secrets by one seed."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)

    def word(self, letters: str, length: int) -> str:
        return "".join(self.dice.choice(letters) for _ in range(length))

    def password(self) -> str:
        """As a person, or a program that makes passwords, writes them."""
        made = [
            self.word(LETTERS + DIGITS, 16),
            self.word(LETTERS + DIGITS + "!#%^*_-+.", 20) + "7",
            f"{self.dice.choice(WORDS).title()}{self.word(DIGITS, 4)}!",
            "-".join(self.dice.sample(DICEWARE, 4)),
            self.word(HEX, 24),
        ]
        return self.dice.choice(made)

    def segment(self, data: dict[str, object]) -> str:
        return base64.urlsafe_b64encode(json.dumps(data).encode()).decode().rstrip("=")

    def token(self) -> str:
        head, body = (
            self.segment({"alg": "HS256", "typ": "JWT"}),
            self.segment({"sub": self.word(DIGITS, 10), "iat": 1}),
        )
        return f"{head}.{body}.{self.word(LETTERS + DIGITS + '-_', 43)}"

    def secret(self, kind: str) -> str:
        """A secret of a kind."""
        alnum = LETTERS + DIGITS
        makers: dict[str, Callable[[], str]] = {
            "password": self.password,
            "aws key": lambda: "AK" + "IA" + self.word(string.ascii_uppercase + "234567", 16),
            "aws secret": lambda: self.word(alnum + "+/", 40),
            "github": lambda: f"gh{self.dice.choice('pousr')}_" + self.word(alnum, 36),
            "gitlab": lambda: "glpat" + "-" + self.word(alnum, 20),
            "slack": lambda: "xox" + "-".join((self.dice.choice("bp"), self.word(DIGITS, 12), self.word(alnum, 24))),
            "stripe": lambda: f"{self.dice.choice('sr')}k_" + "live_" + self.word(alnum, 24),
            "jwt": self.token,
            "npm": lambda: "npm" + "_" + self.word(alnum, 36),
            "google": lambda: "AI" + "za" + self.word(alnum + "-_", 35),
            "url": self.password,
            "api key": lambda: self.dice.choice([self.word(HEX, 32), self.word(alnum, 32), self.word(alnum, 24)]),
        }  # fmt: skip
        return makers[kind]()


KINDS = (
    "password",
    "aws key",
    "aws secret",
    "github",
    "gitlab",
    "slack",
    "stripe",
    "jwt",
    "npm",
    "google",
    "url",
    "api key",
)
KEYS = {
    "password": [
        "password",
        "DB_PASSWORD",
        "dbPassword",
        "redis_passwd",
        "adminPassword",
        "smtp-password",
        "passphrase",
    ],
    "aws key": ["aws_access_key_id", "accessKeyId", "AWS_ACCESS_KEY_ID"],
    "aws secret": ["aws_secret_access_key", "secretAccessKey", "AWS_SECRET_ACCESS_KEY"],
    "github": ["github_token", "GH_TOKEN", "pat", "upload"],
    "gitlab": ["gitlab_token", "ci_token", "CI_DEPLOY"],
    "slack": ["slack_bot_token", "bot", "SLACK_TOKEN"],
    "stripe": ["stripe_key", "STRIPE_SECRET_KEY", "payments"],
    "jwt": ["service_jwt", "bearer", "auth"],
    "npm": ["npm_token", "NPM_TOKEN", "registryAuth"],
    "google": ["google_api_key", "mapsKey", "GOOGLE_KEY"],
    "url": ["database_url", "DATABASE_URL", "dsn", "brokerUrl"],
    "api key": ["api_key", "apiKey", "client_secret", "SIGNING_KEY", "webhookSecret", "access_token", "encryption_key"],
}


def _yaml(key: str, value: str, word: str) -> str:
    return f"# {word}\nserver:\n  port: 8080\n  host: {word}.internal\nbackend:\n  {key}: {value}\n  timeout: 30\n"


def _quoted_yaml(key: str, value: str, word: str) -> str:
    return f'name: {word}\nworkers: 4\nbackends:\n- name: main\n  {key}: "{value}"  # rotate\n'


def _json(key: str, value: str, word: str) -> str:
    return json.dumps({"name": word, "port": 80, "backend": {key: value, "retries": 3}}, indent=2) + "\n"


def _env(key: str, value: str, word: str) -> str:
    return f"# {word}\nAPP_NAME={word}\nLOG_LEVEL=info\n{key.upper()}={value}\nWORKERS=4\n"


def _ini(key: str, value: str, word: str) -> str:
    return f"[{word}]\nport = 80\n{key} = {value}\nhost = {word}\n"


def _toml(key: str, value: str, word: str) -> str:
    return f"[service.{word}]\nport = 80\n{key} = '{value}'\n"


def _variables(key: str, value: str, word: str) -> str:
    variables = f"    env:\n    - name: {key.upper()}\n      value: {value}\n    - name: MODE\n      value: fast\n"
    return f"spec:\n  containers:\n  - name: {word}\n{variables}"


def _comment(key: str, value: str, word: str) -> str:
    return f"server:\n  port: 80\n  # {key}: {value}\n  host: {word}\n"


def _shell(key: str, value: str, word: str) -> str:
    return f"#!/bin/sh\nset -eu\nexport {key.replace('-', '_')}='{value}'\nexec {word} --serve\n"


def _python(key: str, value: str, word: str) -> str:
    return f'"""Settings of {word}."""\n\nPORT = 80\n{key.replace("-", "_")} = "{value}"\n'


FORMS: list[tuple[str, Callable[[str, str, str], str]]] = [
    ("environments/prod/{}.yaml", _yaml),
    ("environments/base/{}.yaml", _quoted_yaml),
    ("environments/dev/{}.json", _json),
    ("deploy/{}.env", _env),
    ("deploy/{}.ini", _ini),
    ("deploy/{}.toml", _toml),
    ("k8s/{}.yaml", _variables),
    ("environments/staging/{}.yaml", _comment),
    ("scripts/{}.sh", _shell),
    ("src/{}/settings.py", _python),
]


def planted(count: int, seed: int) -> list[Planted]:
    """Secrets of all kinds in turn, each in a file of its own, in all forms in turn."""
    garden = Garden(seed)
    found = []
    for number in range(count):
        kind = KINDS[number % len(KINDS)]
        name, form = FORMS[number // len(KINDS) % len(FORMS)]
        secret, word = garden.secret(kind), garden.dice.choice(WORDS)
        value = f"postgres://{word}:{secret}@{garden.dice.choice(HOSTS)}:5432/{word}" if kind == "url" else secret
        text = form(garden.dice.choice(KEYS[kind]), value, word)
        line = next(place for place, one in enumerate(text.splitlines(), 1) if secret in one)
        found.append(Planted(kind, name.format(f"{word}-{number}"), text, secret, line))
    return found
