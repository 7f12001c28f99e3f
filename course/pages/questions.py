"""View that judges an answer to a question and shows the result."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST

from accounts.params import clean_text
from accounts.people import current_user
from accounts.ratelimit import RateLimited, hit
from course.content import access
from course.content.answers import is_right
from course.content.judging import NoAnswer, given_value
from course.models import LessonText, Question
from course.progress.attempts import LogFull, attempt
from course.progress.marking import NotOpen
from course.progress.recording import AccountGone
from gamification.celebrations import store_celebrations

ANSWERS_A_MINUTE = 60


@dataclass(frozen=True)
class Asked:
    """A question of a lesson visible to the viewer, with its data for the page."""

    text: LessonText
    question: Question
    shown: dict[str, Any]

    def context(self) -> dict[str, Any]:
        """Context of the result page that doesn't depend on the result."""
        return {"text": self.text, "lesson": self.text.lesson, "question": self.shown}


@csrf_exempt  # nothing is stored for the anonymous, whose pages have no token; see `kept`
@require_POST
@never_cache
def answer(request: HttpRequest, quest: str, slug: str, name: str) -> HttpResponse:
    """Show whether the answer is correct, and why; members' answers are logged.

    404 for an unknown or retired question, 400 for invalid input.
    """
    asked = asked_or_404(request, quest, slug, name)
    context = asked.context()
    try:
        given = given_value(asked.question.kind, given_in(request))
    except NoAnswer:
        context["no_answer"] = True
        return page(request, context, status=400)
    if request.user.is_authenticated:
        return kept(request, asked, given)
    context["right"] = is_right(asked.question, given)
    return page(request, context)


def asked_or_404(request: HttpRequest, quest: str, slug: str, name: str) -> Asked:
    """Return the question with this name."""
    text = access.lesson_text(quest=quest, slug=slug, viewer=request.user, language=get_language())
    rows = Question.objects.select_related("lesson__quest").filter(lesson=text.lesson_id)
    question = rows.filter(name=name, retired=False).first()
    shown = next((row for row in text.extras.get("questions", ()) if row["id"] == name), None)
    if question is None or shown is None:
        raise Http404(_("There is no such question."))
    return Asked(text, question, shown)


@csrf_protect
def kept(request: HttpRequest, asked: Asked, given: str) -> HttpResponse:
    """Return the verdict on a member's answer; logs it unless the question is done already."""
    learner = current_user(request)
    context = asked.context()
    try:
        hit("answer", learner.public_id, most=ANSWERS_A_MINUTE, seconds=60)
        made = attempt(
            learner=learner, lesson=asked.question.lesson, name=asked.question.name, given=given
        )
    except RateLimited as limited:
        context["too_often"] = True
        response = page(request, context, status=429)
        response["Retry-After"] = str(limited.retry_after)
        return response
    except (NotOpen, AccountGone):  # a draft, which staff see
        return page(request, {**context, "right": is_right(asked.question, given)})
    except LogFull:
        right = is_right(asked.question, given)
        return page(request, {**context, "right": right, "log_full": True})
    store_celebrations(request, made.outcome.as_json()["moments"])
    context |= {"right": made.right, "kept": True, "points": made.outcome.points}
    return page(request, context)


def page(request: HttpRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """Render the result page."""
    response = render(request, "course/question_answer.html", context, status=status)
    response["X-Robots-Tag"] = "noindex"
    return response


def given_in(request: HttpRequest) -> list[str]:
    """Return the form's values in order, with LF line ends."""
    return [clean_text(each) for each in request.POST.getlist("answer")[:20]]
