"""The lesson format from a folder to the site and back."""

import re

import pytest
from django.test import Client

from course.content.judging import token
from course.folders.importer import import_quest, read_and_check
from course.folders.problems import ImportRefused
from course.folders.writing import export_quest
from course.models import CodeSample, Image, Lesson, LessonText, Quest, Question, RightAnswer, Term
from markup.svg import clean_svg
from tests.course.full_folder import (
    KOREAN_BODY,
    UID,
    english_meta,
    english_questions,
    korean_meta,
    korean_questions,
    png,
    put,
    write_full_quest,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path):
    return write_full_quest(tmp_path / "full")


def files_of(folder) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_an_export_is_byte_for_byte_the_folder(folder, tmp_path):
    import_quest(folder=folder)
    export_quest(quest=Quest.objects.get(), folder=tmp_path / "out")
    assert files_of(tmp_path / "out") == files_of(folder)


def test_the_same_folder_again_changes_nothing(folder):
    import_quest(folder=folder)
    counts = import_quest(folder=folder)
    assert (counts.new, counts.changed, counts.same) == (0, 0, 2)
    assert counts.warnings == []


def test_everything_is_stored(folder):
    import_quest(folder=folder)
    lesson = Lesson.objects.get(uid=UID)
    assert lesson.needs == ["full-lesson-0"]
    assert lesson.starter == "x = 0\n"
    assert lesson.check_file == "samples/grad.check.py"
    names = [question.name for question in lesson.questions.all()]
    assert names == [row["id"] for row in korean_questions()]
    assert lesson.texts.get(language="en").hints == ["First", "Second"]
    sample = CodeSample.objects.get(file="samples/grad-1.py")
    assert sample.predict
    assert [each["file"] for each in sample.figures] == ["grad-1.fig-1.png"]
    assert Term.objects.get().texts["en"]["term"] == "loss"


def test_every_published_answer_is_kept_for_good(folder):
    import_quest(folder=folder)
    questions = korean_questions()
    questions[2]["answer"] = 0.75
    write_full_quest(folder, korean=korean_meta(questions=questions))
    import_quest(folder=folder)
    values = RightAnswer.objects.filter(question__name="half").values_list("value", flat=True)
    assert sorted(values) == ["0.5±0.01", "0.75±0.01"]


def test_a_question_that_is_gone_is_retired_and_its_row_stays(folder):
    import_quest(folder=folder)
    write_full_quest(
        folder,
        korean=korean_meta(questions=korean_questions()[:-1]),
        english=english_meta(questions=english_questions()[:-1]),
    )
    import_quest(folder=folder)
    assert Question.objects.get(name="prints").retired
    assert Question.objects.filter(retired=False).count() == 5


def test_a_question_reworded_in_the_source_makes_its_translation_stale(folder):
    import_quest(folder=folder)
    questions = korean_questions()
    questions[0]["prompt"] = "정말 무엇이 맞나요?"
    write_full_quest(folder, korean=korean_meta(questions=questions))
    import_quest(folder=folder)
    english = LessonText.objects.get(lesson__uid=UID, language="en")
    assert english.behind


def test_another_right_answer_leaves_translations_current(folder):
    import_quest(folder=folder)
    questions = korean_questions()
    questions[0]["answer"] = "a"
    write_full_quest(folder, korean=korean_meta(questions=questions))
    import_quest(folder=folder)
    english = LessonText.objects.get(lesson__uid=UID, language="en")
    assert (english.behind, english.revision) == (False, 2)


def test_a_new_figure_alone_is_no_revision(folder):
    import_quest(folder=folder)
    put(folder, "01-start/samples/grad-1.fig-1.png", png("blue"))
    assert import_quest(folder=folder).changed == 1
    assert set(LessonText.objects.values_list("revision", flat=True)) == {1}


def test_a_changed_term_renders_the_texts_that_name_it_again(folder):
    import_quest(folder=folder)
    write_full_quest(folder, glossary={"ko": {"loss": {"term": "손실값", "line": "새 줄"}}})
    import_quest(folder=folder)
    assert 'title="새 줄"' in LessonText.objects.get(lesson__uid=UID, language="ko").body_html


def test_the_page_shows_samples_and_questions_where_they_are_placed(folder):
    import_quest(folder=folder)
    page = Client().get("/en/quests/full/down/").text
    places = [page.index(mark) for mark in (
        'id="q-one"', "Then look at this", 'id="sample-grad-1"', 'id="q-several"',
        'id="code-title"',
        'id="sample-grad-2"', 'class="hint"', "Show the answer",
    )]  # fmt: skip
    assert places == sorted(places)
    assert 'alt="A curve of the loss going down"' in page
    assert "<code>33.5</code>" in page
    assert 'href="/en/quests/full/glossary/#term-loss"' in page
    assert 'href="/en/quests/full/before/"' in page
    assert "Guess first, then open" in page


def test_the_page_shows_no_answer_before_an_attempt(folder):
    """What a `<template>` holds is neither shown, read aloud, searched nor printed."""
    import_quest(folder=folder)
    page = Client().get("/en/quests/full/down/").text
    assert "So it is." in page
    page = re.sub(r"<template>.*?</template>", "", page, flags=re.S)
    for words in ("So it is.", "A half.", "They say so.", "Losses.", "weak type", "weak-type"):
        assert words not in page
    tokens = [token("lines", line) for line in ("import jax", "x = 1", "print(x)")]
    places = [page.index(f'value="{each}"') for each in tokens]
    assert places != sorted(places)


def test_the_code_of_a_placed_sample_stands_once(folder):
    import_quest(folder=folder)
    page = Client().get("/en/quests/full/down/").text
    assert page.count('id="sample-grad-1"') == 1
    assert 'href="#sample-grad-1"' in page


def test_checking_writes_nothing(folder):
    assert read_and_check(folder).warnings == []
    assert not Quest.objects.exists()


DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"><path d="M0 0h40"/></svg>'


def test_a_drawing_is_shown_served_and_exported(folder, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    body = f"{KOREAN_BODY}\n\n![그물](images/mesh.svg)"
    write_full_quest(folder, korean_body=body)
    put(folder, "01-start/images/mesh.svg", clean_svg(DRAWING))
    import_quest(folder=folder)
    text = LessonText.objects.get(lesson__uid=UID, language="ko")
    image = Image.objects.get(extension="svg")
    assert f'src="/media/{image.file}"' in text.body_html
    assert (image.width, image.height, image.variants) == (40, 20, [])
    response = Client().get(f"/media/{image.file}")
    assert response["Content-Type"] == "image/svg+xml"
    assert "sandbox" in response["Content-Security-Policy"]
    export_quest(quest=Quest.objects.get(), folder=tmp_path / "out")
    assert files_of(tmp_path / "out") == files_of(folder)


def test_a_drawing_with_a_program_is_refused(folder):
    body = f"{KOREAN_BODY}\n\n![그물](images/mesh.svg)"
    write_full_quest(folder, korean_body=body)
    put(folder, "01-start/images/mesh.svg", DRAWING.replace(b"<path", b"<script/><path"))
    with pytest.raises(ImportRefused, match=r"01-start/images/mesh\.svg"):
        import_quest(folder=folder)
