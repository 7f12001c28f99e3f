"""Verified e-mail addresses, and what verification revokes.

Anybody can sign up with somebody else's address. The functions here make sure that such an account
gives no access once the address's owner verifies it.
"""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.models import User

PROVED_BY_OWN_CODE = "_proved_by_own_code"


def remember_own_code(request: HttpRequest) -> None:
    """Mark this request as verifying the address by the code mailed for its own sign-up."""
    setattr(request, PROVED_BY_OWN_CODE, True)


def forget_unproven_credentials(
    request: HttpRequest, email_address: EmailAddress, **kwargs: Any
) -> None:
    """Remove credentials set before the address was verified another way (sign-in code, reset).

    Whoever signed up chose the password and may not be the owner of the mailbox. Receives allauth's
    `email_confirmed` signal.
    """
    user = email_address.user
    verified = EmailAddress.objects.filter(user=user, verified=True)
    by_own_code = getattr(request, PROVED_BY_OWN_CODE, False)
    if by_own_code or verified.exclude(pk=email_address.pk).exists():
        return
    SocialAccount.objects.filter(user=user).delete()
    Authenticator.objects.filter(user=user).delete()
    if user.has_usable_password():
        user.set_unusable_password()
        user.save(update_fields=["password"])
        gone = _("A password that was set before you proved your address is gone. Set a new one.")
        messages.warning(request, gone)


@transaction.atomic
def free_address(*, email: str, keep: User | None) -> None:
    """Remove the address from accounts that never verified it, except `keep`, who just did.

    Accounts left without any verified address are deleted; nobody can have signed in to them.
    """
    claims = EmailAddress.objects.filter(email=email.lower(), verified=False)
    others = claims.exclude(user=keep) if keep else claims
    owners = list(others.values_list("user_id", flat=True))
    others.delete()
    with_others = EmailAddress.objects.filter(user__in=owners, verified=True).values("user")
    never_in = User.objects.filter(pk__in=owners, last_login=None, is_staff=False)
    never_in.exclude(pk__in=with_others).delete()
