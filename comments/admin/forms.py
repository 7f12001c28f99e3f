"""Forms of the desk's actions."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.params import parse_int
from comments.models import BugReport

MOST_FOUND = 12
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
    """The original report, chosen from those that a search finds, or by its number."""

    duplicate_of = forms.IntegerField(
        label=_("The other report"), min_value=1, required=False, widget=forms.RadioSelect
    )
    number = forms.IntegerField(label=_("or its number"), min_value=1, required=False)
    field_order = ("duplicate_of", "number", "reply")

    def look_for(self, query: str, rows: list[Any], viewer: Any) -> None:
        """Offer the reports that the query finds; without one, those of the same pages."""
        self.query = query
        found = similar(query, rows, viewer)
        self.fields["duplicate_of"].widget.choices = [
            (row.pk, f"{row} · {row.thread} · {row.get_status_display()}") for row in found
        ]

    def clean(self) -> dict[str, Any]:
        """Require one of the two; a number that was typed counts."""
        found: dict[str, Any] = super().clean() or self.cleaned_data
        found["duplicate_of"] = found.get("number") or found.get("duplicate_of")
        if not found["duplicate_of"] and not self.errors:
            self.add_error("duplicate_of", _("Choose a report, or enter its number."))
        return found


def similar(query: str, rows: list[Any], viewer: Any) -> list[BugReport]:
    """Return other reports with all words, or of the same pages; confirmed ones first."""
    found = BugReport.objects.visible_to(viewer).exclude(pk__in=[row.pk for row in rows])
    found = found.exclude(status=BugReport.Status.DUPLICATE).select_related("thread")
    if not query:
        found = found.filter(thread__in={row.thread_id for row in rows})
    for word in query.split()[:8]:
        places = ("body", "quote", "thread__title", "lesson_uid")
        where = Q(pk=parse_int(word.lstrip("#")) or 0)
        for place in places:
            where |= Q(**{f"{place}__icontains": word})
        found = found.filter(where)
    return list(found.order_by("status", "-pk")[:MOST_FOUND])


class SanctionForm(forms.Form):
    """Duration and reason of a sanction; the learner reads the reason."""

    days = forms.IntegerField(label=_("Days"), min_value=1, max_value=365, initial=7)
    reason = forms.CharField(label=_("Reason (the learner reads it)"), widget=BIG)
