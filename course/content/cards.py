"""Questions as cards: prompt, answer and reason, taken from what the lesson's page stores."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from course.content.answers import asked_lines, tokens_of, values_of
from course.models import LessonText, Question

LINE_KINDS = ("number", "text")


@dataclass(frozen=True)
class Words:
    """What a card says, as HTML; `choices` without numbers, in the order of the page."""

    kind: str
    language: str
    prompt: SafeString
    choices: tuple[SafeString, ...]
    answer: SafeString
    why: SafeString
    lesson: str  # title
    url: str  # of the question on its lesson's page


def words_of(question: Question, text: LessonText, source: str) -> Words | None:
    """Return a card's words, in the text's language or else in the question's.

    `source`: the quest's source language. None while the page doesn't show the question.
    """
    rows = text.extras.get("questions", ())
    row = next((row for row in rows if row["id"] == question.name), None)
    if row is None:
        return None
    return Words(
        kind=question.kind,
        language=row["language"],
        prompt=mark_safe(row["prompt"]),
        choices=tuple(mark_safe(choice["html"]) for choice in row["choices"]),
        answer=answer_of(question, row, text, source),
        why=mark_safe(row["why"]),
        lesson=text.title,
        url=f"{text.lesson.get_absolute_url()}#q-{question.name}",
    )


def answer_of(
    question: Question, row: Mapping[str, Any], text: LessonText, source: str
) -> SafeString:
    """Return the right answer as HTML."""
    shared = question.shared
    if question.kind == Question.Kind.ORDER:
        tokens = tokens_of(values_of(question), source)
        return listed("ol", [chosen(row, token) for token in tokens])
    if question.kind == Question.Kind.OUTPUT:
        return format_html("<pre>{}</pre>", printed(question, text))
    if question.kind in LINE_KINDS:
        return format_html("<p>{}</p>", line_of(shared))
    letters = shared["answer"] if isinstance(shared["answer"], list) else [shared["answer"]]
    found = [chosen(row, letter) for letter in sorted(letters)]
    return found[0] if len(found) == 1 else listed("ul", found)


def line_of(shared: Mapping[str, Any]) -> str:
    """Return a number, with its tolerance, or a word."""
    tolerance = shared.get("tolerance")
    return f"{shared['answer']} ± {tolerance}" if tolerance else str(shared["answer"])


def chosen(row: Mapping[str, Any], value: str) -> SafeString:
    """Return the HTML of the choice with this value."""
    html = next((each["html"] for each in row["choices"] if each["value"] == value), "")
    return mark_safe(html)


def printed(question: Question, text: LessonText) -> str:
    """Return the lines that the question asks for."""
    samples = text.extras.get("samples", ())
    name = question.shared.get("sample")
    output = next((sample["output"] for sample in samples if sample["id"] == name), "")
    return asked_lines(output, question.shared.get("lines"))


def listed(tag: str, items: list[SafeString]) -> SafeString:
    """Return an HTML list."""
    inner = format_html_join("", "<li>{}</li>", ((item,) for item in items))
    return format_html("<{}>{}</{}>", mark_safe(tag), inner, mark_safe(tag))
