"""JSON endpoint for the place in a lesson at which a member stopped reading."""

from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.ratelimit import RateLimited, hit
from course.models import Lesson
from course.pages.progress_forms import lesson_or_404
from course.progress.places import keep_place, kept_place
from course.progress.times import in_milliseconds
from course.progress.wire_operations import PLACE

A_MINUTE = 60


@never_cache
@require_http_methods(["GET", "POST"])
def place(request: HttpRequest, uid: str) -> HttpResponse:
    """GET: `{"place": heading's id, "at": milliseconds}`, or `{}`. POST `place`: keep it.

    401 for the anonymous, 404 for a lesson that the member may not see, 400 for what is no id,
    410 when the account is deleted meanwhile, 429 beyond 60 a minute.
    """
    learner = request.user
    if not isinstance(learner, User):
        return HttpResponse(status=401)
    lesson = lesson_or_404(request, uid)
    return write(request, learner, lesson) if request.method == "POST" else read(learner, lesson)


def read(learner: User, lesson: Lesson) -> HttpResponse:
    """Return where the learner stopped."""
    kept = kept_place(learner=learner, lesson=lesson)
    found = {"place": kept.place, "at": in_milliseconds(kept.at)} if kept else {}
    return JsonResponse(found)


def write(request: HttpRequest, learner: User, lesson: Lesson) -> HttpResponse:
    """Keep the place of the form."""
    heading = request.POST.get("place", "")
    if not PLACE.fullmatch(heading):
        return HttpResponse(status=400)
    try:
        hit("place", learner.public_id, most=A_MINUTE, seconds=60)
        keep_place(learner=learner, lesson=lesson, place=heading)
    except RateLimited as limited:
        return HttpResponse(status=429, headers={"Retry-After": str(limited.retry_after)})
    except IntegrityError:
        return HttpResponse(status=410)
    return HttpResponse(status=204)
