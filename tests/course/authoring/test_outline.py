"""The outline: chapters and lessons in order, and two authors who order at once."""

import re

import pytest
from django.urls import reverse

from course.authoring.creating import AddressTaken, create_chapter, create_lesson
from course.models import Chapter, Lesson


@pytest.fixture
def url(author, lesson):
    return reverse("admin:quest-outline", args=[lesson.quest_id])


def form_on(client, url):
    """What the outline's form posts when nothing was typed."""
    page = client.get(url).content.decode().split("data-outline", 1)[1].split("</form>", 1)[0]
    fields = {}
    for tag in re.findall(r"<input[^>]*>", page):
        name = re.search(r'name="([^"]+)"', tag)
        fields[name[1]] = re.search(r'value="([^"]*)"', tag)[1]
    return fields


def test_new_numbers_and_chapters(client, url, lesson):
    other = create_chapter(quest=lesson.quest, slug="second", titles={"ko": "둘째"})
    second = Lesson.objects.get(uid="made-1-2")
    sent = form_on(client, url)
    sent |= {f"lesson-{lesson.pk}": 7, f"lesson-{second.pk}-chapter": other.pk}
    assert client.post(url, sent).status_code == 302
    lesson.refresh_from_db()
    second.refresh_from_db()
    assert (lesson.position, second.chapter_id) == (7, other.pk)
    page = client.get(lesson.quest.get_absolute_url()).content.decode()
    assert page.index("둘째") > page.index("Part 1")


@pytest.mark.parametrize("bad", ["0", "-1", "x", "99999", ""])
def test_a_number_that_is_none_is_refused(client, url, lesson, bad):
    sent = form_on(client, url) | {f"lesson-{lesson.pk}": bad}
    assert client.post(url, sent).status_code == 422
    lesson.refresh_from_db()
    assert lesson.position == 1


@pytest.mark.parametrize("bad", ["0", "x", "999999", "", "-1", "9" * 30])
def test_a_chapter_that_is_none_is_refused(client, url, lesson, bad):
    sent = form_on(client, url) | {f"lesson-{lesson.pk}-chapter": bad}
    assert client.post(url, sent).status_code == 422
    lesson.refresh_from_db()
    assert lesson.chapter.slug == "part-1"


def test_the_second_of_two_orders_is_refused_with_both_shown(client, url, lesson):
    first = form_on(client, url) | {f"lesson-{lesson.pk}": "5"}
    second = form_on(client, url) | {f"lesson-{lesson.pk}": "9"}
    assert client.post(url, first).status_code == 302
    refused = client.post(url, second)
    page = refused.content.decode()
    assert refused.status_code == 409
    assert f'name="lesson-{lesson.pk}" value="9"' in page
    assert "data-conflict" in page
    assert re.search(r"outline__now[^>]*>[^<]*5", page)
    lesson.refresh_from_db()
    assert lesson.position == 5
    seen = re.search(r'name="seen" value="([^"]+)"', page)[1]
    assert client.post(url, second | {"seen": seen}).status_code == 302
    lesson.refresh_from_db()
    assert lesson.position == 9


def test_a_chapter_and_a_lesson_with_one_address_have_uids_of_their_own(author, lesson):
    chapter = create_chapter(quest=lesson.quest, slug="same", titles={"ko": "같은"})
    made = create_lesson(chapter=chapter, slug="same", titles={"ko": "같은"}, author=author)
    other = create_chapter(quest=lesson.quest, slug="1-1", titles={"ko": "made-1-1?"})
    assert len({chapter.uid, made.uid, other.uid, lesson.uid}) == 4


def test_an_address_that_somebody_took_meanwhile_is_refused(author, lesson):
    with pytest.raises(AddressTaken):
        create_chapter(quest=lesson.quest, slug="part-1", titles={"ko": "둘째"})
    with pytest.raises(AddressTaken):
        create_lesson(chapter=lesson.chapter, slug="lesson-2", titles={"ko": "둘"}, author=author)


def test_a_lesson_that_began_meanwhile_is_a_new_order_too(client, url, lesson):
    sent = form_on(client, url)
    create_chapter(quest=lesson.quest, slug="second", titles={"ko": "둘째"})
    assert client.post(url, sent).status_code == 409
    assert Chapter.objects.filter(slug="second").exists()
