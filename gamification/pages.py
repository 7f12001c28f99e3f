"""Page data of the achievements page and the XP ledger."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Sum

from accounts.models import User
from gamification.facts import Facts
from gamification.kinds import Progress, State
from gamification.labels import Label, labels_of, reason_name
from gamification.models import Granted, Standing, XPEntry
from gamification.rules import AchievementRule, AchievementView, current_rules

LINES_A_PAGE = 50


@dataclass(frozen=True)
class Card:
    """An achievement as shown to one viewer."""

    view: AchievementView
    got_at: datetime | None
    secret: bool  # hidden and not had: a "?"
    progress: Progress | None  # None: had, secret, or nothing is known


@dataclass(frozen=True)
class Section:
    """The achievements of a quest or of the site."""

    scope: str  # uid of the quest, "" for the site
    title: str  # "" for the site
    url: str
    cards: Sequence[Card]

    @property
    def done(self) -> int:
        """The number of achievements earned."""
        return sum(card.got_at is not None for card in self.cards)


def achievement_sections(learner: User | None, facts: Facts | None) -> list[Section]:
    """Return the quests' sections, then the site's; one query for what was earned.

    Of quests that are not public (draft or retired) only earned achievements are listed.
    """
    rules = current_rules().achievements
    earned = _held(learner)
    state = _state(learner, facts)
    titles = labels_of("scope", {rule.scope for rule in rules if rule.scope})
    sections = []
    for scope in sorted({rule.scope for rule in rules}, key=lambda scope: (not scope, scope)):
        title = titles.get(scope, Label("", ""))
        is_open = not scope or bool(title.url)
        own = [
            rule
            for rule in rules
            if rule.scope == scope and (rule.id in earned or (rule.active and is_open))
        ]
        sections.append(Section(scope, *title, [_card(rule, earned, state) for rule in own]))
    return [section for section in sections if section.cards]


def _held(learner: User | None) -> Mapping[int, datetime]:
    if learner is None:
        return {}
    return dict(Granted.objects.filter(learner=learner).values_list("achievement_id", "at"))


def _state(learner: User | None, facts: Facts | None) -> State | None:
    """Return the learner's state for progress such as "7 / 10"; None for the anonymous."""
    if learner is None or facts is None:
        return None
    standing = Standing.objects.filter(learner=learner).first() or Standing(learner=learner)
    return State(facts, standing.xp, standing.level)


def _card(rule: AchievementRule, earned: Mapping[int, datetime], state: State | None) -> Card:
    got_at = earned.get(rule.id)
    secret = rule.hidden and got_at is None
    progress = rule.progress(state) if state and not secret and got_at is None else None
    return Card(rule.view(), got_at, secret, _capped(progress))


def _capped(progress: Progress | None) -> Progress | None:
    """Limit progress to the maximum, for a rule that is met but not awarded yet."""
    return progress and Progress(min(progress.have, progress.need), progress.need)


@dataclass(frozen=True)
class Line:
    """A ledger line with its label."""

    at: datetime
    reason: str
    label: Label
    points: int


@dataclass(frozen=True)
class Subtotal:
    """The XP of one reason."""

    reason: str
    count: int
    points: int


@dataclass(frozen=True)
class LedgerPage:
    """A page of the ledger; `older` is the cursor of the next page, or None."""

    xp: int
    subtotals: Sequence[Subtotal]
    lines: Sequence[Line]
    older: int | None


def ledger_page(*, learner: User, before: int | None) -> LedgerPage:
    """Return lines after the cursor, newest first; two queries, plus one per reason for labels."""
    sums = XPEntry.objects.filter(learner=learner).order_by().values_list("reason")
    groups = sums.annotate(count=Count("id"), points=Sum("points")).order_by("-points", "reason")
    subtotals = [Subtotal(reason_name(reason), *rest) for reason, *rest in groups]
    entries = XPEntry.objects.of(learner)
    if before is not None:
        entries = entries.filter(id__lt=before)
    found = list(entries[: LINES_A_PAGE + 1])
    shown = found[:LINES_A_PAGE]
    return LedgerPage(
        xp=sum(subtotal.points for subtotal in subtotals),
        subtotals=subtotals,
        lines=_lines(shown),
        older=shown[-1].pk if len(found) > LINES_A_PAGE else None,
    )


def _lines(entries: Sequence[XPEntry]) -> list[Line]:
    """Return the lines with labels, fetched once per reason."""
    keys: dict[str, list[str]] = {}
    for entry in entries:
        keys.setdefault(entry.reason, []).append(entry.key)
    labels = {reason: labels_of(reason, found) for reason, found in keys.items()}
    return [
        Line(
            entry.created_at,
            reason_name(entry.reason),
            labels[entry.reason][entry.key],
            entry.points,
        )
        for entry in entries
    ]
