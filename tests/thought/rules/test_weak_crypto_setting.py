"""weak-crypto-setting: a setting asks for cryptography that is broken, or turns the check of certificates off."""

import pytest
from rendered import breaches, document, paths

from lamina.thought.rules.weak_crypto_setting import RULE


@pytest.mark.parametrize(
    ("text", "where"),
    [
        # Versions of TLS.
        ("tls: {min_version: '1.0'}", "tls.min_version"),
        ("tls: {min_version: 1.1}", "tls.min_version"),
        ("tls: {version: TLSv1}", "tls.version"),
        ("tls_min_version: TLS1.1", "tls_min_version"),
        ("minTlsVersion: VersionTLS10", "minTlsVersion"),
        ("min_tls_version: TLS_1_1", "min_tls_version"),
        ("TLS_MIN_VERSION: '1.0'", "TLS_MIN_VERSION"),
        ("ssl_protocols: TLSv1 TLSv1.2", "ssl_protocols"),
        ("ssl_protocols: [TLSv1.2, TLSv1.1]", "ssl_protocols[1]"),
        ("ssl: {protocol: SSLv3}", "ssl.protocol"),
        ("https: {minimum_tls_version: tls1.1}", "https.minimum_tls_version"),
        # Certificates that are not verified.
        ("tls: {verify: false}", "tls.verify"),
        ("api: {url: https://api.example.com, verify: false}", "api.verify"),
        ("{ca_file: /etc/ca.pem, verify: false}", "verify"),
        ("verify_ssl: false", "verify_ssl"),
        ("ssl_verify: 'no'", "ssl_verify"),
        ("sslVerify: false", "sslVerify"),
        ("validate_certs: false", "validate_certs"),
        ("check_hostname: false", "check_hostname"),
        ("strict-ssl: false", "strict-ssl"),
        ("NODE_TLS_REJECT_UNAUTHORIZED: '0'", "NODE_TLS_REJECT_UNAUTHORIZED"),
        ("env: [{name: NODE_TLS_REJECT_UNAUTHORIZED, value: '0'}]", "env[0].value"),
        ("insecure_skip_verify: true", "insecure_skip_verify"),
        ("insecureSkipVerify: true", "insecureSkipVerify"),
        ("skip_tls_verify: true", "skip_tls_verify"),
        ("tls: {insecure: true}", "tls.insecure"),
        ("trust_all_certificates: on", "trust_all_certificates"),
        # Algorithms.
        ("hash_algorithm: md5", "hash_algorithm"),
        ("password: {hash: sha1}", "password.hash"),
        ("password_hash: md5", "password_hash"),
        ("signing: {algorithm: RSA-SHA1}", "signing.algorithm"),
        ("signature_algorithm: SHA1withRSA", "signature_algorithm"),
        ("algorithm: sha-1", "algorithm"),
        ("jwt: {algorithm: none}", "jwt.algorithm"),
        ("cipher: des-ede3-cbc", "cipher"),
        ("ciphers: [AES256-GCM-SHA384, RC4-SHA]", "ciphers[1]"),
        ("ssl_ciphers: 'HIGH:DES-CBC3-SHA:!aNULL'", "ssl_ciphers"),
        ("cipher_suites: ['TLS_RSA_WITH_RC4_128_SHA']", "cipher_suites[0]"),
        ("encryption: {algorithm: AES/ECB/PKCS5Padding}", "encryption.algorithm"),
        ("encryption_algorithm: aes-128-ecb", "encryption_algorithm"),
        ("encryption: {mode: ECB}", "encryption.mode"),
        ("ssh: {ciphers: [3des-cbc]}", "ssh.ciphers[0]"),
        # Keys.
        ("rsa_key_size: 1024", "rsa_key_size"),
        ("rsa: {bits: 512}", "rsa.bits"),
        ("{key_algorithm: RSA, key_size: 1024}", "key_size"),
        ("certificate: {private_key: {algorithm: RSA, key_size: '1024'}}", "certificate.private_key.key_size"),
        ("dhparam_bits: 1024", "dhparam_bits"),
        # Connections.
        ("database: {host: db.example.com, sslmode: disable}", "database.sslmode"),
        ("database: {ssl: {mode: allow}}", "database.ssl.mode"),
        ("database_url: postgres://app@db.example.com/app?sslmode=disable", "database_url"),
        ("token_url: http://login.example.com/token", "token_url"),
        ("oidc: {issuer: http://id.example.com}", "oidc.issuer"),
    ],
)
def test_what_is_weak(text: str, where: str) -> None:
    assert paths(RULE, text) == paths(RULE, text, protected=False) == [where]


