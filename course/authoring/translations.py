"""Which translations follow which revision of their source."""

from collections.abc import Iterable

from course.models import LessonText


def note_translations(texts: Iterable[LessonText], source: LessonText | None) -> None:
    """Mark the translations whose source really changed since they were made (no save).

    A typo in the source leaves its translations current. `texts` may hold the source itself.
    """
    for text in texts:
        followed = text.source_revision
        is_source = source is None or text.language == source.language or followed is None
        text.behind = not is_source and followed < source.real_revision  # type: ignore
