"""Saving a lesson in the studio."""

import pytest
from django.urls import reverse

from course.models import Change, Lesson, LessonDraft, LessonText, StreamEntry
from tests.course.authoring.conftest import form_of


def address(lesson, name="admin:course_lesson_change", *more):
    return reverse(name, args=[lesson.pk, *more])


def text_of(lesson, language="en"):
    return LessonText.objects.get(lesson=lesson, language=language)


def test_the_form_shows_both_languages_samples_and_links(client, author, lesson):
    page = client.get(address(lesson)).content.decode()
    for name in ("ko-body", "en-body", "samples-0-source", "links-0-url", 'name="version"'):
        assert name in page


def test_nothing_changed_is_nothing_saved_as_new(client, author, lesson):
    before = text_of(lesson).revision
    assert client.post(address(lesson), form_of(lesson)).status_code == 302
    assert text_of(lesson).revision == before


def test_a_saved_text_is_rendered_and_gets_the_next_revision(client, author, lesson):
    response = client.post(address(lesson), form_of(lesson, en__body="New **words**.\r\n\r\nEnd."))
    assert response.status_code == 302
    text = text_of(lesson)
    assert text.body == "New **words**.\n\nEnd."
    assert "<strong>words</strong>" in text.body_html
    assert text.revision == 2
    assert text_of(lesson, "ko").revision == 1


def test_the_history_says_who_and_what_kind(client, author, lesson):
    client.post(address(lesson), form_of(lesson, en__title="Other", change="typo", note="oops"))
    line = text_of(lesson).history.first()
    assert (line.history_user, line.change, line.change_note) == (author, "typo", "oops")


@pytest.mark.parametrize("change", Change.values)
def test_what_the_author_says_decides_what_readers_are_told(client, author, lesson, change):
    before = text_of(lesson)
    StreamEntry.objects.all().delete()
    client.post(address(lesson), form_of(lesson, en__body="Other.", change=change))
    after = text_of(lesson)
    told = StreamEntry.objects.filter(kind="changed", lesson=lesson).count()
    assert (after.changed_at > before.changed_at) == (change != "typo")
    assert told == (0 if change == "typo" else 1)
    assert (after.redo_at is not None) == (change == "redo")


def test_a_published_lesson_needs_a_word_about_the_change(client, author, lesson):
    response = client.post(address(lesson), form_of(lesson, en__body="Other.", change=""))
    assert response.status_code == 422
    assert text_of(lesson).revision == 1


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("one\n\ntwo $\\frac{1$", "3"),
        ("one\n\n[x](lesson:nowhere-else)", "3"),
        ("one\n\n![](images/plot.png)", "3"),
        ("one\n\n\n![seen](images/missing.png)", "4"),
    ],
)
def test_mistakes_are_told_with_their_line_and_nothing_is_saved(client, author, lesson, body, line):
    response = client.post(address(lesson), form_of(lesson, ko__body=body, en__title="Lost?"))
    page = response.content.decode()
    assert response.status_code == 422
    assert (
        f"{line}번째 줄" in page
        or f"{line}행" in page
        or f"Line {line}" in page
        or f"{line}줄" in page
    )
    assert "Lost?" in page
    assert text_of(lesson).title != "Lost?"


def test_the_second_of_two_authors_is_refused_with_both_versions(client, author, lesson):
    mine = form_of(lesson, en__body="My version.")
    client.post(address(lesson), form_of(lesson, en__body="Their version."))
    response = client.post(address(lesson), mine)
    page = response.content.decode()
    assert response.status_code == 409
    assert "My version." in page
    assert "Their version." in page
    assert text_of(lesson).body == "Their version."
    assert LessonDraft.objects.get().fields["en-body"] == "My version."


def test_after_looking_at_the_conflict_the_author_can_save(client, author, lesson):
    mine = form_of(lesson, en__body="My version.")
    client.post(address(lesson), form_of(lesson, en__body="Their version."))
    client.post(address(lesson), mine)
    version = Lesson.objects.get(pk=lesson.pk).version
    response = client.post(address(lesson), {**mine, "version": version})
    assert response.status_code == 302
    assert text_of(lesson).body == "My version."
    bodies = text_of(lesson).history.values_list("body", flat=True)
    assert list(bodies[:2]) == ["My version.", "Their version."]


