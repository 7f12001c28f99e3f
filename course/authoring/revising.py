"""New revisions of a text, and change notes."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils import timezone

from course.authoring.values import WORDS, TextFields
from course.models import Change, LessonText


@dataclass(frozen=True)
class ChangeNote:
    """The author's note on a change, and whether translations were updated with it."""

    change: str = Change.TYPO
    note: str = ""
    follows: bool = True  # a translation edited in the same save follows the source again


# What an import says of the lessons it changes, unless it is told otherwise.
CLARIFIED = ChangeNote(Change.CLARIFICATION)


@dataclass(frozen=True)
class ChangeNotes:
    """Change notes for many lessons: some by uid, and a default."""

    otherwise: ChangeNote = CLARIFIED
    by_uid: Mapping[str, ChangeNote] = field(default_factory=dict)

    def of(self, uid: str) -> ChangeNote:
        """Return the note for this lesson."""
        return self.by_uid.get(uid, self.otherwise)


def revise(row: LessonText, words: TextFields, change_note: ChangeNote) -> None:
    """Set the next revision of a text without saving; a typo keeps the earlier change note."""
    is_new = not row.pk
    for name in WORDS:
        setattr(row, name, getattr(words, name))
    row.revision += 1
    row.change, row.change_note = ("" if is_new else change_note.change), change_note.note
    if is_new or change_note.change != Change.TYPO:
        row.changed_at, row.real_revision = timezone.now(), row.revision
    if change_note.change == Change.REDO and not is_new:
        row.redo_at = row.changed_at


@dataclass(frozen=True)
class Source:
    """The text that translations follow, before and after a save."""

    row: LessonText
    revision_before: int
    words_changed: bool

    def follow_source(self, translation: LessonText, *, rewritten: bool) -> None:
        """Set which revision a translation follows, without saving.

        `rewritten`: its author updated it. Where only code or links changed, an up-to-date
        translation stays so, and an outdated one stays outdated.
        """
        followed = translation.source_revision
        same_words = followed == self.revision_before and not self.words_changed
        if rewritten or followed is None or same_words:
            translation.source_revision = self.row.revision
