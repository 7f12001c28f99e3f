"""The next revision of a text, and what its author says about the change."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils import timezone

from course.authoring.values import WORDS, Words
from course.models import Change, LessonText


@dataclass(frozen=True)
class Statement:
    """What the author says about a change, and whether translations were brought up to date."""

    change: str = Change.TYPO
    note: str = ""
    follows: bool = True  # a translation edited in the same save follows the source again


# What an import says of the lessons it changes, unless it is told otherwise.
CLARIFIED = Statement(Change.CLARIFICATION)


@dataclass(frozen=True)
class Statements:
    """What is said about the changes of many lessons: of some by uid, and of all others."""

    otherwise: Statement = CLARIFIED
    by_uid: Mapping[str, Statement] = field(default_factory=dict)

    def of(self, uid: str) -> Statement:
        """What is said about this lesson's change."""
        return self.by_uid.get(uid, self.otherwise)


def revise(row: LessonText, words: Words, statement: Statement) -> None:
    """The next revision of a text; a typo leaves what readers are told as it was (no save)."""
    is_new = not row.pk
    for name in WORDS:
        setattr(row, name, getattr(words, name))
    row.revision += 1
    row.change, row.change_note = ("" if is_new else statement.change), statement.note
    if is_new or statement.change != Change.TYPO:
        row.changed_at, row.real_revision = timezone.now(), row.revision
    if statement.change == Change.REDO and not is_new:
        row.redo_at = row.changed_at


@dataclass(frozen=True)
class Source:
    """The text that translations follow, as it was before a save and after it."""

    row: LessonText
    revision_before: int
    words_changed: bool

    def lead(self, translation: LessonText, *, rewritten: bool) -> None:
        """Note which revision a translation of the new revision follows (no save).

        `rewritten`: its author brought it up to date. Where only code or links changed, whoever
        followed goes on following, and whoever was behind stays behind.
        """
        followed = translation.source_revision
        same_words = followed == self.revision_before and not self.words_changed
        if rewritten or followed is None or same_words:
            translation.source_revision = self.row.revision
