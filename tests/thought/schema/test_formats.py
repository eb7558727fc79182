"""Formats: what passes and what does not; the suite's own cases run in tests/conformance."""

import pytest

from lamina.thought.schema.formats import FORMATS

GOOD = {
    "date": ["2026-02-28", "2024-02-29", "2000-02-29"],
    "time": ["12:30:00Z", "23:59:60Z", "00:29:60+00:30", "12:30:00.25-05:00"],
    "date-time": ["2026-02-28T12:30:00Z", "2026-02-28t12:30:00z"],
    "duration": ["P1DT12H", "PT30S", "P2W", "P1Y2M3D", "PT1H30M"],
    "email": ["joe@example.com", '"joe b"@example.com', "joe@[127.0.0.1]", "joe@[IPv6:::1]"],
    "hostname": ["example.com", "a-b.c", "localhost", "1.2"],
    "ipv4": ["127.0.0.1", "0.0.0.0"],
    "ipv6": ["::1", "1:2:3:4:5:6:7:8", "::ffff:192.168.0.1", "fe80::"],
    "uri": ["https://example.com/a?b#c", "mailto:a@b.c", "urn:x:y", "ldap://[2001:db8::7]/c"],
    "uri-reference": ["/a/b", "../x#y", "", "https://example.com"],
    "uuid": ["2EB8AA08-aa98-11ea-b4aa-73b441d16380"],
    "json-pointer": ["", "/a/0", "/~0~1"],
    "regex": ["^a+$"],
}
BAD = {
    "date": ["2026-02-30", "2026-13-01", "2025-02-29", "1900-02-29", "2026-2-3", "২026-01-01", "20260101"],
    "time": ["12:30:00", "24:00:00Z", "12:30:60Z", "12:30Z", "12:30:00+24:00"],
    "date-time": ["2026-02-28 12:30:00Z", "2026-02-28T12:30:00"],
    "duration": ["P", "PT", "30S", "P1D2H", "P1S", "P1W2D", "PT1H30S"],
    "email": ["joe", "@example.com", "a..b@example.com", "joe@[x]", "joe@exa mple"],
    "hostname": ["", "-a", "a-", "a..b", "a_b", "x" * 64, "a." * 130],
    "ipv4": ["256.1.1.1", "1.2.3", "01.2.3.4", "1.2.3.4 "],
    "ipv6": ["1::2::3", ":::", "12345::", "1:2:3:4:5:6:7", "::1%eth0", "1:2:3:4:5:6:7::8:9", "::1.2.3"],
    "uri": ["/a/b", "example.com", "http://a b", "http://[::1", "1x:y"],
    "uri-reference": ["a b", "\\a", "1:2"],
    "uuid": ["2eb8aa08aa9811eab4aa73b441d16380", "x" * 36],
    "json-pointer": ["a", "/~2", "/a~"],
    "regex": ["(", r"\p{L}"],
}


def test_every_format_is_tried_here() -> None:
    assert GOOD.keys() == BAD.keys() == FORMATS.keys()


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in GOOD.items() for text in texts])
def test_accepts(name: str, text: str) -> None:
    assert FORMATS[name](text)


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in BAD.items() for text in texts])
def test_refuses(name: str, text: str) -> None:
    assert not FORMATS[name](text)


@pytest.mark.parametrize("name", FORMATS)
def test_what_is_no_string_passes(name: str) -> None:
    assert FORMATS[name](7)
