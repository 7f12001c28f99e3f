"""Home, quest, tag, stream, feed, sitemap, robots."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from course.folders.importer import import_quest
from course.models import Announcement, Lesson, Quest, StreamEntry
from course.pages import stream
from pagecache.changes import memory
from tests.course.folders import write_lesson, write_quest

pytestmark = pytest.mark.django_db


def queries(client, path: str) -> int:
    """How many queries a page costs, warmed up."""
    client.get(path)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


def test_home_lists_published_quests(client, quest, staff):
    assert "퀘스트 demo" in client.get("/").text
    Quest.objects.update(status="draft")
    memory.clear()
    assert "퀘스트 demo" not in client.get("/").text
    client.force_login(staff)
    assert "퀘스트 demo" in client.get("/").text


def test_an_empty_site_says_so(client, db):
    assert "아직 퀘스트가 없어요" in client.get("/").text


@pytest.mark.parametrize("path", ["/", "/stream/", "/quests/q-0/", "/tags/all/", "/search/?q=레슨"])
def test_n_lessons_and_2n_lessons_cost_the_same_queries(client, tmp_path, path):
    for number, lessons in enumerate((10, 20)):
        folder = write_quest(tmp_path / str(lessons), uid="q-0", lessons=0, english=False)
        for place in range(1, lessons + 1):
            write_lesson(folder, uid="q-0", number=place, tags=["all"], english=False)
        import_quest(folder=folder)
        if number == 0:
            few = queries(client, path)
    assert queries(client, path) == few <= 3


def test_n_quests_and_2n_quests_cost_the_same_queries(client, tmp_path):
    for uid in ("aaa", "bbb"):
        import_quest(folder=write_quest(tmp_path / uid, uid=uid))
    few = queries(client, "/")
    for uid in ("ccc", "ddd"):
        import_quest(folder=write_quest(tmp_path / uid, uid=uid))
    assert queries(client, "/") == few


def test_the_quest_page_shows_chapters_lessons_and_what_one_learns(client, quest):
    page = client.get("/en/quests/demo/").text
    assert "Start" in page
    assert "Lesson 1" in page
    assert "<li>one</li>" in page
    assert 'href="/en/quests/demo/lesson-1/"' in page


def test_staff_see_drafts_in_the_outline(client, quest, staff):
    Lesson.objects.filter(uid="demo-lesson-2").update(status="draft")
    client.force_login(staff)
    assert "레슨 2" in client.get("/quests/demo/").text


def test_an_unknown_tag_answers_404(client, db):
    assert client.get("/tags/none/").status_code == 404


def test_the_stream_tells_of_new_lessons_newest_first(client, quest):
    page = client.get("/stream/").text
    assert page.index("레슨 2") < page.index("레슨 1")
    assert "새 레슨" in page


def test_an_announcement_appears_when_its_time_has_come(client, quest):
    told = Announcement.objects.create(
        titles={"ko": "새 퀘스트", "en": "A new quest"}, bodies_html={"ko": "<p>곧 열려요</p>"}
    )
    later = Announcement.objects.create(
        titles={"ko": "비밀"}, published_at=timezone.now() + timedelta(days=1)
    )
    for announcement in (told, later):
        stream.announce(announcement)
    page = client.get("/stream/").text
    assert "<p>곧 열려요</p>" in page
    assert "비밀" not in page


def test_a_hidden_lesson_leaves_the_stream(client, quest):
    Lesson.objects.filter(uid="demo-lesson-1").update(status="draft")
    assert "레슨 1" not in client.get("/stream/").text


def test_the_stream_has_pages_that_miss_and_repeat_nothing(quest):
    lesson = Lesson.objects.get(uid="demo-lesson-1")
    StreamEntry.objects.all().delete()
    moment = timezone.now()
    for number in range(65):
        StreamEntry.objects.create(kind="changed", lesson=lesson, note=str(number), at=moment)
    seen, after = [], ""
    for _ in range(3):
        page = stream.page(language="ko", after=after)
        seen += [line.entry.note for line in page.lines]
        after = page.after
    assert (sorted(seen, key=int), after) == ([str(number) for number in range(65)], "")


@pytest.mark.parametrize(
    "after", ["x", "2026-01-01~1", "2026-01-01T00:00:00+00:00~x", "~", "9" * 99]
)
def test_a_broken_page_key_shows_the_first_page(client, quest, after):
    response = client.get("/stream/", {"after": after})
    assert response.status_code == 200
    assert "레슨 1" in response.text


def test_the_feed_is_atom_in_the_language_of_its_address(client, quest):
    response = client.get("/en/stream/feed/")
    assert response["Content-Type"].startswith("application/atom+xml")
    assert "Lesson 1" in response.text
    assert "/en/quests/demo/lesson-1/" in response.text


def test_the_sitemap_names_both_languages_of_published_pages(client, quest):
    Lesson.objects.filter(uid="demo-lesson-2").update(status="draft")
    page = client.get("/sitemap.xml").text
    assert "<loc>http://testserver/quests/demo/lesson-1/</loc>" in page
    assert 'href="http://testserver/en/quests/demo/lesson-1/"' in page
    assert "lesson-2" not in page


def test_robots_are_kept_from_private_pages(client, db):
    page = client.get("/robots.txt").text
    assert "Disallow: /settings/" in page
    assert "Sitemap: http://testserver/sitemap.xml" in page
