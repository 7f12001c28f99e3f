"""Views to run a sample or check an exercise, with an editor that works without scripts.

The lesson page does the same in place by script, which requests JSON here.
"""

from dataclasses import asdict, dataclass, field, replace
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

import runner
from accounts import ratelimit
from accounts.models import User
from accounts.params import clean_text, parse_int
from accounts.people import current_user
from course.content import access
from course.content.programs import Program, find_program, wants_browser
from course.models import Lesson, LessonText
from course.progress.own_code import Saved, forget_others, save_code, saved_code
from course.progress.times import BEFORE_ACCOUNT, effective_time
from runner import queue
from runner.files import MAX_FILE, BadFiles, check_text
from runner.models import Run

PER_MINUTE = 20
SAVES_PER_MINUTE = 60
SAVE, FORGET = "save", "forget"
AWAY_SECONDS = 30


@dataclass(frozen=True)
class Refusal(Exception):
    """A run that is not started: HTTP status, message, and when to try again."""

    status: int
    message: str
    headers: dict[str, str] = field(default_factory=dict)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest, quest: str, slug: str, part: str) -> HttpResponse:
    """GET: the editor with the learner's newest code. POST: save the code, and start a run.

    `kind` is `run`, `check`, `save`, or `forget` for what was set aside. 404 where code doesn't
    run, for a lesson that the viewer may not see, or for an unknown part. A run that can't start
    now gets 400, 429 or 503 with a reason, and the page keeps the code. A quest whose code runs in
    the browser has no editor of its own: it is on the lesson's page.
    """
    text = access.lesson_text(quest=quest, slug=slug, viewer=request.user, language=get_language())
    in_browser = wants_browser(text)
    if not (settings.PYODIDE_INSTALLED if in_browser else runner.is_on()):
        raise Http404
    program = find_program(text, part)
    if program is None:
        raise Http404(_("There is no such code."))
    learner = current_user(request)
    if request.method == "POST":
        if request.POST.get("kind") in (SAVE, FORGET):
            return keep(request, learner, text, program)
        if in_browser:
            return JsonResponse({"message": _("Unknown action.")}, status=400)
        return start(request, learner, text, program)
    saved = saved_code(learner=learner, lesson=text.lesson, part=part)
    if wants_json(request):
        return JsonResponse(asdict(saved) if saved else {"code": None, "revision": 0, "other": ""})
    if in_browser:
        return redirect(f"{text.lesson.get_absolute_url()}#{program.anchor}")
    return editor(request, text, program, saved or Saved(program.code, 0))


def keep(request: HttpRequest, learner: User, text: LessonText, program: Program) -> HttpResponse:
    """Save the code without running it, or forget what was set aside; answers in JSON."""
    try:
        ratelimit.hit("code-save", str(learner.pk), most=SAVES_PER_MINUTE, seconds=60)
        if request.POST["kind"] == FORGET:
            forget_others(learner=learner, lesson=text.lesson, part=program.part)
            return JsonResponse({})
        saved = save(request, learner, text.lesson, program)
    except ratelimit.RateLimited as limited:
        return JsonResponse({}, status=429, headers={"Retry-After": str(limited.retry_after)})
    except Refusal as refusal:
        return JsonResponse({"message": refusal.message}, status=refusal.status)
    return JsonResponse(asdict(saved))


