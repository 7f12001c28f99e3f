"""What pages show of a learner's progress."""

from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from course.models import Clock, Part, Quest
from course.progress.bars import bar_for
from course.progress.catalogue import CATALOGUE, Catalogue, catalogue
from course.progress.facts import Work
from course.progress.fold import State, States
from course.progress.recording import load_states
from course.progress.resuming import Place, next_place
from course.progress.targets import Target
from gamification.bar import Bar
from pagecache.fragments import keep

STATE_BYTES = 2_000  # roughly, of one target


@dataclass(frozen=True)
class Progress:
    """A learner's progress, loaded once for a page; merges are resolved on both sides."""

    learner: User
    states: States
    known: Catalogue

    def is_done(self, uid: str, part: str = Part.LESSON.value) -> bool:
        """Whether the lesson (or its exercise) is done, under any of its names."""
        return any(state.done for state in self.states_of(uid, part))

    def finished_at(self, uid: str) -> datetime | None:
        """When the lesson was last completed, under any of its names; None when it is not done."""
        done = (state for state in self.states_of(uid, Part.LESSON.value) if state.done)
        return max((state.last_at for state in done if state.last_at), default=None)

    def states_of(self, uid: str, part: str) -> list[State]:
        """What the log says of the lesson (or its exercise) under each of its names."""
        names = self.known.group(uid) if uid in self.known.by_uid else (uid,)
        found = (self.states.get(Target(name, part)) for name in names)
        return [state for state in found if state is not None]

    def done_uids(self, quest: Quest) -> set[str]:
        """The uids of the quest's done lessons, those merged into others included."""
        lessons = (
            target.uid
            for target, state in self.states.items()
            if state.done and target.part == Part.LESSON.value
        )
        names = {name for uid in lessons for name in self.known.group(uid)}
        return {name for name in names if self.known.by_uid[name].quest == quest.uid}

    def done_count(self, quest: Quest) -> int:
        """How many lessons and exercises of the quest are done."""
        heads = {
            (head.uid, target.part)
            for target, state in self.states.items()
            if state.done and (head := self.known.head(target.uid)).quest == quest.uid
        }
        return len(heads)

    def quests_begun(self) -> set[str]:
        """Uids of the quests in which a lesson or exercise is done."""
        done = (target.uid for target, state in self.states.items() if state.done)
        return {self.known.head(uid).quest for uid in done}

    def lessons_by_quest(self) -> dict[str, tuple[int, int]]:
        """(done, all) published lessons of each quest, by its uid."""
        counts: dict[str, tuple[int, int]] = {}
        for page in self.known.counted():
            done, total = counts.get(page.quest, (0, 0))
            counts[page.quest] = (done + self.is_done(page.uid), total + 1)
        return counts

    def works(self) -> list[Work]:
        """What rules may look at."""
        return [state.work(target) for target, state in self.states.items()]

    def bar(self, quest: Quest | None = None) -> Bar:
        """The bar for a quest or the whole site; one query."""
        return bar_for(self.learner, self.works(), self.known, quest.uid if quest else None)

    def resume(self, quest: Quest | None = None) -> Place | None:
        """The lesson to go on with; no query."""
        return next_place(self.states, self.known, quest.uid if quest else None)


def progress_of(learner: User) -> Progress:
    """Everything that pages show of a learner's progress, in one query; none if it is unchanged.

    The clock's revision grows with each change of the log and comes along with the session. So
    what a process kept of this revision is right.
    """
    if "progress" not in learner.stamps:
        states, _revisions, known = load_states(learner)
        return Progress(learner, states, known)
    stamp = learner.stamps["progress"]
    if stamp is None:  # no clock: nothing was ever written
        return Progress(learner, {}, catalogue())
    states, known = keep(
        ("progress", learner.pk, stamp),
        lambda: load_states(learner)[::2],
        keys=lambda found: [CATALOGUE],
        size=lambda found: STATE_BYTES * len(found[0]) + 1_000,
    )
    return Progress(learner, states, known)


def stamp_sql() -> str:
    """Epoch and revision of the account `u.id`, see accounts.registry.register_stamp."""
    return (
        "SELECT c.epoch || ' ' || CAST(c.revision AS varchar(20)) "  # noqa: S608 (a table's name)
        f"FROM {Clock._meta.db_table} c WHERE c.learner_id = u.id"
    )
