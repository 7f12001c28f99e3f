"""The form of goal, reminder and quiet hours."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import time
from typing import Any

from django import forms
from django.utils.formats import time_format
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.zones import is_quiet
from course.models import Rhythm
from course.rhythm.choosing import Chosen, choose, chosen_of
from course.rhythm.goals import LIMITS, Unit

USUAL = 1  # the amount in the form before one is chosen


def hours() -> Iterator[tuple[int, str]]:
    """Yield the hours of the day with their names in the active language."""
    for hour in range(24):
        yield hour, time_format(time(hour), "TIME_FORMAT")


def hours_or_never() -> Iterator[tuple[int | str, Any]]:
    """Yield "never", then the hours."""
    yield "", _("Never")
    yield from hours()


class RhythmForm(forms.Form):
    """What a learner wants to do each day, and when they want to be reminded."""

    goal_unit = forms.ChoiceField(
        label=_("My goal for a day"),
        required=False,
        choices=[("", _("No goal")), *Rhythm.Unit.choices],
        widget=forms.RadioSelect,
        help_text=_(
            "A lesson counts with the minutes that its page names, a review with one minute."
        ),
    )
    goal_amount = forms.IntegerField(
        label=_("How many"),
        required=False,
        min_value=1,
        max_value=240,
        help_text=_("5 to 240 minutes, 1 to 20 lessons, or 1 to 10 reviews."),
    )
    remind_hour = forms.TypedChoiceField(
        label=_("Remind me at"),
        required=False,
        choices=hours_or_never,
        coerce=int,
        empty_value=None,
        help_text=_(
            "Once a day at most, and only when something is left: of your goal, or without a goal, "
            "questions to review."
        ),
    )
    remind_by_mail = forms.BooleanField(label=_("Mail me the reminder"), required=False)
    letter = forms.BooleanField(
        label=_("Weekly letter"),
        required=False,
        help_text=_(
            "A mail on Monday morning: what you did, what is due for review, what is new in your "
            "quests."
        ),
    )
    quiet_from = forms.TypedChoiceField(label=_("Quiet from"), choices=hours, coerce=int)
    quiet_until = forms.TypedChoiceField(
        label=_("Quiet until"),
        choices=hours,
        coerce=int,
        help_text=_("Between these hours of your clock nothing reminds you."),
    )

    def __init__(self, data: Any, *, learner: User) -> None:
        self.learner = learner
        known = asdict(chosen_of(learner))
        known["goal_amount"] = known["goal_amount"] or USUAL
        super().__init__(data, initial=known)

    def clean(self) -> dict[str, Any]:
        """Check that the goal can be reached in a day, and that no quiet hour is a reminder's."""
        given = super().clean() or {}
        if given.get("goal_unit"):
            self.check_amount(Unit(given["goal_unit"]), given.get("goal_amount"))
        hour, start, end = (given.get(k) for k in ("remind_hour", "quiet_from", "quiet_until"))
        if None not in (hour, start, end) and is_quiet(hour, start, end):  # type: ignore[arg-type]
            self.add_error("remind_hour", _("This hour is one of your quiet hours."))
        return given

    def check_amount(self, unit: Unit, amount: int | None) -> None:
        """Add an error when so many make no goal of this unit."""
        least, most = LIMITS[unit]
        if "goal_amount" not in self.errors and not least <= (amount or 0) <= most:
            text = _("Choose a number from %(least)d to %(most)d.")
            self.add_error("goal_amount", text % {"least": least, "most": most})

    def save(self) -> None:
        """Save the choices."""
        given = self.cleaned_data
        choose(
            learner=self.learner,
            chosen=Chosen(**{**given, "goal_amount": given["goal_amount"] or 0}),
        )
