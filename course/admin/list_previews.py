"""Live preview of hints and questions, with all their problems."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError

from course.admin.format_fields import clean_hints, parse, problem_of
from course.authoring.rendering import in_part, render_text
from course.content.parts import Part, small_parts
from course.content.questions import QuestionValues, faults
from course.models import Lesson
from markup import MarkupError

LISTS = ("hints", "questions")


def preview_list(field: str, source: str, language: str, lesson: Lesson) -> tuple[str, list[str]]:
    """Return (HTML, problems) of hints or questions; HTML is empty if there are problems."""
    try:
        rows = parse(source)
        questions = questions_in(rows, language, lesson) if field == "questions" else []
        hints = clean_hints(rows) if field == "hints" else []
    except ValidationError as error:
        return "", list(error.messages)
    return rendered(small_parts(hints, questions, language, is_source=False), language, lesson)


def questions_in(rows: list[Any], language: str, lesson: Lesson) -> list[QuestionValues]:
    """Return the submitted questions of one language. Raises ValidationError."""
    is_source = language == lesson.quest.source_language
    problems = [problem_of(rows, fault) for fault in faults(rows, is_source=is_source)]
    if problems:
        raise ValidationError(problems)
    kinds = {question.name: question.kind for question in lesson.questions.all()}
    return [
        QuestionValues(row["id"], row.get("kind") or kinds.get(row["id"], ""), {}, {language: row})
        for row in rows
    ]


def rendered(parts: Iterable[Part], language: str, lesson: Lesson) -> tuple[str, list[str]]:
    """Return (HTML, problems) of several small texts."""
    html, problems = [], []
    for part in parts:
        try:
            html.append(render_text(part.markdown, part.name, language, lesson).html)
        except MarkupError as error:
            problems += [str(each) for each in in_part(part, error.problems)]
    return ("", problems) if problems else ("\n<hr>\n".join(html), [])
