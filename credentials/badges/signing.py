"""Sign documents as VC-JWT: the JWT's payload is the credential itself (Open Badges 3.0, 8.2)."""

from datetime import datetime
from typing import Any

from joserfc import jwt

from credentials.badges.issuer import key_id
from credentials.badges.keys import ALGORITHM, issuer_keys, name_of


class NoKey(Exception):
    """No key is configured, so nothing can be signed."""


def iso(moment: datetime) -> str:
    """Return a time as the data model wants it, to the second in UTC."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def sign(document: dict[str, Any], *, moment: datetime, subject: str = "") -> str:
    """Return the signed document. `moment` is when it begins to be valid. Raises NoKey."""
    keys = issuer_keys()
    if not keys:
        raise NoKey
    issuer = document["issuer"]
    claims = {
        **document,
        "iss": issuer if isinstance(issuer, str) else issuer["id"],
        "jti": document["id"],
        "nbf": int(moment.timestamp()),
        **({"sub": subject} if subject else {}),
    }
    # The specification knows these headers only, and of "typ" this value only.
    header = {
        "alg": ALGORITHM,
        "typ": "JWT",
        "kid": key_id(name_of(keys[0])),
        "jwk": keys[0].as_dict(private=False),
    }
    return jwt.encode(header, claims, keys[0], algorithms=[ALGORITHM])
