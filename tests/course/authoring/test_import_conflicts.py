"""What was edited on the site is never overwritten by a folder without being asked."""

import pytest
from django.core.management import CommandError, call_command

from course.folders.conflicts import Choice, ImportConflict
from course.folders.importer import import_quest
from course.models import Chapter, CodeSample, Lesson, LessonText, Quest, QuestText
from tests.course.authoring.folders import write_quest
from tests.remembered import import_once


@pytest.fixture
def folder(db, tmp_path):
    """A folder that was imported."""
    made = write_quest(tmp_path / "made", lessons=2)
    import_once(made)
    return made


def edit_on_the_site(uid="made-1-1", title="Edited here"):
    LessonText.objects.filter(lesson__uid=uid, language="en").update(title=title)


def edit_in_the_folder(folder, number=1, title="Edited there"):
    path = folder / "01-part-1" / f"0{number}-lesson-{number}.en.md"
    path.write_text(path.read_text().replace(f"'Lesson {number}: en'", title))


def title_of(uid="made-1-1"):
    return LessonText.objects.get(lesson__uid=uid, language="en").title


def test_a_folder_that_alone_changed_is_taken(folder):
    edit_in_the_folder(folder)
    assert import_quest(folder=folder).changed == 1
    assert title_of() == "Edited there"


def test_both_edited_is_a_conflict_that_shows_both_sides_and_writes_nothing(folder):
    edit_on_the_site()
    edit_in_the_folder(folder)
    edit_in_the_folder(folder, number=2)
    with pytest.raises(ImportConflict) as refused:
        import_quest(folder=folder)
    (conflict,) = refused.value.conflicts
    assert conflict.uid == "made-1-1"
    assert "-title: Edited here" in conflict.diff
    assert "+title: Edited there" in conflict.diff
    assert title_of() == "Edited here"
    assert title_of("made-1-2") == "Lesson 2: en"


def test_an_old_folder_does_not_take_back_what_was_edited_here(folder):
    edit_on_the_site()
    with pytest.raises(ImportConflict):
        import_quest(folder=folder)
    assert title_of() == "Edited here"


def test_the_same_edit_on_both_sides_is_no_conflict(folder):
    edit_on_the_site(title="Edited there")
    edit_in_the_folder(folder)
    import_quest(folder=folder)
    assert title_of() == "Edited there"


def test_ours_keeps_the_site_and_still_takes_the_rest(folder):
    edit_on_the_site()
    edit_in_the_folder(folder)
    edit_in_the_folder(folder, number=2)
    counts = import_quest(folder=folder, choice=Choice(ours=frozenset({"*"})))
    assert (counts.kept, counts.changed) == (1, 1)
    assert title_of() == "Edited here"
    assert title_of("made-1-2") == "Edited there"


def test_ours_does_not_make_the_next_import_forget_the_edit(folder):
    edit_on_the_site()
    edit_in_the_folder(folder)
    import_quest(folder=folder, choice=Choice(ours=frozenset({"*"})))
    with pytest.raises(ImportConflict):
        import_quest(folder=folder)


def test_theirs_takes_the_folder_and_the_site_s_text_stays_in_the_history(folder):
    edit_on_the_site()
    text = LessonText.objects.get(lesson__uid="made-1-1", language="en")
    text.save()  # as the form does: with a line of history
    edit_in_the_folder(folder)
    import_quest(folder=folder, choice=Choice(theirs=frozenset({"*"})))
    assert title_of() == "Edited there"
    assert "Edited here" in text.history.values_list("title", flat=True)
    assert import_quest(folder=folder).same == 2


def test_each_lesson_has_its_own_answer(folder):
    for number in (1, 2):
        edit_on_the_site(f"made-1-{number}", f"Here {number}")
        edit_in_the_folder(folder, number)
    choice = Choice(ours=frozenset({"made-1-1"}), theirs=frozenset({"made-1-2"}))
    import_quest(folder=folder, choice=choice)
    assert (title_of("made-1-1"), title_of("made-1-2")) == ("Here 1", "Edited there")


def test_a_lesson_that_nobody_decided_stops_everything(folder):
    for number in (1, 2):
        edit_on_the_site(f"made-1-{number}", f"Here {number}")
        edit_in_the_folder(folder, number)
    with pytest.raises(ImportConflict) as refused:
        import_quest(folder=folder, choice=Choice(theirs=frozenset({"made-1-2"})))
    assert [each.uid for each in refused.value.conflicts] == ["made-1-1"]
    assert title_of("made-1-2") == "Here 2"


@pytest.mark.parametrize(
    ("edit", "uid"),
    [
        (
            lambda: CodeSample.objects.filter(lesson__uid="made-1-1").update(source="x = 1\n"),
            "made-1-1",
        ),
        (lambda: Lesson.objects.filter(uid="made-1-1").update(minutes=99), "made-1-1"),
        (lambda: Lesson.objects.filter(uid="made-1-1").update(slug="moved"), "made-1-1"),
        (lambda: Chapter.objects.update(position=9), "made-part-1"),
        (lambda: QuestText.objects.filter(language="en").update(body="Other."), "made"),
        (lambda: Quest.objects.update(emoji="🌵"), "made"),
    ],
)
def test_samples_places_chapters_and_quests_are_guarded_too(folder, edit, uid):
    edit()
    with pytest.raises(ImportConflict) as refused:
        import_quest(folder=folder)
    assert [each.uid for each in refused.value.conflicts] == [uid]


def test_the_command_lists_conflicts_and_how_to_decide(folder, capsys):
    edit_on_the_site()
    edit_in_the_folder(folder)
    with pytest.raises(CommandError, match="1 conflicts"):
        call_command("import_quest", str(folder))
    shown = capsys.readouterr().err
    assert "-title: Edited here" in shown
    assert "--theirs made-1-1" in shown
    call_command("import_quest", str(folder), "--theirs", "made-1-1")
    assert title_of() == "Edited there"


def test_an_import_without_changes_adds_no_line_to_the_history(folder):
    before = LessonText.history.count() + QuestText.history.count()
    import_quest(folder=folder)
    assert LessonText.history.count() + QuestText.history.count() == before
