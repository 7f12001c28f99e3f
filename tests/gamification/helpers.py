"""Rules and facts that the tests of this app share."""

from datetime import date, timedelta

from gamification.facts import Facts
from gamification.models import Achievement, Level
from gamification.xp import Grant

TODAY = date(2026, 11, 22)


def make_levels(*starts: int) -> None:
    """Levels 0, 1, … that start at the given XP."""
    for number, xp_from in enumerate(starts):
        Level.objects.create(
            number=number, xp_from=xp_from, title_ko=f"레벨 {number}", title_en=f"Level {number}"
        )


def make_achievement(
    slug: str, kind: str, *, xp: int = 0, scope: str = "", **params
) -> Achievement:
    """A stored achievement; what is left over are the parameters of its rule."""
    fields = {name: params.pop(name) for name in ("hidden", "active", "position") if name in params}
    return Achievement.objects.create(
        slug=slug,
        kind=kind,
        params=params,
        xp=xp,
        scope=scope,
        icon="🏅",
        title_ko=f"업적 {slug}",
        title_en=f"Achievement {slug}",
        description_ko=f"{slug} 설명",
        description_en=f"About {slug}",
        **fields,
    )


def make_facts(days: int = 0, totals: dict[str, int] | None = None, **counts: int) -> Facts:
    """Facts with the last `days` days as learning days; `__` in a name stands for `:`."""
    return Facts(
        counts={name.replace("__", ":"): count for name, count in counts.items()},
        totals=totals or {},
        days=frozenset(TODAY - timedelta(days=back) for back in range(days)),
        today=TODAY,
    )


def lesson_grants(count: int, points: int = 20) -> list[Grant]:
    """Grants for so many lessons."""
    return [Grant("lesson", f"lesson-{number}", points) for number in range(count)]
