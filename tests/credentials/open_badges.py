"""What Open Badges 3.0 and the W3C require of our documents, as JSON Schemas, and a verifier.

The schemas state the requirements of 1EdTech's own (2019-09 drafts, whose licence keeps them out of
here) and of Bitstring Status List 1.0, for the parts that we use. The verifier goes through the
steps of Open Badges 3.0, 8.2, by PyJWT and cryptography; the site signs by another library.
"""

import base64
import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import jwt

Document = dict[str, Any]
V2 = "https://www.w3.org/ns/credentials/v2"
TEXT, WORDS = {"type": "string"}, {"type": "string", "minLength": 1}
URI = {"type": "string", "pattern": "^[a-z]+:[^ ]+$"}
TIME = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$"}
ACHIEVEMENT_TYPES = ["Achievement", "Assessment", "Award", "Badge", "Certificate",
                     "CertificateOfCompletion", "Certification", "Course", "LearningProgram",
                     "MicroCredential"]  # fmt: skip


def having(*types: str) -> Document:
    """A list of types that has all of these."""
    contains = [{"contains": {"const": name}} for name in types]
    return {"type": "array", "items": TEXT, "minItems": 1, "allOf": contains}


def thing(required: list[str], **properties: Document) -> Document:
    return {"type": "object", "required": required, "properties": properties}


NOTHING_ELSE = {"additionalProperties": False}
PROFILE = thing(["id", "type"], id=URI, type=having("Profile"), name=WORDS, url=URI)
# Of an address a hash alone; a name in plain words.
IDENTITY = thing(
    ["type", "hashed", "identityHash", "identityType"],
    type={"const": "IdentityObject"},
    hashed={"type": "boolean"},
    identityHash=WORDS,
    identityType={"enum": ["name", "emailAddress"]},
    salt=WORDS,
) | {
    **NOTHING_ELSE,
    "if": {"properties": {"hashed": {"const": True}}},
    "then": {"properties": {"identityHash": {"pattern": r"^sha256\$[0-9a-f]{64}$"}}},
}
ACHIEVEMENT = thing(
    ["id", "type", "criteria", "description", "name"],
    id=URI,
    type=having("Achievement"),
    achievementType={"enum": ACHIEVEMENT_TYPES},
    # The schema lets it be empty; 1EdTech's validator asks for one of the two.
    criteria=thing([], id=URI, narrative=WORDS) | {"minProperties": 1},
    description=WORDS,
    name=WORDS,
    humanCode=TEXT,
)
SUBJECT = thing(
    ["type", "achievement", "id"],
    id=URI,
    type=having("AchievementSubject"),
    achievement=ACHIEVEMENT,
    identifier={"type": "array", "items": IDENTITY},
)
STATUS_ENTRY = thing(
    ["id", "type", "statusPurpose", "statusListIndex", "statusListCredential"],
    id=URI,
    type={"const": "BitstringStatusListEntry"},
    statusPurpose={"const": "revocation"},
    statusListIndex={"type": "string", "pattern": "^[0-9]+$"},
    statusListCredential=URI,
)
CONTEXT = {
    "type": "array",
    "prefixItems": [
        {"const": V2},
        {"pattern": r"^https://purl\.imsglobal\.org/spec/ob/v3p0/context(-3\.\d\.\d)*\.json$"},
    ],
    "items": {"type": ["string", "object"]},
    "minItems": 2,
}
CREDENTIAL = thing(
    ["@context", "id", "type", "credentialSubject", "issuer", "validFrom", "credentialStatus"],
    **{"@context": CONTEXT},
    id=URI,
    type=having("VerifiableCredential", "OpenBadgeCredential"),
    name=WORDS,
    credentialSubject=SUBJECT,
    issuer=PROFILE,
    validFrom=TIME,
    validUntil=TIME,
    credentialStatus=STATUS_ENTRY,
)
STATUS_LIST = thing(
    ["@context", "type", "issuer", "credentialSubject"],
    **{"@context": {"type": "array", "prefixItems": [{"const": V2}], "minItems": 1}},
    id=URI,
    type=having("VerifiableCredential", "BitstringStatusListCredential"),
    issuer={"anyOf": [URI, PROFILE]},
    validFrom=TIME,
    validUntil=TIME,
    credentialSubject=thing(
        ["type", "statusPurpose", "encodedList"],
        id=URI,
        type={"const": "BitstringStatusList"},
        statusPurpose={"const": "revocation"},
        ttl={"type": "integer", "minimum": 0},
        encodedList={"type": "string", "pattern": "^u[A-Za-z0-9_-]+$"},
    ),
)
JWK = thing(["kty", "n", "e"], kty={"const": "RSA"}, n=WORDS, e=WORDS) | {
    "propertyNames": {"not": {"enum": ["d", "p", "q", "dp", "dq", "qi"]}}
}
DID_DOCUMENT = thing(
    ["@context", "id", "verificationMethod", "assertionMethod"],
    id=URI,
    verificationMethod={
        "type": "array",
        "minItems": 1,
        "items": thing(
            ["id", "type", "controller", "publicKeyJwk"], id=URI, controller=URI, publicKeyJwk=JWK
        ),
    },
    assertionMethod={"type": "array", "minItems": 1, "items": URI},
)
# "Additional JOSE Headers are NOT allowed"; the two algorithms are those of 1EdTech's validator.
HEADER = NOTHING_ELSE | thing(
    ["alg"], alg={"enum": ["RS256", "ES256"]}, kid=URI, jwk=JWK, typ={"const": "JWT"}
)
LEAST_PLACES = 131_072


