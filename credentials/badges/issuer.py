"""The issuer: its identifier (did:web), profile, keys and DID document."""

from typing import Any
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.urls import reverse

from credentials.badges.keys import public_keys

VC_CONTEXT = "https://www.w3.org/ns/credentials/v2"
BADGE_CONTEXT = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"


def issuer_id() -> str:
    """Return the issuer's DID; it names the site's host, whose DID document lists the keys."""
    return f"did:web:{quote(urlsplit(settings.SITE_URL).netloc, safe='')}"


def site_address(name: str, *args: object) -> str:
    """Return the full URL of a page in the site's first language."""
    return f"{settings.SITE_URL}{reverse(name, args=args)}"


def key_id(name: str) -> str:
    """Return a key's address in the DID document, as it stands in signatures."""
    return f"{issuer_id()}#{name}"


def profile() -> dict[str, Any]:
    """Return the issuer as an Open Badges Profile, without a context of its own."""
    return {
        "id": issuer_id(),
        "type": ["Profile"],
        "name": settings.SITE_NAME,
        "url": settings.SITE_URL,
    }


def profile_document() -> dict[str, Any]:
    """Return the published profile."""
    return {"@context": [VC_CONTEXT, BADGE_CONTEXT], **profile()}


def key_document() -> dict[str, Any]:
    """Return the published JWK set: public halves only, old keys included."""
    return {"keys": public_keys()}


def did_document() -> dict[str, Any]:
    """Return the DID document; the first method is the key that signs now."""
    did = issuer_id()
    methods = [
        {
            "id": key_id(key["kid"]),
            "type": "JsonWebKey",
            "controller": did,
            "publicKeyJwk": {name: key[name] for name in ("kty", "n", "e", "kid")},
        }
        for key in public_keys()
    ]
    return {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/jwk/v1"],
        "id": did,
        "verificationMethod": methods,
        "assertionMethod": [method["id"] for method in methods],
    }
