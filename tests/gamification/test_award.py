import pytest
from django.db import connection, transaction
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from accounts.models import Notification
from gamification.bar import bar_of
from gamification.models import Achievement, Granted, LedgerIsFinalError, Standing, XPEntry
from gamification.rules import current_rules
from gamification.xp import Grant, award, review
from tests.factories import lesson_grants, make_achievement, make_facts, make_levels

pytestmark = pytest.mark.django_db


def give(learner, count, **counts):
    with transaction.atomic():
        return award(
            learner=learner,
            grants=lesson_grants(count),
            facts=lambda: make_facts(**{"lessons": count, **counts}),
        )


def queries_of(act) -> int:
    current_rules()  # what a process remembers anyway
    with CaptureQueriesContext(
        connection,
    ) as captured:
        act()
    return len([q for q in captured if "SAVEPOINT" not in q["sql"] and "pagecache" not in q["sql"]])


def total(learner) -> int:
    return XPEntry.objects.filter(learner=learner).aggregate(sum=Sum("points"))["sum"] or 0


def test_a_lesson_gives_its_points_once(learner):
    assert give(learner, 1).points == 20
    assert give(learner, 1).points == 0
    assert learner.standing.xp == total(learner) == 20


def test_the_same_grant_twice_in_one_award_counts_once(learner):
    outcome = award(
        learner=learner, grants=[Grant("lesson", "a", 20)] * 3, facts=lambda: make_facts(lessons=1)
    )
    assert (outcome.points, total(learner)) == (20, 20)


def test_reaching_a_level_is_told_once_in_the_learners_language(learner, other_learner):
    make_levels(0, 100, 300)
    other_learner.language = "en"
    other_learner.save()
    assert not give(learner, 4).levelled_up
    outcome = give(learner, 5)
    assert outcome.levelled_up
    assert (outcome.level.number, outcome.xp) == (1, 100)
    give(other_learner, 5)
    give(other_learner, 6)
    told = dict(Notification.objects.values_list("learner__handle", "text"))
    assert told == {
        "minji": "레벨 1에 올랐어요: 레벨 1",
        "jun": "You reached level 1: Level 1",
    }


def test_a_jump_over_several_levels_is_told_as_the_level_reached(learner):
    make_levels(0, 100, 120, 140)
    assert give(learner, 10).level.number == 3
    assert [n.key for n in Notification.objects.all()] == ["level:3"]


def test_an_achievement_gives_its_xp_by_the_ledger_and_one_notification(learner):
    make_achievement("first", "lessons", n=1, xp=10)
    outcome = give(learner, 1)
    assert [view.slug for view in outcome.achievements] == ["first"]
    assert (outcome.points, outcome.xp) == (30, 30)
    give(learner, 3)
    assert XPEntry.objects.filter(reason="achievement").count() == 1
    assert [(n.key, n.kind) for n in Notification.objects.all()] == [
        ("achievement:first", "achievement")
    ]
    assert Notification.objects.get().url == "/achievements/#achievement-first"


def test_xp_of_achievements_leads_on_to_levels_and_further_achievements(learner):
    make_levels(0, 100)
    make_achievement("first", "lessons", n=1, xp=80)
    make_achievement("grown", "level", n=1, xp=50)
    make_achievement("rich", "xp", n=150)
    outcome = give(learner, 1)
    assert {view.slug for view in outcome.achievements} == {"first", "grown", "rich"}
    assert (outcome.xp, outcome.level.number) == (150, 1)
    assert learner.standing.xp == total(learner)


def test_an_inactive_achievement_is_not_gained(learner):
    make_achievement("old", "lessons", n=1, active=False)
    assert give(learner, 1).achievements == ()


def test_a_rule_about_something_unknown_is_skipped(learner):
    make_achievement("reporter", "reports", n=1)
    assert give(learner, 1).achievements == ()


def test_changed_rules_take_nothing_away(learner):
    make_levels(0, 100)
    first = make_achievement("first", "lessons", n=1, xp=100)
    give(learner, 1)
    first.params, first.xp, first.active = {"n": 999}, 0, False
    first.save()
    level = first_level_up_to(5000)
    give(learner, 2)
    learner.standing.refresh_from_db()
    assert level.xp_from == 5000
    assert (learner.standing.level, learner.standing.xp) == (1, 140)
    assert Granted.objects.count() == 1
    bar = bar_of(learner=learner, lessons_done=2, lessons_total=10, scope=None)
    assert (bar.level, bar.achievements_done, bar.achievements_total) == (1, 1, 1)


