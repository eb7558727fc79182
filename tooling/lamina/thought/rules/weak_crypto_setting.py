"""A setting asks for cryptography that is broken, or turns the check of certificates off.

What: TLS below 1.2; certificates that are not verified; MD5, SHA-1, DES, RC4 or the mode ECB where a setting names an
algorithm; RSA keys below 2048 bits; `sslmode: disable` to another machine; tokens and logins over plain HTTP to a public host.
Whoever stands in between can read along, or be taken for the other side.

Example:

    tls:
      min_version: "1.0"
      insecure_skip_verify: true
    signing: {algorithm: RSA-SHA1, key_bits: 1024}

Instead: TLS 1.2 or 1.3, SHA-256, AES-GCM, RSA with 3072 bits or Ed25519; for a certificate of your own, name its authority
(`ca_file`) rather than trust everybody. What is not for security (a checksum, the key of a cache) is not looked at; otherwise
say so:

    algorithm: md5  # lamina: allow weak-crypto-setting -- the supplier's protocol has nothing else

Fix: none, since both sides of a connection have to change.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Literal

from lamina.thought.rules.hosts import is_loopback, is_near, url_of
from lamina.thought.rules.naming import Test, above, off, on, plainly, words
from lamina.thought.rules.rule import Breach, Rule
from lamina.thought.rules.subjects import Rendered, Shape
from lamina.words.address import path_text
from lamina.words.node import Path
from lamina.words.regex import regex

Sort = Literal["version", "verify", "skip", "mode", "algorithm", "bits", "address", "login"]

_LONGEST = 400
"""No list of ciphers is longer; what is, is a text."""
_SEPARATED = regex(r"[\s,:;|]+")
_TLS = frozenset({"tls", "ssl", "https", "mtls", "certificate", "certificates", "cert", "certs"})
_OF_VERSIONS = frozenset(
    {
        *(
            "tls",
            "ssl",
            "min",
            "minimum",
            "max",
            "maximum",
            "version",
            "versions",
            "protocol",
            "protocols",
            "enabled",
            "allowed",
        ),
        *("supported", "accepted", "default", "client", "server", "lowest"),
    }
)
_OLD_TLS = regex(
    r"(?:version)?(?:tls[ _-]?v?)(?:1|1[._]?[01])|1|1\.[01]|(?:version)?ssl[ _-]?v?[23](?:[._]0)?", re.IGNORECASE
)
_VERIFY = frozenset(
    {
        *(
            "ssl_verify",
            "verify_ssl",
            "tls_verify",
            "verify_tls",
            "verify_certificate",
            "verify_certificates",
            "verify_cert",
        ),
        *("verify_certs", "verify_peer", "verify_hostname", "verify_host", "check_hostname", "validate_certificate"),
        *(
            "validate_certificates",
            "validate_cert",
            "validate_certs",
            "strict_ssl",
            "certificate_validation",
            "ssl_verify_peer",
        ),
        *(
            "certificate_verification",
            "ssl_verification",
            "tls_verification",
            "reject_unauthorized",
            "verify_server_certificate",
        ),
        *(
            "node_tls_reject_unauthorized",
            "http_ssl_verify",
            "hostname_verification",
            "cert_validation",
            "ssl_cert_verify",
        ),
    }
)
_SKIP = frozenset(
    {
        *(
            "insecure_skip_verify",
            "skip_verify",
            "skip_tls_verify",
            "skip_ssl_verify",
            "tls_skip_verify",
            "ssl_skip_verify",
        ),
        *(
            "insecure_skip_tls_verify",
            "tls_insecure",
            "insecure_tls",
            "ssl_insecure",
            "insecure_ssl",
            "tls_insecure_skip_verify",
        ),
        *(
            "allow_insecure_tls",
            "allow_insecure_ssl",
            "disable_ssl_verification",
            "disable_tls_verification",
            "no_verify_ssl",
        ),
        *(
            "disable_certificate_validation",
            "disable_certificate_verification",
            "disable_hostname_verification",
            "no_verify",
        ),
        *("ignore_ssl_errors", "ignore_certificate_errors", "ignore_tls_errors", "ignore_https_errors", "trust_all"),
        *(
            "trust_all_certificates",
            "trust_all_certs",
            "accept_invalid_certs",
            "accept_invalid_certificates",
            "skip_cert_verify",
        ),
        *(
            "trust_server_certificate",
            "skip_certificate_verification",
            "insecure_skip_host_key_check",
            "no_check_certificate",
        ),
        *("allow_self_signed", "allow_invalid_certificates", "danger_accept_invalid_certs"),
    }
)
_ALGORITHMS = frozenset(
    {
        *("algorithm", "algorithms", "algo", "alg", "cipher", "ciphers", "ciphersuite", "ciphersuites", "macs", "kex"),
        *("hash", "hashing", "digest", "encryption", "signature", "transformation"),
    }
)
_NOT_FOR_SECURITY = frozenset(
    {
        *(
            "balancing",
            "balancer",
            "bucket",
            "cache",
            "caching",
            "checksum",
            "checksums",
            "consistent",
            "dedup",
            "deduplication",
        ),
        *(
            "etag",
            "fingerprint",
            "hmac",
            "hotp",
            "otp",
            "totp",
            "partition",
            "partitioner",
            "ring",
            "shard",
            "sharding",
            "git",
        ),
        *(
            "mfa",
            "compression",
            "compatibility",
            "legacy",
            "forbidden",
            "denied",
            "disabled",
            "excluded",
            "blocked",
            "weak",
        ),
    }
)
_NEEDS_CONTEXT = frozenset({"hash", "hashing", "digest", "signature", "encryption", "transformation"})
_OF_SECURITY = frozenset(
    {
        *(
            "auth",
            "authentication",
            "cookie",
            "credential",
            "credentials",
            "crypto",
            "cryptography",
            "jwt",
            "login",
            "password",
        ),
        *(
            "passwords",
            "saml",
            "security",
            "session",
            "sessions",
            "sign",
            "signature",
            "signatures",
            "signing",
            "ssh",
            "ssl",
        ),
        *("tls", "token", "tokens", "encryption", "vault", "kms"),
    }
)
_BROKEN = regex(
    r"(?<![a-z0-9])(?:(?:md[245]|sha-?1|des|3des|des3|tripledes|des-?ede3?|rc[24]|arcfour(?:128|256)?|ecb)(?![a-z0-9])"
    r"|(?:md5|sha-?1)(?=with))",
    re.IGNORECASE,
)
# What is not broken though the hash in it is.
_SOUND_WITH_SHA1 = regex(r"hmac|pbkdf2", re.IGNORECASE)
_BITS = frozenset(
    {
        *("bits", "key_bits", "key_size", "key_length", "key_bit_length", "private_key_bits", "private_key_size"),
        *(
            "rsa_bits",
            "rsa_key_bits",
            "rsa_key_size",
            "rsa_key_length",
            "dh_bits",
            "dh_size",
            "dhparam_bits",
            "dhparam_size",
        ),
        *("modulus", "modulus_bits", "modulus_length", "default_bits"),
    }
)
_SHORT = regex(r"[0-9]{3,4}")
_NO_SSL = regex(r"[?&;](?:sslmode=(?:disable|allow)|ssl-mode=DISABLED|sslverify=false)(?:&|;|$)")
_KINDS_OF_KEY = frozenset({"alg", "algorithm", "key_algorithm", "key_type", "kind", "type"})
_LOGIN = regex(
    r"(?:.*_)?(?:token|auth|authorization|authorize|login|oauth|oauth_2|oidc|issuer|jwks|saml|sso)_(?:url|uri|endpoint)|issuer"
)


@lru_cache(maxsize=16_384)
def _sort(key: str) -> Sort | None:
    name, parts = plainly(key), words(key)
    if parts & {"version", "versions", "protocol", "protocols"} and parts <= _OF_VERSIONS:
        return "version"
    if name in _VERIFY or name == "verify":
        return "verify"
    if name in _SKIP or name == "insecure":
        return "skip"
    if name in ("sslmode", "ssl_mode", "mode"):
        return "mode"
    if (name.rpartition("_")[2] in _ALGORITHMS or "cipher" in parts) and not parts & _NOT_FOR_SECURITY:
        return "algorithm"
    if name in _BITS:
        return "bits"
    if _LOGIN.fullmatch(name):
        return "login"
    return "address" if parts & {"url", "uri", "dsn"} else None


def _suspects(key: str, shape: Shape | None) -> Test | None:
    return _TESTS.get(_sort(key))


def _check(document: Rendered) -> Iterator[Breach]:
    for path, name, value, beside in document.suspected(_suspects):
        sort = _sort(name)
        if sort is not None and _is_meant(sort, path, plainly(name), str(value).lower(), beside):
            what, fix = _SAYS[sort] if sort != "mode" or value.lower() != "ecb" else _ECB
            yield Breach(f"{path_text(path)} {what}", path, fix=fix)


def _is_meant(sort: Sort, path: Path, name: str, value: str, beside: Mapping[str, Any]) -> bool:
    """Whether a value that could be weak is about cryptography, and about that with others, by what is around it."""
    around = above(path) | words(name)
    if sort == "version":
        # A bare `version: 1` may be that of anything.
        return bool((words(name) | _directly_above(path)) & _TLS) and (name, value) != ("version", "1")
    if sort in ("verify", "skip"):
        return (name not in ("verify", "insecure") or _speaks_of_tls(path, beside)) and not _is_local(beside)
    if sort == "mode":
        known = name != "mode" or bool(_directly_above(path) & {"ssl", "tls"})
        return value == "ecb" or (known and not _is_local(beside))
    if sort == "algorithm":
        secures = name.rpartition("_")[2] not in _NEEDS_CONTEXT or around & _OF_SECURITY
        return bool(secures) and not around & _NOT_FOR_SECURITY and (value != "none" or bool(around & {"jwt", "jws"}))
    if sort == "bits":
        kinds = [part for key, part in beside.items() if plainly(key) in _KINDS_OF_KEY and isinstance(part, str)]
        return bool(around.union(*map(words, kinds)) & {"rsa", "dsa", "dh", "dhparam", "dhparams"})
    return True


def _is_old(value: Any) -> bool:
    if value.__class__ not in (str, float, int):
        return False
    asked = [one.lstrip("+") for one in _SEPARATED.split(str(value)[:_LONGEST]) if one[:1] not in ("", "-", "!")]
    return any(_OLD_TLS.fullmatch(one) for one in asked)


def _is_broken(value: Any) -> bool:
    """Whether a text asks for what is broken: not one that only excludes it (`!MD5`)."""
    if not isinstance(value, str) or len(value) > _LONGEST:
        return False
    asked = [one for one in _SEPARATED.split(value) if one[:1] not in ("-", "!") and not _SOUND_WITH_SHA1.search(one)]
    return value.lower() == "none" or any(_BROKEN.search(one) for one in asked)


def _is_short(value: Any) -> bool:
    return value.__class__ in (int, str) and _SHORT.fullmatch(str(value)) is not None and 256 < int(value) < 2048


def _is_plain_login(value: Any) -> bool:
    url = url_of(value) if isinstance(value, str) else None
    return url is not None and url[0] == "http" and not is_near(url[1])


def _is_plain_address(value: Any) -> bool:
    url = url_of(value) if isinstance(value, str) and "ssl" in value else None
    return url is not None and _NO_SSL.search(value) is not None and not is_loopback(url[1])


def _is_plain_mode(value: Any) -> bool:
    return isinstance(value, str) and value.lower() in ("disable", "allow", "ecb")


def _directly_above(path: Path) -> frozenset[str]:
    return words(path[-2]) if len(path) > 1 and isinstance(path[-2], str) else above(path)


def _speaks_of_tls(path: Path, beside: Mapping[str, Any]) -> bool:
    """Whether a word such as `verify` is about certificates: by the keys above it and beside it, or a URL beside it."""
    if above(path) & _TLS:
        return True
    names = frozenset[str]().union(*map(words, beside))
    urls = any(isinstance(part, str) and part.startswith("https://") for part in beside.values())
    return urls or bool(names & _TLS) or not {"ca", "ca_file", "ca_bundle", "cacert"}.isdisjoint(map(plainly, beside))


def _is_local(beside: Mapping[str, Any]) -> bool:
    """Whether the other side is this machine, as a host or a URL beside the setting says."""
    texts = [(plainly(key), part) for key, part in beside.items() if isinstance(part, str)]
    hosts = [part.partition(":")[0] for name, part in texts if name in ("host", "hostname", "server", "address")]
    hosts += [url[1] for _, part in texts if (url := url_of(part))]
    return any(map(is_loopback, hosts))


_UNVERIFIED = ("turns the check of certificates off", "verify, and name the authority of a certificate of your own")
_PLAIN = ("lets the connection be in plain text", "ask for verify-full")
_ECB = ("is ECB, which shows what is equal", "use GCM")
_SAYS: Mapping[Sort, tuple[str, str]] = {
    "version": ("allows TLS below 1.2", "ask for 1.2 or 1.3"),
    "verify": _UNVERIFIED,
    "skip": _UNVERIFIED,
    "mode": _PLAIN,
    "algorithm": ("asks for what is broken", "use SHA-256, AES-GCM or Ed25519, or what your library calls best"),
    "bits": ("asks for a key that is too short", "use 3072 bits, or Ed25519"),
    "address": _PLAIN,
    "login": ("sends credentials in plain text", "use https"),
}
_TESTS: Mapping[Sort | None, Test] = {
    "version": _is_old,
    "verify": off,
    "skip": on,
    "mode": _is_plain_mode,
    "algorithm": _is_broken,
    "bits": _is_short,
    "address": _is_plain_address,
    "login": _is_plain_login,
}

RULE = Rule("weak-crypto-setting", "warning", __doc__, _check, suspects=_suspects)
