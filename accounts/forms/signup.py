"""The sign-up form: e-mail address and password, with the browser's time zone."""

import secrets
from typing import Any

from allauth.account.forms import BaseConfirmCodeForm, ConfirmEmailVerificationCodeForm
from allauth.account.forms import SignupForm as AllauthSignupForm
from allauth.account.models import EmailAddress
from django import forms
from django.db import IntegrityError, transaction
from django.http import HttpRequest

from accounts.email_verification import free_address
from accounts.models import User
from accounts.zones import is_zone

# How often allauth looks up a new account and its address before it mails the code.
READS_BEFORE_THE_CODE = 4


class SignupForm(AllauthSignupForm):
    """allauth's form with the browser's time zone; takes equally long for known addresses."""

    account_already_exists: bool
    time_zone = forms.CharField(
        required=False, max_length=40, widget=forms.HiddenInput(attrs={"data-time-zone": ""})
    )

    def custom_signup(self, request: HttpRequest, user: User) -> None:
        """Store the browser's time zone if it is valid."""
        zone = self.cleaned_data.get("time_zone", "")
        if is_zone(zone):
            user.time_zone = zone
            user.save(update_fields=["time_zone"])
        super().custom_signup(request, user)

    def try_save(self, request: HttpRequest) -> tuple[Any, Any]:
        """Sign up, taking the same time for a known address, so that timing reveals nothing.

        If two sign-ups with one address run at the same time, the later one is answered as for a
        known address.
        """
        with transaction.atomic():
            if self.account_already_exists:
                self.rehearse(request)
            try:
                with transaction.atomic():
                    return self.save_or_answer(request)
            except IntegrityError:
                email = self.cleaned_data["email"]
                if not User.objects.filter(email__iexact=email).exists():
                    raise
                self.account_already_exists = True
                return self.save_or_answer(request)

    def save_or_answer(self, request: HttpRequest) -> tuple[Any, Any]:
        """Call allauth: create the user, or build the response for a known address."""
        result: tuple[Any, Any] = super().try_save(request)
        return result

    def rehearse(self, request: HttpRequest) -> None:
        """Create an account, including the password hash, and roll it back."""
        given = self.cleaned_data["email"]
        self.cleaned_data["email"] = f"{secrets.token_hex(8)}@invalid.invalid"
        self.account_already_exists = False
        with transaction.atomic():
            user = self.save(request)
            for _look in range(READS_BEFORE_THE_CODE):
                EmailAddress.objects.filter(user=user, verified=True).exists()
            transaction.set_rollback(True)
        self.cleaned_data["email"] = given
        self.account_already_exists = True


class ConfirmEmailForm(ConfirmEmailVerificationCodeForm):
    """The mailed code. Whoever has it gets the address, even if another account named it first."""

    def clean_code(self) -> str:
        """Remove the address from accounts that never verified it, then run allauth's check."""
        BaseConfirmCodeForm.clean_code(self)
        free_address(email=self.email, keep=self.user)
        code: str = super().clean_code()
        return code
