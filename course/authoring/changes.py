"""Changes of a lesson since a learner completed it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from course.authoring.changed_html import HtmlBlock, compare_html
from course.authoring.diffing import Block, near_changes
from course.authoring.history import Difference, differences, revision_at
from course.content.rendering import render
from course.content.resolvers import stored_resolvers
from course.models import LessonText
from markup import MarkupError, without_placed


@dataclass(frozen=True)
class Changed:
    """The lesson changed after the learner completed it, or last saw its changes; it stays done."""

    since: datetime
    must_redo: bool


class LastChange(NamedTuple):
    """When a text last really changed, and when its author last asked readers to redo it."""

    at: datetime
    redo_at: datetime | None

    @classmethod
    def of(cls, real_revision: int, at: datetime, redo_at: datetime | None) -> "LastChange | None":
        """Return the change from a text's FIELDS; None while it is as it was written."""
        return cls(at, redo_at) if real_revision > 1 else None

    def after(self, moment: datetime) -> Changed | None:
        """Return what of it is later than the moment."""
        if self.at <= moment:
            return None
        return Changed(moment, must_redo=bool(self.redo_at and self.redo_at > moment))


# What `LastChange.of` takes.
FIELDS = ("real_revision", "changed_at", "redo_at")


def changed_after(text: LessonText, at: datetime | None) -> Changed | None:
    """Return whether the text changed significantly after that time."""
    change = LastChange.of(*(getattr(text, name) for name in FIELDS))
    return change.after(at) if change and at else None


RENDERED = ("body", "exercise")
# In words, not as they are stored: these hold answers, or say little to a reader.
UNSHOWN = ("answer", "hints", "questions", "check", "needs")


@dataclass(frozen=True)
class ShownChange:
    """What changed in one part of a lesson: rendered blocks, or the words of `blocks`."""

    field: str
    label: str
    html: Sequence[HtmlBlock] = ()
    blocks: Sequence[Block] = ()
    is_code: bool = False


def marked_changes(text: LessonText, since: datetime) -> list[ShownChange]:
    """Return the differences from the text that readers had at that time."""
    past = revision_at(text, since)
    if past is None:
        return []
    return [shown(each, past, text) for each in differences(past, text, context=True)]


def shown(change: Difference, past: Any, text: LessonText) -> ShownChange:
    """Return a difference as readers see it: rendered, or as words with one paragraph around."""
    name, label = change.field, change.label
    if name in UNSHOWN:
        return ShownChange(name, label)
    if name in RENDERED and (html := compared_html(name, getattr(past, name), text)):
        return ShownChange(name, label, html=html)
    blocks = near_changes(change.blocks)
    return ShownChange(name, label, blocks=blocks, is_code=change.is_code or name == "starter")


def compared_html(name: str, before: str, text: LessonText) -> list[HtmlBlock]:
    """Return the rendered changes of a part; empty when the old source renders no more."""
    samples = list(text.lesson.samples.all())
    resolvers = stored_resolvers(text.lesson.quest, text.language, samples)
    try:
        old = render(before, name, text.language, resolvers).html
    except MarkupError:
        return []
    new = getattr(text, f"{name}_html")
    return compare_html(*(without_placed(html) for html in (old, new)))
