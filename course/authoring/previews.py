"""Show a lesson as its author has it now: to the author, and to whoever holds a preview link."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any

from django.utils import timezone

from course.authoring.saving import render_text
from course.authoring.values import MARKDOWN, WORDS, Words, lf
from course.models import Lesson, LessonDraft, LessonText, PreviewLink
from markup import MarkupError, Problem

LINK_LIFE = timedelta(days=14)


@dataclass
class Preview:
    """A lesson's text with the author's unsaved words in it."""

    text: LessonText
    problems: list[Problem]
    is_draft: bool


def keep_draft(*, lesson: Lesson, author: Any, version: int, fields: dict[str, Any]) -> LessonDraft:
    """Keep what the author has in the form; the last one wins, for each author."""
    return LessonDraft.objects.update_or_create(
        lesson=lesson,
        author=author,
        defaults={"base_version": version, "fields": fields, "saved_at": timezone.now()},
    )[0]


def make_link(*, lesson: Lesson, author: Any) -> str:
    """The secret part of a new preview link (128 random bits); it can't be shown again."""
    token = secrets.token_urlsafe(16)
    PreviewLink.objects.create(
        lesson=lesson,
        author=author,
        token_hash=hash_of(token),
        expires_at=timezone.now() + LINK_LIFE,
    )
    return token


def hash_of(token: str) -> str:
    """What is stored of a link."""
    return sha256(token.encode()).hexdigest()


def revoke_link(*, link: PreviewLink) -> None:
    """The link opens nothing any more."""
    PreviewLink.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=timezone.now())


def open_link(token: str) -> PreviewLink | None:
    """The working link with this secret; None for a wrong, expired or revoked one.

    A link shows what its author may see, so it ends with the author's right to write.
    """
    links = PreviewLink.objects.working().select_related("lesson__quest", "lesson__chapter")
    link = links.filter(token_hash=hash_of(token[:100])).select_related("author").first()
    if link is None or not (link.author.is_staff and link.author.has_perm("course.change_lesson")):
        return None
    return link


def preview(*, lesson: Lesson, author: Any, language: str) -> Preview | None:
    """The lesson with the author's draft in `language`, else in another; None without any text."""
    texts = sorted(lesson.texts.all(), key=lambda row: row.language != language)
    if not texts:
        return None
    text = texts[0]
    draft = LessonDraft.objects.filter(lesson=lesson, author=author).first()
    words = draft_words(draft, text) if draft else None
    if words is None or words == Words.of(text):
        return Preview(text, [], is_draft=False)
    return Preview(text, put(text, words), is_draft=True)


def draft_words(draft: LessonDraft, text: LessonText) -> Words | None:
    """The draft's words in the text's language."""
    found = {name: draft.fields.get(f"{text.language}-{name}") for name in WORDS}
    if not all(isinstance(value, str) for value in found.values()):
        return None
    return Words(**{name: lf(str(value)).strip("\n") for name, value in found.items()})


def put(text: LessonText, words: Words) -> list[Problem]:
    """Show other words in a text (no save); a field that doesn't render keeps its old HTML."""
    problems: list[Problem] = []
    for name in WORDS:
        setattr(text, name, getattr(words, name))
    for name in MARKDOWN:
        try:
            source = getattr(words, name)
            html = render_text(source, name, text.language, text.lesson.quest_id).html
            setattr(text, f"{name}_html", html)
        except MarkupError as error:
            problems += error.problems
    return problems
