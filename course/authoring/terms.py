"""Add, change and remove terms of a quest's glossary."""

from hashlib import sha256
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from course.authoring.quest_texts import Outdated
from course.content import rerendering
from course.content.answers import questions_of
from course.content.rendering import parts_of
from course.models import Lesson, Quest, Term
from markup import MarkupError
from pagecache.changes import invalidate

Words = dict[str, dict[str, str]]  # language -> {"term": …, "line": …}


class TermRefused(Exception):
    """Nothing was written; the message says why."""


def digest_of(term: Term) -> str:
    """Return a hash of what a term says."""
    words = [f"{code} {each['term']}\0{each['line']}" for code, each in sorted(term.texts.items())]
    return sha256("\0".join([term.lesson_uid, *words]).encode()).hexdigest()[:32]


def add_term(*, quest: Quest, key: str, texts: Words, lesson_uid: str = "") -> Term:
    """Add a term behind the others. Raises TermRefused for a key that is taken."""
    with transaction.atomic():
        locked = Quest.objects.select_for_update().get(pk=quest.pk)
        if locked.terms.filter(key=key).exists():
            raise TermRefused(_("The glossary has a term with this name already."))
        last = locked.terms.aggregate(last=Max("position"))["last"]
        term = Term.objects.create(
            quest=locked,
            key=key,
            position=0 if last is None else last + 1,
            lesson_uid=lesson_uid,
            texts=texts,
        )
        invalidate(f"quest:{quest.pk}")
    return term


def change_term(*, term: Term, seen: str, texts: Words, lesson_uid: str = "") -> int:
    """Change a term, and the lessons that show it. Returns their number; raises Outdated."""
    with transaction.atomic():
        Quest.objects.select_for_update().get(pk=term.quest_id)
        stored = Term.objects.get(pk=term.pk)
        if seen != digest_of(stored):
            raise Outdated
        stored.texts, stored.lesson_uid = texts, lesson_uid
        stored.save(update_fields=["texts", "lesson_uid"])
        # The glossary shows it from here on, whatever becomes of the rendering below.
        invalidate(f"quest:{term.quest_id}")
    shown_in = lessons_with(stored)
    for lesson in shown_in:
        rendered_again(lesson)
    if shown_in:
        invalidate(f"quest:{term.quest_id}")
    return len(shown_in)


def rendered_again(lesson: Lesson) -> None:
    """Render a lesson's texts; one that fails keeps its words and is tried at the next upgrade."""
    try:
        rerendering.render_lesson_texts(lesson.pk)
    except MarkupError:
        return


def remove_term(*, term: Term) -> None:
    """Remove a term. Raises TermRefused while a lesson shows it: its marker would name nothing."""
    with transaction.atomic():
        Quest.objects.select_for_update().get(pk=term.quest_id)
        lessons = lessons_with(term)
        if lessons:
            names = ", ".join(lesson.slug for lesson in lessons[:5])
            raise TermRefused(_("These lessons still name it: %(names)s") % {"names": names})
        term.delete()
        invalidate(f"quest:{term.quest_id}")


def lessons_with(term: Term) -> list[Lesson]:
    """Return the quest's lessons whose texts name the term; three queries."""
    marks = (f"[[term:{term.key}]]", f"[[term:{term.key}|")
    rows: Any = Lesson.objects.filter(quest=term.quest_id).prefetch_related("texts", "questions")
    return [
        lesson
        for lesson in rows.order_by("pk")
        if any(mark in text for text in words_in(lesson) for mark in marks)
    ]


def words_in(lesson: Lesson) -> list[str]:
    """Return all Markdown of a lesson."""
    questions = questions_of(lesson)
    return [
        part.markdown
        for row in lesson.texts.all()
        for part in parts_of(row, questions, row.language, is_source=False)
    ]
