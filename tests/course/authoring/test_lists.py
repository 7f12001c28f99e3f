"""Lists of quests and lessons in the admin, and the ways from reading to writing."""

import re
from itertools import pairwise

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from course.models import Quest
from tests.factories import make_quest

LESSONS, QUESTS = "/admin/course/lesson/", "/admin/course/quest/"


def cost(client, url: str) -> int:
    """Queries of a list that was shown before."""
    client.get(url)
    with CaptureQueriesContext(connection) as caught:
        client.get(url)
    return len(caught)


def test_lists_show_titles_in_the_language_of_the_author(client, author, lesson):
    for language, title in (("", "1-1 ko"), ("/en", "1-1 en")):
        page = client.get(f"{language}{LESSONS}").content.decode()
        assert f">{lesson.texts.get(language=language[1:] or 'ko').title}</a>" in page, title
    quest = Quest.objects.get()
    title = quest.texts.get(language="ko").title
    assert f">{title}</a>" in client.get(QUESTS).content.decode()


def test_lessons_stand_beside_the_titles_of_their_chapter_and_quest(client, author, lesson):
    page = client.get(LESSONS).text
    for texts in (lesson.quest.texts, lesson.chapter.texts):
        assert f">{texts.get(language='ko').title}</td>" in page


def test_lessons_of_two_quests_are_not_mixed(client, author, lesson):
    make_quest("other", lessons=3)
    page = client.get(LESSONS).text
    for quest in Quest.objects.all():
        assert f">{quest.texts.get(language='ko').title}</a>" in page
    order = re.findall(r"field-of_quest[^>]*>([^<]+)<", page)
    assert len([a for a, b in pairwise(order) if a != b]) == 1


def test_longer_lists_cost_as_many_queries(client, author, lesson):
    short = cost(client, LESSONS), cost(client, QUESTS)
    make_quest("other", lessons=8)
    assert (cost(client, LESSONS), cost(client, QUESTS)) == short


def test_a_new_quest_leads_into_its_outline(client, author, lesson):
    form = {
        "uid": "tea", "slug": "tea", "emoji": "", "position": 5, "status": "draft",
        "source_language": "ko", "runs": "server", "texts-TOTAL_FORMS": 1, "texts-INITIAL_FORMS": 0,
        "texts-0-language": "ko", "texts-0-title": "차", "texts-0-summary": "차",
        "texts-0-body": "",
    }  # fmt: skip
    answer = client.post(f"{QUESTS}add/", form)
    assert answer.status_code == 302
    assert answer["Location"].endswith(f"/quest/{Quest.objects.get(uid='tea').pk}/outline/")
    again = client.post(f"{QUESTS}add/", form | {"uid": "tea2", "slug": "tea2", "_continue": "1"})
    assert again["Location"].endswith("/change/")


@pytest.mark.parametrize("kind", ["lesson", "quest", "chapter"])
def test_authors_alone_find_the_way_to_the_form(client, staff, moderator, learner, lesson, kind):
    address = {
        "lesson": lesson.get_absolute_url(),
        "quest": lesson.quest.get_absolute_url(),
        "chapter": f"/chapters/{lesson.chapter.uid}/",
    }[kind]
    form = {
        "lesson": f"/admin/course/lesson/{lesson.pk}/change/",
        "quest": f"/admin/course/quest/{lesson.quest_id}/outline/",
        "chapter": f"/admin/course/quest/{lesson.quest_id}/outline/",
    }[kind]
    for who in (None, learner, moderator, staff):
        client.force_login(who) if who else client.logout()
        for _time in range(2):
            assert (f'href="{form}"' in client.get(address).content.decode()) == (who == staff)