def save(request: HttpRequest, learner: User, lesson: Lesson, program: Program) -> Saved:
    """Save the sent code. Raises Refusal when it is too long.

    `revision` is what the sender has seen, `at` and `off` are milliseconds as in the log.
    """
    body = clean_text(request.POST.get("code", ""))
    try:
        check_text("code", body)
    except BadFiles as error:
        said = _("The code has at most %(size)d KB of text.") % {"size": MAX_FILE // 1024}
        raise Refusal(400, said) from error
    seen = parse_int(request.POST.get("revision", ""))
    if seen is None and body == program.code:
        # Run without an editor: the lesson's own code replaces nobody's.
        stored = saved_code(learner=learner, lesson=lesson, part=program.part)
        return stored or Saved(body, 0)
    at, off = (milliseconds(request.POST.get(name, "")) for name in ("at", "off"))
    now = timezone.now()
    earliest = learner.date_joined - BEFORE_ACCOUNT
    return save_code(
        learner=learner,
        lesson=lesson,
        part=program.part,
        body=body,
        seen=seen,
        written=effective_time(at=at, off=off or 0, earliest=earliest, received=now) if at else now,
    )


def milliseconds(text: str) -> int:
    """Return a browser's number of milliseconds, 0 for none."""
    number = parse_int(text.removeprefix("-"), most=10**15) or 0
    return -number if text.startswith("-") else number


def start(request: HttpRequest, learner: User, text: LessonText, program: Program) -> HttpResponse:
    """Start the requested run and redirect to its page, or show why not."""
    body = clean_text(request.POST.get("code", ""))
    try:
        run, saved = send(request, learner, text.lesson, program)
    except Refusal as refusal:
        return refuse(request, refusal, text, program, body)
    url = reverse("run", args=[run.pk])
    if wants_json(request):
        return JsonResponse({"url": url, "saved": asdict(saved)}, status=202)
    return redirect(url)


def send(
    request: HttpRequest, learner: User, lesson: Lesson, program: Program
) -> tuple[Run, Saved]:
    """Save the code and queue a run of it. Raises Refusal."""
    kind, body = request.POST.get("kind", "run"), clean_text(request.POST.get("code", ""))
    if kind not in Run.Kind.values or (kind == Run.Kind.CHECK and not program.check):
        raise Refusal(400, _("Unknown action."))
    try:
        ratelimit.hit("run", str(learner.pk), most=PER_MINUTE, seconds=60)
    except ratelimit.RateLimited as limited:
        raise too_many(limited.retry_after) from limited
    # Before anything can be refused: what was written is kept whatever becomes of the run.
    saved = save(request, learner, lesson, program)
    if not queue.is_served():
        raise Refusal(503, away_text(), {"Retry-After": str(AWAY_SECONDS)})
    check = program.check if kind == Run.Kind.CHECK else ""
    files = {"code": body, "before": list(program.before), "check": check}
    try:
        return queue.submit(learner, key_of(lesson, program), kind, files), saved
    except queue.TooManyRuns as limited:
        raise too_many(limited.seconds) from limited
    except BadFiles as error:
        raise Refusal(400, _("The lesson's code is too large to run here.")) from error


def key_of(lesson: Lesson, program: Program) -> str:
    """Return the runner's key; `uid#exercise` is also a target of the log."""
    return f"{lesson.uid}#{program.part}"


def away_text() -> str:
    """Return the message shown while no machine runs code."""
    return _("Code can't run at the moment. Yours is kept; please try again later.")


def too_many(seconds: int) -> Refusal:
    """Return the refusal for a learner with too many runs."""
    if seconds <= 90:
        said = ngettext(
            "Too many runs at once. Please try again in %(count)d second.",
            "Too many runs at once. Please try again in %(count)d seconds.",
            seconds,
        ) % {"count": seconds}
    else:
        minutes = -(-seconds // 60)
        said = ngettext(
            "Your runs of this hour are used up. The next one is possible in %(count)d minute.",
            "Your runs of this hour are used up. The next one is possible in %(count)d minutes.",
            minutes,
        ) % {"count": minutes}
    return Refusal(429, said, {"Retry-After": str(seconds)})


def refuse(
    request: HttpRequest, refusal: Refusal, text: LessonText, program: Program, body: str
) -> HttpResponse:
    """Show why the run doesn't start, with the code still in the form."""
    if wants_json(request):
        answer = JsonResponse({"message": refusal.message}, status=refusal.status)
    else:
        saved = saved_code(learner=current_user(request), lesson=text.lesson, part=program.part)
        shown = replace(saved, code=body) if saved else Saved(body, 0)
        answer = editor(request, text, program, shown, refusal=refusal)
    for name, value in refusal.headers.items():
        answer[name] = value
    return answer


def editor(
    request: HttpRequest,
    text: LessonText,
    program: Program,
    saved: Saved,
    refusal: Refusal | None = None,
) -> Any:
    """Render the page with the code in a form."""
    context: dict[str, Any] = {
        "text": text,
        "lesson": text.lesson,
        "program": program,
        "saved": saved,
        "refused": refusal.message if refusal else "",
        "away": not refusal and not queue.is_served(),
    }
    status = refusal.status if refusal else 200
    response = render(request, "course/code.html", context, status=status)
    response["X-Robots-Tag"] = "noindex"
    return response


def wants_json(request: HttpRequest) -> bool:
    """Return whether the request comes from a script."""
    return request.headers.get("Accept") == "application/json"
