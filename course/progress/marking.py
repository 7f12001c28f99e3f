"""Complete and undo without a browser's log: plain forms, through the same core as sync."""

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone

from accounts.models import User
from course.models import Lesson, Part, Quest
from course.progress.catalogue import catalogue
from course.progress.fold import Entry
from course.progress.recording import Book, open_book, record, writing
from course.progress.targets import Target
from course.progress.times import in_milliseconds, learner_zone
from gamification.xp import Outcome


class NotOpen(Exception):
    """The lesson (or its exercise) can't be completed: a draft, or there is no exercise."""


def complete(*, learner: User, lesson: Lesson, part: str = Part.LESSON.value) -> Outcome:
    """Complete a lesson or its exercise; does nothing when it is done already.

    Raises NotOpen for a draft, AccountGone when the account was deleted meanwhile.
    """
    target = open_target(lesson, part)
    with writing(learner):
        book = open_book(learner, revisions=1)
        if live_ids(book, target):
            return Outcome()
        return record(book, [entry(book, "c", target)])


def undo(*, learner: User, lesson: Lesson, part: str = Part.LESSON.value) -> Outcome:
    """Take back what is recorded of a lesson or its exercise; XP stays."""
    target = Target(lesson.uid, part)
    with writing(learner):
        revisions = 1 + len(catalogue().pages)  # under whatever names it was completed
        return clear(open_book(learner, revisions), [target])


def reset_quest(*, learner: User, quest: Quest) -> int:
    """Undo everything done in a quest, through the log, so that every device follows.

    Returns how many steps became open again; XP, levels, achievements and answers stay.
    """
    with writing(learner):
        book = open_book(learner, revisions=4 * len(catalogue().pages) + 1)
        targets = done_in(book, quest)
        clear(book, targets)
        return len(targets)


def done_in(book: Book, quest: Quest) -> list[Target]:
    """The quest's targets that are done now, under the names they have today."""
    heads = {
        Target(head.uid, target.part)
        for target, state in book.states.items()
        if state.done and (head := book.catalogue.head(target.uid)).quest == quest.uid
    }
    return sorted(heads)


def open_target(lesson: Lesson, part: str) -> Target:
    """The target, when work on it can be recorded; raises NotOpen."""
    if not catalogue().accepts(lesson.uid, part):
        raise NotOpen
    return Target(lesson.uid, part)


def clear(book: Book, targets: Iterable[Target]) -> Outcome:
    """Undo every completion of these targets that is live now."""
    entries = [
        entry(book, "u", target, tuple(ids))
        for target in targets
        if (ids := live_ids(book, target))
    ]
    return record(book, entries)


def live_ids(book: Book, target: Target) -> list[uuid.UUID]:
    """The live completions of a target under all names of its lesson."""
    names = book.catalogue.group(target.uid)
    states = (book.states.get(Target(name, target.part)) for name in names)
    return sorted(uid for state in states if state for uid in state.live)


def entry(book: Book, kind: str, target: Target, cancels: tuple[uuid.UUID, ...] = ()) -> Entry:
    """An entry of the log that the server itself dates, in the learner's zone."""
    now: datetime = timezone.now()
    zone = learner_zone(book.learner.time_zone)
    return Entry(
        id=uuid.uuid4(),
        kind=kind,
        target=target,
        at=in_milliseconds(now),
        off=0,
        effective_at=now,
        day=now.astimezone(zone).date(),
        zone=zone.key,
        device="",
        seq=0,
        received_at=now,
        cancels=cancels,
    )
