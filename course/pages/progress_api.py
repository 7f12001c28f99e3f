"""JSON endpoints for progress: sync, and the bar of the anonymous."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts.models import User
from accounts.params import parse_int
from accounts.ratelimit import RateLimited, hit
from course.progress.bars import evaluate_log
from course.progress.recording import AccountGone
from course.progress.syncing import sync
from course.progress.times import in_milliseconds
from course.progress.wire import MAX_BYTES, Refused, read_body, read_request
from course.rhythm.goals import goal_of, measure
from pagecache.counters import operations

SYNCS_A_MINUTE = 60
EVALUATIONS_A_MINUTE = 60

View = Callable[[HttpRequest], HttpResponse]


def json_view(view: Callable[[HttpRequest], dict[str, Any]]) -> View:
    """Decorator: respond with JSON, and with a status and code for a Refused."""

    @wraps(view)
    def answer(request: HttpRequest) -> HttpResponse:
        try:
            return JsonResponse(view(request))
        except Refused as reason:
            return JsonResponse({"error": reason.code}, status=reason.status)
        except RateLimited as limited:
            response = JsonResponse({"error": "too-often"}, status=429)
            response["Retry-After"] = str(limited.retry_after)
            return response

    return never_cache(require_POST(answer))


@json_view
def sync_view(request: HttpRequest) -> dict[str, Any]:
    """POST /progress/sync/ (see docs/sync.md)."""
    data = read_body(small_body(request))
    received = timezone.now()
    wanted = read_request(data, received_ms=in_milliseconds(received))
    learner = current_account(request, wanted.account)
    hit("sync", learner.public_id, most=SYNCS_A_MINUTE, seconds=60)
    goal = goal_of(learner)  # now, while it is what came along with the session
    try:
        with translation.override(language_of(data)):
            found = sync(learner=learner, request=wanted, received=received)
            today = measure(found.progress, goal, received) if goal and found.changed else None
            count_verdicts(answer := found.as_json())
            return {**answer, "goal": today.as_json() if today else None}
    except AccountGone:
        raise Refused(410, "account-gone") from None


def count_verdicts(answer: dict[str, Any]) -> None:
    """Count the operations of a sync for the metrics."""
    for verdict in ("acked", "held", "rejected"):
        operations.labels(verdict).inc(len(answer[verdict]))


def current_account(request: HttpRequest, account: str) -> User:
    """Return the signed-in user. Raises Refused if the browser expects another account."""
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
    """POST /progress/evaluate/: the bar for the log in the body; ignores session and cookies."""
    address = str(get_adapter(request).get_client_ip(request))
    hit("evaluate", address, most=EVALUATIONS_A_MINUTE, seconds=60)
    data = read_body(small_body(request))
    with translation.override(language_of(data)):
        return evaluate_log(data).as_json()


def small_body(request: HttpRequest) -> bytes:
    """Return the request's body. Raises Refused 413 for one that is too large."""
    if parse_int(request.META.get("CONTENT_LENGTH") or "0", most=MAX_BYTES) is None:
        raise Refused(413, "too-large")
    return request.body


def language_of(data: Any) -> str:
    """Return the page's language, for titles in the response."""
    wanted = data.get("language")
    known = isinstance(wanted, str) and wanted in dict(settings.LANGUAGES)
    return wanted if known else settings.LANGUAGE_CODE
