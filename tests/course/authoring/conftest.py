"""A quest to write in."""

import pytest

from course.models import Lesson
from tests.course.authoring.folders import write_quest
from tests.remembered import import_once


@pytest.fixture
def lesson(db, tmp_path) -> Lesson:
    """The first of two published lessons in both languages."""
    import_once(write_quest(tmp_path / "made", lessons=2))
    return Lesson.objects.select_related("quest").get(uid="made-1-1")


@pytest.fixture
def author(client, staff):
    """Sora, signed in."""
    client.force_login(staff)
    return staff


def form_of(lesson: Lesson, **changes) -> dict:
    """What the lesson's form posts when only `changes` were typed (`en__body` is `en-body`)."""
    from course.admin.forms import LessonForms

    forms = LessonForms(Lesson.objects.select_related("quest").get(pk=lesson.pk))
    data = {}
    for part in (forms.shared, *forms.words):
        for bound in part:
            value = bound.value()
            if value is True:
                data[bound.html_name] = "on"
            elif value not in (None, False):
                data[bound.html_name] = str(value)
    for rows in (forms.samples, forms.links):
        for bound in rows.management_form:
            data[bound.html_name] = bound.value()
        for form in rows:
            for bound in form:
                if bound.value() not in (None, False, ""):
                    data[bound.html_name] = bound.value()
    data["change"] = "clarification"
    return data | {name.replace("__", "-"): value for name, value in changes.items()}
