"""Questions that come back: the page of today's cards, and the form that grades one."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import User
from accounts.params import parse_int
from accounts.people import current_user
from accounts.ratelimit import RateLimited, hit
from course.content import access
from course.content.cards import Words, words_of
from course.content.outlines import best_by
from course.models import LessonText, Question, ReviewCard
from course.progress.cards import schedule_in
from course.progress.due import A_DAY, Counts, counts_of, day_of, due_cards, mixed
from course.progress.marking import NotOpen
from course.progress.recording import AccountGone
from course.progress.reviewing import TooManyReviews, review_card
from course.progress.schedules import GRADES
from course.progress.targets import question_target, read_target
from course.progress.wire_operations import read_uuid
from gamification.celebrations import store_celebrations
from pagecache.public import depends_on, public

REVIEWS_A_MINUTE = 120
PAUSE = timedelta(days=7)  # after which somebody comes back
NAMES = {
    1: gettext_lazy("Again"),
    2: gettext_lazy("Hard"),
    3: gettext_lazy("Good"),
    4: gettext_lazy("Easy"),
}


@dataclass(frozen=True)
class Grade:
    """A button: how well it was known, and when the card comes back after it."""

    number: int
    name: Any
    date: datetime | None = None
    days: int = 0


@dataclass(frozen=True)
class Shown:
    """A card on the page; `operation` is the id that its review will have."""

    target: str
    words: Words
    grades: Sequence[Grade]
    operation: uuid.UUID | None = None


GRADES_WITHOUT_DATES = [Grade(number, NAMES[number]) for number in GRADES]


@public("site")
def review(request: HttpRequest) -> HttpResponse:
    """Today's cards: from the account for members, by script for visitors and without a network."""
    context: dict[str, Any] = {"grades": GRADES_WITHOUT_DATES, "a_day": A_DAY}
    if isinstance(request.user, User):
        context |= own_cards(request.user, more="more" in request.GET)
    return render(request, "course/review.html", context)


def own_cards(learner: User, *, more: bool) -> dict[str, Any]:
    """Context of a member's page; two queries, and one more after their progress changed.

    `more`: further cards that are due, beyond those suggested for the day.
    """
    now = timezone.now()
    counts = counts_of(learner)
    start, end = day_of(now, learner.time_zone)
    left = counts.left(start, end)
    cards = due_cards(learner, end, A_DAY if more else left) if more or left else []
    return {
        "cards": shown_cards(mixed(cards, str(start.date())), now),
        "done_today": counts.done(start),
        "has_more": counts.waits(end) > len(cards),
        "next_due": counts.due[0] if counts.due else None,
        "is_back": is_back(counts, start, left),
    }


def is_back(counts: Counts, start: datetime, left: int) -> bool:
    """Return whether somebody returns after a pause to more than one day's cards."""
    rested = not counts.reviewed or counts.reviewed[0] < start - PAUSE
    waited = bool(counts.due) and counts.due[0] < start - PAUSE
    return rested and waited and left == A_DAY


def shown_cards(cards: Sequence[ReviewCard], now: datetime) -> list[Shown]:
    """Return cards with their words and dates; leaves out what no page shows yet."""
    texts = texts_of(card.question for card in cards)
    found = []
    for card in cards:
        words = words_in(card.question, texts)
        if words:
            days = schedule_in(card).days_after(now)
            grades = [
                Grade(number, NAMES[number], now + timedelta(days=wait), wait)
                for number, wait in zip(GRADES, days, strict=True)
            ]
            found.append(Shown(name_of(card.question), words, grades, uuid.uuid4()))
    return found


def texts_of(questions: Iterable[Question]) -> dict[int, LessonText]:
    """Return the lessons' texts in the active language, else in another; one query."""
    lessons = {question.lesson_id for question in questions}
    rows = LessonText.objects.filter(lesson__in=lessons)
    found = rows.only("lesson_id", "language", "title", "extras")
    return best_by(found, "lesson_id", get_language() or "")


def words_in(question: Question, texts: dict[int, LessonText]) -> Words | None:
    """Return the words of a question from its lesson's text; no query."""
    text = texts.get(question.lesson_id)
    if text is None:
        return None
    text.lesson = question.lesson
    return words_of(question, text, question.lesson.quest.source_language)


def name_of(question: Question) -> str:
    """Return the name of a question in the log."""
    return str(question_target(question.lesson.uid, question.name))


@login_required
@require_POST
def grade(request: HttpRequest) -> HttpResponse:
    """Record a review and go on with the next card; 400 for what is no review."""
    target = read_target(request.POST.get("card"))
    number = parse_int(request.POST.get("grade", ""))
    operation = read_uuid(request.POST.get("operation"))
    if target is None or not target.question or number not in GRADES or operation is None:
        return plain(_("This is no review of a question."))
    learner = current_user(request)
    try:
        hit("review", learner.public_id, most=REVIEWS_A_MINUTE, seconds=60)
        outcome = review_card(learner=learner, target=target, grade=number, operation=operation)
    except RateLimited as limited:
        response = plain(_("Too many reviews in a short time. Please wait a minute."), status=429)
        response["Retry-After"] = str(limited.retry_after)
        return response
    except NotOpen:
        messages.error(request, _("This question is no longer asked."))
    except TooManyReviews:
        messages.error(request, _("This question was reviewed too often to count once more."))
    except AccountGone:
        return redirect("home")
    else:
        store_celebrations(request, outcome.as_json()["moments"])
    return redirect("review")


def plain(words: str, status: int = 400) -> HttpResponse:
    """Return a form's error as text."""
    return HttpResponse(words, status=status, content_type="text/plain; charset=utf-8")


@public()
def quest_cards(request: HttpRequest, slug: str) -> HttpResponse:
    """Return the HTML of a published quest's cards by name; the same for all readers.

    Pages without an account, or without a network, put their cards together from it.
    """
    text = access.shared_quest_text(slug=slug, viewer=access.ANYBODY, language=get_language())
    depends_on(request, f"quest:{text.quest_id}")
    asked = Question.objects.filter(
        lesson__quest=text.quest_id, lesson__status="published", retired=False
    )
    questions = list(asked.filter(lesson__merged_into=None).select_related("lesson__quest"))
    texts = texts_of(questions)
    found = {}
    for question in questions:
        words = words_in(question, texts)
        if words:
            card = Shown(name_of(question), words, GRADES_WITHOUT_DATES)
            found[card.target] = render_to_string("course/_card.html", {"card": card})
    return JsonResponse({"cards": found})
