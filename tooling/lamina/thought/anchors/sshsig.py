"""SSH signatures (SSHSIG, OpenSSH's PROTOCOL.sshsig): read, and verified without a program.

`ssh-keygen -Y sign` makes them, with keys in files, in agents and on hardware. A signature names its key, and nobody: whose
the key is, `allowed_signers` says.
"""

from base64 import b64decode, b64encode
from binascii import Error as NoBase64
from collections.abc import Callable
from hashlib import new as hashed
from hashlib import sha256

from lamina.thought.anchors.wire import BadWire, Reader, string
from lamina.words.values import dataclass

_MAGIC = b"SSHSIG"
_BEGIN, _END = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"
# The shortest RSA key that ssh takes.
_LEAST_RSA = 1024


class BadSignature(ValueError):
    """Bytes that are no SSH signature; its text says why."""


@dataclass(frozen=True, slots=True)
class SshSignature:
    """A signature: the public key in SSH's form, the namespace that it is good for, the hash of the message, its own bytes."""

    key: bytes
    namespace: str
    hash: str
    signature: bytes


def unarmoured(text: str) -> bytes:
    """The bytes in the text that ssh-keygen prints; raises BadSignature."""
    lines = text.strip().splitlines()
    if len(lines) < 3 or (lines[0], lines[-1]) != (_BEGIN, _END):
        raise BadSignature("it is no SSH signature")
    try:
        return b64decode("".join(lines[1:-1]), validate=True)
    except NoBase64:
        raise BadSignature("it is not base64") from None


def armoured(blob: bytes) -> str:
    """The text that ssh-keygen prints of a signature's bytes."""
    data = b64encode(blob).decode()
    return "\n".join([_BEGIN, *(data[at : at + 70] for at in range(0, len(data), 70)), _END, ""])


def read_signature(blob: bytes) -> SshSignature:
    """The signature that bytes hold; raises BadSignature."""
    reader = Reader(blob)
    try:
        if reader.take(len(_MAGIC)) != _MAGIC or reader.number() != 1:
            raise BadSignature("it is no SSH signature of version 1")
        key, namespace = reader.string(), reader.text()
        reader.string()  # reserved; ssh passes over it, too
        hash, signature = reader.text(), reader.string()
        reader.end()
    except BadWire as error:
        raise BadSignature(f"it is damaged: {error}") from None
    if hash not in ("sha256", "sha512"):
        raise BadSignature(f"it is over the hash {hash:.20}, and only sha256 and sha512 are taken")
    return SshSignature(key, namespace, hash, signature)


def signed_bytes(namespace: str, hash: str, message: bytes) -> bytes:
    """What a key signs of a message."""
    digest = hashed(hash, message).digest()
    return _MAGIC + string(namespace.encode()) + string(b"") + string(hash.encode()) + string(digest)


def fault(signature: SshSignature, namespace: str, message: bytes) -> str | None:
    """Why a signature is not one of this message and namespace by the key that it names; None where it is."""
    if signature.namespace != namespace:
        return f"it is for {signature.namespace[:40]!r}, not for {namespace!r}"
    try:
        return _key_fault(signature, signed_bytes(namespace, signature.hash, message))
    except (BadWire, ValueError) as error:
        return f"it is damaged: {error}"


def kind_of(key: bytes) -> str:
    """The kind of a public key, such as ssh-ed25519; raises BadWire."""
    return Reader(key).text()


def fingerprint(key: bytes) -> str:
    """A public key as ssh-keygen shows it: SHA256:..."""
    return "SHA256:" + b64encode(sha256(key).digest()).decode().rstrip("=")


