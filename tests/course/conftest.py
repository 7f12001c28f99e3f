"""Content for the course tests."""

import pytest
from django.test import Client

from course.models import Lesson, Quest
from tests.course.folders import write_quest
from tests.course.runs import make_runnable, serve
from tests.remembered import import_once


@pytest.fixture
def quest_folder(tmp_path):
    """A folder with a quest of two lessons in both languages."""
    return write_quest(tmp_path / "demo")


@pytest.fixture
def quest(db, quest_folder) -> Quest:
    """The quest of `quest_folder`, imported."""
    import_once(quest_folder)
    return Quest.objects.get(uid="demo")


@pytest.fixture
def runnable(db, settings) -> Lesson:
    """A lesson whose code runs on a runner that is there."""
    serve(settings)
    return make_runnable()


@pytest.fixture
def browser(runnable, learner) -> Client:
    """The learner's browser on the site with that lesson."""
    client = Client()
    client.force_login(learner)
    return client
