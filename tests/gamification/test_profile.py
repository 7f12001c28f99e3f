import csv
import io
from datetime import date, timedelta

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from accounts import registry
from accounts.models import Notification
from gamification import providers
from gamification.calendar import year_calendar
from gamification.models import Granted, Preference, Standing, XPEntry
from gamification.preferences import choose
from gamification.xp import award
from tests.factories import TODAY, lesson_grants, make_achievement, make_facts, make_levels


def test_the_calendar_has_every_day_of_the_last_54_weeks_once():
    found = year_calendar(set(), TODAY)
    cells = [len(half.off) + len(half.on) for half in found.halves]
    assert sum(cells) == 53 * 7 + TODAY.weekday() + 1
    assert all(len(set(half.off)) == len(half.off) for half in found.halves)


def test_learning_days_stand_where_their_week_and_weekday_are():
    monday = TODAY - timedelta(days=TODAY.weekday())
    found = year_calendar({monday, monday - timedelta(days=6)}, TODAY)
    right = found.halves[1]
    assert [(cell.x, cell.y) for cell in right.on] == [(25 * 12, 16 + 12), (26 * 12, 16)]
    assert found.count == 2


def test_the_calendar_says_the_same_in_words():
    days = {date(2026, 11, 1), date(2026, 11, 2), date(2026, 9, 9), date(2020, 1, 1)}
    with translation.override("en"):
        page = render_to_string(
            "gamification/_calendar.html", {"calendar": year_calendar(days, TODAY)}
        )
    words = " ".join(page.split())
    assert "3 learning days in the last year" in words
    assert "November 2026: 2 days" in words
    assert "September 2026: 1 day<" in words
    assert "2020" not in words
    assert "style=" not in page


@pytest.fixture
def member(learner, monkeypatch):
    """A learner with a level, an achievement and three learning days."""
    make_levels(0, 20)
    make_achievement("first", "lessons", n=1, xp=10)
    facts = make_facts(lessons=1, days=3)
    monkeypatch.setattr(providers, "_facts", [lambda ids: {learner.pk: facts}])
    award(learner=learner, grants=lesson_grants(1), facts=lambda: facts)
    return learner


@pytest.mark.parametrize(
    ("name", "words"),
    [("level", "레벨 1"), ("achievements", "업적 first"), ("calendar", "3일 연속")],
)
def test_profile_sections_show_what_the_owner_has(member, name, words):
    section = registry.profile_sections[name]
    page = render_to_string(section.template, section.build(member, None))
    assert words in " ".join(page.split())


def test_sections_with_nothing_to_show_are_left_out(other_learner):
    assert registry.profile_sections["achievements"].build(other_learner, None) is None
    assert registry.profile_sections["calendar"].build(other_learner, None) is None


def test_the_export_holds_every_line_of_the_ledger(member):
    files = {file.path: file.content for file in registry.exports["gamification"](member)}
    rows = list(csv.DictReader(io.StringIO(files["gamification/xp.csv"])))
    assert {(row["reason"], row["key"], row["points"]) for row in rows} == {
        ("lesson", "lesson-0", "20"),
        ("achievement", "first", "10"),
    }
    assert "first" in files["gamification/achievements.csv"]
    assert "day,False" in files["gamification/preferences.csv"]


def test_erasure_removes_everything_and_may_run_twice(member, other_learner):
    choose(learner=member, on_leaderboard=True)
    award(learner=other_learner, grants=lesson_grants(1), facts=make_facts)
    for _ in range(2):
        registry.erasures["gamification"](member, True)
    for model in (XPEntry, Granted, Standing, Preference):
        assert not model.objects.filter(learner=member).exists()
    assert XPEntry.objects.filter(learner=other_learner).exists()
    member.delete()


def test_mails_carry_the_present_words(member):
    from gamification.models import Achievement
    from pagecache.changes import memory

    row = Achievement.objects.get()
    row.title_ko = "새 이름"
    row.save()
    memory.clear()
    found = Notification.objects.select_related("learner").get(kind="achievement")
    notice = registry.kinds["achievement"].recheck([found])[found.pk]
    assert notice.text == "🏅 새 업적: 새 이름"
    level = Notification.objects.select_related("learner").get(kind="level")
    assert "레벨 1" in registry.kinds["level"].recheck([level])[level.pk].text
