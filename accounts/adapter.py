"""allauth adapters: mail goes through the outbox, handles reveal nothing about the address."""

from types import SimpleNamespace
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core import context as allauth_context
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts import security_log
from accounts.email_verification import remember_own_code
from accounts.handles import new_handle
from accounts.mailing.outbox import post
from accounts.models import User
from accounts.names import clean_name, validate_name


class AccountAdapter(DefaultAccountAdapter):
    """Adapter for accounts with an e-mail address."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_taken": _("This handle is taken."),
    }

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queue the mail in the outbox, so that no page waits for or fails with the mail server."""
        site = SimpleNamespace(name=settings.SITE_NAME, domain=settings.SITE_URL)
        details = {"request": allauth_context.request, "email": email, "current_site": site}
        message = self.render_mail(template_prefix, email, {**details, **context})
        post(to=email, subject=message.subject, body=str(message.body))

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the attempt. Logs when it is one too many."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            security_log.write("sign-in locked", address=security_log.hashed(credentials))
            raise

    def new_user(self, request: HttpRequest) -> User:
        """Create an unsaved user whose language is that of the sign-up page."""
        return User(language=get_language() or settings.LANGUAGE_CODE)

    def populate_username(self, request: HttpRequest, user: User) -> None:
        """Set a random handle; one derived from the address would reveal half of it."""
        user.handle = user.handle or new_handle()

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Verify an address; notes when the code belongs to the sign-up that named the address."""
        remember_own_code(request)
        try:
            with transaction.atomic():
                confirmed: bool = super().confirm_email(request, email_address)
                return confirmed
        except IntegrityError:  # the other tab, or another account, was faster
            own = EmailAddress.objects.filter(user=email_address.user_id, verified=True)
            return own.filter(email=email_address.email).exists()


class SocialAdapter(DefaultSocialAccountAdapter):
    """Adapter for third-party accounts."""

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: Any) -> Any:
        """Take the display name from the third party; the handle stays random."""
        user = super().populate_user(request, sociallogin, {**data, "username": ""})
        given = (data.get("name") or data.get("first_name") or data.get("username") or "").strip()
        user.display_name = user.display_name or allowed_name(given)
        user.language = get_language() or settings.LANGUAGE_CODE
        return user


def allowed_name(given: str) -> str:
    """Return a third party's name for display, or "" for one that nobody may choose here."""
    name = clean_name(given)[:40].strip()
    try:
        validate_name(name, own=None)
    except ValidationError:
        return ""
    return name
