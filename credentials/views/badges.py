"""Signed credentials to download, and the documents that verifiers fetch."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.people import current_user
from course.progress.recording import AccountGone
from credentials.access import own_certificate
from credentials.badges import building, issuer
from credentials.badges.keys import can_sign
from credentials.badges.signing import NoKey
from credentials.badges.status import FRESH, signed_list
from gamification.models import Granted
from gamification.rules import current_rules

MEDIA_TYPE = "application/vc+jwt"


@require_POST
@login_required
def certificate_credential(request: HttpRequest, number: str) -> HttpResponse:
    """The owner's certificate as a file for a wallet; 404 without a key or once revoked.

    By POST, because the first time makes a row.
    """
    learner = current_user(request)
    found = own_certificate(number=number, learner=learner)
    if not can_sign():
        raise Http404(_("There is no such certificate."))
    try:
        return download(building.signed_certificate(found, learner), found.number)
    except (building.Revoked, AccountGone) as error:
        raise Http404(_("There is no such certificate.")) from error


@require_POST
@login_required
def achievement_credential(request: HttpRequest, slug: str) -> HttpResponse:
    """An achievement of the learner as a file for a wallet."""
    learner = current_user(request)
    rules = current_rules().achievements
    rule = next((rule for rule in rules if rule.slug == slug), None)
    mine = Granted.objects.filter(learner=learner, achievement__slug=slug)
    if rule is None or not can_sign() or not mine.exists():
        raise Http404(_("There is no such achievement."))
    try:
        return download(building.signed_achievement(rule, learner), slug)
    except AccountGone as error:
        raise Http404(_("There is no such achievement.")) from error


def download(text: str, name: str) -> HttpResponse:
    """Return a signed credential as a file."""
    answer = HttpResponse(text, content_type=MEDIA_TYPE)
    answer["Content-Disposition"] = f'attachment; filename="{name}.jwt"'
    return answer


def published(answer: HttpResponse) -> HttpResponse:
    """Let verifiers in browsers read a public document, and keep it for some minutes."""
    answer["Access-Control-Allow-Origin"] = "*"
    answer["Cache-Control"] = f"public, max-age={int(FRESH.total_seconds())}"
    return answer


@require_safe
def issuer_profile(request: HttpRequest) -> HttpResponse:
    """/.well-known/openbadges/issuer.json: who issues."""
    return document(issuer.profile_document)


@require_safe
def key_set(request: HttpRequest) -> HttpResponse:
    """/.well-known/jwks.json: the keys, old ones too."""
    return document(issuer.key_document)


@require_safe
def did_document(request: HttpRequest) -> HttpResponse:
    """/.well-known/did.json: the issuer's DID with its keys."""
    return document(issuer.did_document)


def document(make: Callable[[], dict[str, Any]]) -> HttpResponse:
    """Return a public JSON document. Raises Http404 while no key is configured."""
    if not can_sign():
        raise Http404
    return published(JsonResponse(make()))


@require_safe
def status_list(request: HttpRequest, number: int) -> HttpResponse:
    """A signed list of revocations; 404 for one that nothing is in, or without a key."""
    try:
        text = signed_list(number)
    except NoKey as error:
        raise Http404 from error
    if text is None:
        raise Http404
    return published(HttpResponse(text, content_type=MEDIA_TYPE))
