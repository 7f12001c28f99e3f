from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from gamification import labels, providers
from gamification.celebrations import store_celebrations
from gamification.models import Preference, Standing
from gamification.providers import Possible
from gamification.rules import current_rules
from gamification.xp import Grant, award
from tests.factories import lesson_grants, make_achievement, make_facts, make_levels, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def known_facts(monkeypatch):
    """What the apps above would tell: facts by learner id, set by the test."""
    facts = {}
    monkeypatch.setattr(providers, "_facts", [lambda ids: {i: facts[i] for i in ids if i in facts}])
    monkeypatch.setattr(providers, "_possible", [lambda: Possible({"lessons": 10}, 350)])
    return facts


def queries_of(client, url) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len([q for q in captured if "pagecache" not in q["sql"]])


def test_locked_achievements_show_how_far_one_is(client, learner, known_facts):
    make_achievement("ten", "lessons", n=10)
    known_facts[learner.pk] = make_facts(lessons=7)
    client.force_login(learner)
    page = client.get("/achievements/").content.decode()
    assert "7 / 10" in page
    assert "업적 ten" in page


def test_hidden_achievements_tell_nothing_until_they_are_had(client, learner, known_facts):
    make_achievement("owl", "lessons", n=1, hidden=True)
    client.force_login(learner)
    page = client.get("/achievements/").content.decode()
    assert "owl" not in page
    assert "숨은 업적" in page
    award(learner=learner, grants=lesson_grants(1), facts=lambda: make_facts(lessons=1))
    page = client.get("/achievements/").content.decode()
    assert "업적 owl" in page
    assert "숨은 업적" not in page


def test_a_retired_achievement_shows_to_its_holders_only(client, learner, other_learner):
    old = make_achievement("old", "lessons", n=1)
    award(learner=learner, grants=lesson_grants(1), facts=lambda: make_facts(lessons=1))
    old.active = False
    old.save()
    from pagecache.changes import memory

    memory.clear()
    client.force_login(learner)
    assert "업적 old" in client.get("/achievements/").content.decode()
    client.force_login(other_learner)
    assert "업적 old" not in client.get("/achievements/").content.decode()


def name_quests(monkeypatch, *uids):
    """These quests are there for everybody."""
    known = {uid: (uid.upper(), f"/quests/{uid}/") for uid in uids}
    monkeypatch.setitem(labels._describers, "scope", lambda keys, language: known)


def test_the_anonymous_see_the_achievements_without_anything_personal(client, monkeypatch):
    name_quests(monkeypatch, "jax")
    make_achievement("ten", "lessons", n=10, scope="jax")
    response = client.get("/en/achievements/")
    page = response.content.decode()
    assert "Achievement ten" in page
    assert "csrf" not in page
    assert not response.cookies


def test_quests_are_called_what_the_apps_above_call_them(client, monkeypatch):
    make_achievement("ten", "lessons", n=10, scope="jax")
    describers = {"scope": lambda uids, language: {"jax": (f"JAX {language}", "/quests/jax/")}}
    monkeypatch.setattr(labels, "_describers", describers)
    assert '<a href="/quests/jax/">JAX en</a>' in client.get("/en/achievements/").content.decode()


def test_a_quest_that_nobody_can_open_is_there_for_those_who_have_its_achievements(
    client, learner, monkeypatch
):
    name_quests(monkeypatch)
    make_achievement("one", "lessons", n=1, scope="closed")
    make_achievement("ten", "lessons", n=10, scope="closed")
    award(learner=learner, grants=lesson_grants(1), facts=lambda: make_facts(lessons=1))
    page = client.get("/en/achievements/").content.decode()
    assert "closed" not in page
    assert "Achievement one" not in page
    client.force_login(learner)
    page = client.get("/en/achievements/").content.decode()
    assert "Achievement one" in page
    assert "Achievement ten" not in page


def test_more_achievements_need_no_more_queries(client, learner, known_facts, monkeypatch):
    name_quests(monkeypatch, "quest-0", "quest-1", "quest-2")
    known_facts[learner.pk] = make_facts(lessons=3)
    client.force_login(learner)
    make_achievement("a0", "lessons", n=1)
    few = queries_of(client, "/achievements/")
    for number in range(1, 20):
        make_achievement(f"a{number}", "lessons", n=number, scope=f"quest-{number % 3}")
    assert queries_of(client, "/achievements/") == few


def test_every_line_of_the_ledger_is_listed_and_the_sums_agree(client, learner, monkeypatch):
    make_achievement("first", "lessons", n=1, xp=10)
    words = {"lesson-0": ("First lesson", "/quests/jax/first/")}
    monkeypatch.setitem(labels._describers, "lesson", lambda keys, language: words)
    award(
        learner=learner,
        grants=[*lesson_grants(2), Grant("report", "9", 25)],
        facts=lambda: make_facts(lessons=2),
    )
    client.force_login(learner)
    page = client.get("/en/xp/").content.decode()
    assert "Why do I have 75 XP?" in page
    assert '<a href="/quests/jax/first/">First lesson</a>' in page
    assert "lesson-1" in page
    assert "Achievement first" in page
    assert page.count("ledger__line") == 4


def test_the_ledger_is_paged_without_gaps(client, learner):
    award(learner=learner, grants=lesson_grants(120, points=1), facts=make_facts)
    client.force_login(learner)
    url, seen, pages = "/en/xp/", [], 0
    while url:
        page = client.get(url).context["page"]
        seen += [line.label.text for line in page.lines]
        url = f"/en/xp/?before={page.older}" if page.older else None
        pages += 1
    assert (pages, len(seen), len(set(seen))) == (3, 120, 120)