def test_an_import_in_between_is_a_conflict_too(client, author, lesson, tmp_path):
    mine = form_of(lesson, en__body="My version.")
    path = tmp_path / "made" / "01-part-1" / "01-lesson-1.en.md"
    path.write_text(path.read_text().replace("Text 1.", "Text from git."))
    from course.folders.importer import import_quest

    import_quest(folder=tmp_path / "made")
    assert client.post(address(lesson), mine).status_code == 409


def test_a_draft_is_kept_and_comes_back(client, author, lesson):
    sent = form_of(lesson, en__body="Half a sent")
    assert client.post(address(lesson, "admin:lesson-autosave"), sent).status_code == 200
    assert "?draft" in client.get(address(lesson)).content.decode()
    assert "Half a sent" in client.get(address(lesson) + "?draft").content.decode()
    assert text_of(lesson).body != "Half a sent"
    stamp = LessonDraft.objects.get().stamp
    client.post(address(lesson), form_of(lesson, en__body="Whole.", draft=stamp))
    assert not LessonDraft.objects.exists()


def test_drafts_are_each_author_s_own(client, author, lesson, learner):
    LessonDraft.objects.create(
        lesson=lesson, author=learner, base_version=1, fields={"en-body": "x"}
    )
    assert client.get(address(lesson)).context.get("draft") is None


def test_a_draft_with_a_nul_is_no_error(client, author, lesson):
    sent = form_of(lesson, en__body="a\0b", version="99999999999999999999")
    assert client.post(address(lesson, "admin:lesson-autosave"), sent).status_code == 200


def test_the_live_preview_renders_like_the_page(client, author, lesson):
    sent = {"language": "en", "field": "body", "source": "## Hi\n\n$x^2$"}
    answer = client.post(address(lesson, "admin:lesson-live-preview"), sent).json()
    assert "<math" in answer["html"]
    assert answer["problems"] == []


def test_the_live_preview_names_lines(client, author, lesson):
    sent = {"language": "en", "field": "body", "source": "ok\n\n![](images/x.png)"}
    problems = client.post(address(lesson, "admin:lesson-live-preview"), sent).json()["problems"]
    assert problems
    assert all("3" in each for each in problems)


@pytest.mark.parametrize(
    "sent", [{}, {"language": "xx", "field": "body"}, {"language": "en", "field": "x"}]
)
def test_a_strange_preview_is_refused(client, author, lesson, sent):
    assert client.post(address(lesson, "admin:lesson-live-preview"), sent).status_code == 400


def test_a_new_address_keeps_the_old_one(client, author, lesson):
    old = lesson.get_absolute_url()
    assert client.post(address(lesson), form_of(lesson, slug="fresh")).status_code == 302
    assert client.get(old).status_code == 301


def test_an_address_that_is_taken_is_refused(client, author, lesson):
    assert client.post(address(lesson), form_of(lesson, slug="lesson-2")).status_code == 422


def test_samples_and_links_can_be_added_changed_and_removed(client, author, lesson):
    data = form_of(lesson)
    data |= {
        "samples-TOTAL_FORMS": 2,
        "samples-0-source": "print('new')\r\n",
        "samples-1-file": "samples/second.py",
        "samples-1-language": "python",
        "samples-1-source": "1/0",
        "samples-1-fails": "on",
        "samples-1-title_en": "Second",
        "links-0-DELETE": "on",
    }
    assert client.post(address(lesson), data).status_code == 302
    rows = list(lesson.samples.values_list("file", "source", "fails"))
    assert rows == [
        ("samples/part-1-1.py", "print('new')\n", False),
        ("samples/second.py", "1/0\n", True),
    ]
    assert not lesson.links.exists()
    assert text_of(lesson).revision == 2


