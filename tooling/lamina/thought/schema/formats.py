"""Formats: what each name of a `format` demands of a string, in one place for both validators."""

import re
from collections.abc import Callable
from functools import lru_cache

Format = Callable[[object], bool]

_DATE = r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
_TIME = r"([01][0-9]|2[0-3]):([0-5][0-9]):([0-5][0-9]|60)(?:\.[0-9]+)?(?:[zZ]|([+-])([01][0-9]|2[0-3]):([0-5][0-9]))"
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_DURATION = (
    r"P(?:[0-9]+W|(?=[0-9T])(?:[0-9]+Y(?:[0-9]+M(?:[0-9]+D)?)?|[0-9]+M(?:[0-9]+D)?|[0-9]+D)?"
    r"(?:T(?=[0-9])(?:[0-9]+H(?:[0-9]+M(?:[0-9]+S)?)?|[0-9]+M(?:[0-9]+S)?|[0-9]+S))?)"
)
_LABEL = r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)"
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL = rf'{_ATOM}(?:\.{_ATOM})*|"(?:[ !#-\[\]-~]|\\[ -~])*"'
_OCTET = r"(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_IPV4 = rf"{_OCTET}(?:\.{_OCTET}){{3}}"
_HEXTET = r"[0-9A-Fa-f]{1,4}"
_UUID = r"[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}"
_POINTER = r"(?:/(?:[^~/]|~[01])*)*"
_PCT = r"%[0-9A-Fa-f]{2}"
_PATH = rf"(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|{_PCT})*"
_QUERY = rf"(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|{_PCT})*"
_SCHEME = r"[A-Za-z][A-Za-z0-9+.-]*"
_REST = rf"(?://([^/?#]*))?({_PATH})(?:\?{_QUERY})?(?:#{_QUERY})?"
_AUTHORITY = (
    rf"(?:(?:[A-Za-z0-9._~!$&'()*+,;=:-]|{_PCT})*@)?"
    rf"(?:\[([^\[\]]*)\]|(?:[A-Za-z0-9._~!$&'()*+,;=-]|{_PCT})*)(?::[0-9]*)?"
)
_FUTURE = r"[vV][0-9A-Fa-f]+\.[A-Za-z0-9._~!$&'()*+,;=:-]+"


def is_date(text: str) -> bool:
    """RFC 3339 full-date: `2026-02-28`."""
    found = re.fullmatch(_DATE, text)
    if found is None:
        return False
    year, month, day = (int(part) for part in found.groups())
    if not 1 <= month <= 12 or not 1 <= day <= _DAYS[month - 1]:
        return False
    return (month, day) != (2, 29) or (year % 4 == 0 and (year % 100 != 0 or year % 400 == 0))


def is_time(text: str) -> bool:
    """RFC 3339 full-time, with an offset; a leap second only at the end of a UTC day: `23:59:60Z`."""
    found = re.fullmatch(_TIME, text)
    if found is None:
        return False
    if found[3] != "60":
        return True
    minutes = int(found[1]) * 60 + int(found[2])
    if found[4]:
        offset = int(found[5]) * 60 + int(found[6])
        minutes += -offset if found[4] == "+" else offset
    return minutes % 1440 == 1439


def is_date_time(text: str) -> bool:
    """RFC 3339 date-time: a date, `T`, and a time with an offset."""
    return text[10:11] in ("T", "t") and is_date(text[:10]) and is_time(text[11:])


def is_duration(text: str) -> bool:
    """RFC 3339 appendix A duration: `P1DT12H`, `PT30S`, `P2W`."""
    return re.fullmatch(_DURATION, text) is not None


def is_hostname(text: str) -> bool:
    """RFC 1123 host name: labels of letters, digits and inner hyphens."""
    return len(text) <= 253 and all(re.fullmatch(_LABEL, label) for label in text.split("."))


def is_email(text: str) -> bool:
    """RFC 5321 mailbox, with a host name or an address literal behind the `@`."""
    local, at, domain = text.rpartition("@")
    if not at or len(local) > 64 or re.fullmatch(_LOCAL, local) is None:
        return False
    if domain.startswith("[") and domain.endswith("]"):
        literal = domain[1:-1]
        return is_ipv6(literal[5:]) if literal[:5].lower() == "ipv6:" else is_ipv4(literal)
    return is_hostname(domain)


def is_ipv4(text: str) -> bool:
    """RFC 2673 dotted quad, without leading zeros."""
    return re.fullmatch(_IPV4, text) is not None


def is_ipv6(text: str) -> bool:
    """RFC 4291 address, without a zone."""
    head, gap, tail = text.partition("::")
    if gap and "::" in tail:
        return False
    first, last = head.split(":") if head else [], tail.split(":") if tail else []
    groups = first + last
    if groups and "." in groups[-1] and (last or not gap):
        if not is_ipv4(groups[-1]):
            return False
        groups[-1:] = ["0", "0"]
    if not all(re.fullmatch(_HEXTET, group) for group in groups):
        return False
    return len(groups) <= 7 if gap else len(groups) == 8


def is_uri(text: str) -> bool:
    """RFC 3986 URI, with a scheme."""
    scheme, colon, rest = text.partition(":")
    return bool(colon) and re.fullmatch(_SCHEME, scheme) is not None and _is_hierarchy(rest)


def is_uri_reference(text: str) -> bool:
    """RFC 3986 URI, or a reference relative to one."""
    return is_uri(text) or (":" not in re.split("[/?#]", text, maxsplit=1)[0] and _is_hierarchy(text))


def is_uuid(text: str) -> bool:
    """RFC 4122 UUID."""
    return re.fullmatch(_UUID, text) is not None


def is_json_pointer(text: str) -> bool:
    """RFC 6901 pointer."""
    return re.fullmatch(_POINTER, text) is not None


def is_regex(text: str) -> bool:
    """A regular expression that every engine reads alike."""
    from lamina.thought.schema.patterns import NotPortable, python_pattern

    try:
        python_pattern(text)
    except NotPortable:
        return False
    return True


def _is_hierarchy(rest: str) -> bool:
    found = re.fullmatch(_REST, rest)
    if found is None or (found[1] is None and found[2].startswith("//")):
        return False
    if found[1] is None:
        return True
    authority = re.fullmatch(_AUTHORITY, found[1])
    if authority is None:
        return False
    literal = authority[1]
    return literal is None or is_ipv6(literal) or re.fullmatch(_FUTURE, literal) is not None


def _of_strings(check: Callable[[str], bool]) -> Format:
    # The hosts and addresses of a repository are the same ones, document after document.
    check = lru_cache(maxsize=4096)(check)

    def checked(value: object) -> bool:
        return not isinstance(value, str) or check(value)

    return checked


FORMATS: dict[str, Format] = {
    "date": _of_strings(is_date),
    "time": _of_strings(is_time),
    "date-time": _of_strings(is_date_time),
    "duration": _of_strings(is_duration),
    "email": _of_strings(is_email),
    "hostname": _of_strings(is_hostname),
    "ipv4": _of_strings(is_ipv4),
    "ipv6": _of_strings(is_ipv6),
    "uri": _of_strings(is_uri),
    "uri-reference": _of_strings(is_uri_reference),
    "uuid": _of_strings(is_uuid),
    "json-pointer": _of_strings(is_json_pointer),
    "regex": _of_strings(is_regex),
}
"""Every format that a schema may name, and its test; whatever is no string passes."""
