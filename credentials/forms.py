"""Forms of the certificates' pages."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.names import clean_name, validate_name


class CertificateForm(forms.Form):
    """What a learner chooses about a certificate: the name on it, and who may see it."""

    name = forms.CharField(
        label=_("Name on the certificate"),
        max_length=60,
        help_text=_("As it should be printed. It can be changed later."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    public = forms.BooleanField(
        label=_("Anyone with the link may see it"),
        required=False,
        help_text=_("Otherwise only you can open the page."),
    )

    def __init__(self, *args: Any, learner: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.learner = learner

    def clean_name(self) -> str:
        """Return the name as it is stored. Raises for an empty one and for names of the site."""
        name = clean_name(self.cleaned_data["name"])
        if not name:
            raise forms.ValidationError(_("Please enter a name."))
        if name != self.learner.display_name:
            validate_name(name, own=self.learner.pk)
        return name
