"""The glossary of a quest."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from course.content import access, outlines
from course.models import QuestText, Term
from course.pages.reading import outline_for
from pagecache.public import depends_on, public


@dataclass(frozen=True)
class Word:
    """A term of the glossary, its name in another language, and its lesson."""

    key: str
    term: str
    other: str
    line: str
    language: str  # of term and line
    lesson: dict[str, Any] | None


@public("site")
def glossary(request: HttpRequest, slug: str) -> HttpResponse:
    """Every term of a quest in alphabetical order; 404 for a quest without terms."""
    language = get_language()
    text = access.quest_text(slug=slug, viewer=request.user, language=language)
    depends_on(request, f"quest:{text.quest_id}")
    words = words_of(request.user, text, language)
    if not words:
        raise Http404(_("This quest has no glossary."))
    context = {"text": text, "quest": text.quest, "words": words}
    return render(request, "course/glossary.html", context)


def words_of(viewer: Any, text: QuestText, language: str) -> list[Word]:
    """Return the terms in the language, sorted alphabetically."""
    outline = outline_for(viewer, text.quest, text.outline, language)
    lessons = {lesson["uid"]: lesson for lesson in outlines.lessons_of(outline)}
    words = [word_of(term, language, lessons) for term in text.quest.terms.all()]
    return sorted(words, key=lambda word: (word.term.casefold(), word.key))


def word_of(term: Term, language: str, lessons: dict[str, dict[str, Any]]) -> Word:
    """Return a term as shown on the page."""
    spoken = language if language in term.texts else min(term.texts)
    words = term.texts[spoken]
    others = [each["term"] for code, each in sorted(term.texts.items()) if code != spoken]
    other = next((each for each in others if each != words["term"]), "")
    lesson = lessons.get(term.lesson_uid)
    return Word(term.key, words["term"], other, words["line"], spoken, lesson)
