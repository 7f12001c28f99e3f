"""What the lower apps learn from progress: facts, words for XP lines, export and erasure."""

from collections.abc import Iterator, Mapping, Sequence

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from accounts.models import User
from accounts.registry import (
    Restart,
    register_erasure,
    register_export,
    register_restart,
    register_stamp,
)
from course import access, points
from course.models import Completion, Quest, QuestText
from course.progress import privacy
from course.progress.catalogue import catalogue, catalogue_with
from course.progress.facts import gather
from course.progress.reading import progress_of, stamp_sql
from course.progress.recording import states_of
from course.progress.resuming import Place
from course.progress.times import learner_zone
from gamification.facts import Facts
from gamification.labels import register_label
from gamification.providers import Possible, register_facts, register_possible


def register() -> None:
    """Fill the registries; called when the app is ready."""
    register_export("progress", privacy.export)
    register_erasure("progress", privacy.erase)
    register_restart("quests", restarts)
    register_stamp("progress", stamp_sql())
    register_facts(facts_of_many)
    register_possible(possible)
    register_label("lesson", lesson_labels)
    register_label("exercise", lesson_labels)
    register_label("scope", quest_labels)


def restarts(learner: User) -> Iterator[Restart]:
    """The quests in which something is done, each with the page that asks before a restart."""
    begun = progress_of(learner).quests_begun()
    for text in access.quest_texts(viewer=learner, language=get_language() or ""):
        if text.quest.uid in begun:
            yield Restart(text.title, reverse("progress-reset", args=[text.quest.slug]))


def facts_of_many(learners: Sequence[int]) -> Mapping[int, Facts]:
    """Facts of many learners in two queries."""
    now = timezone.now()
    zones = dict(User.objects.filter(pk__in=learners).values_list("pk", "time_zone"))
    rows: dict[int, list[Completion]] = {learner: [] for learner in zones}
    for row in Completion.objects.filter(learner__in=learners):
        rows[row.learner_id].append(row)
    known = catalogue_with(row.lesson_id for each in rows.values() for row in each)
    found = {}
    for learner, mine in rows.items():
        states, _stamps = states_of(mine, known)
        found[learner] = gather(
            [state.work(target) for target, state in states.items()],
            days={day for state in states.values() for day in state.days},
            today=now.astimezone(learner_zone(zones[learner])).date(),
            catalogue=known,
        )
    return found


def possible() -> Possible:
    """What somebody who does everything reaches today; nobody must report faults for a level."""
    totals = catalogue().totals
    lessons, exercises = totals.get("lessons", 0), totals.get("exercises", 0)
    return Possible(totals=totals, xp=lessons * points.LESSON + exercises * points.EXERCISE)


def lesson_labels(keys: Sequence[str], language: str) -> Mapping[str, tuple[str, str]]:
    """Titles and addresses of lessons by uid, from memory."""
    known = catalogue().by_uid
    places = {key: Place(known[key]) for key in keys if key in known}
    return {key: (place.title, place.url) for key, place in places.items()}


def quest_labels(keys: Sequence[str], language: str) -> Mapping[str, tuple[str, str]]:
    """Titles and addresses of the quests that everybody may see, by uid, in one query."""
    public = Quest.objects.visible_to(access.ANYBODY).filter(uid__in=keys)
    texts = QuestText.objects.filter(quest__in=public).values_list(
        "quest__uid", "quest__slug", "language", "title"
    )
    found: dict[str, tuple[str, str]] = {}
    for uid, slug, code, title in texts:
        if uid not in found or code == language:
            found[uid] = (title, reverse("quest", args=[slug]))
    return found
