"""The issuer's keys: a JWK set from the settings, the signing key first.

Only the first key has its private half. Those after it signed before a rotation: they stay
published, so that what they signed verifies, and can sign nothing any more.
"""

import json
from functools import lru_cache
from typing import Any

from django.conf import settings
from joserfc.jwk import KeySet, RSAKey

ALGORITHM = "RS256"  # what Open Badges asks of every verifier
BITS = 3072  # as strong as 128 bits of a symmetric key


class BadKeys(ValueError):
    """The text is no JWK set of RSA keys whose first one can sign."""


def read_keys(text: str) -> list[RSAKey]:
    """Parse a JWK set; an empty text gives no keys. Raises BadKeys."""
    if not text.strip():
        return []
    try:
        keys = [RSAKey.import_key(row) for row in json.loads(text)["keys"]]
        fits = all(key.raw_value.key_size >= BITS for key in keys)
    except Exception as error:  # whatever a wrong file makes of the parsers
        raise BadKeys("BADGE_KEYS is no JWK set of RSA keys") from error
    if not (keys and fits and keys[0].is_private):
        raise BadKeys(f"BADGE_KEYS needs keys of {BITS} bits, the first with its private half")
    return keys


@lru_cache(maxsize=4)
def _parsed(text: str) -> tuple[RSAKey, ...]:
    return tuple(read_keys(text))


def issuer_keys() -> tuple[RSAKey, ...]:
    """Return the site's keys, the signing key first; none when none is configured."""
    return _parsed(settings.BADGE_KEYS)


def can_sign() -> bool:
    """Whether credentials can be signed."""
    return bool(issuer_keys())


def public_keys() -> list[dict[str, Any]]:
    """Return the public half of every key as a JWK, the signing key first."""
    return [
        {**key.as_dict(private=False), "kid": name_of(key), "alg": ALGORITHM, "use": "sig"}
        for key in issuer_keys()
    ]


def name_of(key: RSAKey) -> str:
    """Return the key's thumbprint (RFC 7638), which is its name."""
    return str(key.thumbprint())


def new_keys() -> str:
    """Return a JWK set with one new key, as text for the settings."""
    return _text([RSAKey.generate_key(BITS)], [])


def rotated(text: str) -> str:
    """Return the JWK set with a new signing key before the others, which lose their private half.

    Raises BadKeys.
    """
    old = read_keys(text)
    if not old:
        raise BadKeys("there is no key to rotate")
    return _text([RSAKey.generate_key(BITS)], old)


def _text(new: list[RSAKey], old: list[RSAKey]) -> str:
    rows = [{**key.as_dict(private=True), "kid": name_of(key)} for key in new]
    rows += [{**key.as_dict(private=False), "kid": name_of(key)} for key in old]
    KeySet.import_key_set({"keys": rows})
    return json.dumps({"keys": rows}, indent=1) + "\n"
