"""The check of a certificate's number, for everybody."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.params import clean_text
from accounts.ratelimit import RateLimited, hit
from comments.networks import network_of
from credentials.access import Checked, check_number

MOST_CHECKS = 60  # of a network in the window; a human resources office shares one
WINDOW_SECONDS = 600
LONGEST = 64


@require_safe
def check(request: HttpRequest) -> HttpResponse:
    """Say whether a number is valid, revoked or unknown; 429 for too many from one network."""
    text = clean_text(request.GET.get("number", ""))[:LONGEST].strip()
    found: Checked | None = None
    wait = 0
    if text:
        try:
            hit("certificates", network_of(request), most=MOST_CHECKS, seconds=WINDOW_SECONDS)
            found = check_number(text=text, viewer=request.user)
        except RateLimited as limited:
            wait = limited.retry_after
    minutes = -(-wait // 60)
    context = {"number": text, "found": found, "wait": wait, "wait_minutes": minutes}
    answer = render(request, "credentials/check.html", context, status=429 if wait else 200)
    if wait:
        answer["Retry-After"] = str(wait)
    return answer
