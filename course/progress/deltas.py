"""Changes since a browser's last sync: targets and notes, in pages."""

from typing import Any

from course.models import Note
from course.progress.recording import LockedProgress
from course.progress.resuming import titles_and_addresses
from course.progress.targets import Target
from course.progress.wire import SyncRequest

DELTA_PAGE = 500  # targets and notes in one answer


def delta_since(locked: LockedProgress, request: SyncRequest) -> dict[str, Any]:
    """Return one page of changes after the browser's cursor, and the next cursor."""
    full = request.epoch != locked.clock.epoch or request.cursor == 0
    cursor = 0 if full else request.cursor
    changed: list[tuple[int, Target | Note]] = [
        (rev, target) for target, rev in locked.revisions.items() if rev > cursor
    ]
    changed += [(note.revision, note) for note in notes_since(locked, cursor)]
    changed.sort(key=lambda pair: pair[0])  # no two have the same revision
    page = changed[:DELTA_PAGE]
    more = len(changed) > len(page)
    notes = [each for _revision, each in page if isinstance(each, Note)]
    marks = [each.uid for _revision, each in page if isinstance(each, Target) and not each.is_work]
    return {
        "delta": [
            {"l": str(each), "live": sorted(map(str, locked.states[each].live))}
            for _revision, each in page
            if isinstance(each, Target)
        ],
        "notes": [note_row(note) for note in notes],
        "places": titles_and_addresses(
            [*marks, *(note.lesson.uid for note in notes)], locked.catalogue
        ),
        "cursor": page[-1][0] if more else locked.clock.revision,
        "full": full,
        "more": more,
    }


def notes_since(locked: LockedProgress, cursor: int) -> list[Note]:
    """Return notes changed after a revision, in its order; no query without notes."""
    if not locked.clock.written:
        return []
    mine = Note.objects.filter(learner=locked.learner, revision__gt=cursor)
    return list(mine.select_related("lesson").order_by("revision")[: DELTA_PAGE + 1])


def note_row(note: Note) -> dict[str, Any]:
    """Return a note in the browser's format: id, lesson, place, text, time and operation."""
    return {
        "m": str(note.uuid),
        "l": note.lesson.uid,
        "p": note.place,
        "t": note.body,
        "at": round(note.at.timestamp() * 1000),
        "by": str(note.by),
    }