@pytest.mark.parametrize("before", ["x", "-1", "1" * 40, "1.5", "²"])
def test_a_wrong_ledger_cursor_is_not_found(client, learner, before):
    client.force_login(learner)
    assert client.get("/xp/", {"before": before}).status_code == 404


def test_more_ledger_lines_need_no_more_queries(client, learner):
    client.force_login(learner)
    award(learner=learner, grants=lesson_grants(20), facts=make_facts)
    few = queries_of(client, "/xp/")
    award(learner=learner, grants=lesson_grants(40), facts=make_facts)
    assert queries_of(client, "/xp/") == few


@pytest.mark.parametrize("name", ["why-xp", "leaderboard"])
def test_personal_pages_ask_the_anonymous_to_sign_in(client, name):
    response = client.get(reverse(name))
    assert response.status_code == 302
    assert reverse("account_login") in response["Location"]


def people_with_xp(count):
    people = [
        make_person(f"p{number}", display_name=f"Person {number}.") for number in range(count)
    ]
    for number, person in enumerate(people):
        Standing.objects.create(learner=person, xp=number * 10)
        Preference.objects.create(learner=person, on_leaderboard=True)
    return people


def test_the_leaderboard_shows_three_above_and_three_below(client):
    people = people_with_xp(12)
    client.force_login(people[5])
    page = client.get("/en/leaderboard/")
    shown = [(place.rank, place.xp, place.is_me) for place in page.context["places"]]
    assert [rank for rank, *_ in shown] == [4, 5, 6, 7, 8, 9, 10]
    assert [xp for _rank, xp, _me in shown] == [80, 70, 60, 50, 40, 30, 20]
    assert [xp for _rank, xp, me in shown if me] == [50]


def test_nobody_appears_on_the_leaderboard_without_joining(client, learner):
    people = people_with_xp(3)
    hidden = people[1]
    Preference.objects.filter(learner=hidden).update(on_leaderboard=False)
    people[2].is_active = False
    people[2].save()
    client.force_login(people[0])
    places = client.get("/leaderboard/").context["places"]
    assert [(place.name, place.rank) for place in places] == [("Person 0.", 1)]
    client.force_login(hidden)
    assert client.get("/leaderboard/").context["places"] == []


def test_the_leaderboard_leads_to_no_private_profile_and_forgets_who_leaves(client):
    people = people_with_xp(4)
    User.objects.filter(handle="p1").update(profile_public=True)
    User.objects.filter(handle="p2").update(delete_at=timezone.now())
    client.force_login(people[0])
    page = client.get("/leaderboard/")
    assert [place.handle for place in page.context["places"]] == ["", "p1", "p0"]
    assert "/u/p1/" in page.text
    assert "p3" not in page.text


def test_equal_xp_ranks_who_came_first_and_nobody_twice(client):
    people = people_with_xp(5)
    Standing.objects.update(xp=100)
    client.force_login(people[2])
    places = client.get("/leaderboard/").context["places"]
    assert [place.name for place in places] == [f"Person {number}." for number in range(5)]
    assert [place.rank for place in places] == [1, 2, 3, 4, 5]


def test_a_longer_leaderboard_needs_no_more_queries(client):
    people = people_with_xp(8)
    client.force_login(people[4])
    few = queries_of(client, "/leaderboard/")
    for number in range(8, 16):
        person = make_person(f"p{number}")
        Standing.objects.create(learner=person, xp=number * 10)
        Preference.objects.create(learner=person, on_leaderboard=True)
    assert queries_of(client, "/leaderboard/") == few


def test_joining_and_leaving_the_leaderboard(client, learner):
    client.force_login(learner)
    url = reverse("game-preferences")
    response = client.post(url, {"on_leaderboard": "on", "back": "leaderboard"}, follow=True)
    assert [place.is_me for place in response.context["places"]] == [True]
    response = client.post(url, {"on_leaderboard": "off", "back": "leaderboard"}, follow=True)
    assert response.context["places"] == []


def test_a_learner_chooses_days_or_weeks(client, learner, known_facts):
    facts = make_facts(lessons=1, days=10)
    known_facts[learner.pk] = facts
    client.force_login(learner)
    page = client.get("/en/achievements/").content.decode()
    assert "10 days in a row" in page
    page = client.post(reverse("game-preferences"), {"streak_unit": "week"}, follow=True)
    weeks = {(day - timedelta(days=day.weekday())) for day in facts.days}
    assert page.context["streak"].length == len(weeks)


@pytest.mark.parametrize("data", [{"streak_unit": "year"}, {"back": "https://evil.example"}])
def test_a_choice_that_does_not_exist_is_refused(client, learner, data):
    client.force_login(learner)
    assert client.post(reverse("game-preferences"), data).status_code == 400
    assert not Preference.objects.exists()


def test_a_moment_is_shown_once_on_the_page_after_a_form_post(client, rf, learner):
    make_levels(0, 20)
    make_achievement("first", "lessons", n=1, xp=10)
    outcome = award(learner=learner, grants=lesson_grants(1), facts=lambda: make_facts(lessons=1))
    client.force_login(learner)
    request = rf.get("/")
    request.session = client.session
    store_celebrations(request, outcome.as_json()["moments"])
    request.session.save()
    page = client.get("/xp/").content.decode()
    assert "레벨 1 · 레벨 1" in page
    assert "업적 first" in page
    assert "first 설명 +10 XP" in page
    assert "업적 first</b>" not in client.get("/leaderboard/").content.decode()


def test_an_outcome_without_news_leaves_the_session_alone(client, rf, learner):
    client.force_login(learner)
    request = rf.get("/")
    request.session = client.session
    outcome = award(learner=learner, grants=lesson_grants(1), facts=make_facts)
    store_celebrations(request, outcome.as_json()["moments"])
    assert not request.session.modified
    assert current_rules().achievements == ()
