"""Fetch certificates that the viewer may see."""

from dataclasses import dataclass

from django.http import Http404
from django.utils.translation import gettext as _

from accounts.models import User, Viewer
from credentials.models import Certificate
from credentials.numbers import read_number


def own_certificate(*, number: str, learner: User) -> Certificate:
    """Return one of the learner's own certificates. Raises Http404."""
    found = Certificate.objects.filter(number=read_number(number) or "", learner=learner).first()
    if found is None:
        raise Http404(_("There is no such certificate."))
    return found


def visible_certificate(*, number: str, viewer: Viewer) -> Certificate:
    """Return a certificate that the viewer may open; one query.

    The owner may, and everybody if it is public and the account stays. A revoked one is returned
    too, for its page says so. Raises Http404 in the same way for an unknown and for a private one.
    """
    found = (
        Certificate.objects.filter(number=read_number(number) or "")
        .select_related("learner")
        .first()
    )
    if found is None or not may_open(found, viewer):
        raise Http404(_("There is no such certificate."))
    return found


def may_open(certificate: Certificate, viewer: Viewer) -> bool:
    """Return whether the viewer may open the certificate's page."""
    owner = certificate.learner
    if owner is None:  # erased: nothing personal is left to hide
        return True
    if owner == viewer:
        return True
    return certificate.public and owner.is_active and not owner.delete_at


@dataclass(frozen=True)
class Checked:
    """What the check of a number says: "valid", "revoked" or "unknown"; and the certificate."""

    state: str
    certificate: Certificate | None = None
    opens: bool = False  # whether the viewer may open its page


def check_number(*, text: str, viewer: Viewer) -> Checked:
    """Look a number up; one query. The number alone opens no page of somebody who keeps it closed.

    Whoever has the number got it from the learner, so title and date are told; the name is on the
    page only.
    """
    number = read_number(text)
    rows = Certificate.objects.select_related("learner")
    found = rows.filter(number=number).first() if number else None
    if found is None:
        return Checked("unknown")
    if found.revoked_at:
        return Checked("revoked", found)
    return Checked("valid", found, may_open(found, viewer))
