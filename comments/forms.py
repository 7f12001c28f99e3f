"""Forms of comments and reports; tokens make repeated submissions harmless."""

import uuid
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from comments.models import MAX_LENGTH, BugReport, Flag
from comments.reports import Fault

MAX_REPORT = 4_000
MAX_QUOTE = 1_000
NOTHING_WRITTEN = {"required": _("Write something first.")}


class LineField(forms.CharField):
    """Text in which a line end counts as one character, as in the browser's limit."""

    def to_python(self, value: Any) -> str:
        """Return the text with LF line ends."""
        return (super().to_python(value) or "").replace("\r\n", "\n").replace("\r", "\n")


class TrapForm(forms.Form):
    """Form with a honeypot field."""

    website = forms.CharField(required=False)

    def clean_website(self) -> str:
        """Raise ValidationError when the honeypot field was filled in."""
        if self.cleaned_data["website"]:
            raise forms.ValidationError(_("Leave the hidden field empty."))
        return ""


class CommentForm(TrapForm):
    """A new comment or reply."""

    body = LineField(max_length=MAX_LENGTH, error_messages=NOTHING_WRITTEN)
    token = forms.UUIDField()


class EditForm(forms.Form):
    """A comment's new text; `version` is the one that the form was opened with."""

    body = LineField(max_length=MAX_LENGTH, error_messages=NOTHING_WRITTEN)
    version = forms.IntegerField(min_value=1)


class FlagForm(forms.Form):
    """Why a comment is flagged."""

    reason = forms.ChoiceField(choices=Flag.Reason.choices)
    note = LineField(required=False, max_length=300)


class ReportForm(TrapForm):
    """A fault on a page, with fields that the page filled in."""

    category = forms.ChoiceField(choices=BugReport.Category.choices, label=_("What is it?"))
    body = LineField(
        max_length=MAX_REPORT,
        label=_("What is wrong, and what did you expect?"),
        error_messages={"required": _("Write what you found.")},
    )
    quote = LineField(required=False, max_length=MAX_QUOTE, label=_("Quoted text"))
    email = forms.EmailField(required=False, label=_("Email address (if you want an answer)"))
    lesson = forms.CharField(required=False, max_length=64)
    revision = forms.IntegerField(required=False, min_value=1, max_value=2_000_000_000)
    language = forms.ChoiceField(choices=settings.LANGUAGES)
    versions = forms.CharField(required=False, max_length=300)
    token = forms.UUIDField()
    seen_similar = forms.BooleanField(required=False)

    def fault(self) -> Fault:
        """Return the cleaned data as a Fault; only after is_valid()."""
        data = self.cleaned_data
        return Fault(
            category=data["category"],
            body=data["body"],
            quote=data["quote"],
            lesson_uid=data["lesson"],
            revision=data["revision"],
            language=data["language"],
            versions=data["versions"],
        )


def new_token() -> str:
    """Return a token for one form."""
    return str(uuid.uuid4())
