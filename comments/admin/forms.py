"""Forms of the desk's actions."""

from django import forms
from django.utils.translation import gettext_lazy as _

BIG = forms.Textarea(attrs={"rows": 5, "cols": 70})


class NothingForm(forms.Form):
    """No fields; the page only asks for confirmation."""


class ReasonForm(forms.Form):
    """An optional reason for the audit trail."""

    reason = forms.CharField(label=_("Reason (for the audit trail)"), required=False, widget=BIG)


class NeededReasonForm(forms.Form):
    """A required reason."""

    reason = forms.CharField(label=_("Reason (for the audit trail)"), widget=BIG)


class NoteForm(forms.Form):
    """A note for other moderators."""

    text = forms.CharField(label=_("Internal note"), widget=BIG)


class ReplyForm(forms.Form):
    """A reply to the reporter."""

    reply = forms.CharField(label=_("Reply to the reporter"), required=False, widget=BIG)


class FixedForm(ReplyForm):
    """A reply, and the revision in which the fault is fixed."""

    fixed_in = forms.IntegerField(
        label=_("Fixed in revision"), min_value=1, max_value=2_000_000_000, required=False
    )


class DeclineForm(ReplyForm):
    """A required reply to a declined report."""

    reply = forms.CharField(label=_("Reply to the reporter"), widget=BIG)


class DuplicateForm(ReplyForm):
    """The number of the original report."""

    duplicate_of = forms.IntegerField(label=_("Number of the other report"), min_value=1)


class SanctionForm(forms.Form):
    """Duration and reason of a sanction; the learner reads the reason."""

    days = forms.IntegerField(label=_("Days"), min_value=1, max_value=365, initial=7)
    reason = forms.CharField(label=_("Reason (the learner reads it)"), widget=BIG)
