"""A learner's notes: written with the same functions as sync, and read for pages."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from accounts.params import clean_text
from accounts.prepared import Select
from course.models import Lesson, Note, Operation, Part
from course.progress.marking import entry, open_target
from course.progress.recording import lock_progress, progress_transaction, record
from course.progress.syncing import MAX_WRITTEN
from course.progress.wire_operations import MAX_TEXT

NOTES_SQL = f"""
    SELECT 'note', CAST(uuid AS varchar(36)) || ' ' || place || ' ' || body, id
        FROM {Note._meta.db_table} WHERE learner_id = %s AND body <> '' AND lesson_id IN (NAMES)
"""  # noqa: S608 (names of tables alone)


class CantKeep(Exception):
    """The text is too long, or the learner's log has reached its maximum amount of text."""


@dataclass(frozen=True)
class PageNote:
    """A note as shown on a lesson's page."""

    uuid: str
    place: str
    body: str


@dataclass(frozen=True)
class OldText:
    """An earlier text of a note."""

    at: datetime
    body: str


def write_note(
    *, learner: User, lesson: Lesson, body: str, note: uuid.UUID | None = None, place: str = ""
) -> None:
    """Create a note or change its text; an empty text deletes it.

    Raises CantKeep, and the same errors as marking.complete.
    """
    target = open_target(lesson, Part.LESSON.value)
    body = clean_text(body).strip()
    with progress_transaction(learner):
        locked = lock_progress(learner, revisions=1)
        if len(body) > MAX_TEXT or locked.clock.written + len(body) > MAX_WRITTEN:
            raise CantKeep
        made = entry(locked, "n", target, body=body, note=note or uuid.uuid4(), place=place)
        record(locked, [made])


def notes_select(learner: User, lessons: Sequence[int]) -> Select:
    """Return a select for the learner's notes on these lessons."""
    sql = NOTES_SQL.replace("NAMES", ", ".join(["%s"] * len(lessons)))
    return Select(sql, [learner.pk, *lessons])


def page_notes(rows: Mapping[str, Sequence[tuple[str, int]]]) -> list[PageNote]:
    """Return the notes that `notes_select` found, in order of creation."""
    found = sorted(rows.get("note", ()), key=lambda row: row[1])
    parts = (text.split(" ", 2) for text, _id in found)
    return [PageNote(str(uuid.UUID(note)), place, body) for note, place, body in parts]


def notes_of(learner: User) -> list[Note]:
    """Return all notes with their lessons, newest first; one query."""
    mine = Note.objects.filter(learner=learner).exclude(body="")
    return list(mine.select_related("lesson").order_by("-at", "-by"))


def old_texts(learner: User, notes: Sequence[Note]) -> dict[uuid.UUID, list[OldText]]:
    """Return earlier texts by note id, newest first; one query."""
    written = Operation.objects.filter(learner=learner, kind=Operation.Kind.NOTE).exclude(body="")
    newest = {note.uuid: note.by for note in notes}
    found: dict[uuid.UUID, list[OldText]] = {}
    for row in written.order_by("-effective_at", "-uuid"):
        if row.note in newest and newest[row.note] != row.uuid:
            found.setdefault(row.note, []).append(OldText(row.effective_at, row.body))
    return found
