"""Import a notebook into a lesson."""

from hashlib import sha256
from typing import Any

from course.authoring.notebook_files import Cell, Notebook, today
from course.authoring.revising import ChangeNote
from course.authoring.saving import save_lesson
from course.authoring.values import LessonValues, SampleValues, TextFields
from course.models import Lesson


def fill_from_notebook(
    *, lesson: Lesson, notebook: Notebook, language: str, author: Any, change_note: ChangeNote
) -> Lesson:
    """Save the notebook's text in one language, and its code cells as samples.

    Replaces the lesson's samples. Raises what saving raises.
    """
    values = LessonValues.of(lesson)
    words = values.texts.get(language, TextFields(title=notebook.title or lesson.slug))
    words.title, words.body = notebook.title or words.title, notebook.body
    values.texts[language] = words
    suffix = "py" if notebook.language == "python" else "txt"
    values.samples = [
        SampleValues(
            f"samples/{lesson.slug}-{number}.{suffix}",
            cell.source,
            {language: f"{words.title} {number}"[:120]},
            notebook.language,
            cell.failed,
            capture_of(cell, notebook),
        )
        for number, cell in enumerate(notebook.cells, 1)
    ]
    return save_lesson(
        lesson=lesson, version=lesson.version, values=values, author=author, change_note=change_note
    )


def capture_of(cell: Cell, notebook: Notebook) -> dict[str, Any]:
    """Return a cell's output as if captured today."""
    return {
        "output": cell.output,
        "outcome": "error" if cell.failed else "ok",
        "ran_on": today(),
        "python": notebook.python,
        "versions": {},
        "source_sha256": sha256(cell.source.encode()).hexdigest(),
    }
