"""The site's VAPID key, by which push services know who sends (RFC 8292)."""

import base64
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

LENGTH = 32  # bytes of a private key


def is_on() -> bool:
    """Return whether this site pushes: a key is configured."""
    return bool(settings.PUSH_KEY)


def new_key() -> str:
    """Return a new private key as it is configured: 32 bytes in base64url."""
    number = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    return in_base64url(number.to_bytes(LENGTH, "big"))


def public_key() -> str:
    """Return the public key as browsers want it, "" when none is configured.

    Raises ValueError when the configured key is none.
    """
    return public_of(settings.PUSH_KEY) if is_on() else ""


@lru_cache(maxsize=4)
def public_of(private: str) -> str:
    """Return the public key of a private one, both in base64url. Raises ValueError."""
    raw = base64.urlsafe_b64decode(private + "=" * (-len(private) % 4))
    if len(raw) != LENGTH:
        raise ValueError("a key has 32 bytes")
    key = ec.derive_private_key(int.from_bytes(raw, "big"), ec.SECP256R1())
    point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return in_base64url(point)


def in_base64url(raw: bytes) -> str:
    """Return bytes in base64url without padding."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
