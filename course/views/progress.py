"""The addresses that browsers talk to about progress: sync, and the bar of the anonymous."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts.models import User
from course.progress.bars import evaluate_log
from course.progress.limits import address_of, seconds_to_wait
from course.progress.recording import AccountGone
from course.progress.syncing import sync
from course.progress.times import in_milliseconds
from course.progress.wire import MAX_BYTES, Refused, read_body, read_request

SYNCS_A_MINUTE = 60
EVALUATIONS_A_MINUTE = 60

View = Callable[[HttpRequest], HttpResponse]


def json_view(view: Callable[[HttpRequest], dict[str, Any]]) -> View:
    """Answer in JSON; what can't be served becomes its status with a code."""

    @wraps(view)
    def answer(request: HttpRequest) -> HttpResponse:
        try:
            return JsonResponse(view(request))
        except Refused as reason:
            response = JsonResponse({"error": reason.code}, status=reason.status)
            if isinstance(reason, TooOften):
                response["Retry-After"] = str(reason.seconds)
            return response

    return never_cache(require_POST(answer))


class TooOften(Refused):
    """429 with the seconds to wait."""

    def __init__(self, seconds: int) -> None:
        super().__init__(429, "too-often")
        self.seconds = seconds


@json_view
def sync_view(request: HttpRequest) -> dict[str, Any]:
    """POST /progress/sync/ (see docs/sync.md)."""
    data = read_body(small_body(request))
    received = timezone.now()
    wanted = read_request(data, received_ms=in_milliseconds(received))
    learner = owner(request, wanted.account)
    keep_pace("sync", learner.public_id, SYNCS_A_MINUTE)
    try:
        with translation.override(language_of(data)):
            return sync(learner=learner, request=wanted, received=received).as_json()
    except AccountGone:
        raise Refused(410, "account-gone") from None


def owner(request: HttpRequest, account: str) -> User:
    """The signed-in learner; raises Refused unless the browser means the same account."""
    learner = request.user
    if not isinstance(learner, User):
        gone = not User.objects.filter(public_id=account).exists()
        raise Refused(410, "account-gone") if gone else Refused(401, "signed-out")
    if learner.public_id != account:
        raise Refused(409, "other-account")
    return learner


@csrf_exempt
@json_view
def evaluate_view(request: HttpRequest) -> dict[str, Any]:
    """POST /progress/evaluate/: the bar for the log in the body; looks at no session or cookie."""
    keep_pace("evaluate", address_of(request), EVALUATIONS_A_MINUTE)
    data = read_body(small_body(request))
    with translation.override(language_of(data)):
        return evaluate_log(data).as_json()


def small_body(request: HttpRequest) -> bytes:
    """The request's body; raises Refused 413 before reading one that is too large."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_BYTES:
        raise Refused(413, "too-large")
    return request.body


def keep_pace(name: str, who: str, most: int) -> None:
    """Raise TooOften when somebody calls more than `most` times a minute."""
    wait = seconds_to_wait(name, who, most)
    if wait:
        raise TooOften(wait)


def language_of(data: Any) -> str:
    """The language that the page is in, for the titles in the answer."""
    wanted = data.get("language")
    known = isinstance(wanted, str) and wanted in dict(settings.LANGUAGES)
    return wanted if known else settings.LANGUAGE_CODE
