"""Fill a lesson from a notebook."""

from hashlib import sha256
from typing import Any

from django.db import transaction

from course.authoring.saving import Statement, save_lesson
from course.authoring.values import LessonValues, SampleValues, Words
from course.models import CodeSample, Lesson
from course.notebooks import Notebook, today


def fill_from_notebook(
    *, lesson: Lesson, notebook: Notebook, language: str, author: Any, statement: Statement
) -> Lesson:
    """The notebook's text in one language, and its code cells with outputs as the samples.

    The samples that the lesson had are replaced. Raises what saving raises.
    """
    values = LessonValues.of(lesson)
    words = values.texts.get(language, Words(title=notebook.title or lesson.slug))
    words.title, words.body = notebook.title or words.title, notebook.body
    values.texts[language] = words
    values.samples = [
        SampleValues(
            f"samples/{lesson.slug}-{number}.py" if notebook.language == "python"
            else f"samples/{lesson.slug}-{number}.txt",
            cell.source,
            {language: f"{words.title} {number}"[:120]},
            notebook.language,
            cell.failed,
        )
        for number, cell in enumerate(notebook.cells, 1)
    ]  # fmt: skip
    with transaction.atomic():
        keep_outputs(lesson, values.samples, notebook)
        return save_lesson(
            lesson=lesson,
            version=lesson.version,
            values=values,
            author=author,
            statement=statement,
        )


def keep_outputs(lesson: Lesson, samples: list[SampleValues], notebook: Notebook) -> None:
    """Store the outputs as captures of today; saving keeps them beside their sources."""
    lesson.samples.all().delete()
    CodeSample.objects.bulk_create(
        CodeSample(
            lesson=lesson,
            position=place,
            file=sample.file,
            titles=sample.titles,
            language=sample.language,
            source=sample.source,
            fails=sample.fails,
            output=cell.output,
            outcome="error" if cell.failed else "ok",
            ran_on=today(),
            python=notebook.python,
            source_sha256=sha256(sample.source.encode()).hexdigest(),
        )
        for place, (sample, cell) in enumerate(zip(samples, notebook.cells, strict=True))
    )
