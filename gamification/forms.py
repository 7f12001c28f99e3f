"""Forms for levels and achievements; they reject rules that nobody can meet."""

from dataclasses import replace
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gamification.kinds import KINDS, MOST, PARAMETERS
from gamification.labels import labels_of
from gamification.models import Achievement, Level
from gamification.providers import possible
from gamification.reachability import reach_of
from gamification.rulefiles import level_problems
from gamification.rules import read_rules, rule_of
from gamification.widgets import Suggesting

NAMED = ("quest", "chapter", "tag")
RULE_FIELDS = {"kind", "active", *PARAMETERS}


class LevelForm(forms.ModelForm):
    """A level; its XP must lie between its neighbours' and be reachable."""

    class Meta:
        model = Level
        fields: ClassVar[list[str]] = ["number", "xp_from", "title_ko", "title_en"]

    def clean(self) -> dict[str, Any]:
        """Validate all levels together with this one."""
        cleaned = super().clean() or self.cleaned_data
        if {"number", "xp_from"} <= cleaned.keys():
            self.check_ladder(cleaned["number"], cleaned["xp_from"])
        if "xp_from" in self.changed_data and "xp_from" in cleaned:
            check_level_is_reachable(cleaned["xp_from"])
        return cleaned

    def check_ladder(self, number: int, xp_from: int) -> None:
        """Check that levels start at 0 XP and increase."""
        others = Level.objects.exclude(pk=self.instance.pk)
        if problems := level_problems([*others, Level(number=number, xp_from=xp_from)]):
            raise ValidationError(problems)


class AchievementForm(forms.ModelForm):
    """An achievement, with a form field for each parameter of its rule."""

    n = forms.IntegerField(label=PARAMETERS["n"].label, min_value=1, max_value=MOST, required=False)
    quest = forms.CharField(label=PARAMETERS["quest"].label, max_length=64, required=False)
    chapter = forms.CharField(label=PARAMETERS["chapter"].label, max_length=64, required=False)
    tag = forms.CharField(label=PARAMETERS["tag"].label, max_length=40, required=False)

    class Meta:
        model = Achievement
        fields: ClassVar[list[str]] = [
            "slug",
            "scope",
            "title_ko",
            "title_en",
            "description_ko",
            "description_en",
            "icon",
            "kind",
            "xp",
            "hidden",
            "position",
            "active",
        ]
        help_texts: ClassVar[dict[str, Any]] = {
            "kind": gettext_lazy("Fill in the parameters of this rule; leave the others empty."),
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in PARAMETERS:
            self.fields[name].initial = self.instance.params.get(name)
        for name in NAMED:
            self.fields[name].widget = Suggesting(names_with_lessons(name))
        if "scope" in self.fields:
            self.fields["scope"].widget = Suggesting(names_with_lessons("quest"))

    def clean(self) -> dict[str, Any]:
        """Validate the parameters of the kind."""
        cleaned = super().clean() or self.cleaned_data
        kind = KINDS.get(cleaned.get("kind", ""))
        if kind is None or PARAMETERS.keys() & self.errors.keys():
            return cleaned
        given = {name: cleaned.get(name) for name in PARAMETERS}
        self.instance.params = kind.clean({k: v for k, v in given.items() if v not in (None, "")})
        if cleaned.get("active"):
            self.check_names(cleaned)
        return cleaned

    def check_names(self, cleaned: dict[str, Any]) -> None:
        """Reject a newly typed name (probably misspelled) that no published lesson has."""
        for field, sort in {"scope": "quest", **dict(zip(NAMED, NAMED, strict=True))}.items():
            value = cleaned.get(field)
            known = [name for name, _title in names_with_lessons(sort)]
            if value and field in self.changed_data and value not in known and possible():
                message = _("No published lesson has this. There are: %(names)s")
                names = ", ".join(known) or "–"
                self.add_error(field, ValidationError(message % {"names": names}))

    def _post_clean(self) -> None:
        """Reject a rule that nobody can meet, once the instance has the form's values."""
        super()._post_clean()  # type: ignore[misc]
        if not self.errors and self.instance.active and RULE_FIELDS & set(self.changed_data):
            try:
                check_achievement_is_reachable(self.instance)
            except ValidationError as error:
                self.add_error(None, error)


def names_with_lessons(sort: str) -> list[tuple[str, str]]:
    """Return the quests, chapters or tags with published lessons, with their titles if known."""
    there_is = possible()
    start = f"lessons:{sort}:"
    totals = there_is.totals if there_is else {}
    names = sorted(key.removeprefix(start) for key in totals if key.startswith(start))
    titles = labels_of("scope", names) if sort == "quest" else {}
    return [(name, titles[name].text if name in titles else name) for name in names]


def check_achievement_is_reachable(row: Achievement) -> None:
    """Raise ValidationError if even a learner who completes everything can't earn it."""
    there_is = possible()
    if there_is is None:
        return
    rules = read_rules()
    others = tuple(rule for rule in rules.achievements if rule.id != row.pk)
    rules = replace(rules, achievements=(*others, rule_of(row)))
    if row.slug not in reach_of(rules, there_is).slugs:
        message = _("Nobody can reach this: the site doesn't have enough content for it yet.")
        raise ValidationError(message)


def check_level_is_reachable(xp_from: int) -> None:
    """Raise ValidationError if all lessons and achievements together give less XP."""
    there_is = possible()
    if there_is is None:
        return
    most = reach_of(read_rules(), there_is).xp
    if xp_from > most:
        message = _("Nobody can reach this: everything on the site gives %(most)s XP today.")
        raise ValidationError(message % {"most": most})
