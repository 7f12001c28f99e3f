"""Revocation as a Bitstring Status List: one bit for each credential, in a signed list."""

import base64
import gzip
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from credentials.badges.issuer import VC_CONTEXT, issuer_id
from credentials.badges.signing import iso, sign
from credentials.models import Credential

PLACES = 131_072  # bits of a list: the least that the specification allows
FULL = PLACES // 2  # so that a free place is found by drawing
TRIES = 64
FRESH = timedelta(minutes=5)  # how long verifiers may keep a list
VALID = timedelta(days=1)  # an older copy says nothing any more


def list_address(number: int) -> str:
    """Return the full URL of a status list."""
    return f"{settings.SITE_URL}{reverse('status-list', args=[number])}"


def entry_of(credential: Credential) -> dict[str, str]:
    """Return where a credential's bit is, as it stands in the credential."""
    address = list_address(credential.status_list)
    return {
        "id": f"{address}#{credential.place}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": str(credential.place),
        "statusListCredential": address,
    }


def add_credential(*, learner: User, subject: str) -> Credential:
    """Store a credential at a place that was drawn. Raises IntegrityError if there is one already.

    Must be called with the learner's log locked: then only the place can be taken.
    """
    number = Credential.objects.count() // FULL
    for _try in range(TRIES):
        place = secrets.randbelow(PLACES)
        try:
            with transaction.atomic():
                return Credential.objects.create(
                    learner=learner, subject=subject, status_list=number, place=place
                )
        except IntegrityError:
            if Credential.objects.filter(learner=learner, subject=subject).exists():
                raise
    raise RuntimeError("no free place in the status list")


def encode(places: Iterable[int]) -> str:
    """Return the list's bits, first bit highest, as multibase base64url of gzip."""
    bits = bytearray(PLACES // 8)
    for place in places:
        bits[place // 8] |= 0x80 >> place % 8
    packed = gzip.compress(bytes(bits), mtime=0)
    return "u" + base64.urlsafe_b64encode(packed).decode().rstrip("=")


def list_document(number: int, now: datetime) -> dict[str, Any]:
    """Return a status list as it is now; one query."""
    revoked = Credential.objects.filter(status_list=number, revoked_at__isnull=False)
    address = list_address(number)
    return {
        "@context": [VC_CONTEXT],
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer_id(),
        "validFrom": iso(now),
        "validUntil": iso(now + VALID),
        "credentialSubject": {
            "id": f"{address}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "ttl": int(FRESH.total_seconds() * 1000),
            "encodedList": encode(revoked.values_list("place", flat=True)),
        },
    }


def signed_list(number: int) -> str | None:
    """Return a signed status list, or None if it has no credential. Raises NoKey."""
    if not Credential.objects.filter(status_list=number).exists():
        return None
    now = timezone.now()
    return sign(list_document(number, now), moment=now)
