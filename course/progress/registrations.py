"""Registrations with lower apps: facts, labels of XP lines, export and erasure."""

from collections.abc import Iterator, Mapping, Sequence

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.registry import (
    Restart,
    register_erasure,
    register_export,
    register_profile_section,
    register_restart,
    register_version,
)
from course.content import access
from course.models import Completion, Quest, QuestText
from course.progress import export, own_code, places, points, profile
from course.progress.catalogue import catalogue, catalogue_with
from course.progress.facts import gather
from course.progress.reading import progress_of, session_version
from course.progress.resuming import Place
from course.progress.storing import states_of
from course.progress.targets import read_target
from course.progress.times import learner_zone
from course.progress.trying import apply_result
from gamification.facts import Facts
from gamification.labels import register_label, register_points
from gamification.providers import Possible, register_facts, register_possible
from runner.listeners import register_listener


def register() -> None:
    """Fill the registries; called when the app is ready."""
    register_export("progress", export.export)
    register_erasure("progress", export.erase)
    register_export("code", own_code.export)
    register_erasure("code", own_code.erase)
    register_export("places", places.export)
    register_erasure("places", places.erase)
    register_restart("quests", restarts)
    register_profile_section(
        "quests",
        "course/_profile_quests.html",
        profile.quests_section,
        _("Quests"),
        "css/profile.css",
    )
    register_version("progress", session_version())
    register_facts(facts_of_many)
    register_possible(possible)
    register_label("lesson", lesson_labels)
    register_label("exercise", lesson_labels)
    register_label("question", question_labels, _("Question"))
    register_points("lesson", points.LESSON)
    register_points("exercise", points.EXERCISE)
    register_points("question", points.QUESTION)
    register_label("scope", quest_labels)
    register_listener("exercises", apply_result)


def restarts(learner: User) -> Iterator[Restart]:
    """Return the quests in which something is done, with the URL of the confirmation."""
    begun = progress_of(learner).quests_begun()
    for text in access.quest_texts(viewer=learner, language=get_language() or ""):
        if text.quest.uid in begun:
            yield Restart(text.title, reverse("progress-reset", args=[text.quest.slug]))


def facts_of_many(learners: Sequence[int]) -> Mapping[int, Facts]:
    """Return the facts of many learners in two queries."""
    now = timezone.now()
    zones = dict(User.objects.filter(pk__in=learners).values_list("pk", "time_zone"))
    rows: dict[int, list[Completion]] = {learner: [] for learner in zones}
    for row in Completion.objects.filter(learner__in=learners):
        rows[row.learner_id].append(row)
    known = catalogue_with(row.lesson_id for each in rows.values() for row in each)
    found = {}
    for learner, mine in rows.items():
        states, _revisions = states_of(mine, known)
        found[learner] = gather(
            [state.work(target) for target, state in states.items()],
            days={day for state in states.values() for day in state.days},
            today=now.astimezone(learner_zone(zones[learner])).date(),
            catalogue=known,
        )
    return found


def possible() -> Possible:
    """Return the maximum reachable today; excludes bug reports."""
    known = catalogue()
    totals = known.totals
    xp = totals.get("lessons", 0) * points.LESSON
    xp += totals.get("exercises", 0) * points.EXERCISE
    xp += totals.get("questions", 0) * points.QUESTION
    return Possible(totals=totals, xp=xp)


def lesson_labels(keys: Sequence[str], language: str) -> Mapping[str, tuple[str, str]]:
    """Return titles and URLs of lessons by uid, from the cached catalogue."""
    known = catalogue().by_uid
    places = {key: Place(known[key]) for key in keys if key in known}
    return {key: (place.title, place.url) for key, place in places.items()}


def question_labels(keys: Sequence[str], language: str) -> Mapping[str, tuple[str, str]]:
    """Return lesson titles and URLs of questions by target, from the cached catalogue."""
    known = catalogue().by_uid
    targets = [target for key in keys if (target := read_target(key)) and target.uid in known]
    places = {target: Place(known[target.uid]) for target in targets}
    return {
        str(target): (place.title, f"{place.url}#q-{target.question}")
        for target, place in places.items()
    }


def quest_labels(keys: Sequence[str], language: str) -> Mapping[str, tuple[str, str]]:
    """Return titles and URLs of public quests by uid, in one query."""
    public = Quest.objects.visible_to(access.ANYBODY).filter(uid__in=keys)
    texts = QuestText.objects.filter(quest__in=public).values_list(
        "quest__uid", "quest__slug", "language", "title"
    )
    found: dict[str, tuple[str, str]] = {}
    for uid, slug, code, title in texts:
        if uid not in found or code == language:
            found[uid] = (title, reverse("quest", args=[slug]))
    return found
