"""committed-private-key: each sort of key, and what only speaks of one. The keys are made here, of letters without meaning."""

import pytest

from lamina.thought.rules import AnyFile
from lamina.thought.rules.committed_private_key import RULE

BODY = "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v" * 3
BEGIN, END = "-----BEGIN ", "-----END "
AGE = "AGE-SECRET-" + "KEY-1" + "QPZRY9X8GF2TVDW0" * 3


def pem(kind: str, body: str = BODY) -> str:
    return f"{BEGIN}{kind}PRIVATE KEY-----\n{body}\n{END}{kind}PRIVATE KEY-----\n"


def found(text: str) -> list[tuple[str, tuple[int, int] | None]]:
    assert RULE.check
    return [(one.message, one.spot) for one in RULE.check(AnyFile("a.txt", text.encode()))]


@pytest.mark.parametrize(
    ("text", "what", "spot"),
    [
        (AGE, "an age identity", (1, 1)),
        ("# mine\n\nkey=" + AGE, "an age identity", (3, 5)),
        ("\ufeffé: " + AGE, "an age identity", (1, 4)),
        (pem(""), "a private key", (1, 1)),
        (pem("RSA "), "a private key", (1, 1)),
        (pem("ENCRYPTED "), "a private key", (1, 1)),
        (pem("EC ").replace("\n", "\r\n"), "a private key", (1, 1)),
        ("x: |\n  " + pem("OPENSSH ").replace("\n", "\n  "), "an OpenSSH private key", (2, 3)),
        ('{"key": "' + pem("").replace("\n", "\\n") + '"}', "a private key", (1, 10)),
        (pem("RSA ", "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n" + BODY), "a private key", (1, 1)),
        (pem("PGP ").replace("KEY--", "KEY BLOCK--"), "a PGP private key", (1, 1)),
        ("KEY = (\n    '" + pem("").replace("\n", "\\n'\n    '") + "')", "a private key", (2, 6)),
    ],
    ids=lambda value: value.encode("unicode_escape").decode()[:30] if isinstance(value, str) else None,
)
def test_a_key_is_found_where_it_begins(text: str, what: str, spot: tuple[int, int]) -> None:
    assert found(text) == [(f"{what} stands in this file", spot)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        f"`{BEGIN}PRIVATE KEY-----` is how it begins",
        f"{BEGIN}PRIVATE KEY-----\n...\n{END}PRIVATE KEY-----",
        f"{BEGIN}PUBLIC KEY-----\n{BODY}\n{END}PUBLIC KEY-----",
        f"{BEGIN}AGE ENCRYPTED FILE-----\n{BODY}\n",
        "AGE-SECRET-KEY-1...",
        "age1" + "qpzry9x8gf2tvdw0" * 3,
    ],
)
def test_what_only_speaks_of_keys_is_none(text: str) -> None:
    assert found(text) == []


def test_every_key_of_a_file_is_told() -> None:
    assert [spot for _, spot in found(f"{AGE}\n{AGE}\n{pem('')}")] == [(3, 1), (1, 1), (2, 1)]
