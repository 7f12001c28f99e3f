"""Account deletion: request, seven days to cancel, then erasure."""

import logging
from datetime import timedelta

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.models import OutgoingMail, User
from accounts.registry import erasures

logger = logging.getLogger(__name__)

TIME_TO_RECONSIDER = timedelta(days=7)
# A sign-up whose address was never verified keeps the address from its real owner.
UNVERIFIED_KEPT = timedelta(days=7)


def request_deletion(*, user: User, keep_comments: bool) -> None:
    """Schedule the account's deletion in seven days.

    A repeated request doesn't restart the period.
    """
    user.delete_at = user.delete_at or timezone.now() + TIME_TO_RECONSIDER
    user.delete_keeps_comments = keep_comments
    user.save(update_fields=["delete_at", "delete_keeps_comments"])


def cancel_deletion(*, user: User) -> None:
    """Cancel a requested deletion."""
    user.delete_at = None
    user.save(update_fields=["delete_at"])


def erase_due() -> int:
    """Erase every account whose deletion is due. Returns the number of erased accounts."""
    due = User.objects.filter(delete_at__lte=timezone.now()).values_list("pk", flat=True)
    return sum(erased_or_logged(pk) for pk in due)


def erased_or_logged(pk: int) -> bool:
    """Erase one account and log an error, so that the remaining ones are still erased."""
    try:
        return erase(pk)
    except Exception:
        logger.exception("Account %s could not be erased; it is tried again at the next sweep", pk)
        return False


@transaction.atomic
def erase(pk: int) -> bool:
    """Erase one account unless its deletion was cancelled. Returns whether it was erased.

    Runs every app's `accounts.registry.register_erasure` first, then deletes the row with
    everything that cascades from it.
    """
    # The weaker lock lets a sync that is under way commit: it holds the log, which we wait for.
    locked = User.objects.select_for_update(no_key=True)
    user = locked.filter(pk=pk, delete_at__lte=timezone.now()).first()
    if user is None:
        return False
    for erase_part in erasures.values():
        erase_part(user, user.delete_keeps_comments)
    forget_traces(user)
    user.delete()
    return True


def forget_traces(user: User) -> None:
    """Delete the user's sessions and queued mails, which don't cascade from the user row."""
    for session in UserSession.objects.filter(user=user):
        session.end()
    addresses = EmailAddress.objects.filter(user=user).values_list("email", flat=True)
    OutgoingMail.objects.filter(to__in=[user.email, user.email.lower(), *addresses]).delete()


def forget_abandoned() -> int:
    """Delete accounts that verified no address within a week. Returns their number."""
    addresses = EmailAddress.objects.filter(user=OuterRef("pk"))
    abandoned = User.objects.filter(
        Exists(addresses.filter(verified=False)),
        ~Exists(addresses.filter(verified=True)),
        last_login=None,
        is_staff=False,
        date_joined__lt=timezone.now() - UNVERIFIED_KEPT,
    )
    return abandoned.delete()[1].get("accounts.User", 0)
