"""Ask another author to read a lesson, remark on its paragraphs, approve it."""

from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from course.authoring.diffing import paragraphs
from course.authoring.proof_notices import authors, tell_approved, tell_asked, tell_remarked
from course.models import Lesson, LessonText, Proof, ProofComment


class NotNow(Exception):
    """Nothing was done; the message says why."""


@dataclass
class Paragraph:
    """A paragraph as it stands, with the remarks on it."""

    number: int
    text: str
    comments: list[ProofComment] = field(default_factory=list)


def open_proof(lesson: Lesson) -> Proof | None:
    """Return the lesson's open proof with its people."""
    rows = lesson.proofs.filter(closed_at=None).select_related(
        "author", "asked", "approved_by", "lesson"
    )
    return rows.first()


def ask(*, lesson: Lesson, author: User, asked: int | None = None, note: str = "") -> Proof:
    """Ask an author (their id; None: any other) to read the lesson, and tell who is asked.

    Raises NotNow when that was done already, and for somebody who writes no lessons.
    """
    reader = authors().exclude(pk=author.pk).filter(pk=asked or 0).first()
    if asked is not None and reader is None:
        raise NotNow(_("Please choose another author."))
    try:
        with transaction.atomic():
            proof = Proof.objects.create(lesson=lesson, author=author, asked=reader, note=note)
            tell_asked(proof)
    except IntegrityError:
        raise NotNow(_("Somebody was asked to read this lesson already.")) from None
    return proof


def remark(*, proof: Proof, author: User, language: str, number: int, text: str) -> ProofComment:
    """Add a remark on the paragraph with this number, from 1, and tell whom it concerns.

    Raises NotNow without a paragraph or words.
    """
    text = text.strip()
    row = proof.lesson.texts.filter(language=language).first()
    found = paragraphs(row.body) if row else []
    if not 1 <= number <= len(found):
        raise NotNow(_("This paragraph is not there any more. Please reload the page."))
    if not text:
        raise NotNow(_("Please write what you noticed."))
    words = found[number - 1]
    with transaction.atomic():
        comment = ProofComment.objects.create(
            proof=proof, author=author, language=language, paragraph=words, text=text
        )
        tell_remarked(comment)
    return comment


def resolve(*, comment: ProofComment) -> None:
    """Mark a remark as done."""
    ProofComment.objects.filter(pk=comment.pk, resolved_at=None).update(resolved_at=timezone.now())


def approve(*, proof: Proof, by: User, version: int) -> None:
    """Approve the version that `by` read. Raises NotNow for one's own, or for another version."""
    if proof.author_id == by.pk:
        raise NotNow(_("Another author has to approve it."))
    with transaction.atomic():
        # The row that every save of the lesson updates: what is approved is what was read.
        lesson = Lesson.objects.select_for_update().get(pk=proof.lesson_id)
        if lesson.version != version:
            raise NotNow(_("The lesson changed while you were reading. Please look again."))
        approved: dict[str, Any] = {"approved_by": by, "approved_at": timezone.now()}
        rows = Proof.objects.filter(pk=proof.pk, closed_at=None)
        if rows.update(**approved, approved_version=version):
            proof.approved_by = by
            tell_approved(proof, version)


def close(*, proof: Proof) -> None:
    """Close the proof; another can be asked for then."""
    Proof.objects.filter(pk=proof.pk, closed_at=None).update(closed_at=timezone.now())


def remarked(
    text: LessonText, comments: list[ProofComment]
) -> tuple[list[Paragraph], list[ProofComment]]:
    """Return the text's paragraphs with their remarks, and remarks on words that are gone."""
    found = [Paragraph(number, each) for number, each in enumerate(paragraphs(text.body), 1)]
    by_words = {each.text: each for each in reversed(found)}
    gone = []
    for comment in comments:
        if comment.language != text.language:
            continue
        place = by_words.get(comment.paragraph)
        if place is None:
            gone.append(comment)
        else:
            place.comments.append(comment)
    return found, gone
