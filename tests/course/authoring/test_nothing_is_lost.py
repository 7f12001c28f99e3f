"""Concurrent changes: moved lessons, outdated translations, imports during an edit."""

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from course.authoring.history import restore
from course.authoring.rendering import Refused
from course.authoring.revising import ChangeNote
from course.folders.importer import import_quest
from course.models import CodeSample, Lesson, LessonText, StreamEntry
from tests.course.authoring.conftest import form_of
from tests.course.authoring.folders import write_quest
from tests.remembered import import_once

OTHER = "Text two.\n\n## Heading\n\nMore."


def address(lesson):
    return reverse("admin:course_lesson_change", args=[lesson.pk])


def text_of(lesson, language="en"):
    return LessonText.objects.get(lesson=lesson, language=language)


def save(client, lesson, **changes):
    response = client.post(address(lesson), form_of(lesson, **changes))
    assert response.status_code == 302, response.content.decode()


def test_an_open_form_does_not_move_a_lesson_back(client, author, lesson):
    opened = form_of(lesson, en__body=OTHER)
    Lesson.objects.filter(pk=lesson.pk).update(position=8)
    assert client.post(address(lesson), opened).status_code == 302
    lesson.refresh_from_db()
    assert lesson.position == 8
    assert text_of(lesson).body == OTHER


def test_two_who_move_the_same_lesson_are_asked(client, author, lesson):
    opened = form_of(lesson, position="5")
    Lesson.objects.filter(pk=lesson.pk).update(position=8)
    refused = client.post(address(lesson), opened)
    assert refused.status_code == 409
    assert "part-1 · 8" in refused.content.decode()
    lesson.refresh_from_db()
    assert lesson.position == 8


def test_a_conflict_about_words_keeps_the_place_that_somebody_gave(client, author, lesson):
    opened = form_of(lesson, en__title="Mine")
    save(client, lesson, en__title="Theirs")
    Lesson.objects.filter(pk=lesson.pk).update(position=8)
    refused = client.post(address(lesson), opened)
    assert refused.status_code == 409
    shared = refused.context["forms"].shared
    assert (shared["position"].value(), shared["place"].value()) == ("8", f"{lesson.chapter_id}/8")


def test_publishing_does_not_make_an_open_form_stale(client, author, lesson):
    Lesson.objects.update(status="draft")
    opened = form_of(lesson, en__body=OTHER)
    state = reverse("admin:lesson-state", args=[lesson.pk])
    client.post(state, {"action": "publish"})
    assert client.post(address(lesson), opened).status_code == 302
    assert text_of(lesson).body == OTHER


def test_changed_code_leaves_translations_as_stale_as_they_were(client, author, lesson):
    save(client, lesson, samples__0__source="print(7)\n")
    assert text_of(lesson).source_revision == text_of(lesson, "ko").revision == 2
    assert not text_of(lesson).behind
    save(client, lesson, ko__body=OTHER)
    assert text_of(lesson).behind
    save(client, lesson, samples__0__source="print(8)\n")
    assert text_of(lesson).behind
    save(client, lesson, en__body=OTHER)
    assert not text_of(lesson).behind


def test_the_history_shows_and_restores_code(client, author, lesson):
    before = text_of(lesson).history.first().history_id
    save(client, lesson, samples__0__source="print(7)\n", links__0__url="https://other.example/")
    url = reverse("admin:lesson-past", args=[lesson.pk, "en"])
    page = client.get(url).content.decode()
    assert "<del>1</del><ins>7</ins>" in page
    assert "<ins>other</ins>" in page
    assert 'name="beside"' in client.get(f"{url}?line={before}").content.decode()
    client.post(url, {"line": before, "change": "typo", "beside": "on"})
    (sample,) = lesson.samples.all()
    assert (sample.source, sample.titles["ko"], sample.output) == ("print(1)\n", "A sample", "1\n")
    assert lesson.links.get().url == "https://docs.jax.dev/"


def test_restoring_words_alone_leaves_the_code(client, author, lesson):
    before = text_of(lesson).history.first().history_id
    save(client, lesson, samples__0__source="print(7)\n", en__body=OTHER)
    url = reverse("admin:lesson-past", args=[lesson.pk, "en"])
    client.post(url, {"line": before, "change": "typo"})
    assert text_of(lesson).body.startswith("Text 1.")
    assert lesson.samples.get().source == "print(7)\n"


def test_a_restore_leaves_a_translation_that_changed_meanwhile(client, author, lesson):
    first = text_of(lesson, "ko").history.first().history_id
    save(client, lesson, ko__body=OTHER)
    save(client, lesson, en__body="A new translation.")
    restore(
        text=LessonText.objects.select_related("lesson__quest").get(lesson=lesson, language="ko"),
        history_id=first,
        author=author,
        change_note=ChangeNote("clarification"),
    )
    assert text_of(lesson, "ko").body.startswith("Text 1.")
    assert text_of(lesson).body == "A new translation."
    assert text_of(lesson).behind  # it was made from what was just taken back


def test_an_empty_text_is_not_restored_for_readers(client, author, lesson):
    text = text_of(lesson, "ko")
    text.history.update(body="")
    url = reverse("admin:lesson-past", args=[lesson.pk, "ko"])
    response = client.post(url, {"line": text.history.first().history_id}, follow=True)
    assert "messagelist" in response.content.decode()
    assert text_of(lesson, "ko").body == text.body
    Lesson.objects.update(status="draft")
    client.post(url, {"line": text.history.first().history_id})
    assert text_of(lesson, "ko").body == ""


