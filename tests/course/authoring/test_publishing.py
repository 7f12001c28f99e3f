"""Publish, schedule, retire; previews; outline; history."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from course.authoring.creating import create_lesson
from course.authoring.diffing import compare
from course.authoring.schedule import NotReady, publish_due, publish_later
from course.models import Chapter, Lesson, LessonDraft, LessonText, PreviewLink, Quest, StreamEntry
from tests.course.authoring.conftest import form_of


@pytest.fixture
def draft(lesson):
    Lesson.objects.filter(pk=lesson.pk).update(status="draft", published_at=None)
    StreamEntry.objects.all().delete()
    return Lesson.objects.get(pk=lesson.pk)


def act(client, lesson, **data):
    return client.post(reverse("admin:lesson-state", args=[lesson.pk]), data, follow=True)


def test_publishing_shows_the_lesson_and_tells_the_stream_once(client, author, draft):
    url = draft.get_absolute_url()
    for _time in range(2):
        act(client, draft, action="publish")
    client.logout()
    assert client.get(url).status_code == 200
    assert StreamEntry.objects.filter(kind="new").count() == 1


def test_one_press_saves_a_draft_and_publishes_it(client, author, draft):
    form = form_of(draft, en__body="Ready.") | {"then": "publish"}
    page = client.post(reverse("admin:course_lesson_change", args=[draft.pk]), form, follow=True)
    assert page.status_code == 200
    draft.refresh_from_db()
    assert draft.status == "published"
    assert LessonText.objects.get(lesson=draft, language="en").body == "Ready."
    assert StreamEntry.objects.filter(kind="new").count() == 1


def test_one_press_says_when_readers_still_see_nothing(client, author, draft):
    Quest.objects.update(status="draft")
    form = form_of(draft) | {"then": "publish"}
    url = reverse("admin:course_lesson_change", args=[draft.pk])
    told = [str(each) for each in client.post(url, form, follow=True).context["messages"]]
    page = act(client, draft, action="publish")
    assert told[-1] == [str(each) for each in page.context["messages"]][-1]
    assert "퀘스트" in told[-1]


def test_a_button_publishes_the_quest_that_hides_the_lesson(client, author, draft):
    Quest.objects.update(status="draft")
    url = draft.get_absolute_url()
    form = reverse("admin:course_lesson_change", args=[draft.pk])
    assert 'value="publish-quest"' not in client.get(form).text
    act(client, draft, action="publish")
    assert 'value="publish-quest"' in client.get(form).text
    assert Client().get(url).status_code == 404
    act(client, draft, action="publish-quest")
    assert Client().get(url).status_code == 200
    assert draft.slug in Client().get(draft.quest.get_absolute_url()).text
    assert 'value="publish-quest"' not in client.get(form).text


def test_what_can_t_be_saved_is_not_published(client, author, draft):
    form = form_of(draft, minutes="0") | {"then": "publish"}
    url = reverse("admin:course_lesson_change", args=[draft.pk])
    assert client.post(url, form).status_code == 422
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_a_lesson_without_text_is_not_published(client, author, lesson):
    empty = create_lesson(
        chapter=lesson.chapter, slug="empty", titles={"ko": "빈 글"}, author=author
    )
    act(client, empty, action="publish")
    empty.refresh_from_db()
    assert empty.status == "draft"


def test_a_scheduled_lesson_is_published_when_its_time_has_come(client, author, draft):
    act(client, draft, action="schedule", publish_at="2099-01-01T09:00")
    draft.refresh_from_db()
    assert draft.publish_at.isoformat() == "2099-01-01T00:00:00+00:00"  # nine in Seoul
    assert publish_due() == 0
    assert publish_due(now=draft.publish_at) == 1
    assert publish_due(now=draft.publish_at) == 0
    draft.refresh_from_db()
    assert (draft.status, draft.publish_at) == ("published", None)


@pytest.mark.parametrize(
    "at",
    ["2001-01-01T09:00", "", "tomorrow", "2099-13-45T99:00",
     "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59", "2199-12-31T23:59:59-99:59"],
)  # fmt: skip
def test_a_time_that_is_past_or_none_is_refused(client, author, draft, at):
    act(client, draft, action="schedule", publish_at=at)
    draft.refresh_from_db()
    assert draft.publish_at is None


def test_the_command_publishes_what_is_due(draft, capsys):
    publish_later(lesson=draft, at=timezone.now() + timedelta(seconds=5))
    Lesson.objects.update(publish_at=timezone.now())
    call_command("publish_due")
    assert "1 lessons" in capsys.readouterr().out


def test_a_scheduled_lesson_that_was_emptied_stays_a_draft_and_stops_no_other(lesson, caplog):
    Lesson.objects.update(status="draft", published_at=None, publish_at=timezone.now())
    LessonText.objects.filter(lesson=lesson, language="ko").update(body="")
    assert publish_due() == 1
    lesson.refresh_from_db()
    assert lesson.status == "draft"
    assert "made-1-1" in caplog.text
    assert Lesson.objects.get(uid="made-1-2").status == "published"


def test_a_lesson_that_can_t_be_published_stops_no_later_one(lesson, monkeypatch, caplog):
    from course.authoring import schedule

    def broken(stored, status):
        if stored.uid == "made-1-1":
            raise ValueError("broken")
        set_status(stored, status)

    set_status = schedule.set_status
    monkeypatch.setattr(schedule, "set_status", broken)
    Lesson.objects.update(status="draft", published_at=None, publish_at=timezone.now())
    assert publish_due() == 1
    assert "made-1-1" in caplog.text


def test_retiring_keeps_the_page_and_takes_it_out_of_the_outline(client, author, lesson):
    act(client, lesson, action="retire")
    client.logout()
    assert client.get(lesson.get_absolute_url()).status_code == 200
    assert "lesson-1/" not in client.get(lesson.quest.get_absolute_url()).content.decode()


def test_a_published_lesson_can_t_be_scheduled(lesson):
    with pytest.raises(NotReady):
        publish_later(lesson=lesson, at=timezone.now() + timedelta(days=1))


def test_an_unknown_action_changes_nothing(client, author, lesson):
    act(client, lesson, action="explode")
    lesson.refresh_from_db()
    assert lesson.status == "published"


def link_from(response):
    text = " ".join(str(message) for message in response.context["messages"])
    return "/preview/" + text.rsplit("/preview/", 1)[1]


def test_a_preview_link_shows_the_draft_to_anybody_and_stays_out_of_caches(client, author, draft):
    client.post(
        reverse("admin:lesson-autosave", args=[draft.pk]), form_of(draft, ko__body="비밀 초안")
    )
    response = client.post(reverse("admin:lesson-make-link", args=[draft.pk]), follow=True)
    url = link_from(response)
    client.logout()
    shown = client.get(url)
    assert "비밀 초안" in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    assert "noindex" in shown["X-Robots-Tag"]
    assert client.get(draft.get_absolute_url()).status_code == 404


def test_a_revoked_an_expired_and_a_guessed_link_open_nothing(client, author, draft):
    url = link_from(client.post(reverse("admin:lesson-make-link", args=[draft.pk]), follow=True))
    assert client.get(url).status_code == 200
    link = PreviewLink.objects.get()
    client.post(reverse("admin:lesson-revoke-link", args=[draft.pk, link.pk]))
    assert client.get(url).status_code == 404
    PreviewLink.objects.update(revoked_at=None, expires_at=timezone.now())
    assert client.get(url).status_code == 404
    assert client.get("/preview/guess/").status_code == 404
    assert link.token_hash not in url


def test_the_author_sees_the_page_as_a_learner_does(client, author, draft):
    page = client.get(reverse("admin:lesson-as-learner", args=[draft.pk])).content.decode()
    assert "Text 1." in page
    assert "sora" not in page


def test_a_lesson_begins_in_the_outline(client, author, lesson):
    url = reverse("admin:quest-add-lesson", args=[lesson.quest_id])
    sent = {"slug": "third", "title_ko": "셋째", "title_en": "Third", "chapter": lesson.chapter_id}
    assert client.post(url, sent).status_code == 302
    made = Lesson.objects.get(slug="third")
    assert (made.uid, made.status, made.position) == ("made-third", "draft", 3)
    assert client.post(url, sent).status_code == 422
    assert client.post(url, {**sent, "slug": "fourth", "chapter": "x"}).status_code == 422


def test_a_chapter_begins_in_the_outline(client, author, lesson):
    url = reverse("admin:quest-add-chapter", args=[lesson.quest_id])
    assert client.post(url, {"slug": "new", "title_ko": "새 장"}).status_code == 302
    assert Chapter.objects.filter(uid="made-new", position=2).exists()
    assert client.post(url, {"slug": "new", "title_ko": "새 장"}).status_code == 422


def test_any_revision_comes_back_as_the_newest_one(client, author, lesson):
    change = reverse("admin:course_lesson_change", args=[lesson.pk])
    client.post(change, form_of(lesson, en__body="Second."))
    client.post(change, form_of(lesson, en__body="Third."))
    text = LessonText.objects.get(lesson=lesson, language="en")
    first = text.history.last()
    page = reverse("admin:lesson-past", args=[lesson.pk, "en"])
    shown = client.get(f"{page}?line={first.history_id}").content.decode()
    assert "Text 1." in shown
    url = reverse("admin:lesson-past", args=[lesson.pk, "en"])
    client.post(url, {"line": first.history_id, "change": "typo"})
    text.refresh_from_db()
    assert text.body.startswith("Text 1.")
    assert text.revision == 4
    assert text.history.count() == 4


def test_the_diff_marks_words(client, author, lesson):
    change = reverse("admin:course_lesson_change", args=[lesson.pk])
    client.post(change, form_of(lesson, en__body="Text 2.\n\n## Heading\n\nMore, with $x^2$."))
    page = client.get(reverse("admin:lesson-past", args=[lesson.pk, "en"])).content.decode()
    assert "<del>1</del><ins>2</ins>" in page


@pytest.mark.parametrize("line", ["0", "x", "99999999999999999999", ""])
def test_a_revision_that_is_not_there_is_404(client, author, lesson, line):
    url = reverse("admin:lesson-past", args=[lesson.pk, "en"])
    assert client.post(url, {"line": line}).status_code == 404


def test_paragraphs_are_compared_as_wholes_and_by_words():
    blocks = compare(
        "One two three.\n\nStays.\n\nGoes.", "One 2 three.\n\nStays.\n\nComes instead!"
    )
    assert [block.kind for block in blocks][:2] == ["changed", "same"]
    pieces = [(piece.kind, piece.text) for piece in blocks[0].pieces]
    assert ("removed", "two") in pieces
    assert ("added", "2") in pieces


def test_a_preview_link_ends_with_its_author_s_right_to_write(client, author, draft):
    url = link_from(client.post(reverse("admin:lesson-make-link", args=[draft.pk]), follow=True))
    client.logout()
    for lost in ({"is_active": False}, {"is_staff": False}, {"is_superuser": False}):
        type(author).objects.filter(pk=author.pk).update(**lost)
        assert client.get(url).status_code == 404, lost
        type(author).objects.filter(pk=author.pk).update(**dict.fromkeys(lost, True))
        assert client.get(url).status_code == 200


def test_a_link_to_a_retired_lesson_and_of_a_colleague_is_taken_back(
    client, author, draft, other_learner
):
    other_learner.is_staff = other_learner.is_superuser = True
    other_learner.save()
    url = link_from(client.post(reverse("admin:lesson-make-link", args=[draft.pk]), follow=True))
    act(client, draft, action="publish")
    act(client, draft, action="retire")
    assert client.get(url).status_code == 200
    client.force_login(other_learner)
    link = PreviewLink.objects.get()
    revoke = reverse("admin:lesson-revoke-link", args=[draft.pk, link.pk])
    form = client.get(reverse("admin:course_lesson_change", args=[draft.pk])).content.decode()
    assert revoke in form
    client.post(revoke)
    assert client.get(url).status_code == 404


def test_publishing_at_a_time_uses_what_is_saved_not_what_is_in_drafts(client, author, draft):
    client.post(
        reverse("admin:lesson-autosave", args=[draft.pk]), form_of(draft, ko__body="쓰다 만 글")
    )
    Lesson.objects.filter(pk=draft.pk).update(publish_at=timezone.now())
    assert publish_due() == 1
    page = client.get(draft.get_absolute_url()).content.decode()
    assert "Text 1." in page
    assert "쓰다 만 글" not in page
    kept = LessonDraft.objects.get()
    sent = {**kept.fields, "change": "typo"}  # the draft goes on, and is no conflict
    change = reverse("admin:course_lesson_change", args=[draft.pk])
    assert client.post(change, sent).status_code == 302
    assert LessonText.objects.get(lesson=draft, language="ko").body == "쓰다 만 글"


def test_a_translation_without_a_text_leaves_readers_the_original(client, author, lesson):
    change = reverse("admin:course_lesson_change", args=[lesson.pk])
    emptied = dict.fromkeys(("en__summary", "en__body", "en__exercise", "en__answer"), "")
    refused = client.post(change, form_of(lesson, **emptied, en__title=""))
    assert refused.status_code == 422
    assert client.post(change, form_of(lesson, **emptied)).status_code == 302
    page = client.get(f"/en{lesson.get_absolute_url()}").content.decode()
    assert "Text 1." in page
    assert "not translated into English yet" in page


@pytest.mark.parametrize("rights", [[], ["view_lesson"], ["add_lesson", "view_quest"]])
def test_staff_without_the_right_to_change_lessons_get_no_page_of_the_studio(
    client, learner, lesson, rights
):
    from django.contrib.auth.models import Permission

    learner.is_staff = True
    learner.save()
    learner.user_permissions.set(Permission.objects.filter(codename__in=rights))
    client.force_login(learner)
    one, quest = [lesson.pk], [lesson.quest_id]
    for name, ids in {
        "course_lesson_change": one,
        "course_lesson_history": one,
        "lesson-as-learner": one,
        "quest-outline": quest,
        "quest-insights": quest,
        "quest-past": quest,
        "quest-chapter": [*quest, lesson.chapter_id],
        "chapter-past": [*quest, lesson.chapter_id],
    }.items():
        assert client.get(reverse(f"admin:{name}", args=ids)).status_code == 403, name
    for name, ids in {
        "course_lesson_change": one,
        "lesson-autosave": one,
        "lesson-discard": one,
        "lesson-live-preview": one,
        "lesson-state": one,
        "lesson-make-link": one,
        "lesson-images": one,
        "lesson-notebook": one,
        "lesson-past": [*one, "ko"],
        "quest-outline": quest,
        "quest-add-lesson": quest,
        "quest-add-chapter": quest,
        "quest-past": [*quest, "ko"],
        "quest-chapter": [*quest, lesson.chapter_id],
        "quest-chapter-remove": [*quest, lesson.chapter_id],
    }.items():
        assert client.post(reverse(f"admin:{name}", args=ids)).status_code == 403, name


def test_moderators_write_no_lessons(client, moderator, lesson):
    client.force_login(moderator)
    for name in ("course_lesson_change", "lesson-as-learner"):
        assert client.get(reverse(f"admin:{name}", args=[lesson.pk])).status_code == 403
    assert client.get(reverse("admin:course_quest_changelist")).status_code == 403


def test_no_page_of_the_studio_takes_a_post_from_elsewhere(lesson, staff):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(staff)
    for name in ("course_lesson_change", "lesson-autosave", "lesson-state", "lesson-make-link"):
        url = reverse(f"admin:{name}", args=[lesson.pk])
        assert client.post(url, {"action": "retire"}).status_code == 403, name
    lesson.refresh_from_db()
    assert lesson.status == "published"


def test_publishing_in_a_quest_that_is_a_draft_says_that_nobody_sees_it(client, author, draft):
    draft.quest.status = "draft"
    draft.quest.save()
    page = act(client, draft, action="publish")
    assert "퀘스트도 공개해야" in page.content.decode()
