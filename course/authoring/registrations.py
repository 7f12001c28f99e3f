"""Registrations with accounts: what authors are told of."""

from django.utils.translation import gettext_lazy as _

from accounts.registry import register_kind
from course.authoring import proof_notices


def register() -> None:
    """Fill the registries; called when the app is ready."""
    register_kind(
        proof_notices.KIND,
        _("Lessons that authors read for each other"),
        proof_notices.recheck,
        present=proof_notices.present,
        for_whom=proof_notices.is_author,
    )