def _key_fault(signature: SshSignature, data: bytes) -> str | None:
    from cryptography.exceptions import InvalidSignature

    key, own = Reader(signature.key), Reader(signature.signature)
    kind, algorithm = key.text(), own.text()
    if kind not in KINDS:
        return f"it is by a key of the kind {kind:.40}, which is not taken"
    if algorithm not in ALGORITHMS.get(kind, (kind,)):
        return f"it is made by {algorithm:.40}, which is not taken of {kind}"
    try:
        KINDS[kind](key, own, algorithm, data)
    except InvalidSignature:
        return "it is not by the key that it names, or of another text"
    key.end()
    own.end()
    return None


def _ed25519(key: Reader, own: Reader, _: str, data: bytes) -> None:
    _verify_ed25519(key.string(), own.string(), data)


def _hardware_ed25519(key: Reader, own: Reader, _: str, data: bytes) -> None:
    public, application, signature = key.string(), key.string(), own.string()
    _verify_ed25519(public, signature, _by_hardware(application, own, data))


def _rsa(key: Reader, own: Reader, algorithm: str, data: bytes) -> None:
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
    from cryptography.hazmat.primitives.hashes import SHA256, SHA512

    exponent, modulus = key.mpint(), key.mpint()
    if modulus.bit_length() < _LEAST_RSA:
        raise ValueError(f"its key has fewer than {_LEAST_RSA} bits")
    hash = SHA256() if algorithm == "rsa-sha2-256" else SHA512()
    RSAPublicNumbers(exponent, modulus).public_key().verify(own.string(), data, PKCS1v15(), hash)


def _ecdsa(key: Reader, own: Reader, _: str, data: bytes) -> None:
    curve, point = key.text(), key.string()
    _verify_ecdsa(curve, point, own.string(), data)


def _hardware_ecdsa(key: Reader, own: Reader, _: str, data: bytes) -> None:
    curve, point, application, signature = key.text(), key.string(), key.string(), own.string()
    _verify_ecdsa(curve, point, signature, _by_hardware(application, own, data))


def _by_hardware(application: bytes, own: Reader, data: bytes) -> bytes:
    """What a hardware key signs, which counts and says whether it was touched (OpenSSH's PROTOCOL.u2f)."""
    flags_and_count = own.take(5)
    return sha256(application).digest() + flags_and_count + sha256(data).digest()


def _verify_ed25519(public: bytes, signature: bytes, data: bytes) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    Ed25519PublicKey.from_public_bytes(public).verify(signature, data)


def _verify_ecdsa(curve: str, point: bytes, signature: bytes, data: bytes) -> None:
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
    from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512

    curves: dict[str, tuple[ec.EllipticCurve, SHA256 | SHA384 | SHA512]] = {
        "nistp256": (ec.SECP256R1(), SHA256()),
        "nistp384": (ec.SECP384R1(), SHA384()),
        "nistp521": (ec.SECP521R1(), SHA512()),
    }
    if curve not in curves:
        raise ValueError(f"there is no curve {curve:.20}")
    shape, hash = curves[curve]
    numbers = Reader(signature)
    der = encode_dss_signature(numbers.mpint(), numbers.mpint())
    numbers.end()
    ec.EllipticCurvePublicKey.from_encoded_point(shape, point).verify(der, data, ec.ECDSA(hash))


# Every kind of key that ssh-keygen signs with today, and who verifies it; they raise InvalidSignature, BadWire, ValueError.
KINDS: dict[str, Callable[[Reader, Reader, str, bytes], None]] = {
    "ssh-ed25519": _ed25519,
    "ssh-rsa": _rsa,
    "ecdsa-sha2-nistp256": _ecdsa,
    "ecdsa-sha2-nistp384": _ecdsa,
    "ecdsa-sha2-nistp521": _ecdsa,
    "sk-ssh-ed25519@openssh.com": _hardware_ed25519,
    "sk-ecdsa-sha2-nistp256@openssh.com": _hardware_ecdsa,
}
# What a signature says of how it was made, where that is not its key's kind.
ALGORITHMS = {"ssh-rsa": ("rsa-sha2-512", "rsa-sha2-256")}
