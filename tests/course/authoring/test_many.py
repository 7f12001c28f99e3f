"""The outline of many lessons: search, and what is done with many at once."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from course.authoring.creating import create_chapter
from course.models import Lesson, LessonText, Quest
from tests.course.authoring.conftest import form_of
from tests.course.authoring.test_outline import form_on
from tests.factories import make_quest


@pytest.fixture
def url(author, lesson):
    return reverse("admin:quest-outline", args=[lesson.quest_id])


@pytest.fixture
def both(lesson):
    return list(Lesson.objects.order_by("position"))


def act(client, url, chosen, **more):
    sent = form_on(client, url) | {"chosen": [row.pk for row in chosen]} | more
    return client.post(url, sent)


def statuses():
    return list(Lesson.objects.order_by("position").values_list("status", flat=True))


def test_many_are_retired_and_published_again_with_their_pages(client, url, both):
    assert act(client, url, both, many="retire").status_code == 302
    assert statuses() == ["retired", "retired"]
    quest = Quest.objects.get()
    assert quest.texts.get(language="ko").outline == []
    act(client, url, both[:1], many="publish")
    assert statuses() == ["published", "retired"]
    [chapter] = quest.texts.get(language="ko").outline
    assert [row["uid"] for row in chapter["lessons"]] == [both[0].uid]


def test_one_that_can_not_be_published_is_named_and_the_others_are_published(client, url, both):
    act(client, url, both, many="draft")
    LessonText.objects.filter(lesson=both[0], language="ko").update(body="")
    page = client.post(
        url, form_on(client, url) | {"chosen": [row.pk for row in both], "many": "publish"},
        follow=True,
    ).text  # fmt: skip
    assert statuses() == ["draft", "published"]
    assert (
        both[0].texts.get(language="ko").title
        in page.split("messagelist", 1)[1].split("</ul>", 1)[0]
    )


def test_tags_are_added_and_taken_away_on_the_pages_too(client, url, both):
    act(client, url, both, many="tag", tags="Fast, new")
    for row in both:
        assert set(row.tags.values_list("slug", flat=True)) == {"fast", "made", "new"}
        assert "/tags/fast/" in client.get(row.get_absolute_url()).text
    act(client, url, both[:1], many="untag", tags="made")
    assert set(both[0].tags.values_list("slug", flat=True)) == {"fast", "new"}
    assert both[1].tags.count() == 3


def test_a_form_that_was_open_meanwhile_does_not_take_the_tags_back(client, url, both):
    sent = form_of(both[0], en__body="Another text.")
    act(client, url, both, many="tag", tags="fast")
    answer = client.post(reverse("admin:course_lesson_change", args=[both[0].pk]), sent)
    assert answer.status_code == 409
    assert both[0].tags.filter(slug="fast").exists()


def test_many_are_moved_to_the_end_of_a_chapter_in_their_order(client, url, both):
    chapter = create_chapter(quest=both[0].quest, slug="second", titles={"ko": "둘째"})
    act(client, url, reversed(both), many="move", into=chapter.pk)
    assert [row.uid for row in chapter.lessons.order_by("position")] == [row.uid for row in both]


@pytest.mark.parametrize(
    ("many", "more"),
    [
        ("tag", {"tags": ""}),
        ("tag", {"tags": "a!b"}),
        ("move", {"into": "x"}),
        ("move", {"into": "99999999"}),
        ("fly", {}),
    ],
)
def test_what_is_unclear_does_nothing_and_says_so(client, url, both, many, more):
    answer = act(client, url, both, many=many, **more)
    assert answer.status_code == 422
    assert "errornote" in answer.text or 'class="error"' in answer.text
    assert both[0].tags.count() == 1


def test_nothing_ticked_is_said(client, url, both):
    sent = {name: value for name, value in form_on(client, url).items() if name != "chosen"}
    assert client.post(url, sent | {"many": "retire"}).status_code == 422
    assert client.post(url, sent | {"many": "retire", "chosen": "x\0"}).status_code == 422
    assert statuses() == ["published", "published"]


def test_lessons_of_another_quest_stay_as_they_are(client, url, both):
    _quest, others = make_quest("other", lessons=1)
    act(client, url, others, many="retire")
    others[0].refresh_from_db()
    assert others[0].status == "published"


def test_numbers_that_were_typed_are_saved_as_well(client, url, both):
    act(client, url, both[:1], many="retire", **{f"lesson-{both[0].pk}": "9"})
    both[0].refresh_from_db()
    assert (both[0].position, both[0].status) == (9, "retired")


def test_search_finds_by_title_address_tag_and_status(client, url, both):
    def found(**asked):
        chapters = client.get(url, asked).context["chapters"]
        return [item["lesson"].uid for row in chapters for item in row["lessons"]]

    everything = [row.uid for row in both]
    assert found(q="lesson-2") == everything[1:]
    assert found(q="MADE ko") == everything
    assert found(status="draft") == []
    assert found(q="nothing of it") == []
    assert found() == everything


def test_a_search_that_is_saved_changes_only_what_it_shows(client, url, both):
    shown = form_on(client, f"{url}?q=lesson-2")
    assert client.post(f"{url}?q=lesson-2", shown | {f"lesson-{both[1].pk}": "5"}).url == (
        f"{url}?q=lesson-2"
    )
    assert list(Lesson.objects.order_by("pk").values_list("position", flat=True)) == [1, 5]


def test_a_long_outline_is_folded_and_costs_as_many_queries(client, url, both):
    def cost(address):
        client.get(address)
        with CaptureQueriesContext(connection) as caught:
            page = client.get(address).text
        return len(caught), page

    short, page = cost(url)
    assert "<details open data-fold>" in page
    quest, _lessons = make_quest("long", lessons=120)
    long, page = cost(reverse("admin:quest-outline", args=[quest.pk]))
    assert long == short
    assert "<details data-fold>" in page
    assert len(page) / 120 < 2_000


def test_an_order_that_moves_one_writes_one(client, url, both):
    sent = form_on(client, url) | {f"lesson-{both[0].pk}": "7"}
    with CaptureQueriesContext(connection) as caught:
        client.post(url, sent)
    written = [each["sql"] for each in caught if 'UPDATE "course_lesson"' in each["sql"]]
    assert len(written) == 1
    assert str(both[1].pk) not in written[0].split("WHERE")[1]
