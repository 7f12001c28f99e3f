"""Previews of a lesson with unsaved changes, for its author and by preview link."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any

from django.utils import timezone

from accounts.params import clean_text
from course.authoring.rendering import render_text
from course.authoring.values import MARKDOWN, WORDS, TextFields
from course.models import Lesson, LessonDraft, LessonText, PreviewLink
from markup import MarkupError, Problem

LINK_LIFE = timedelta(days=14)


@dataclass
class Preview:
    """A lesson's text with the author's unsaved changes."""

    text: LessonText
    problems: list[Problem]
    is_draft: bool


class OtherDraft(Exception):
    """The author has a draft that the form was not opened with; nothing was written."""

    def __init__(self, draft: LessonDraft) -> None:
        super().__init__(draft.stamp)
        self.draft = draft


def keep_draft(
    *, lesson: Lesson, author: Any, version: int, fields: dict[str, Any], seen: str
) -> LessonDraft:
    """Save the author's form contents as a draft.

    `seen` is the stamp of the draft that the form was opened with, or "". Raises OtherDraft when
    the stored one is another: an older form must not replace what was typed elsewhere.
    """
    own = LessonDraft.objects.filter(lesson=lesson, author=author)
    new = {"base_version": version, "fields": fields, "saved_at": timezone.now()}
    stored = own.first()
    if stored is None:
        stored, is_new = own.get_or_create(defaults=new, lesson=lesson, author=author)
        if is_new:
            return stored
    # In one conditional UPDATE: of two tabs that save at once one is told of the other.
    if stored.stamp != seen or not own.filter(saved_at=stored.saved_at).update(**new):
        raise OtherDraft(own.first() or stored)
    for name, value in new.items():
        setattr(stored, name, value)
    return stored


def drop_draft(*, lesson: Lesson, author: Any, seen: str) -> None:
    """Delete the author's draft if it is the one with this stamp, whose text is saved now."""
    for stored in LessonDraft.objects.filter(lesson=lesson, author=author):
        if stored.stamp == seen:
            LessonDraft.objects.filter(pk=stored.pk, saved_at=stored.saved_at).delete()


def make_link(*, lesson: Lesson, author: Any) -> str:
    """Create a preview link. Returns its secret (128 random bits), which is not stored."""
    token = secrets.token_urlsafe(16)
    PreviewLink.objects.create(
        lesson=lesson,
        author=author,
        token_hash=hash_of(token),
        expires_at=timezone.now() + LINK_LIFE,
    )
    return token


def hash_of(token: str) -> str:
    """Return the stored hash of a link's secret."""
    return sha256(token.encode()).hexdigest()


def revoke_link(*, link: PreviewLink) -> None:
    """Revoke the link."""
    PreviewLink.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=timezone.now())


def open_link(token: str) -> PreviewLink | None:
    """Return the valid link with this secret; None for a wrong, expired or revoked one.

    A link shows what its author may see, so it ends with the author's right to write.
    """
    links = PreviewLink.objects.working().select_related("lesson__quest", "lesson__chapter")
    link = links.filter(token_hash=hash_of(token[:100])).select_related("author").first()
    if link is None or not (link.author.is_staff and link.author.has_perm("course.change_lesson")):
        return None
    return link


def preview(*, lesson: Lesson, author: Any, language: str) -> Preview | None:
    """Return the lesson with the author's draft in `language`, else another.

    None without a text.
    """
    texts = sorted(lesson.texts.all(), key=lambda row: row.language != language)
    if not texts:
        return None
    text = texts[0]
    draft = LessonDraft.objects.filter(lesson=lesson, author=author).first()
    words = draft_words(draft, text) if draft else None
    if words is None or words == TextFields.of(text):
        return Preview(text, [], is_draft=False)
    return Preview(text, apply_fields(text, words), is_draft=True)


def draft_words(draft: LessonDraft, text: LessonText) -> TextFields | None:
    """Return the draft's values in the text's language."""
    names = [name for name in WORDS if name != "hints"]
    found = {name: draft.fields.get(f"{text.language}-{name}") for name in names}
    if not all(isinstance(value, str) for value in found.values()):
        return None
    words = {name: clean_text(str(value)).strip("\n") for name, value in found.items()}
    return TextFields(**words, hints=list(text.hints))  # the draft's are shown when saved


def apply_fields(text: LessonText, words: TextFields) -> list[Problem]:
    """Set other values on a text without saving; a field that doesn't render keeps its HTML."""
    problems: list[Problem] = []
    for name in WORDS:
        setattr(text, name, getattr(words, name))
    for name in MARKDOWN:
        try:
            source = getattr(words, name)
            html = render_text(source, name, text.language, text.lesson).html
            setattr(text, f"{name}_html", html)
        except MarkupError as error:
            problems += error.problems
    return problems
