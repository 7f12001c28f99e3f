"""Content for the course tests."""

import pytest

from course.importing.importer import import_quest
from course.models import Quest
from tests.course.folders import write_quest


@pytest.fixture
def quest_folder(tmp_path):
    """A folder with a quest of two lessons in both languages."""
    return write_quest(tmp_path / "demo")


@pytest.fixture
def quest(db, quest_folder) -> Quest:
    """The quest of `quest_folder`, imported."""
    import_quest(folder=quest_folder)
    return Quest.objects.get(uid="demo")
