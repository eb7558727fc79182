"""Files of allowed signers: whose a key is, what it may sign and when; that ssh-keygen agrees is for test_signing.py."""

from datetime import UTC, datetime

import pytest
import ssh_keys

from lamina.thought.anchors.signers import fits, read_signers

KEY, OTHER = ssh_keys.ed25519(), ssh_keys.ecdsa()
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
DATA = KEY.line("p").split()[-1]


def judged(text: str, at: datetime = NOON, namespace: str = "lamina-anchor") -> tuple[str | None, str | None]:
    return read_signers(text).judge(KEY.public, namespace, at)


def test_whose_a_key_is() -> None:
    text = f"# who may sign\n\n  {OTHER.line('a@x')}{KEY.line('b@x,c@x')}"
    assert judged(text) == ("b@x,c@x", None)
    assert judged(OTHER.line("a@x")) == (None, "nobody's key is this one")
    assert judged("") == (None, "nobody's key is this one")
    assert [one.line for one in read_signers(text).lines] == [3, 4]


def test_a_comment_after_the_key_and_quotes_around_the_principal() -> None:
    assert judged(KEY.line('"ops team@x"').strip() + " made in 2026\r\n") == ("ops team@x", None)


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ('namespaces="lamina-anchor"', None),
        ('namespaces="git,lamina-*"', None),
        ('NAMESPACES="lamina-ancho?"', None),
        ('namespaces="git"', "the key of x is not for lamina-anchor"),
        ('namespaces="*,!lamina-*"', "the key of x is not for lamina-anchor"),
        ('namespaces=""', "the key of x is not for lamina-anchor"),
        ('valid-after="20261121120000Z"', None),
        ('valid-after="202611211201Z"', "the key of x was not valid yet"),
        ('valid-before="20261121120000Z"', None),
        ('valid-before="20261121"', "the key of x was no longer valid"),
        ('namespaces="lamina-*",valid-after="2026112111",valid-before="20261122Z"', "bad"),
        ('namespaces="lamina-*",valid-after="202611211159",valid-before="20261122Z"', None),
    ],
)
def test_what_a_key_may_sign_and_when(options: str, reason: str | None) -> None:
    found = judged(KEY.line("x", options))
    if reason == "bad":
        assert read_signers(KEY.line("x", options)).faults == (
            (1, "'2026112111' is no time such as 20261231 or 20261231235959Z"),
        )
    else:
        assert found == (("x", None) if reason is None else (None, reason))


def test_one_of_two_lines_is_enough() -> None:
    assert judged(KEY.line("old", 'valid-before="20250101Z"') + KEY.line("new")) == ("new", None)
    assert judged(KEY.line("old", 'valid-before="20250101Z"')) == (None, "the key of old was no longer valid")


WRONG = {
    "a certificate authority": (
        KEY.line("x", "cert-authority"),
        "certificates are not taken here: name the keys themselves",
    ),
    "an unknown option": (KEY.line("x", 'namespace="x"'), "there is no option 'namespace'"),
    "an option without a value": (KEY.line("x", "namespaces"), "its options are not understood from 'namespaces'"),
    "an option that goes on": (
        KEY.line("x", 'namespaces="a",'),
        "its options are not understood from 'namespaces=\"a\",'",
    ),
    "no principal": (KEY.line("").strip(), "it is not of the form PRINCIPALS [OPTIONS] KIND KEY"),
    "an open quote": (KEY.line('"x'), "it is not of the form PRINCIPALS [OPTIONS] KIND KEY"),
    "no key": ("x ssh-ed25519\n", "it is not of the form PRINCIPALS [OPTIONS] KIND KEY"),
    "no key after options": ('x namespaces="a" ssh-ed25519\n', "its key is damaged"),
    "no base64": ("x ssh-ed25519 ???\n", "its key is damaged"),
    "an empty key": ("x ssh-ed25519 AAAA\n", "its key is damaged"),
    "another kind": (f"x ssh-rsa {DATA}\n", "its key is of the kind 'ssh-ed25519', and the line says 'ssh-rsa'"),
    "an old kind": ("x ssh-dss AAAAB3NzaC1kc3M=\n", "keys of the kind 'ssh-dss' are not taken here"),
    "no day": (KEY.line("x", 'valid-after="20261350"'), "'20261350' is no time"),
}


@pytest.mark.parametrize(("text", "fault"), WRONG.values(), ids=WRONG)
def test_a_line_that_is_wrong_allows_nobody_and_takes_no_other_with_it(text: str, fault: str) -> None:
    found = read_signers(text.rstrip("\n") + "\n" + OTHER.line("y"))
    assert found.faults == ((1, fault),)
    assert [one.principals for one in found.lines] == ["y"]


def test_what_hides_in_a_comment_is_no_line() -> None:
    hidden = KEY.line("x").strip()
    for mark in ("\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\r"):
        assert read_signers(f"# all is well{mark}{hidden}\n").lines == ()


def test_patterns() -> None:
    assert fits("a.b", "a.b")
    assert not fits("axb", "a.b")
    assert fits("abc", "x,a?c")
    assert not fits("abc", "!abc,*")
    assert not fits("abc", "!x")
