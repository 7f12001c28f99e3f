"""Read a learner's progress for pages."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import CharField, OuterRef, QuerySet
from django.db.models.functions import Cast

from accounts.expressions import SpaceJoined
from accounts.models import User
from course.authoring.changes import Changed
from course.models import Clock, Part, Quest
from course.progress.bars import bar_for
from course.progress.catalogue import CATALOGUE, Catalogue, Page, catalogue
from course.progress.facts import Work
from course.progress.fold import State, States
from course.progress.recording import load_states
from course.progress.resuming import Place, next_place
from course.progress.targets import Target
from gamification.bar import Bar
from pagecache.entries import get_or_build

STATE_BYTES = 2_000  # roughly, of one target


@dataclass(frozen=True)
class Progress:
    """A learner's progress, loaded once per page; merged lessons are resolved."""

    learner: User
    states: States
    known: Catalogue

    def is_done(self, uid: str, part: str = Part.LESSON.value) -> bool:
        """Return whether the lesson (or its exercise) is done, under any of its uids."""
        return any(state.done for state in self.states_of(uid, part))

    def finished_at(self, uid: str) -> datetime | None:
        """Return when the lesson was last completed, or None."""
        done = (state for state in self.states_of(uid, Part.LESSON.value) if state.done)
        return max((state.last_at for state in done if state.last_at), default=None)

    def known_until(self, uid: str) -> datetime | None:
        """Return until when a finished lesson's changes are known to the learner, or None."""
        finished_at = self.finished_at(uid)
        seen = (state.last_at for state in self.states_of(uid, Part.SEEN.value) if state.done)
        return max(finished_at, *filter(None, seen), finished_at) if finished_at else None

    def changed(self, language: str, quest: Quest | None = None) -> dict[str, Changed]:
        """Return the finished lessons that count and changed since, by uid, in reading order."""
        found = {}
        for page in self.known.counted(quest.uid if quest else None):
            since = self.known_until(page.uid) if page.changes else None
            if since and (change := page.changed_since(since, language)):
                found[page.uid] = change
        return found

    def names_of(self, uid: str) -> tuple[str, ...]:
        """Return every uid of the same lesson; none for an unknown lesson."""
        return self.known.group(uid) if uid in self.known.by_uid else ()

    def states_of(self, uid: str, part: str) -> list[State]:
        """Return the states of the lesson (or its exercise) under each of its uids."""
        names = self.names_of(uid) or (uid,)
        found = (self.states.get(Target(name, part)) for name in names)
        return [state for state in found if state is not None]

    def done_uids(self, quest: Quest) -> set[str]:
        """Return the uids of the quest's completed lessons, including merged ones."""
        lessons = (
            target.uid
            for target, state in self.states.items()
            if state.done and target.part == Part.LESSON.value
        )
        names = {name for uid in lessons for name in self.known.group(uid)}
        return {name for name in names if self.known.by_uid[name].quest == quest.uid}

    def done_count(self, quest: Quest) -> int:
        """Return the number of completed lessons, exercises and questions of the quest."""
        heads = {
            (head.uid, target.part)
            for target, state in self.states.items()
            if state.done
            and target.is_work
            and (head := self.known.head(target.uid)).quest == quest.uid
        }
        return len(heads)

    def questions_done(self, uid: str) -> frozenset[str]:
        """Return the ids of the lesson's questions that are done."""
        names = self.names_of(uid)
        return frozenset(
            target.question
            for target, state in self.states.items()
            if state.done and target.question and target.uid in names
        )

    def bookmarks(self) -> list[Page]:
        """Return the bookmarked lessons, newest first."""
        marks: dict[str, datetime] = {}
        for target, state in self.states.items():
            if state.done and target.part == Part.BOOKMARK and state.last_at:
                head = self.known.head(target.uid).uid
                marks[head] = max(marks.get(head, state.last_at), state.last_at)
        newest = sorted(marks, key=lambda uid: marks[uid], reverse=True)
        return [self.known.by_uid[uid] for uid in newest]

    def quests_begun(self) -> set[str]:
        """Return the uids of quests in which something is done."""
        done = (
            target.uid for target, state in self.states.items() if state.done and target.is_work
        )
        return {self.known.head(uid).quest for uid in done}

    def lessons_by_quest(self) -> dict[str, tuple[int, int]]:
        """Return (done, all) published lessons by quest uid."""
        counts: dict[str, tuple[int, int]] = {}
        for page in self.known.counted():
            done, total = counts.get(page.quest, (0, 0))
            counts[page.quest] = (done + self.is_done(page.uid), total + 1)
        return counts

    def works(self) -> list[Work]:
        """The work that rules are evaluated on."""
        return [state.work(target) for target, state in self.states.items()]

    def bar(self, quest: Quest | None = None) -> Bar:
        """Return the bar for a quest or the whole site; one query."""
        return bar_for(self.learner, self.works(), self.known, quest.uid if quest else None)

    def resume(self, quest: Quest | None = None) -> Place | None:
        """Return the lesson to continue with; no query."""
        return next_place(self.states, self.known, quest.uid if quest else None)


def progress_of(learner: User) -> Progress:
    """Return a learner's progress in one query; none if it is unchanged.

    The clock's revision increases with each change of the log and is read with the session, so a
    process can cache the progress by revision.
    """
    if "progress" not in learner.session_versions:
        states, _revisions, known = load_states(learner)
        return Progress(learner, states, known)
    version = learner.session_versions["progress"]
    if version is None:  # no clock: nothing was ever written
        return Progress(learner, {}, catalogue())
    states, known = get_or_build(
        ("progress", learner.pk, version),
        lambda: load_states(learner)[::2],
        keys=lambda found: [CATALOGUE],
        size=lambda found: STATE_BYTES * len(found[0]) + 1_000,
    )
    return Progress(learner, states, known)


def session_version() -> QuerySet:
    """Expression for epoch and revision, see accounts.registry.register_version."""
    version = SpaceJoined("epoch", Cast("revision", CharField(max_length=20)))
    return Clock.objects.filter(learner=OuterRef("pk")).values_list(version)
