"""The forms of notes and bookmarks, and the page that lists them, without JavaScript."""

import pytest
from django.test import Client

from course.models import Lesson, Note
from pagecache.changes import memory
from tests.factories import list_device, make_quest

pytestmark = pytest.mark.django_db
LESSON, PAGE = "/en/quests/jax/jax-000/", "/en/notes/"
NOTE, MARK = "/en/progress/notes/jax-000/", "/en/progress/bookmark/jax-000/"


@pytest.fixture
def member(client, learner):
    make_quest(lessons=3)
    client.force_login(learner)
    list_device(learner, client.session.session_key)
    return client


def test_a_note_is_written_changed_and_deleted_by_forms(member):
    answer = member.post(NOTE, {"text": "first\r\nline", "place": "shapes"})
    assert answer["Location"] == f"{LESSON}#notes"
    assert "first\nline" in member.get(LESSON).text
    note = Note.objects.get()
    member.post(NOTE, {"text": "second", "note": str(note.uuid), "place": note.place})
    page = member.get(PAGE).text
    assert page.index("second") < page.index("What it said before") < page.index("first\nline")
    member.post(NOTE, {"text": "second", "note": str(note.uuid), "action": "delete"})
    assert "second" not in member.get(LESSON).text
    assert "No notes yet" in member.get(PAGE).text


def test_a_lesson_is_bookmarked_and_unmarked_by_a_form(member):
    for _ in range(2):
        assert member.post(MARK, {"action": "add"}).status_code == 302
        assert 'data-marked="true"' in member.get(LESSON).text
        assert ">jax-000 en</a>" in member.get(PAGE).text
    member.post(MARK, {"action": "remove"})
    assert 'data-marked="false"' in member.get(LESSON).text
    assert "No bookmarks yet" in member.get(PAGE).text


@pytest.mark.parametrize(
    ("url", "form"),
    [(MARK, {"action": "burn"}), (NOTE, {"text": " "}), (NOTE, {"text": "x", "note": "7"}),
     (NOTE, {"text": "x" * 5001}), (NOTE, {"text": "x", "place": "a b"})],
)  # fmt: skip
def test_what_can_t_be_is_400(member, url, form):
    answer = member.post(url, form)
    assert (answer.status_code, bool(answer.text)) == (400, True)
    assert not Note.objects.exists()


def test_drafts_and_strangers_write_nothing(member):
    assert Client().post(NOTE, {"text": "x"}).status_code == 302  # to sign in
    assert member.get(NOTE).status_code == 405
    Lesson.objects.filter(uid="jax-000").update(status="draft")
    memory.clear()
    assert member.post(NOTE, {"text": "x"}).status_code == 404
    assert not Note.objects.exists()


def test_a_note_is_seen_by_its_writer_alone(member, other_learner):
    member.post(NOTE, {"text": "geheim"})
    member.post(NOTE, {"text": "und noch eine"})
    assert member.get(LESSON).text.count("geheim") == 2  # shown, and in its form
    stranger = Client()
    assert "geheim" not in stranger.get(LESSON).text + stranger.get(PAGE).text
    stranger.force_login(other_learner)
    assert "geheim" not in stranger.get(LESSON).text + stranger.get(PAGE).text


def test_notes_of_a_merged_lesson_stand_below_the_other(member):
    member.post(NOTE, {"text": "kept"})
    Lesson.objects.filter(uid="jax-000").update(merged_into=Lesson.objects.get(uid="jax-001"))
    memory.clear()
    assert "kept" in member.get("/en/quests/jax/jax-001/").text
    assert ">jax-001 en</a>" in member.get(PAGE).text


def test_the_list_costs_the_same_for_twice_the_notes(member, settings, django_assert_num_queries):
    settings.PAGECACHE_POLL_SECONDS = 3600
    for number in range(4):
        member.post(f"/en/progress/notes/jax-00{number % 2}/", {"text": f"note {number}"})
        member.get(PAGE)
        with django_assert_num_queries(3):
            member.get(PAGE)


def test_a_lesson_with_notes_costs_a_member_two_queries(
    member, settings, django_assert_num_queries
):
    settings.PAGECACHE_POLL_SECONDS = 3600
    member.post(NOTE, {"text": "short"})
    member.post(MARK, {"action": "add"})
    member.get(LESSON)
    member.get(LESSON)
    with django_assert_num_queries(2):
        member.get(LESSON)
