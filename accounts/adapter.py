"""How allauth works on this site: mails go through the outbox, handles tell nothing."""

from types import SimpleNamespace
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core import context as allauth_context
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.handles import new_handle
from accounts.mailing.outbox import post
from accounts.models import User
from accounts.proof import remember_own_code


class AccountAdapter(DefaultAccountAdapter):
    """allauth's hooks for accounts with an e-mail address."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_taken": _("This handle is taken."),
    }

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Put the mail into the outbox: no page waits for, or fails with, the mail server."""
        site = SimpleNamespace(name=settings.SITE_NAME, domain=settings.SITE_URL)
        details = {"request": allauth_context.request, "email": email, "current_site": site}
        message = self.render_mail(template_prefix, email, {**details, **context})
        post(to=email, subject=message.subject, body=str(message.body))

    def new_user(self, request: HttpRequest) -> User:
        """A user whose language is that of the page they signed up on."""
        return User(language=get_language() or settings.LANGUAGE_CODE)

    def populate_username(self, request: HttpRequest, user: User) -> None:
        """Give a random handle: one made from the address would publish half of it."""
        user.handle = user.handle or new_handle()

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Verify an address by the code that was mailed for this very purpose."""
        remember_own_code(request)
        try:
            with transaction.atomic():
                confirmed: bool = super().confirm_email(request, email_address)
                return confirmed
        except IntegrityError:  # the other tab, or another account, was faster
            own = EmailAddress.objects.filter(user=email_address.user_id, verified=True)
            return own.filter(email=email_address.email).exists()


class SocialAdapter(DefaultSocialAccountAdapter):
    """allauth's hooks for accounts of other sites."""

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: Any) -> Any:
        """Take over the name as display name; the handle stays random."""
        user = super().populate_user(request, sociallogin, {**data, "username": ""})
        given = (data.get("name") or data.get("first_name") or data.get("username") or "").strip()
        user.display_name = user.display_name or given[:40]
        user.language = get_language() or settings.LANGUAGE_CODE
        return user
