"""Convert the texts of a folder's lesson for storing."""

from collections.abc import Iterator
from functools import partial

from course.authoring.texts import NewText
from course.authoring.values import TextFields
from course.content.rendering import apply_rendered
from course.folders.extras import Written
from course.folders.nodes import Node, Text
from course.models import LessonText


def words_of(text: Text) -> TextFields:
    """Return the fields of a file."""
    meta = text.meta
    return TextFields(
        meta["title"],
        meta["summary"],
        text.source.body,
        meta["exercise"],
        meta["answer"],
        list(meta["hints"]),
    )


def new_texts(node: Node, extras: Written) -> Iterator[NewText]:
    """Return the texts of the lesson's files, source language first."""
    for language, text in node.texts.items():
        yield NewText(
            language, words_of(text), language in extras.reworded, partial(store_rendered, text)
        )


def store_rendered(text: Text, row: LessonText) -> None:
    """Set the HTML unless the row's is current; also if it was rendered again since."""
    if not text.rendered and row.made_of != text.recipe:
        text.render()
    if text.rendered:
        apply_rendered(row, text.rendered)
        row.made_of = text.recipe
