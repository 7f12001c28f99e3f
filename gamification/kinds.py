"""The kinds of rules: each a small pure function with declared parameters.

A kind is given its checked parameters and what is known of a learner; it answers how far the
learner is, or None when that is unknown here (the rule is then skipped, never failed).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from gamification import streaks
from gamification.facts import Facts

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as Promise

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


@dataclass(frozen=True)
class Parameter:
    """One parameter that a kind takes: a number from 1 up, or a name."""

    label: "str | Promise"
    is_number: bool = False
    required: bool = True

    def problem(self, value: Any) -> "str | Promise | None":
        """What is wrong with a value, or None."""
        if value in (None, ""):
            return _("is missing") if self.required else None
        if self.is_number:
            fits = isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MOST
            return None if fits else _("must be a whole number from 1 to 1,000,000")
        return None if isinstance(value, str) and len(value) <= 64 else _("must be a short text")


MOST = 1_000_000
# Every parameter that some kind takes, for the admin's form.
PARAMETERS = {
    "n": Parameter(_("how many (n)"), is_number=True),
    "quest": Parameter(_("quest (uid)")),
    "chapter": Parameter(_("chapter (uid)")),
    "tag": Parameter(_("tag (slug)")),
}


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
    """A kind of rule: its label for staff, the parameters it takes, its function."""

    label: "str | Promise"
    parameters: Mapping[str, Parameter]
    check: Check
    at_most_one_of: frozenset[str] = frozenset()

    def problems(self, params: Mapping[str, Any]) -> list[str]:
        """What is wrong with the parameters, a sentence for each problem."""
        found = [str(_("unknown parameter: %s") % name) for name in params.keys() - self.parameters]
        for name, parameter in self.parameters.items():
            if problem := parameter.problem(params.get(name)):
                found.append(f"{name}: {problem}")
        if sum(bool(params.get(name)) for name in self.at_most_one_of) > 1:
            found.append(str(_("Choose only one of quest, chapter and tag.")))
        return sorted(found)

    def clean(self, params: Any) -> dict[str, Any]:
        """The checked parameters; raises ValidationError that names every problem."""
        if not isinstance(params, Mapping):
            raise ValidationError(_("Parameters must be a mapping."))
        if problems := self.problems(params):
            raise ValidationError(problems)
        return {name: value for name, value in params.items() if value not in ("", None)}


def _takes(*names: str, optional: Sequence[str] = ()) -> dict[str, Parameter]:
    """The declared parameters by name."""
    required = {name: PARAMETERS[name] for name in names}
    return required | {name: replace(PARAMETERS[name], required=False) for name in optional}


NUMBER = _takes("n")
OF_WHAT = ("quest", "chapter", "tag")
KINDS: dict[str, Kind] = {
    "lessons": Kind(
        _("n lessons done"), _takes("n", optional=OF_WHAT), lessons, frozenset(OF_WHAT)
    ),
    "chapter": Kind(_("chapter done"), _takes("chapter"), all_lessons),
    "quest": Kind(_("quest done"), _takes("quest"), all_lessons),
    "exercises": Kind(_("n exercises done"), _takes("n", optional=["quest"]), exercises),
    "xp": Kind(_("n XP reached"), NUMBER, xp),
    "level": Kind(_("level n reached"), NUMBER, level),
    "streak_days": Kind(_("streak of n days"), NUMBER, streak_days),
    "streak_weeks": Kind(_("streak of n weeks"), NUMBER, streak_weeks),
    "reports": Kind(_("n bug reports accepted"), NUMBER, _counted("reports")),
    "helpful": Kind(_("n comments marked helpful"), NUMBER, _counted("helpful")),
    "night": Kind(_("n lessons at night (22 to 4)"), NUMBER, _counted("night")),
    "dawn": Kind(_("n lessons at dawn (4 to 7)"), NUMBER, _counted("dawn")),
}
KIND_CHOICES = [(name, kind.label) for name, kind in KINDS.items()]
