"""The glossary page of a quest."""

import pytest
from django.test import Client

from course.models import Quest
from tests.course.full_folder import write_full_quest
from tests.remembered import import_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path):
    folder = write_full_quest(tmp_path / "full")
    import_once(folder)
    return folder


def test_each_term_has_a_line_its_other_name_and_its_lesson(folder):
    page = Client().get("/en/quests/full/glossary/").text
    assert '<div id="term-loss">' in page
    for words in ("how wrong it is", "손실", 'href="/en/quests/full/down/"'):
        assert words in page


def test_a_quest_without_terms_has_no_glossary(quest):
    assert Client().get("/quests/demo/glossary/").status_code == 404


def test_a_draft_has_no_glossary(folder):
    Quest.objects.update(status="draft")
    assert Client().get("/quests/full/glossary/").status_code == 404


def test_the_quests_page_leads_to_its_glossary(folder):
    assert 'href="/en/quests/full/glossary/"' in Client().get("/en/quests/full/").text
