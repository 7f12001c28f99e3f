"""Credentials of a learner: what they say, and the row that makes them revocable.

A credential names nobody but the learner: by a salted hash of the account's address, and on a
certificate by the name that they chose. It is signed anew at each download, under the same id.
"""

from hashlib import sha256
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import User
from course.progress.recording import locked_clock, progress_transaction
from credentials.badges.issuer import BADGE_CONTEXT, VC_CONTEXT, profile
from credentials.badges.signing import iso, sign
from credentials.badges.status import add_credential, entry_of
from credentials.models import Certificate, Credential
from gamification.rules import AchievementRule


class Revoked(Exception):
    """The certificate was revoked: nothing is signed for it any more."""


def credential_of(
    *, learner: User, subject: str, certificate: Certificate | None = None
) -> Credential:
    """Return the learner's credential for this subject, made at the first call.

    Locks the learner's log, and the certificate if it is about one. Raises AccountGone, and Revoked
    for a certificate that is.
    """
    with progress_transaction(learner):
        # An erasure holds this lock, too: it finds the row, or has removed the account before.
        locked_clock(learner, 0)
        # A revocation writes the certificate first: it is seen here, or comes after this
        # transaction and finds the credential. Else it would miss one that is just being made.
        valid = Certificate.objects.valid().select_for_update()
        if certificate and not valid.filter(pk=certificate.pk).first():
            raise Revoked
        found = Credential.objects.filter(learner=learner, subject=subject).first()
        return found or add_credential(learner=learner, subject=subject)


def signed_certificate(certificate: Certificate, learner: User) -> str:
    """Return a learner's certificate as a signed credential, in the learner's language.

    Raises NoKey, Revoked and AccountGone.
    """
    subject = f"certificate:{certificate.number}"
    row = credential_of(learner=learner, subject=subject, certificate=certificate)
    with override(learner.language):
        achievement = {
            "id": achievement_id(f"{certificate.kind}/{certificate.uid}"),
            "type": ["Achievement"],
            "achievementType": "CertificateOfCompletion",
            "name": certificate.title,
            "description": described(certificate),
            "criteria": {"narrative": _("The learner marked every lesson as done.")},
            "humanCode": certificate.shown_number,
        }
    return signed(row, learner, achievement, name=certificate.name)


def described(certificate: Certificate) -> str:
    """Return what a certificate says besides title and name, as one sentence."""
    return _(
        "Finished on %(date)s. Lessons: %(lessons)d. Minutes: %(minutes)d. "
        "Questions right: %(right)d of %(total)d."
    ) % {
        "date": certificate.finished_on,
        "lessons": len(certificate.lessons),
        "minutes": certificate.minutes,
        "right": certificate.questions_right,
        "total": certificate.questions_total,
    }


def signed_achievement(rule: AchievementRule, learner: User) -> str:
    """Return an achievement that the learner has as a signed credential.

    Raises NoKey and AccountGone.
    """
    row = credential_of(learner=learner, subject=f"achievement:{rule.slug}")
    with override(learner.language):
        view = rule.view()
        achievement = {
            "id": achievement_id(f"achievement/{rule.slug}"),
            "type": ["Achievement"],
            "achievementType": "Badge",
            "name": str(view.title),
            "description": str(view.description),
            "criteria": {"narrative": str(view.description)},
        }
    return signed(row, learner, achievement)


def achievement_id(path: str) -> str:
    """Return a URI that stays when the quest's address changes."""
    return f"urn:uuid:{uuid5(NAMESPACE_URL, f'{settings.SITE_URL}/{path}')}"


def signed(row: Credential, learner: User, achievement: dict[str, Any], name: str = "") -> str:
    """Return the signed credential of a row."""
    subject_id = f"urn:uuid:{uuid5(row.uuid, 'subject')}"  # of this credential alone
    document = {
        "@context": [VC_CONTEXT, BADGE_CONTEXT],
        "id": f"urn:uuid:{row.uuid}",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": profile(),
        "validFrom": iso(row.issued_at),
        "name": achievement["name"],
        "credentialSubject": {
            "id": subject_id,
            "type": ["AchievementSubject"],
            "identifier": identifiers(row, learner, name),
            "achievement": achievement,
        },
        "credentialStatus": entry_of(row),
    }
    return sign(document, moment=row.issued_at, subject=subject_id)


def identifiers(row: Credential, learner: User, name: str) -> list[dict[str, Any]]:
    """Return who the credential is about: the hashed address, and the chosen name if any."""
    digest = sha256(f"{learner.email.lower()}{row.salt}".encode()).hexdigest()
    found: list[dict[str, Any]] = [
        {
            "type": "IdentityObject",
            "identityType": "emailAddress",
            "identityHash": f"sha256${digest}",
            "hashed": True,
            "salt": row.salt,
        }
    ]
    if name:
        plain = {"identityType": "name", "identityHash": name, "hashed": False}
        found.append({"type": "IdentityObject", **plain})
    return found
