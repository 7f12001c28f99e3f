"""A lesson as a notebook: every cell of it runs, and all of the lesson can be read in it."""

from base64 import b64decode
from io import StringIO

import nbformat
import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils.translation import override
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from course.authoring.notebook_files import read_notebook
from course.authoring.notebook_writing import lesson_notebook
from course.models import CodeSample, Lesson, LessonText
from tests.course.full_folder import CODE, OUTPUT, UID, write_full_quest
from tests.remembered import import_once


@pytest.fixture
def text(db, tmp_path):
    import_once(write_full_quest(tmp_path / "full"))
    return LessonText.objects.get(lesson__uid=UID, language="en")


def notebook_of(text):
    """The notebook, read as other programs read it, in the text's language."""
    with override(text.language):
        document = nbformat.reads(lesson_notebook(text).decode(), as_version=4)
    nbformat.validate(document)
    return document


def cells_of(text):
    return {cell.id: cell for cell in notebook_of(text).cells}


def test_cells_stand_in_the_order_of_the_lesson(text):
    assert list(cells_of(text)) == [
        "title", "install", "text-1", "question-one", "text-3", "about-grad-1", "sample-grad-1",
        "about-grad-2", "sample-grad-2", "question-several", "question-half", "question-weak",
        "question-lines", "question-prints", "exercise", "hint-1", "hint-2", "your-answer",
        "check", "answer", "about",
    ]  # fmt: skip


def test_a_sample_comes_with_what_it_printed_and_drew(text):
    cell = cells_of(text)["sample-grad-1"]
    assert cell.source == CODE.rstrip("\n")
    assert cell.outputs[0].text == OUTPUT
    assert b64decode(cell.outputs[1].data["image/png"]).startswith(b"\x89PNG")
    assert cell.outputs[1].data["text/plain"] == "A curve of the loss going down"


def test_what_is_to_be_guessed_is_folded(text):
    cells = cells_of(text)
    assert cells["sample-grad-1"].metadata.jupyter.outputs_hidden
    assert "jupyter" not in cells["sample-grad-2"].metadata


def test_markers_are_words_and_links_are_full_addresses(text):
    source = cells_of(text)["text-1"].source
    assert "The first loss is `33.5`" in source
    assert f"[loss]({settings.SITE_URL}/en/quests/full/glossary/#term-loss)" in source
    assert "[[" not in source


def test_the_first_cell_of_code_installs_the_captured_versions(text):
    assert '%pip install --quiet "jax==0.8"' in cells_of(text)["install"].source


def test_an_answer_and_a_hint_open_on_demand(text):
    cells = cells_of(text)
    assert "<summary>Answer</summary>\n\n**b**\n\nDefined." in cells["question-one"].source
    assert "<summary>Hint 2</summary>\n\nSecond" in cells["hint-2"].source
    assert "x = 1" in cells["answer"].source


def run(document):
    """Run all cells but the one that installs, which needs a network."""
    document.cells = [cell for cell in document.cells if cell.id != "install"]
    NotebookClient(document, timeout=60).execute()
    return {cell.id: cell for cell in document.cells}


def test_it_runs_from_the_first_cell_to_the_last(text):
    failing = {"source": "1 / 0\n", "fails": True}
    CodeSample.objects.filter(file="samples/grad-2.py").update(**failing)
    cells = run(notebook_of(text))
    assert cells["sample-grad-1"].outputs[0].text == OUTPUT
    assert cells["sample-grad-2"].outputs[0].ename == "ZeroDivisionError"
    assert cells["check"].outputs[0].ename == "AssertionError"


def test_an_error_that_no_lesson_speaks_of_stops_it(text):
    CodeSample.objects.filter(file="samples/grad-2.py").update(source="1 / 0\n")
    with pytest.raises(CellExecutionError):
        run(notebook_of(text))


def test_the_same_lesson_gives_the_same_bytes(text):
    assert lesson_notebook(text) == lesson_notebook(text)


def test_a_lesson_that_is_uploaded_again_brings_no_cell_that_installs(text):
    again = read_notebook(lesson_notebook(text))
    assert [cell.source for cell in again.cells][:2] == [CODE, "x = 1\n"]
    assert not any("%pip" in cell.source for cell in again.cells)


@pytest.mark.once  # the text of a lesson is the same on every database
def test_every_shipped_lesson_is_a_valid_notebook(db):
    import_once(settings.BASE_DIR / "fixtures" / "quests" / "jax")
    for text in LessonText.objects.select_related("lesson__quest").order_by("pk"):
        for cell in notebook_of(text).cells:
            is_raw = any(mark in cell.source for mark in ("[[out:", "[[term:", "(lesson:", "!!! "))
            assert not (cell.cell_type == "markdown" and is_raw), (text.lesson.uid, cell.source)


def test_a_folder_of_notebooks_has_the_published_lessons_alone(text, tmp_path):
    Lesson.objects.filter(uid="full-lesson-0").update(status="draft")
    call_command("export_notebooks", str(tmp_path / "out"), stdout=StringIO())
    written = sorted(
        str(path.relative_to(tmp_path / "out")) for path in (tmp_path / "out").rglob("*.ipynb")
    )
    assert written == ["full/down.en.ipynb", "full/down.ko.ipynb"]