class Refused(Exception):
    """A verifier doesn't accept it."""


def key_of(did: str, kid: str, fetch: Callable[[str], bytes]) -> jwt.PyJWK:
    """The key of that name, if the issuer says that it signs claims."""
    document = json.loads(fetch(f"https://{did.removeprefix('did:web:')}/.well-known/did.json"))
    methods = {each["id"]: each for each in document["verificationMethod"]}
    if document["id"] != did or kid not in document["assertionMethod"] or kid not in methods:
        raise Refused("no key of this issuer")
    return jwt.PyJWK(methods[kid]["publicKeyJwk"], algorithm="RS256")


def signed_by(did: str, token: str, fetch: Callable[[str], bytes]) -> Document:
    """The claims of a token that this issuer signed. Raises Refused."""
    try:
        header = jwt.get_unverified_header(token)
        key = key_of(did, header["kid"], fetch)
        found = jwt.decode(token, key, algorithms=["RS256"], options={"require": ["iss", "jti"]})
    except jwt.PyJWTError as error:
        raise Refused(str(error)) from error
    issuer = found["issuer"]
    if found["iss"] != did or (issuer if isinstance(issuer, str) else issuer["id"]) != did:
        raise Refused("another issuer")
    if found["jti"] != found["id"]:
        raise Refused("another id")
    return found


def is_revoked(entry: Document, did: str, fetch: Callable[[str], bytes]) -> bool:
    """Whether the issuer's status list has the credential's bit set."""
    found = signed_by(did, fetch(entry["statusListCredential"]).decode(), fetch)
    subject = found["credentialSubject"]
    if found["id"] != entry["statusListCredential"]:
        raise Refused("another list")
    if not found["validFrom"] <= f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}" <= found["validUntil"]:
        raise Refused("an old list")
    packed = subject["encodedList"].removeprefix("u")
    bits = gzip.decompress(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))
    place = int(entry["statusListIndex"])
    if len(bits) * 8 < LEAST_PLACES or subject["statusPurpose"] != entry["statusPurpose"]:
        raise Refused("no list of revocations")
    return bool(bits[place // 8] & (0x80 >> place % 8))


def verified(token: str, did: str, fetch: Callable[[str], bytes]) -> Document:
    """The claims of a credential that a verifier accepts who trusts this issuer. Raises Refused."""
    found = signed_by(did, token, fetch)
    began = datetime.fromisoformat(found["validFrom"]).timestamp()
    if found.get("sub") != found["credentialSubject"]["id"] or found.get("nbf") != began:
        raise Refused("the claims tell of something else")
    if is_revoked(found["credentialStatus"], did, fetch):
        raise Refused("revoked")
    return found
