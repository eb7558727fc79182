"""plain-secret: what is found in texts, where, and what is no secret. All that looks like one is made of a seed."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sealing import Person, sealed_for
from thought.rules.planting import KINDS, Garden, planted

from lamina.thought.rules import AnyFile, Breach
from lamina.thought.rules.plain_secret import RULE
from lamina.thought.rules.plaintext.names import sort_of
from lamina.thought.sealed.selection import Rule

SECRETS = planted(240, seed=20260701)
MADE = Garden(7)
RANDOM = MADE.word("abcdefghkmnpqrstuvwxyz23456789ABCDEFGH", 28) + "4zQ9"


def breaches(text: str | bytes, file: str = "environments/dev/app.yaml") -> list[Breach]:
    assert RULE.check
    return list(RULE.check(AnyFile(file, text if isinstance(text, bytes) else text.encode())))


def spots(text: str, file: str = "environments/dev/app.yaml") -> list[tuple[int, int] | None]:
    return [one.spot for one in breaches(text, file)]


def test_planted_secrets_are_found_at_their_line() -> None:
    """At least 95 of 100, and of every kind at least 85."""
    found = Counter(
        one.kind for one in SECRETS if [spot and spot[0] for spot in spots(one.text, one.file)] == [one.line]
    )
    assert sum(found.values()) >= 0.95 * len(SECRETS)
    assert [kind for kind in KINDS if found[kind] < 0.85 * len(SECRETS) / len(KINDS)] == []


def test_no_message_holds_what_was_found() -> None:
    told = {one.secret: [f"{each.message} {each.fix}" for each in breaches(one.text, one.file)] for one in SECRETS}
    assert [secret for secret, texts in told.items() if any(secret[4:] in text for text in texts)] == []


@pytest.mark.parametrize("seed", range(4))
def test_what_is_sealed_is_never_found(seed: int) -> None:
    """A hundred files in all, sealed wholly and in part, in every format that lamina seals."""
    alice = Person()
    endings = ("app.sops.yaml", "app.sops.json", "app.sops.env", "app.sops.ini", "app.sops.bin")
    for number, one in enumerate(planted(25, seed)):
        file = endings[number % len(endings)]
        texts = {
            "yaml": f"server: {{port: 80}}\npassword: '{one.secret}'\n",
            "json": f'{{"server": {{"port": 80}}, "token": "{one.secret}"}}',
            "env": f"PORT=80\nAPI_TOKEN={one.secret}\n",
            "ini": f"[a]\nport = 80\npassword = {one.secret}\n",
            "bin": one.text,
        }
        partly = (
            Rule("encrypted_regex", "(?i)password|token")
            if file.endswith(("yaml", "json"))
            else Rule("unencrypted_regex", "^x$")
        )
        data = sealed_for(alice, text=texts[file.rpartition(".")[2]], file=file, rule=partly)
        assert breaches(data, f"environments/dev/{file}") == []


@pytest.mark.parametrize(
    ("text", "spot"),
    [
        (f"token: {RANDOM}\n", (1, 8)),
        (f"a: 1\r\nb:\r\n  apiKey: '{RANDOM}'\r\n", (3, 12)),
        (f"password: >-\n  {RANDOM}\n", (2, 3)),
        (f"- name: DB_PASSWORD\n  value: {RANDOM}\n", (2, 10)),
        (f'{{"name": "API_TOKEN", "value": "{RANDOM}"}}', (1, 33)),
        (f"# password: {RANDOM}\n", (1, 13)),
        (f"é: 1  # İ token={RANDOM}\n", (1, 17)),
        (f"url: redis://:{RANDOM}@cache:6379/0\n", (1, 15)),
        (f"conn: Server=db;User=a;Password={RANDOM};Port=1\n", (1, 33)),
        (f"jdbc: 'jdbc:x://h/d?user=a&password={RANDOM}&ssl=1'\n", (1, 37)),
        (f"<password>{RANDOM}</password>", (1, 11)),
        (f"headers:\n  Authorization: Bearer {RANDOM}\n", (2, 25)),
        ("password: correct-horse-battery\n", (1, 11)),
        ("db_password: Summer2024\n", (1, 14)),
        (f"tokens:\n  first_token: {RANDOM}  # yes\n", (2, 16)),
        (f"\ufefftoken: {RANDOM}\n", (1, 8)),
    ],
    ids=lambda value: value.replace(RANDOM, "R") if isinstance(value, str) else None,
)
def test_where_a_secret_stands(text: str, spot: tuple[int, int]) -> None:
    assert spots(text) == [spot]


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("Dockerfile", f"FROM x\nENV DB_PASSWORD {RANDOM}\n"),
        (".netrc", f"machine x\nlogin y password {RANDOM}\n"),
        (".netrc", f"machine x\npassword {RANDOM}\n"),
        (".npmrc", f"a=b\n//registry.npmjs.org/:_authToken={RANDOM}\n"),
        ("deploy.sh", f"#!/bin/sh\nrun --token {RANDOM}\n"),
        ("README.md", f"Use\n    export API_TOKEN={RANDOM}\n"),
        ("a.py", f'# x\nclient = connect(api_key="{RANDOM}")\n'),
        ("a.ts", f"// x\nconst apiKey: string = process.env.X; const clientSecret = '{RANDOM}'\n"),
        ("main.tf", f'provider "x" {{\n  secret_key = "{RANDOM}"\n}}\n'),
    ],
)
def test_other_files_than_layers(file: str, text: str) -> None:
    assert [spot and spot[0] for spot in spots(text, file)] == [2]


@pytest.mark.parametrize(
    "text",
    [
        "password: ${db:password}",
        "password: '{{ vault_password }}'",
        "password: $DB_PASSWORD",
        "password: <your password>",
        "password: changeme",
        "password: ''",
        "password: null",
        "password: !unset",
        "password: ENC[AES256_GCM,data:x,iv:y,tag:z,type:str]",
        "password: /run/secrets/db",
        "password_file: secrets/db.txt",
        "password: {type: string}",
        "password: DB_PASSWORD",
        f"api_key_env: {RANDOM[:20]}",
        f"secret_name: {RANDOM[:20]}",
        f"public_key: {RANDOM}",
        "secret: app-credentials",
        "secretKeyRef: {name: app-secrets, key: token}",
        "token: vault:secret/data/app#token",
        "api_key: op://vault/item/field",
        "max_tokens: 4096",
        "token_limit: 200000",
        "api_key: OPENAI_API_KEY",
        "passwordPolicy: strict",
        "key: some-key-of-a-map",
        "cache_key: users-v2-2024",
        "url: postgres://user:${password}@host/db",
        "url: postgres://user:password@host/db",
        "url: https://host:8080/path@2",
        "image: registry.example.com/a@sha256:" + MADE.word("0123456789abcdef", 64),
        "commit: " + MADE.word("0123456789abcdef", 40),
        "sha256: " + MADE.word("0123456789abcdef", 64),
        "recipient: age1" + MADE.word("qpzry9x8gf2tvdw0s3jn54khce6mua7l", 58),
        "key: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI" + MADE.word("abcdefghijkABCDEFGH0123", 43),
        "id: 3f2a9c1e-7b4d-4e8a-9c1f-2d3e4f5a6b7c",
        "aws_access_key_id: AK" + "IAIOSFODNN7EXAMPLE",
        "description: The password of the database, which Vault holds.",
    ],
)
def test_what_is_no_secret(text: str) -> None:
    assert spots(f"a: 1\n{text}\n") == []


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("a.py", "password: str = field(repr=False)\ntoken = request.headers['x-token-of-me-2024']\n"),
        ("a.py", f"secret = {RANDOM}\n"),
        ("a.md", "Write `password: correct-horse-battery`, and never `token=abc`.\n"),
        ("adduser.conf", "# taken from the password database\n"),
        ("packages.txt", "apt passwd 1:4.13+dfsg1-1+deb12u1\n"),
        ("sbom.json", '{"content": "' + MADE.word("0123456789abcdef", 64) + '"}'),
        ("package-lock.json", '{"x": {"resolved": "a", "thing": "' + RANDOM * 2 + '"}}'),
        ("a.yaml", "-----BEGIN AGE ENCRYPTED FILE-----\n" + RANDOM * 2 + "\n-----END AGE ENCRYPTED FILE-----\n"),
    ],
)
def test_what_is_no_secret_in_other_files(file: str, text: str) -> None:
    assert spots(text, file) == []


def test_what_only_looks_random_is_a_warning() -> None:
    [breach] = breaches(f"session: {RANDOM}{RANDOM}\n")
    assert (breach.severity, breach.message) == ("warning", "a value as random as a secret stands in plain text")


@pytest.mark.parametrize(
    ("name", "sort"),
    [
        ("password", "password"),
        ("DB_PASSWORD", "password"),
        ("dbPassword", "password"),
        ("passwd2", "password"),
        ("rootPassphrase", "password"),
        ("clientSecret", "secret"),
        ("API_KEY", "secret"),
        ("apikey", "secret"),
        ("privateKey", "secret"),
        ("token_prod", "secret"),
        ("key", None),
        ("primary_key", None),
        ("tokens", None),
        ("password_file", None),
        ("secretKeyRef", None),
        ("tokenizer", None),
        ("compass", None),
        ("_", None),
    ],
)
def test_names(name: str, sort: str | None) -> None:
    assert sort_of(name) == sort


@given(st.text() | st.binary(), st.sampled_from(["a.yaml", "a.json", "a.md", "a.py", ".env"]))
def test_no_text_is_too_odd(text: str | bytes, file: str) -> None:
    data = text if isinstance(text, bytes) else text.encode("utf-8", "replace")
    breaches(b"password: token=://a:b@ " + data, file)
