"""Real concurrency: two authors, one lesson."""

import threading

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from course.authoring.ordering import Order, OrderConflict, digest, reorder
from course.authoring.quest_texts import Outdated, save_chapter
from course.authoring.quest_texts import digest as wording_digest
from course.authoring.revising import ChangeNote
from course.authoring.saving import EditConflict, save_lesson
from course.authoring.schedule import publish_due
from course.authoring.values import LessonValues
from course.folders.importer import import_quest
from course.models import Chapter, ChapterText, Lesson, LessonText, Quest, StreamEntry
from tests.course.authoring.folders import write_quest

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
AUTHORS = 6


def together(work) -> list:
    """Run `work(number)` in threads that start at once; returns what they returned or raised."""
    gate, results = threading.Barrier(AUTHORS), [None] * AUTHORS

    def run(number):
        gate.wait()
        try:
            results[number] = work(number)
        except Exception as error:
            results[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[number]) for number in range(AUTHORS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_of_many_savers_one_wins_and_all_others_are_refused(tmp_path, staff):
    import_quest(folder=write_quest(tmp_path / "made"))
    lesson = Lesson.objects.select_related("quest").get(uid="made-1-1")

    def save(number):
        values = LessonValues.of(lesson)
        values.texts["en"].body = f"By author {number}."
        return save_lesson(
            lesson=lesson, version=1, values=values, author=staff, change_note=ChangeNote()
        )

    results = together(save)
    refused = [each for each in results if isinstance(each, EditConflict)]
    assert len(refused) == AUTHORS - 1
    winner = next(n for n, each in enumerate(results) if isinstance(each, Lesson))
    text = LessonText.objects.get(lesson=lesson, language="en")
    assert text.body == f"By author {winner}."
    assert text.revision == 2
    assert text.history.count() == 2


def test_several_workers_publish_a_lesson_once(tmp_path):
    from django.utils import timezone

    import_quest(folder=write_quest(tmp_path / "made"))
    StreamEntry.objects.all().delete()
    Lesson.objects.update(status="draft", published_at=None, publish_at=timezone.now())
    assert sum(together(lambda number: publish_due())) == 2
    assert StreamEntry.objects.filter(kind="new").count() == 2


@pytest.mark.parametrize("what", ["chapter", "lesson"])
def test_of_many_clicks_one_adds_and_all_others_are_told(tmp_path, staff, what):
    import_quest(folder=write_quest(tmp_path / "made"))
    quest = Quest.objects.get(uid="made")
    url = reverse(f"admin:quest-add-{what}", args=[quest.pk])
    fields = {"slug": "new", "title_ko": "새로", "chapter": quest.chapters.get().pk}

    def click(number):
        client = Client()
        client.force_login(staff)
        return client.post(url, fields).status_code

    assert sorted(together(click)) == [302] + [422] * (AUTHORS - 1)


def test_of_many_orders_one_wins_and_all_others_are_refused(tmp_path):
    import_quest(folder=write_quest(tmp_path / "made", lessons=4))
    quest = Quest.objects.get(uid="made")
    lessons = list(quest.lessons.order_by("position"))
    seen = digest(quest.chapters.all(), lessons)

    def order(number):
        wanted = {
            row.pk: (row.chapter_id, 10 * (number + 1) + place)
            for place, row in enumerate(lessons, 1)
        }
        reorder(quest=quest, seen=seen, order=Order(lessons=wanted))
        return number

    results = together(order)
    assert sum(isinstance(each, OrderConflict) for each in results) == AUTHORS - 1
    winner = next(each for each in results if isinstance(each, int))
    places = list(quest.lessons.order_by("position").values_list("position", flat=True))
    assert places == [10 * (winner + 1) + place for place in range(1, 5)]


def test_of_many_chapter_titles_one_wins_and_all_others_are_refused(tmp_path, staff):
    import_quest(folder=write_quest(tmp_path / "made"))
    chapter = Chapter.objects.get(uid="made-part-1")
    seen = wording_digest(chapter, "slug")

    def save(number):
        words = {"ko": (f"제목 {number}", "")}
        save_chapter(chapter=chapter, seen=seen, slug="part-1", words=words, author=staff)
        return number

    results = together(save)
    assert sum(isinstance(each, Outdated) for each in results) == AUTHORS - 1
    winner = next(each for each in results if isinstance(each, int))
    text = ChapterText.objects.get(chapter=chapter, language="ko")
    assert (text.title, text.history.count()) == (f"제목 {winner}", 2)


def test_an_order_and_a_save_of_a_lesson_in_it_both_count(tmp_path, staff):
    import_quest(folder=write_quest(tmp_path / "made"))
    lesson = Lesson.objects.select_related("quest").get(uid="made-1-1")
    seen = digest(lesson.quest.chapters.all(), lesson.quest.lessons.all())

    def work(number):
        if number == 0:
            order = Order(lessons={lesson.pk: (lesson.chapter_id, 77)})
            return reorder(quest=lesson.quest, seen=seen, order=order)
        if number == 1:
            values = LessonValues.of(lesson)
            values.texts["en"].body = "Written meanwhile."
            return save_lesson(
                lesson=lesson, version=1, values=values, author=staff, change_note=ChangeNote()
            )
        return None

    assert not [each for each in together(work) if isinstance(each, Exception)]
    lesson.refresh_from_db()
    assert lesson.position == 77
    assert LessonText.objects.get(lesson=lesson, language="en").body == "Written meanwhile."