@pytest.mark.parametrize(
    "bad",
    [
        {"samples-0-file": "../../etc/passwd"},
        {"links-0-url": "javascript:alert(1)"},
        {"minutes": "-1"},
        {"position": "99999999"},
        {"slug": "Ümlaut"},
        {"tags": "<b>"},
        {"ko-title": ""},
        {"ko-body": ""},
        {"en-title": "x" * 500},
        {"chapter": "999999"},
        {"version": "abc"},
        {"samples-TOTAL_FORMS": "9999999"},
    ],
)
def test_bad_values_are_refused_with_a_message(client, author, lesson, bad):
    response = client.post(address(lesson), form_of(lesson) | bad)
    assert response.status_code == 422
    assert "error" in response.content.decode()


def test_a_translation_that_did_not_follow_is_behind_until_it_is_saved(client, author, lesson):
    client.post(
        address(lesson), form_of(lesson, ko__body="새 문단.\n\n## Heading\n\nMore, with $x^2$.")
    )
    assert text_of(lesson).behind
    page = client.get(address(lesson)).content.decode()
    assert "새 문단." in page
    client.post(address(lesson), form_of(lesson, en__body="A new paragraph."))
    assert not text_of(lesson).behind


def test_a_typo_in_the_source_leaves_translations_current(client, author, lesson):
    client.post(address(lesson), form_of(lesson, ko__title="고친 제목", change="typo"))
    assert not text_of(lesson).behind


@pytest.mark.parametrize(
    "name", ["admin:course_lesson_change", "admin:lesson-as-learner", "admin:course_lesson_history"]
)
def test_only_authors_come_in(client, lesson, moderator, learner, name):
    for person, status in ((None, 302), (learner, 302), (moderator, 403)):
        client.logout()
        if person:
            client.force_login(person)
        assert client.get(address(lesson, name)).status_code == status


@pytest.mark.parametrize(
    "odd",
    [
        {"version": "x"},
        {"version": "9" * 40},
        {"position": "9" * 40},
        {"place": "x/y"},
        {"place": f"{'9' * 18}/{'9' * 9}", "position": "3"},
        {"chapter": "9" * 25},
        {"chapter": "x"},
        {"samples-TOTAL_FORMS": "x"},
        {"samples-TOTAL_FORMS": "99999"},
        {"links-TOTAL_FORMS": ""},
        {"samples-0-file": "../../etc/passwd"},
        {"links-0-url": "javascript:alert(1)"},
        {"en-title": "x" * 200},
        {"en-body": "a\0b"},
        {"tags": "a\0b"},
        {"change": "explode"},
    ],
)
def test_an_odd_form_is_refused_kindly_and_writes_nothing(client, author, lesson, odd):
    response = client.post(address(lesson), form_of(lesson) | odd)
    assert response.status_code in (409, 422)
    assert Lesson.objects.get(pk=lesson.pk).version == 1
    draft = address(lesson, "admin:lesson-autosave")
    # 409 where the conflict above has kept this text as a draft already.
    assert client.post(draft, form_of(lesson) | odd).status_code in (200, 409)
    assert client.get(f"{address(lesson)}?draft").status_code == 200
    assert client.get(address(lesson, "admin:lesson-as-learner")).status_code == 200


def test_an_empty_form_is_refused_kindly(client, author, lesson):
    assert client.post(address(lesson), {}).status_code == 422
    assert client.post(address(lesson, "admin:lesson-autosave"), {}).status_code == 200
    assert client.get(f"{address(lesson)}?draft").status_code == 200


def test_what_an_author_types_runs_nowhere(client, author, lesson):
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    sent = form_of(lesson, en__title=evil[:110], en__summary=evil, note=evil, tags="ok")
    client.post(address(lesson, "admin:lesson-autosave"), sent)
    client.post(address(lesson), sent)
    pages = [
        address(lesson),
        address(lesson, "admin:course_lesson_history"),
        address(lesson, "admin:lesson-past", "en"),
        f"{address(lesson, 'admin:lesson-as-learner')}?language=en",
        f"/en/admin/course/quest/{lesson.quest_id}/outline/",
        f"/en/admin/course/quest/{lesson.quest_id}/insights/",
        "/en/admin/course/lesson/",
    ]
    for url in pages:
        page = client.get(url).content.decode()
        assert "<script>alert" not in page, url
        assert "<img src=x" not in page, url
