"""What the acts of the desk ask."""

from django import forms
from django.utils.translation import gettext_lazy as _

BIG = forms.Textarea(attrs={"rows": 5, "cols": 70})


class NothingForm(forms.Form):
    """No questions; the page only asks to confirm."""


class ReasonForm(forms.Form):
    """Why; for the audit trail."""

    reason = forms.CharField(label=_("Reason (for the audit trail)"), required=False, widget=BIG)


class NeededReasonForm(forms.Form):
    """Why; it can't be left out."""

    reason = forms.CharField(label=_("Reason (for the audit trail)"), widget=BIG)


class NoteForm(forms.Form):
    """A note among moderators."""

    text = forms.CharField(label=_("Internal note"), widget=BIG)


class ReplyForm(forms.Form):
    """What the reporter reads."""

    reply = forms.CharField(label=_("Reply to the reporter"), required=False, widget=BIG)


class FixedForm(ReplyForm):
    """In which revision it is right."""

    fixed_in = forms.IntegerField(
        label=_("Fixed in revision"), min_value=1, max_value=2_000_000_000, required=False
    )


class DeclineForm(ReplyForm):
    """A refusal needs words."""

    reply = forms.CharField(label=_("Reply to the reporter"), widget=BIG)


class DuplicateForm(ReplyForm):
    """Which report it repeats."""

    duplicate_of = forms.IntegerField(label=_("Number of the other report"), min_value=1)


class SanctionForm(forms.Form):
    """How long and why; the learner reads the reason."""

    days = forms.IntegerField(label=_("Days"), min_value=1, max_value=365, initial=7)
    reason = forms.CharField(label=_("Reason (the learner reads it)"), widget=BIG)
