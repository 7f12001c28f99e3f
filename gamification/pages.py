"""What the achievements page and the "why XP" page show."""

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
    """An achievement as its page shows it to one person."""

    view: AchievementView
    got_at: datetime | None
    secret: bool  # hidden and not had: a "?"
    progress: Progress | None  # None: had, secret, or nothing is known


@dataclass(frozen=True)
class Section:
    """The achievements of a quest or of the site."""

    title: str  # "" for the site
    url: str
    cards: Sequence[Card]

    @property
    def done(self) -> int:
        """How many of them are had."""
        return sum(card.got_at is not None for card in self.cards)


def achievement_sections(learner: User | None, facts: Facts | None) -> list[Section]:
    """Quests first, then the site, for a learner with these facts; one query for what is had.

    Of a quest that nobody can open (a draft, one that is retired) only what is had.
    """
    rules = current_rules().achievements
    held = _held(learner)
    state = _state(learner, facts)
    titles = labels_of("scope", {rule.scope for rule in rules if rule.scope})
    sections = []
    for scope in sorted({rule.scope for rule in rules}, key=lambda scope: (not scope, scope)):
        title = titles.get(scope, Label("", ""))
        is_open = not scope or bool(title.url)
        own = [
            rule
            for rule in rules
            if rule.scope == scope and (rule.id in held or (rule.active and is_open))
        ]
        sections.append(Section(*title, [_card(rule, held, state) for rule in own]))
    return [section for section in sections if section.cards]


def _held(learner: User | None) -> Mapping[int, datetime]:
    if learner is None:
        return {}
    return dict(Granted.objects.filter(learner=learner).values_list("achievement_id", "at"))


def _state(learner: User | None, facts: Facts | None) -> State | None:
    """What rules see of the learner, for "7 / 10"; None for the anonymous."""
    if learner is None or facts is None:
        return None
    standing = Standing.objects.filter(learner=learner).first() or Standing(learner=learner)
    return State(facts, standing.xp, standing.level)


def _card(rule: AchievementRule, held: Mapping[int, datetime], state: State | None) -> Card:
    got_at = held.get(rule.id)
    secret = rule.hidden and got_at is None
    progress = rule.progress(state) if state and not secret and got_at is None else None
    return Card(rule.view(), got_at, secret, _capped(progress))


def _capped(progress: Progress | None) -> Progress | None:
    """Never "12 / 10": a rule that is met shows as full until the next award gives it."""
    return progress and Progress(min(progress.have, progress.need), progress.need)


@dataclass(frozen=True)
class Line:
    """A line of the ledger with its words."""

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
    """A page of the ledger; `older` is the cursor of the next page or None."""

    xp: int
    subtotals: Sequence[Subtotal]
    lines: Sequence[Line]
    older: int | None


def ledger_page(*, learner: User, before: int | None) -> LedgerPage:
    """Newest lines first, from the cursor on; two queries and one for each reason's words."""
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
    """The lines with their words, fetched once per reason."""
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
