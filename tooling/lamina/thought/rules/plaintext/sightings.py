"""The search through a text: line by line where a name of a secret stands, and as a whole for shapes and URLs."""

import re
from collections.abc import Iterator

from lamina.thought.rules.plaintext.names import WORDS, sort_of
from lamina.thought.rules.plaintext.shapes import marked, shaped
from lamina.thought.rules.plaintext.values import entropy, is_filler, is_literal, is_random, names_a_secret
from lamina.thought.rules.plaintext.writing import (
    BEARER,
    BLOCK_LINE,
    ENTRY,
    ENTRY_VALUE,
    LINE_PATTERNS,
    LONG,
    URL,
    WORDED,
    Sort,
    is_lock,
    sort_of_file,
)
from lamina.words.regex import regex
from lamina.words.values import dataclass

# Behind such words what is random is none the less public: digests, identities, and what SOPS writes beside its values.
_PUBLIC = regex(
    r"(?i)sha\d*|md5|digest|hash|checksum|integrity|commit|rev|ref|fingerprint|uuid|etag|pub|recipient|cert|nonce|signature|"
    r"mac\b|image|version|url|uri|host|path|\bids?\b|_id\b|(?-i:[a-z]Id)\b|salt|lastmodified|enc\b|data\b|\biv\b|\btag\b"
)
_BEFORE_VALUE = regex(r"[:=]\s*[\"']?\Z")
_HEX = regex(r"[0-9a-f]+\Z|[0-9A-F]+\Z")
_CLASSES = tuple(map(re.compile, ("[a-z]", "[A-Z]", "[0-9]")))
_LETTER_AND_DIGIT = (regex("[A-Za-z]"), _CLASSES[2])
_LONGEST_LINE = 20_000
_LEAST_LONG = 32


@dataclass(frozen=True, slots=True)
class Sighting:
    """Where a secret seems to stand in a text, and what is said of it; one that only looks random is not `sure`."""

    start: int
    end: int
    what: str
    sure: bool = True


def sightings(data: bytes, file: str) -> list[Sighting]:
    """The secrets in the text of a file, in order; none in one that is sealed."""
    if b"ENC[AES256_GCM," in data and b"sops" in data and b"lastmodified" in data:
        return []
    shapes, lowered = marked(data), data.lower()
    named, linked = any(word in lowered for word in WORDS), b"://" in data
    sort = sort_of_file(file)
    long = sort == "configuration" and not is_lock(file) and max(map(len, data.split()), default=0) >= _LEAST_LONG
    if not (shapes or named or long or linked):
        return []
    text = data.decode("utf-8-sig", "replace")
    found = [Sighting(start, end, f"{what} stands") for start, end, what in shaped(text, shapes)]
    found += _in_urls(text, sort) if linked else ()
    found += _by_name(text, sort) if named else ()
    found += _by_chance(text) if long else ()
    return _apart(found)


def _apart(found: list[Sighting]) -> list[Sighting]:
    """Those that do not lie on one another, the surest first."""
    kept: list[Sighting] = []
    for one in sorted(found, key=lambda one: not one.sure):
        if not any(one.start < other.end and other.start < one.end for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda one: one.start)


def _in_urls(text: str, sort: Sort) -> Iterator[Sighting]:
    for found in URL.finditer(text):
        word = found["word"]
        real = is_literal(word, quoted=True) and not names_a_secret(word) and word != found["user"]
        if real and (sort == "configuration" or is_random(word)):
            yield Sighting(*found.span("word"), "a password stands in a URL")


def _by_name(text: str, sort: Sort) -> Iterator[Sighting]:
    """What has the name of a secret before it, on its line or the one above."""
    for start, end in _lines(text):
        line = text[start:end]
        for pattern in LINE_PATTERNS[sort]:
            yield from _in_line(text, start, end, pattern, sort)
        for found in BEARER.finditer(line):
            if is_literal(found["bare"]) and is_random(found["bare"]):
                yield Sighting(start + found.start("bare"), start + found.end("bare"), "the token of a request stands")
        if sort == "configuration" and (entry := ENTRY.search(line)) and sort_of(entry["name"]):
            yield from _behind(text, start + entry.end(), entry["name"], ENTRY_VALUE)


def _in_line(text: str, start: int, end: int, pattern: re.Pattern[str], sort: Sort) -> Iterator[Sighting]:
    """Names with a value on the line from `start` to `end`; what is no secret may hold one: `url: 'x?password=y'`."""
    at = start
    while (found := pattern.search(text, at, end)) is not None:
        said, key = found.groupdict(), found["key"]
        at = found.end("key")
        if said.get("block"):
            yield from _behind(text, end, key, BLOCK_LINE) if sort == "configuration" else ()
            continue
        group = "bare" if said.get("quoted") is None else "quoted"
        plain = pattern is not WORDED or _has_both(found[group])
        if plain and (group == "quoted" or sort != "code") and _is_secret(key, found[group], group == "quoted", sort):
            yield Sighting(*found.span(group), _said(key))
            at = found.end()


def _behind(text: str, at: int, name: str, pattern: re.Pattern[str]) -> Iterator[Sighting]:
    """What is said of a name whose value follows on the next line."""
    found = pattern.match(text, at)
    if found:
        group = "bare" if found.groupdict().get("quoted") is None else "quoted"
        if _is_secret(name, found[group], group == "quoted", "configuration"):
            yield Sighting(*found.span(group), _said(name))


def _lines(text: str) -> Iterator[tuple[int, int]]:
    """The lines in which a word of a secret's name stands."""
    # A character that has a longer form in lower case would shift all behind it.
    lowered = text.lower()
    if len(lowered) != len(text):
        lowered = "".join(one if len(one.lower()) > 1 else one.lower() for one in text)
    starts: set[int] = set()
    for word in (one.decode() for one in WORDS):
        at = lowered.find(word)
        while at >= 0:
            starts.add(lowered.rfind("\n", 0, at) + 1)
            end = lowered.find("\n", at)
            at = lowered.find(word, end) if end >= 0 else -1
    for start in sorted(starts):
        end = lowered.find("\n", start)
        end = len(lowered) if end < 0 else end
        if end - start <= _LONGEST_LINE:
            yield start, end


def _is_secret(name: str, value: str, quoted: bool, sort: Sort) -> bool:
    said = sort_of(name.rpartition(".")[2] or name)
    if said is None or " " in value.strip() or not is_literal(value, quoted) or names_a_secret(value):
        return False
    if said == "password" and sort != "prose":
        return sort == "configuration" or _has_both(value)
    return is_random(value) and (sort == "configuration" or len(value) >= 12)


def _has_both(value: str) -> bool:
    """Whether a value has letters and digits, as passwords must nearly everywhere, and words have not."""
    return len(value) >= 8 and all(one.search(value) for one in _LETTER_AND_DIGIT)


def _said(name: str) -> str:
    return f"{name} holds a secret that stands"


def _by_chance(text: str) -> Iterator[Sighting]:
    """Values that are so random that they can hardly be anything else, whatever they are called."""
    for found in LONG.finditer(text):
        value = found[0]
        before = text[max(text.rfind("\n", 0, found.start()) + 1, found.start() - 200) : found.start()]
        if _BEFORE_VALUE.search(before) and not _PUBLIC.search(before) and not is_filler(value) and _is_key(value):
            yield Sighting(*found.span(), "a value as random as a secret stands", sure=False)


def _is_key(value: str) -> bool:
    if _HEX.match(value):
        return entropy(value) >= 3.2
    return all(one.search(value) for one in _CLASSES) and entropy(value) >= 4.3
