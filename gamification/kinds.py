"""The kinds of rules: each a small pure function with a declared parameter form.

A kind is given its checked parameters and what is known of a learner; it answers how far the
learner is, or None when that is unknown here (the rule is then skipped, never failed).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gamification import streaks
from gamification.facts import Facts

Params = Mapping[str, Any]


class Progress(NamedTuple):
    """How many of the needed things are there."""

    have: int
    need: int

    @property
    def done(self) -> bool:
        """Whether the rule is met."""
        return self.have >= self.need


class State(NamedTuple):
    """What rules see of a learner."""

    facts: Facts
    xp: int
    level: int


Check = Callable[[Params, State], Progress | None]


class NumberForm(forms.Form):
    """How many."""

    n = forms.IntegerField(label=_("how many (n)"), min_value=1, max_value=1_000_000)


class LessonsForm(NumberForm):
    """How many, optionally of one quest, chapter or tag."""

    quest = forms.CharField(label=_("quest (uid)"), max_length=64, required=False)
    chapter = forms.CharField(label=_("chapter (uid)"), max_length=64, required=False)
    tag = forms.CharField(label=_("tag (slug)"), max_length=40, required=False)

    def clean(self) -> dict[str, Any]:
        """Allow one of the three at most."""
        cleaned = super().clean() or self.cleaned_data
        if sum(bool(cleaned.get(name)) for name in ("quest", "chapter", "tag")) > 1:
            raise ValidationError(_("Choose only one of quest, chapter and tag."))
        return cleaned


class ExercisesForm(NumberForm):
    """How many, optionally of one quest."""

    quest = forms.CharField(label=_("quest (uid)"), max_length=64, required=False)


class ChapterForm(forms.Form):
    """Which chapter."""

    chapter = forms.CharField(label=_("chapter (uid)"), max_length=64)


class QuestForm(forms.Form):
    """Which quest."""

    quest = forms.CharField(label=_("quest (uid)"), max_length=64)


def _key(base: str, params: Params) -> str:
    """`lessons`, or `lessons:tag:jit` when the parameters name one."""
    for name in ("quest", "chapter", "tag"):
        if params.get(name):
            return f"{base}:{name}:{params[name]}"
    return base


def _of(have: int | None, need: int) -> Progress | None:
    return None if have is None else Progress(have, need)


def lessons(params: Params, state: State) -> Progress | None:
    """N lessons done, of a quest, chapter or tag if named."""
    return _of(state.facts.done(_key("lessons", params)), params["n"])


def all_lessons(params: Params, state: State) -> Progress | None:
    """Every published lesson of the chapter or quest done; an empty one is never done."""
    key = _key("lessons", params)
    need = state.facts.exist(key)
    return _of(state.facts.done(key), need) if need else None


def exercises(params: Params, state: State) -> Progress | None:
    """N exercises done, of a quest if named."""
    return _of(state.facts.done(_key("exercises", params)), params["n"])


def xp(params: Params, state: State) -> Progress:
    """N XP reached."""
    return Progress(state.xp, params["n"])


def level(params: Params, state: State) -> Progress:
    """Level n reached."""
    return Progress(state.level, params["n"])


def streak_days(params: Params, state: State) -> Progress:
    """A streak of n days, now or ever."""
    return Progress(streaks.longest(state.facts.days, "day"), params["n"])


def streak_weeks(params: Params, state: State) -> Progress:
    """A streak of n weeks, now or ever."""
    return Progress(streaks.longest(state.facts.days, "week"), params["n"])


def _counted(key: str) -> Check:
    """A kind that compares one count with n."""

    def check(params: Params, state: State) -> Progress | None:
        return _of(state.facts.done(key), params["n"])

    return check


@dataclass(frozen=True)
class Kind:
    """A kind of rule: its label for staff, its parameter form, its function."""

    label: str | Promise
    form: type[forms.Form]
    check: Check

    def clean(self, params: Any) -> dict[str, Any]:
        """The checked parameters; raises ValidationError that names every problem."""
        if not isinstance(params, Mapping):
            raise ValidationError(_("Parameters must be a mapping."))
        form = self.form(dict(params))
        unknown = sorted(params.keys() - form.fields.keys())
        problems = [_("unknown parameter: %s") % name for name in unknown]
        for name, errors in form.errors.items():
            problems += [f"{name}: {error}" for error in errors]
        if problems:
            raise ValidationError(problems)
        return {name: value for name, value in form.cleaned_data.items() if value not in ("", None)}


KINDS: dict[str, Kind] = {
    "lessons": Kind(_("n lessons done"), LessonsForm, lessons),
    "chapter": Kind(_("chapter done"), ChapterForm, all_lessons),
    "quest": Kind(_("quest done"), QuestForm, all_lessons),
    "exercises": Kind(_("n exercises done"), ExercisesForm, exercises),
    "xp": Kind(_("n XP reached"), NumberForm, xp),
    "level": Kind(_("level n reached"), NumberForm, level),
    "streak_days": Kind(_("streak of n days"), NumberForm, streak_days),
    "streak_weeks": Kind(_("streak of n weeks"), NumberForm, streak_weeks),
    "reports": Kind(_("n bug reports accepted"), NumberForm, _counted("reports")),
    "helpful": Kind(_("n comments marked helpful"), NumberForm, _counted("helpful")),
    "night": Kind(_("n lessons at night (22 to 4)"), NumberForm, _counted("night")),
    "dawn": Kind(_("n lessons at dawn (4 to 7)"), NumberForm, _counted("dawn")),
}
KIND_CHOICES = [(name, kind.label) for name, kind in KINDS.items()]