def test_an_empty_text_is_refused_below_the_form_as_well(lesson, staff):
    text = LessonText.objects.select_related("lesson__quest").get(lesson=lesson, language="ko")
    text.history.update(body="")
    with pytest.raises(Refused):
        restore(
            text=text,
            history_id=text.history.first().history_id,
            author=staff,
            change_note=ChangeNote(),
        )
    assert Lesson.objects.get(pk=lesson.pk).version == 1


# --- imports ---------------------------------------------------------------------------------


@pytest.fixture
def folder(db, tmp_path):
    made = write_quest(tmp_path / "made", lessons=2)
    import_once(made)
    StreamEntry.objects.all().delete()
    return made


def edit(folder, old, new, number=1, language="ko"):
    path = folder / "01-part-1" / f"0{number}-lesson-{number}.{language}.md"
    path.write_text(path.read_text().replace(old, new))


def test_an_import_is_noticed_by_an_open_form_whatever_it_changed(client, author, folder):
    lesson = Lesson.objects.select_related("quest").get(uid="made-1-1")
    opened = form_of(lesson, en__body=OTHER)
    edit(folder, "minutes: 12", "minutes: 44")
    assert import_quest(folder=folder).changed == 1
    refused = client.post(address(lesson), opened)
    assert refused.status_code == 409
    assert "44" in refused.content.decode()


def test_new_outputs_alone_are_no_news_to_readers(folder):
    capture = folder / "01-part-1" / "samples" / "part-1-1.capture.yaml"
    capture.write_text(capture.read_text().replace("2026-11-22", "2026-11-23"))
    before = text_of(Lesson.objects.get(uid="made-1-1"))
    assert import_quest(folder=folder).changed == 1
    after = text_of(Lesson.objects.get(uid="made-1-1"))
    assert (after.revision, after.changed_at) == (before.revision, before.changed_at)
    assert after.extras["samples"][0]["ran_on"] == "2026-11-23"
    assert not StreamEntry.objects.exists()


@pytest.mark.parametrize(
    ("said", "change", "real", "redo", "told"),
    [
        ([], "clarification", 2, False, 1),
        (["typo"], "typo", 1, False, 0),
        (["must-redo"], "redo", 2, True, 1),
        (["typo", "must-redo:made-1-1"], "redo", 2, True, 1),
    ],
)
def test_whoever_imports_says_what_kind_of_change_it_is(folder, said, change, real, redo, told):
    edit(folder, "Text 1.", "Text one.")
    options = {"change": said} if said else {}
    call_command("import_quest", folder, **options)
    text = text_of(Lesson.objects.get(uid="made-1-1"), "ko")
    assert (text.change, text.real_revision, bool(text.redo_at)) == (change, real, redo)
    assert StreamEntry.objects.filter(kind="changed").count() == told


@pytest.mark.parametrize("said", ["huge", "typo:", "typo:made-9-9", "redo:x,made-1-1"])
def test_a_change_of_no_kind_or_of_no_lesson_is_refused(folder, said):
    edit(folder, "Text 1.", "Text one.")
    with pytest.raises(CommandError):
        call_command("import_quest", folder, change=[said])
    assert text_of(Lesson.objects.get(uid="made-1-1"), "ko").body.startswith("Text 1.")


def test_the_summary_says_what_was_said(folder, capsys):
    edit(folder, "Text 1.", "Text one.")
    edit(folder, "Text 2.", "Text two.", number=2)
    call_command("import_quest", folder, change=["typo", "must-redo:made-1-2"])
    assert "2 changed (1 typo, 1 must-redo)" in capsys.readouterr().out


def test_an_address_changed_by_an_import_answers_301(client, folder):
    old = Lesson.objects.select_related("quest").get(uid="made-1-1").get_absolute_url()
    for path in (folder / "01-part-1").glob("01-lesson-1.*"):
        path.rename(path.with_name(path.name.replace("lesson-1", "arrays")))
    assert import_quest(folder=folder).changed == 1
    response = client.get(f"{old}?x=1")
    assert response.status_code == 301
    assert response["Location"] == old.replace("lesson-1", "arrays") + "?x=1"
    assert client.get(response["Location"]).status_code == 200


def test_an_address_that_a_lesson_on_the_site_has_is_a_mistake_with_a_name(folder, staff):
    from course.authoring.creating import create_lesson
    from course.folders.problems import ImportRefused

    chapter = Lesson.objects.get(uid="made-1-1").chapter
    create_lesson(chapter=chapter, slug="arrays", titles={"ko": "배열"}, author=staff)
    for path in (folder / "01-part-1").glob("01-lesson-1.*"):
        path.rename(path.with_name(path.name.replace("lesson-1", "arrays")))
    with pytest.raises(ImportRefused) as refused:
        import_quest(folder=folder)
    assert "arrays" in str(refused.value)


@pytest.mark.parametrize(
    "name", ["../x.py", "samples/../../x.py", "/etc/passwd", "01-lesson-1.ko.md", "samples/x"]
)
def test_a_sample_lies_in_its_folder_under_a_plain_name(folder, name):
    from course.folders.problems import ImportRefused

    edit(folder, "samples/part-1-1.py", name)
    with pytest.raises(ImportRefused) as refused:
        import_quest(folder=folder)
    assert "samples/grad-1.py" in str(refused.value)


def test_two_samples_never_share_a_capture(client, author, lesson):
    extra = {
        "samples-TOTAL_FORMS": 2,
        "samples-1-file": "samples/part-1-1.sh",
        "samples-1-source": "ls",
        "samples-1-title_ko": "둘째",
        "samples-1-language": "bash",
    }
    assert client.post(address(lesson), form_of(lesson) | extra).status_code == 422
    assert CodeSample.objects.filter(lesson=lesson).count() == 1
