"""Which source revision each translation follows."""

from collections.abc import Iterable

from course.models import LessonText


def note_translations(texts: Iterable[LessonText], source: LessonText | None) -> None:
    """Mark translations whose source changed significantly as outdated, without saving.

    A typo in the source leaves its translations current. `texts` may contain the source itself.
    """
    for text in texts:
        followed = text.source_revision
        is_source = source is None or text.language == source.language or followed is None
        text.behind = not is_source and followed < source.real_revision  # type: ignore
