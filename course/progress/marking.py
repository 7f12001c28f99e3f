"""Complete and undo by plain forms, using the same functions as sync."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils import timezone

from accounts.models import User
from course.models import Lesson, Part, Quest
from course.progress.catalogue import catalogue
from course.progress.fold import Entry
from course.progress.recording import LockedProgress, lock_progress, progress_transaction, record
from course.progress.targets import Target
from course.progress.times import in_milliseconds, learner_zone
from gamification.xp import Outcome


class NotOpen(Exception):
    """Nothing can be recorded for the lesson or part: a draft, or it doesn't exist."""


def complete(*, learner: User, lesson: Lesson, part: str = Part.LESSON.value) -> Outcome:
    """Complete a lesson or its exercise; does nothing if it is done already.

    Raises NotOpen for a draft, AccountGone when the account was deleted meanwhile.
    """
    return set_once(learner, open_target(lesson, part), "c")


def bookmark(*, learner: User, lesson: Lesson) -> Outcome:
    """Bookmark a lesson; raises the same errors as `complete`."""
    return set_once(learner, open_target(lesson, Part.BOOKMARK.value), "b")


def see_changes(*, learner: User, lesson: Lesson) -> Outcome:
    """Record that the learner has seen the lesson's changes until now; raises as `complete` does.

    Each time is another operation: the latest one counts.
    """
    target = open_target(lesson, Part.SEEN.value)
    with progress_transaction(learner):
        locked = lock_progress(learner, revisions=1)
        return record(locked, [entry(locked, "b", target)])


def set_once(learner: User, target: Target, kind: str) -> Outcome:
    """Record an operation of this kind unless a live one exists."""
    with progress_transaction(learner):
        locked = lock_progress(learner, revisions=1)
        if live_ids(locked, target):
            return Outcome()
        return record(locked, [entry(locked, kind, target)])


def undo(*, learner: User, lesson: Lesson, part: str = Part.LESSON.value) -> Outcome:
    """Undo the completion of a lesson or part; XP is kept."""
    target = Target(lesson.uid, part)
    with progress_transaction(learner):
        revisions = 1 + len(catalogue().pages)  # under whatever names it was completed
        return clear(lock_progress(learner, revisions), [target])


def reset_quest(*, learner: User, quest: Quest) -> int:
    """Undo everything done in a quest through the log, so that every device follows.

    Returns the number of undone targets; XP, levels, achievements and answers are kept.
    """
    with progress_transaction(learner):
        locked = lock_progress(learner, revisions=2 * catalogue().target_count + 1)
        targets = done_in(locked, quest)
        clear(locked, targets)
        return len(targets)


def done_in(locked: LockedProgress, quest: Quest) -> list[Target]:
    """Return the quest's targets that are done now, under their current names."""
    heads = {
        Target(head.uid, target.part)
        for target, state in locked.states.items()
        if state.done
        and target.is_work
        and (head := locked.catalogue.head(target.uid)).quest == quest.uid
    }
    return sorted(heads)


def open_target(lesson: Lesson, part: str) -> Target:
    """Return the target if work on it can be recorded. Raises NotOpen."""
    target = Target(lesson.uid, part)
    if not catalogue().accepts(target):
        raise NotOpen
    return target


def clear(locked: LockedProgress, targets: Iterable[Target]) -> Outcome:
    """Undo every live completion of these targets."""
    entries = [
        entry(locked, "u", target, tuple(ids))
        for target in targets
        if (ids := live_ids(locked, target))
    ]
    return record(locked, entries)


def live_ids(locked: LockedProgress, target: Target) -> list[uuid.UUID]:
    """Return the live completions of a target under all names of its lesson."""
    names = locked.catalogue.group(target.uid)
    states = (locked.states.get(Target(name, target.part)) for name in names)
    return sorted(uid for state in states if state for uid in state.live)


def entry(
    locked: LockedProgress,
    kind: str,
    target: Target,
    cancels: tuple[uuid.UUID, ...] = (),
    **more: Any,
) -> Entry:
    """Return a log entry dated by the server, in the learner's time zone."""
    now: datetime = timezone.now()
    zone = learner_zone(locked.learner.time_zone)
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
        **more,
    )
