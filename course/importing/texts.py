"""Write the texts of a folder's lesson, each changed one as its next revision."""

from course.authoring.revising import Source, Statement, revise
from course.authoring.translations import note_translations
from course.authoring.values import Words
from course.importing.nodes import Node, Text
from course.models import Lesson, LessonText
from course.rendering import apply_rendered, fill_extras


def words_of(text: Text) -> Words:
    """What a file says."""
    meta = text.meta
    return Words(meta["title"], meta["summary"], text.source.body, meta["exercise"], meta["answer"])


def store_rendered(row: LessonText, text: Text) -> None:
    """The HTML, unless the row has it; also when the row was rendered otherwise since the check."""
    if not text.rendered and row.made_of != text.recipe:
        text.render()
    if text.rendered:
        apply_rendered(row, text.rendered)
        row.made_of = text.recipe


def store_texts(
    lesson: Lesson, node: Node, statement: Statement, *, extras_changed: bool
) -> list[str]:
    """The lesson's texts; returns the languages whose content changed since the last time."""
    stored = {text.language: text for text in lesson.texts.all()}
    changed: list[str] = []
    source: Source | None = None
    for language, text in node.texts.items():
        row = stored.setdefault(language, LessonText(lesson=lesson, language=language, revision=0))
        revision, new_words = row.revision, Words.of(row) != words_of(text)
        if extras_changed or new_words or not row.pk:
            revise(row, words_of(text), statement)
            changed.append(language)
            if source:
                source.lead(row, rewritten=new_words)
        source = source or Source(row, revision, new_words)
        store_rendered(row, text)
    fill_extras(lesson, stored.values())
    note_translations(stored.values(), source.row if source else None)
    for language, row in stored.items():
        if language in changed:
            row.save()
        else:
            row.save_without_historical_record()
    return changed