@pytest.mark.parametrize(
    "text",
    [
        "tls: {min_version: '1.2'}",
        "tls: {min_version: 1.3}",
        "tls: {version: 1}",
        "tls_min_version: TLSv1.3",
        "ssl_protocols: TLSv1.2 TLSv1.3",
        "ssl_protocols: all -SSLv2 -SSLv3 -TLSv1 -TLSv1.1",
        "version: '1.0'",
        "protocol: TCP",
        "api: {version: 1.1}",
        "http_version: 1.1",
        "tls: {config_version: 1.0}",
        "disabled_tls_versions: [TLSv1]",
        "verify: false",
        "backup: {verify: false}",
        "tls: {verify: true}",
        "verify_email: false",
        "insecure_skip_verify: false",
        "insecure: true",
        "tls: disabled",
        "ssl: false",
        "{url: https://localhost:8443, verify_ssl: false}",
        "hash: md5",
        "cache: {hash_algorithm: md5}",
        "checksum_algorithm: md5",
        "etag: {algorithm: md5}",
        "totp: {algorithm: sha1}",
        "mfa: {hash_algorithm: SHA1}",
        "mac_algorithm: hmac-sha1",
        "hash_algorithm: sha256",
        "hash_algorithm: pbkdf2_sha1",
        "algorithm: round_robin",
        "digest: sha256:0123",
        "commit_hash: des",
        "ssl_ciphers: 'ECDHE-RSA-AES128-GCM-SHA256:!MD5:!RC4:!3DES'",
        "ciphers: [ECDHE-RSA-AES128-SHA]",
        "algorithm: none",
        "compression_algorithm: none",
        "weak_algorithms: [md5, sha1]",
        "mode: CBC",
        "mode: allow",
        "copilot: {mode: disable}",
        "rsa_key_size: 2048",
        "rsa_key_size: 4096",
        "{algorithm: AES, key_size: 256}",
        "{algorithm: ECDSA, key_size: 384}",
        "key_size: 1024",
        "rsa: {key_cache_size: 1000}",
        "bits: 1024",
        "database: {host: localhost, sslmode: disable}",
        "database: {host: '127.0.0.1:5432', sslmode: disable}",
        "database_url: postgres://app@localhost/app?sslmode=disable",
        "database_url: postgres://app@db.example.com/app?sslmode=verify-full",
        "sslmode: verify-full",
        "sslmode: prefer",
        "token_url: https://login.example.com/token",
        "token_url: http://localhost:9000/token",
        "token_url: http://auth.identity.svc.cluster.local/token",
        "token_url: http://auth:8080/token",
        "issuer: https://id.example.com",
        "url: http://otel-collector.observability:4317",
        "description: never use md5 or sha1",
    ],
)
def test_what_is_not(text: str) -> None:
    assert paths(RULE, text) == []


def test_a_secret_is_not_looked_at() -> None:
    assert paths(RULE, "jwt: {algorithm: none}", secrets=frozenset({("jwt",)})) == []


def test_the_message_quotes_no_value() -> None:
    [found] = breaches(RULE, document({"signing": {"algorithm": "md5"}}))
    assert found.message == "signing.algorithm asks for what is broken"


@pytest.mark.parametrize("text", ["!" * 5000, "1." * 5000, "des-" * 5000, "tls" * 5000])
def test_long_texts_take_no_time(text: str) -> None:
    assert paths(RULE, f"ciphers: '{text}'\ntls_version: '{text}'\nrsa_bits: '{text}'\ntoken_url: '{text}'") == []
