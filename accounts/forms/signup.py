"""The sign-up form: e-mail address and password, with the browser's time zone."""

from typing import Any

from allauth.account.forms import SignupForm as AllauthSignupForm
from django import forms
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest

from accounts.models import User
from accounts.zones import is_zone


class SignupForm(AllauthSignupForm):
    """allauth's form, with a guessed time zone and the same work for known addresses."""

    time_zone = forms.CharField(
        required=False, max_length=40, widget=forms.HiddenInput(attrs={"data-time-zone": ""})
    )

    def custom_signup(self, request: HttpRequest, user: User) -> None:
        """Keep the browser's time zone when it is one that we know."""
        zone = self.cleaned_data.get("time_zone", "")
        if is_zone(zone):
            user.time_zone = zone
            user.save(update_fields=["time_zone"])
        super().custom_signup(request, user)

    def try_save(self, request: HttpRequest) -> tuple[Any, Any]:
        """Sign up; a known address costs a password hash too, so that time tells nothing."""
        if self.account_already_exists:
            make_password(self.cleaned_data.get("password1"))
        result: tuple[Any, Any] = super().try_save(request)
        return result
