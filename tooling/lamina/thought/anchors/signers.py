"""Who may sign: a file of ssh's form allowed_signers (ssh-keygen(1), ALLOWED SIGNERS).

    ops@example.com,oncall@example.com namespaces="lamina-anchor",valid-before="20270101Z" ssh-ed25519 AAAA... a comment

A time without `Z` is one of UTC here, where ssh takes the zone of the machine: the same files are judged alike everywhere.
"""

import re
from base64 import b64decode
from binascii import Error as NoBase64
from collections.abc import Iterator
from datetime import UTC, datetime

from lamina.thought.anchors.sshsig import KINDS, kind_of
from lamina.thought.anchors.wire import BadWire
from lamina.words.values import dataclass

_WORD = re.compile(r'(?:[^\s"]|"[^"]*")+')
_OPTION = re.compile(r'([A-Za-z-]+)(?:="([^"]*)")?(?:,(?!$)|$)')
_MOMENT = re.compile(r"(\d{8})(?:(\d{4})(\d{2})?)?Z?", re.ASCII)


class _Wrong(ValueError):
    """What is wrong with a line."""


@dataclass(frozen=True, slots=True)
class Signer:
    """A line: whom the key belongs to, for which namespaces it is good (patterns; None: all), and from when until when."""

    line: int
    principals: str
    key: bytes
    namespaces: str | None = None
    after: datetime | None = None
    before: datetime | None = None

    def fault(self, namespace: str, at: datetime) -> str | None:
        """Why the key may not sign for a namespace at a moment; None where it may."""
        if self.namespaces is not None and not fits(namespace, self.namespaces):
            return f"the key of {self.principals} is not for {namespace}"
        if self.after is not None and at < self.after:
            return f"the key of {self.principals} was not valid yet"
        if self.before is not None and at > self.before:
            return f"the key of {self.principals} was no longer valid"
        return None


@dataclass(frozen=True, slots=True)
class Signers:
    """The lines of a file, and what is wrong with those that are none, by their number from one."""

    lines: tuple[Signer, ...] = ()
    faults: tuple[tuple[int, str], ...] = ()

    def judge(self, key: bytes, namespace: str, at: datetime) -> tuple[str | None, str | None]:
        """Whose a key is, which may sign for the namespace at that moment, and None; or None, and why it may not."""
        of_key = [one for one in self.lines if one.key == key]
        reasons = [one.fault(namespace, at) for one in of_key]
        for one, reason in zip(of_key, reasons, strict=True):
            if reason is None:
                return one.principals, None
        return None, reasons[0] if reasons else "nobody's key is this one"


def read_signers(text: str) -> Signers:
    """The signers of a file; a line that is wrong allows nobody, and takes no other with it."""
    found: list[Signer] = []
    faults: list[tuple[int, str]] = []
    # Only at line feeds, as ssh does: what stands in a comment must not become a line of its own.
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        try:
            found.append(_signer(number, line))
        except _Wrong as error:
            faults.append((number, str(error)))
    return Signers(tuple(found), tuple(faults))


def fits(name: str, patterns: str) -> bool:
    """Whether a name fits a list of ssh's patterns: `*`, `?`, and `!` before one that it must not fit."""
    fitting = [one for one in patterns.split(",") if _pattern(one.removeprefix("!")).fullmatch(name)]
    return bool(fitting) and not any(one.startswith("!") for one in fitting)


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile("".join({"*": ".*", "?": "."}.get(one) or re.escape(one) for one in text), re.DOTALL)


def _signer(number: int, line: str) -> Signer:
    words = _WORD.findall(line)
    if len(words) < 3 or line.count('"') & 1:
        raise _Wrong("it is not of the form PRINCIPALS [OPTIONS] KIND KEY")
    principals = words[0].replace('"', "")
    options = {} if _is_kind(words[1]) else dict(_options(words[1]))
    kind, data = words[1:3] if _is_kind(words[1]) else (words[2], words[3] if len(words) > 3 else "")
    if "cert-authority" in options:
        raise _Wrong("certificates are not taken here: name the keys themselves")
    return Signer(
        number,
        principals,
        _key(kind, data),
        options.get("namespaces"),
        _moment(options["valid-after"]) if "valid-after" in options else None,
        _moment(options["valid-before"]) if "valid-before" in options else None,
    )


def _is_kind(word: str) -> bool:
    return "=" not in word and word.startswith(("ssh-", "ecdsa-", "sk-", "rsa-", "webauthn-"))


def _options(text: str) -> Iterator[tuple[str, str]]:
    at = 0
    while at < len(text):
        found = _OPTION.match(text, at)
        name = found[1].lower() if found else ""
        if found is None or (found[2] is None) != (name == "cert-authority"):
            raise _Wrong(f"its options are not understood from {text[at:][:20]!r}")
        if name not in ("cert-authority", "namespaces", "valid-after", "valid-before"):
            raise _Wrong(f"there is no option {name[:20]!r}")
        yield name, found[2] or ""
        at = found.end()


def _key(kind: str, data: str) -> bytes:
    try:
        key = b64decode(data, validate=True)
        inner = kind_of(key)
    except (NoBase64, ValueError, BadWire):
        raise _Wrong("its key is damaged") from None
    if inner != kind:
        raise _Wrong(f"its key is of the kind {inner[:40]!r}, and the line says {kind[:40]!r}")
    if kind not in KINDS:
        raise _Wrong(f"keys of the kind {kind[:40]!r} are not taken here")
    return key


def _moment(text: str) -> datetime:
    found = _MOMENT.fullmatch(text)
    if found is None:
        raise _Wrong(f"{text[:20]!r} is no time such as 20261231 or 20261231235959Z")
    try:
        digits = found[1] + (found[2] or "0000") + (found[3] or "00")
        return datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        raise _Wrong(f"{text[:20]!r} is no time") from None
