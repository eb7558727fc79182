"""SSH keys for tests: signatures as ssh-keygen makes them, made in this process, also by what stands for a hardware key."""

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from lamina.thought.anchors.sshsig import signed_bytes
from lamina.thought.anchors.wire import string

_TOUCHED = b"\x01\x00\x00\x00\x07"


@dataclass(frozen=True)
class Key:
    """A key: its kind, its public half in SSH's form, and what makes the inner bytes of a signature."""

    kind: str
    public: bytes
    inner: Callable[[bytes], bytes]

    def line(self, principals: str = "ops@example.com", options: str = "") -> str:
        """A line of an allowed_signers file."""
        return " ".join(filter(None, (principals, options, self.kind, b64encode(self.public).decode()))) + "\n"

    def sign(self, message: bytes, namespace: str = "lamina-anchor", hash: str = "sha512") -> bytes:
        """The bytes of a signature."""
        names = string(namespace.encode()) + string(b"") + string(hash.encode())
        made = self.inner(signed_bytes(namespace, hash, message))
        return b"SSHSIG" + (1).to_bytes(4, "big") + string(self.public) + names + string(made)


def ed25519() -> Key:
    private, public = _ed25519()
    return Key(
        "ssh-ed25519",
        string(b"ssh-ed25519") + string(public),
        lambda data: string(b"ssh-ed25519") + string(private.sign(data)),
    )


def hardware_ed25519() -> Key:
    kind = b"sk-ssh-ed25519@openssh.com"
    private, public = _ed25519()
    return Key(
        kind.decode(),
        string(kind) + string(public) + string(b"ssh:"),
        lambda data: string(kind) + string(private.sign(_by_hardware(data))) + _TOUCHED,
    )


def hardware_ecdsa() -> Key:
    kind = b"sk-ecdsa-sha2-nistp256@openssh.com"
    private, public = _ecdsa()
    return Key(
        kind.decode(),
        string(kind) + public + string(b"ssh:"),
        lambda data: string(kind) + string(_pair(private, _by_hardware(data))) + _TOUCHED,
    )


def ecdsa() -> Key:
    kind = b"ecdsa-sha2-nistp256"
    private, public = _ecdsa()
    return Key(kind.decode(), string(kind) + public, lambda data: string(kind) + string(_pair(private, data)))


def rsa_key(bits: int = 2048, algorithm: str = "rsa-sha2-512") -> Key:
    private = rsa.generate_private_key(65537, bits)
    numbers = private.public_key().public_numbers()
    hash = {"rsa-sha2-512": hashes.SHA512, "rsa-sha2-256": hashes.SHA256, "ssh-rsa": hashes.SHA1}[algorithm]
    return Key(
        "ssh-rsa",
        string(b"ssh-rsa") + _mpint(numbers.e) + _mpint(numbers.n),
        lambda data: string(algorithm.encode()) + string(private.sign(data, PKCS1v15(), hash())),
    )


def _ed25519() -> tuple[Ed25519PrivateKey, bytes]:
    private = Ed25519PrivateKey.generate()
    return private, private.public_key().public_bytes_raw()


def _ecdsa() -> tuple[ec.EllipticCurvePrivateKey, bytes]:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    private = ec.generate_private_key(ec.SECP256R1())
    point = private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return private, string(b"nistp256") + string(point)


def _pair(private: ec.EllipticCurvePrivateKey, data: bytes) -> bytes:
    return b"".join(map(_mpint, decode_dss_signature(private.sign(data, ec.ECDSA(hashes.SHA256())))))


def _by_hardware(data: bytes) -> bytes:
    return sha256(b"ssh:").digest() + _TOUCHED + sha256(data).digest()


def _mpint(value: int) -> bytes:
    return string(value.to_bytes(value.bit_length() // 8 + 1, "big"))
