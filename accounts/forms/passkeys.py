"""allauth's forms for passkeys and security keys, with a translated label for the name."""

from allauth.mfa.webauthn import forms as allauth_forms
from django import forms
from django.utils.translation import gettext_lazy as _

NAME = _("Name of this key")


class AddKeyForm(allauth_forms.AddWebAuthnForm):
    """Add a passkey or security key."""

    name = forms.CharField(label=NAME, required=False, max_length=100)


class EditKeyForm(allauth_forms.EditWebAuthnForm):
    """Rename a passkey or security key."""

    name = forms.CharField(label=NAME, max_length=100)


class SignUpKeyForm(allauth_forms.SignupWebAuthnForm):
    """The first passkey of a new account."""

    name = forms.CharField(label=NAME, required=False, max_length=100)