def first_level_up_to(xp_from):
    from gamification.models import Level
    from pagecache.changes import memory

    level = Level.objects.get(number=1)
    level.xp_from = xp_from
    level.save()
    memory.clear()
    return level


def test_a_review_gives_what_a_new_rule_gives_without_new_points(learner):
    give(learner, 1)
    make_achievement("helper", "helpful", n=1, xp=5)
    from pagecache.changes import memory

    memory.clear()
    outcome = review(learner=learner, facts=lambda: make_facts(lessons=1, helpful=1))
    assert (outcome.points, outcome.xp) == (5, 25)


def test_a_lesson_done_again_can_still_complete_a_streak(learner):
    make_achievement("three-days", "streak_days", n=3)
    give(learner, 1)
    again = {"learner": learner, "grants": lesson_grants(1), "facts": lambda: make_facts(days=3)}
    assert award(**again).achievements == ()
    assert [view.slug for view in award(**again, grown=True).achievements] == ["three-days"]


def test_the_outcome_speaks_the_active_language(learner):
    make_levels(0, 10)
    make_achievement("first", "lessons", n=1)
    with translation.override("en"):
        json = give(learner, 1).as_json()
    assert json["level"]["title"] == "Level 1"
    assert json["achievements"][0]["title"] == "Achievement first"
    assert json["levelled_up"] is True


def test_nothing_to_give_costs_no_query(learner):
    assert queries_of(lambda: award(learner=learner, grants=[], facts=make_facts)) == 0


def test_grants_that_are_not_new_cost_one_query(learner):
    give(learner, 3)
    assert queries_of(lambda: give(learner, 3)) == 1


def test_the_number_of_queries_does_not_grow_with_the_grants(learner, other_learner):
    make_levels(0, 10, 20)
    for number in range(1, 8):
        make_achievement(f"a{number}", "lessons", n=number, xp=1)
    few = queries_of(lambda: give(learner, 7))
    many = queries_of(lambda: give(other_learner, 500))
    assert few == many <= 7


def test_a_line_of_the_ledger_is_never_changed_or_removed(learner):
    give(learner, 1)
    line = XPEntry.objects.get()
    line.points = 1000
    acts = [
        line.save,
        line.delete,
        XPEntry.objects.all().delete,
        learner.xp_entries.all().delete,
        lambda: XPEntry.objects.update(points=1),
        lambda: XPEntry.objects.bulk_update([line], ["points"]),
        lambda: XPEntry.objects.update_or_create(learner=learner, defaults={"points": 1}),
        lambda: XPEntry.objects.bulk_create(
            [line], update_conflicts=True, update_fields=["points"], unique_fields=["id"]
        ),
    ]
    for act in acts:
        with pytest.raises(LedgerIsFinalError):
            act()
    assert total(learner) == 20


def test_the_end_of_an_account_takes_its_ledger_along(learner, other_learner):
    give(learner, 2)
    give(other_learner, 1)
    learner.delete()
    assert XPEntry.objects.count() == 1
    XPEntry.objects.erase(other_learner)
    assert not XPEntry.objects.exists()


def test_ledger_lines_carry_the_version_of_the_rules(learner):
    make_achievement("first", "lessons", n=1)
    give(learner, 1)
    assert set(XPEntry.objects.values_list("rule_version", flat=True)) == {current_rules().version}
    assert current_rules().version > 0


def test_an_achievement_that_somebody_holds_cannot_be_deleted(learner):
    from django.db.models import ProtectedError

    first = make_achievement("first", "lessons", n=1)
    give(learner, 1)
    with pytest.raises(ProtectedError):
        first.delete()
    assert Achievement.objects.count() == 1


def test_an_award_that_fails_leaves_nothing(learner):
    def broken():
        raise RuntimeError("facts are away")

    make_achievement("first", "lessons", n=1)
    with pytest.raises(RuntimeError), transaction.atomic():
        award(learner=learner, grants=lesson_grants(1), facts=broken)
    assert not XPEntry.objects.exists()
    assert not Standing.objects.exists()
