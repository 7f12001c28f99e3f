"""Render stored sources to stored HTML and search columns."""

from collections.abc import Iterable, Mapping
from functools import partial
from hashlib import sha256
from typing import Any

from course.content.parts import BIG, Part, id_prefix, small_parts
from course.content.questions import QuestionValues
from course.content.resolvers import Resolvers, site_resolver, term_resolver
from course.models import LessonText, QuestText
from markup import (
    RENDERER_VERSION,
    MarkupError,
    Rendered,
    normalise_for_search,
    render_lesson,
)


def render(source: str, part: str, language: str, resolvers: Resolvers) -> Rendered:
    """Render one Markdown text of a lesson. Raises MarkupError with every problem.

    `part` is its name (see course.content.parts) and keeps ids on the page distinct. Labels are in
    the text's language for readers, problems in the active one for authors.
    """
    render_in = partial(
        render_lesson,
        source,
        resolve_lesson=resolvers.lesson,
        resolve_image=resolvers.image,
        resolve_term=resolvers.term,
        resolve_output=resolvers.output,
        id_prefix=id_prefix(part),
    )
    try:
        return render_in(language=language)
    except MarkupError:
        render_in()
        raise


def parts_of(
    words: Any, questions: Iterable[QuestionValues], language: str, *, is_source: bool
) -> list[Part]:
    """Return every Markdown text of a lesson in one language; `words`: TextFields or LessonText."""
    big = [Part(name, getattr(words, name), (name,)) for name in BIG]
    return [*big, *small_parts(words.hints, questions, language, is_source=is_source)]


def apply_rendered(text: LessonText, rendered: Mapping[str, Rendered]) -> None:
    """Set a lesson text's HTML, headings and search columns, without saving."""
    body = rendered["body"]
    text.body_html = body.html
    text.exercise_html, text.answer_html = rendered["exercise"].html, rendered["answer"].html
    text.parts_html = {name: each.html for name, each in rendered.items() if name not in BIG}
    text.headings = [vars(heading) for heading in body.headings]
    text.renderer_version = RENDERER_VERSION
    text.search_title = normalise_for_search(text.title)
    text.search_headings = normalise_for_search(" ".join(each.title for each in body.headings))
    text.plain_body = f"{text.summary} {body.text}".strip()
    text.search_body = normalise_for_search(text.plain_body)
    searched = (text.search_title, text.search_headings, text.search_body)
    text.search_stamp = hash_of("\n".join(searched))[:16]
    text.made_of = {}


def apply_rendering(
    text: LessonText, resolvers: Resolvers, questions: Iterable[QuestionValues] = ()
) -> None:
    """Render a lesson text's sources, without saving. Raises MarkupError."""
    source_language = text.lesson.quest.source_language
    parts = parts_of(text, questions, text.language, is_source=text.language == source_language)
    apply_rendered(
        text,
        {each.name: render(each.markdown, each.name, text.language, resolvers) for each in parts},
    )


def render_quest_text(text: QuestText) -> None:
    """Render a quest text, without saving."""
    resolvers = Resolvers(
        site_resolver(text.language), term=term_resolver(text.quest, text.language)
    )
    text.body_html = render(text.body, "body", text.language, resolvers).html


def hash_of(source: str) -> str:
    """Return the hash that links a capture to the executed code."""
    return sha256(source.encode()).hexdigest()
