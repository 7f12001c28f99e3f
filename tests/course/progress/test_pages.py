"""Pages around progress: home, and what staff see of progress that is too fast."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from course.models import Completion
from course.progress.marking import complete
from tests.factories import make_achievement, make_quest

pytestmark = pytest.mark.django_db


def test_home_shows_a_member_each_quest_s_progress_and_where_to_go_on(client, learner):
    _quest, lessons = make_quest(lessons=4)
    complete(learner=learner, lesson=lessons[0])
    assert 'class="quest-progress small"' not in client.get("/").text
    client.force_login(learner)
    page = client.get("/").text
    assert "<span>1 / 4</span>" in page
    assert 'href="/quests/jax/jax-001/"' in page


def test_your_data_leads_to_starting_over_with_what_was_begun(client, learner):
    _quest, lessons = make_quest("jax", lessons=2)
    make_quest("flax", lessons=2)
    complete(learner=learner, lesson=lessons[0])
    client.force_login(learner)
    page = client.get("/en/settings/data/").text
    assert 'href="/en/quests/jax/start-over/">Start over with jax en<' in page
    assert "flax" not in page


def test_home_costs_a_member_the_same_for_twice_the_quests(client, learner, settings):
    settings.PAGECACHE_POLL_SECONDS = 3600
    client.force_login(learner)
    costs = []
    for uids in (["aaa", "bbb"], ["ccc", "ddd"]):
        for uid in uids:
            _quest, lessons = make_quest(uid, lessons=2)
            complete(learner=learner, lesson=lessons[0])
        client.get("/")
        with CaptureQueriesContext(connection) as captured:
            client.get("/")
        costs.append(len(captured))
    assert costs[0] == costs[1] <= 9


def test_staff_see_only_what_was_faster_than_anyone_reads(client, staff, learner, other_learner):
    _quest, lessons = make_quest(lessons=2)
    for person in (learner, other_learner):
        complete(learner=person, lesson=lessons[0])
    Completion.objects.filter(learner=learner).update(rapid=True)
    client.force_login(staff)
    page = client.get(reverse("admin:course_completion_changelist")).text
    assert str(learner) in page
    assert str(other_learner) not in page
    row = Completion.objects.suspicious().get()
    assert client.get(reverse("admin:course_completion_change", args=[row.pk])).status_code == 200
    assert client.post(reverse("admin:course_completion_delete", args=[row.pk])).status_code == 403


def test_a_completion_by_form_is_celebrated_once_at_the_top_of_the_lesson(client, learner):
    make_quest(lessons=2)
    make_achievement("first", "lessons", n=1, xp=10)
    client.force_login(learner)
    assert "업적 first" not in client.get("/quests/jax/jax-000/").text
    answer = client.post("/progress/mark/jax-000/", {"action": "complete"})
    assert answer["Location"] == "/quests/jax/jax-000/"
    page = client.get(answer["Location"]).text
    assert "업적 first" in page
    assert "+30 XP" in page
    assert "업적 first" not in client.get("/quests/jax/jax-000/").text
    answer = client.post("/progress/mark/jax-001/", {"action": "complete"})
    assert answer["Location"] == "/quests/jax/jax-001/#progress"
