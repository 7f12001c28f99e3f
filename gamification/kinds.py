"""Kinds of rules: pure functions with declared parameters.

A kind takes its validated parameters and a learner's state. It returns the progress, or None when
unknown; the rule is then skipped.
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
    """Progress towards a requirement."""

    have: int
    need: int

    @property
    def done(self) -> bool:
        """Whether the rule is met."""
        return self.have >= self.need


class State(NamedTuple):
    """What rules know of a learner."""

    facts: Facts
    xp: int
    level: int


Check = Callable[[Params, State], Progress | None]


@dataclass(frozen=True)
class Parameter:
    """A parameter of a kind: a number from 1 up, or a name."""

    label: "str | Promise"
    is_number: bool = False
    required: bool = True

    def problem(self, value: Any) -> "str | Promise | None":
        """Return what is wrong with a value, or None."""
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
    """Return the count's key: `lessons`, or `lessons:tag:jit` when the parameters name a tag."""
    for name in ("quest", "chapter", "tag"):
        if params.get(name):
            return f"{base}:{name}:{params[name]}"
    return base


def _of(have: int | None, need: int) -> Progress | None:
    return None if have is None else Progress(have, need)


def all_lessons(params: Params, state: State) -> Progress | None:
    """Every published lesson of the chapter or quest completed; never met if it has none."""
    key = _key("lessons", params)
    need = state.facts.exist(key)
    return _of(state.facts.done(key), need) if need else None


def xp(params: Params, state: State) -> Progress:
    """N XP reached."""
    return Progress(state.xp, params["n"])


def level(params: Params, state: State) -> Progress:
    """Level n reached."""
    return Progress(state.level, params["n"])


def streak_days(params: Params, state: State) -> Progress:
    """A streak of n days, now or earlier."""
    return Progress(streaks.longest(state.facts.days, "day"), params["n"])


def streak_weeks(params: Params, state: State) -> Progress:
    """A streak of n weeks, now or earlier."""
    return Progress(streaks.longest(state.facts.days, "week"), params["n"])


def _counted(base: str) -> Check:
    """Return a kind that compares a count with n; of one quest, chapter or tag if given."""

    def check(params: Params, state: State) -> Progress | None:
        return _of(state.facts.done(_key(base, params)), params["n"])

    return check


@dataclass(frozen=True)
class Kind:
    """A kind of rule: label for staff, parameters and function."""

    label: "str | Promise"
    parameters: Mapping[str, Parameter]
    check: Check
    at_most_one_of: frozenset[str] = frozenset()

    def problems(self, params: Mapping[str, Any]) -> list[str]:
        """Return what is wrong with the parameters, one sentence per problem."""
        found = [str(_("unknown parameter: %s") % name) for name in params.keys() - self.parameters]
        for name, parameter in self.parameters.items():
            if problem := parameter.problem(params.get(name)):
                found.append(f"{name}: {problem}")
        if sum(bool(params.get(name)) for name in self.at_most_one_of) > 1:
            found.append(str(_("Choose only one of quest, chapter and tag.")))
        return sorted(found)

    def clean(self, params: Any) -> dict[str, Any]:
        """Return the validated parameters. Raises ValidationError with all problems."""
        if not isinstance(params, Mapping):
            raise ValidationError(_("Parameters must be a mapping."))
        if problems := self.problems(params):
            raise ValidationError(problems)
        return {name: value for name, value in params.items() if value not in ("", None)}


def _takes(*names: str, optional: Sequence[str] = ()) -> dict[str, Parameter]:
    """Return the declared parameters by name."""
    required = {name: PARAMETERS[name] for name in names}
    return required | {name: replace(PARAMETERS[name], required=False) for name in optional}


NUMBER = _takes("n")
OF_WHAT = ("quest", "chapter", "tag")
KINDS: dict[str, Kind] = {
    "lessons": Kind(
        _("n lessons done"),
        _takes("n", optional=OF_WHAT),
        _counted("lessons"),
        frozenset(OF_WHAT),
    ),
    "chapter": Kind(_("chapter done"), _takes("chapter"), all_lessons),
    "quest": Kind(_("quest done"), _takes("quest"), all_lessons),
    "exercises": Kind(
        _("n exercises done"), _takes("n", optional=["quest"]), _counted("exercises")
    ),
    "questions": Kind(
        _("n questions answered right"), _takes("n", optional=["quest"]), _counted("questions")
    ),
    "xp": Kind(_("n XP reached"), NUMBER, xp),
    "level": Kind(_("level n reached"), NUMBER, level),
    "streak_days": Kind(_("streak of n days"), NUMBER, streak_days),
    "streak_weeks": Kind(_("streak of n weeks"), NUMBER, streak_weeks),
    "reports": Kind(_("n bug reports accepted"), NUMBER, _counted("reports")),
    "helpful": Kind(_("n comments marked helpful"), NUMBER, _counted("helpful")),
    "night": Kind(_("n lessons at night (22 to 4)"), NUMBER, _counted("night")),
    "dawn": Kind(_("n lessons at dawn (4 to 7)"), NUMBER, _counted("dawn")),
}


def kind_choices() -> "list[tuple[str, str | Promise]]":
    """Return names and labels; a function, so that another kind needs no migration."""
    return [(name, kind.label) for name, kind in KINDS.items()]
