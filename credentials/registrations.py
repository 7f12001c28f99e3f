"""Registrations with accounts: export, erasure, profile section."""

from collections.abc import Iterator
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User, Viewer
from accounts.registry import (
    ExportFile,
    register_erasure,
    register_export,
    register_profile_section,
)
from course.models import Clock
from course.progress.export import as_text
from credentials.models import Certificate, Credential

COLUMNS = (
    *("number", "kind", "name", "public", "titles", "quest_titles", "lessons", "minutes"),
    *("questions_right", "questions_total", "finished_on", "issued_at", "revoked_at", "reason"),
)


def register() -> None:
    """Fill the registries; called once when the app is ready."""
    register_export("certificates", export)
    register_erasure("certificates", erase)
    register_profile_section(
        "certificates",
        "credentials/_profile.html",
        shown_certificates,
        _("Certificates"),
        "css/certificates.css",
    )


def export(learner: User) -> Iterator[ExportFile]:
    """Return the learner's certificates, and which credentials were signed."""
    rows = Certificate.objects.of(learner).values(*COLUMNS)
    yield ExportFile("certificates/certificates.json", as_text(map(dict, rows)))
    signed = Credential.objects.filter(learner=learner).order_by("issued_at", "id")
    columns = ("uuid", "subject", "salt", "issued_at", "revoked_at", "status_list", "place")
    yield ExportFile("certificates/credentials.json", as_text(map(dict, signed.values(*columns))))


def erase(learner: User, keep_comments: bool) -> None:
    """Revoke everything and forget whose it was; number, kind and places in the lists stay.

    They must: otherwise a credential that somebody still has would verify for ever.
    """
    # The lock that an issue holds: what it writes is there afterwards, or never will be.
    list(Clock.objects.select_for_update().filter(learner=learner).values_list("pk"))
    now = timezone.now()
    for model in (Certificate, Credential):
        rows = model._default_manager.filter(learner=learner)
        rows.filter(revoked_at=None).update(revoked_at=now)
    Certificate.objects.filter(learner=learner).update(
        learner=None, uid="", name="", public=False, reason="", emoji="", titles={}, lessons=[],
        quest_titles={}, minutes=0, questions_right=0, questions_total=0, finished_on=None,
    )  # fmt: skip
    Credential.objects.filter(learner=learner).update(learner=None, subject="", salt="")


def shown_certificates(owner: User, viewer: Viewer) -> dict[str, Any] | None:
    """Context of the owner's certificates that everybody may open; one query."""
    rows = list(Certificate.objects.of(owner).valid().filter(public=True))
    return {"certificates": rows} if rows else None
