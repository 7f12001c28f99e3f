"""What a browser is told to keep of a quest."""

import pytest

from course.folders.importer import import_quest
from course.models import Quest, QuestText
from course.pages import offline
from tests.course.folders import write_quest

pytestmark = pytest.mark.django_db


@pytest.fixture
def quest(tmp_path):
    """Two published lessons."""
    import_quest(folder=write_quest(tmp_path / "demo"))
    return Quest.objects.get()


def test_what_to_keep_may_be_shared_until_its_quest_changes(client, quest):
    response = client.get("/offline/demo.json")
    assert response.public_keys == {f"quest:{quest.pk}"}
    pages = ["/quests/demo/lesson-1/", "/quests/demo/lesson-2/", "/notes/", "/review/"]
    pages.append("/quests/demo/cards.json")
    found = response.json()
    assert found["pages"][1:6] == pages
    assert found["pages"][7:] == [f"/en{page}" for page in pages]
    assert {language: name["page"] for language, name in found["names"].items()} == {
        "ko": "/quests/demo/",
        "en": "/en/quests/demo/",
    }


def test_a_quest_in_one_language_is_kept_in_that_and_in_the_readers(client, quest):
    QuestText.objects.filter(language="en").delete()
    assert "/en/" not in "".join(client.get("/offline/demo.json").json()["pages"])
    pages = client.get("/en/offline/demo.json").json()["pages"]
    assert pages[0] == "/en/quests/demo/"
    assert "/quests/demo/" in pages


def test_a_process_walks_through_its_static_folders_once(client, quest, monkeypatch):
    files = client.get("/offline/demo.json").json()["files"]
    monkeypatch.setattr(offline, "find_reading_files", lambda: pytest.fail("walked again"))
    assert client.get("/offline/demo.json").json()["files"] == files != []


def test_while_one_develops_new_files_are_found(quest, settings, monkeypatch):
    settings.DEBUG = True
    offline.reading_files()
    monkeypatch.setattr(offline, "find_reading_files", lambda: ["/static/js/fresh.js"])
    assert offline.reading_files() == ["/static/js/fresh.js"]
