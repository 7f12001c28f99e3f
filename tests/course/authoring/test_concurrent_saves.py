"""Real concurrency: two authors, one lesson."""

import threading

import pytest
from django.db import connection

from course.authoring.revising import Statement
from course.authoring.saving import EditConflict, save_lesson
from course.authoring.schedule import publish_due
from course.authoring.values import LessonValues
from course.importing.importer import import_quest
from course.models import Lesson, LessonText, StreamEntry
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
            lesson=lesson, version=1, values=values, author=staff, statement=Statement()
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
