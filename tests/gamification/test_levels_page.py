"""The page that explains levels and XP."""

import pytest
from django.test import Client

from course.progress import points
from gamification.models import Level, Standing
from pagecache.changes import memory
from tests.course.readers import kept_text, member

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def levels(db):
    """Two levels."""
    for number, xp_from, ko, en in ((0, 0, "씨앗", "Seed"), (1, 100, "새싹", "Sprout")):
        Level.objects.update_or_create(
            number=number, defaults={"xp_from": xp_from, "title_ko": ko, "title_en": en}
        )
    memory.clear()


def test_it_names_every_level_and_what_gives_xp(client):
    page = client.get("/en/levels/").text
    for words in ("Level 0 · Seed", "Level 1 · Sprout", "from 100 XP"):
        assert words in page
    for name, each in (("Lesson", points.LESSON), ("Exercise", points.EXERCISE)):
        assert f"<dt>{name}</dt><dd>+{each} XP</dd>" in page
    assert "you are here" not in page


def test_members_see_where_they_are_and_nobody_else_does(learner, other_learner):
    Standing.objects.create(learner=learner, xp=120, level=1)
    mine, theirs = member(learner), member(other_learner)
    for _ in range(2):
        pages = [reader.get("/en/levels/").text for reader in (mine, theirs, Client())]
        here = [
            page.partition("you are here")[0].rpartition("<b>")[2].partition("<")[0]
            for page in pages
        ]
        assert here[:2] == ["Level 1 · Sprout", "Level 0 · Seed"]
        assert ["You have 120 XP" in page for page in pages] == [True, False, False]
    assert "120 XP" not in kept_text()


def test_a_renamed_level_shows_at_once(learner, django_capture_on_commit_callbacks):
    readers = [Client(), member(learner)]
    for reader in readers:
        assert "Sprout" in reader.get("/en/levels/").text
    with django_capture_on_commit_callbacks(execute=True):
        level = Level.objects.get(number=1)
        level.title_en = "Shoot"
        level.save()
    for reader in readers:
        page = reader.get("/en/levels/").text
        assert "Shoot" in page
        assert "Sprout" not in page


def test_only_a_look_is_answered(client):
    assert client.post("/levels/").status_code == 405
