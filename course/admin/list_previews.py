"""Live preview of hints and questions, with all their problems."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError

from course.admin.format_fields import clean_hints, line_of, parse, problem_of
from course.authoring.rendering import in_part, render_text
from course.content.parts import Part, small_parts
from course.content.questions import QuestionValues, faults
from course.models import Lesson
from markup import MarkupError

LISTS = ("hints", "questions")


Told = list[tuple[str, int | None]]  # problems with their lines


def preview_list(field: str, source: str, language: str, lesson: Lesson) -> tuple[str, Told]:
    """Return (HTML, problems) of hints or questions; HTML is empty if there are problems."""
    try:
        rows = parse(source)
        problems = faults_in(source, rows, language, lesson) if field == "questions" else []
        hints = clean_hints(rows) if field == "hints" else []
    except ValidationError as error:
        return "", [(text, getattr(error, "line", None)) for text in error.messages]
    if problems:
        return "", problems
    questions = questions_in(rows, language, lesson) if field == "questions" else []
    return rendered(small_parts(hints, questions, language, is_source=False), language, lesson)


def faults_in(source: str, rows: list[Any], language: str, lesson: Lesson) -> Told:
    """Return what is wrong with the questions of one language, and on which lines."""
    is_source = language == lesson.quest.source_language
    return [
        (problem_of(rows, fault), line_of(source, fault[0]))
        for fault in faults(rows, is_source=is_source)
    ]


def questions_in(rows: list[Any], language: str, lesson: Lesson) -> list[QuestionValues]:
    """Return the submitted questions of one language, which have no faults."""
    kinds = {question.name: question.kind for question in lesson.questions.all()}
    return [
        QuestionValues(row["id"], row.get("kind") or kinds.get(row["id"], ""), {}, {language: row})
        for row in rows
    ]


def rendered(parts: Iterable[Part], language: str, lesson: Lesson) -> tuple[str, Told]:
    """Return (HTML, problems) of several small texts."""
    html: list[str] = []
    problems: Told = []
    for part in parts:
        try:
            html.append(render_text(part.markdown, part.name, language, lesson).html)
        except MarkupError as error:
            problems += [(str(each), None) for each in in_part(part, error.problems)]
    return ("", problems) if problems else ("\n<hr>\n".join(html), [])
