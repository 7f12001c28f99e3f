"""The picture of a certificate for sharing."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from credentials.access import visible_certificate
from credentials.models import Certificate
from credentials.pictures import drawn
from pagecache.entries import get_or_build, member_store

KEPT_SECONDS = 300  # by those who fetch it: a revoked one is gone from there after that


@require_safe
def picture(request: HttpRequest, number: str) -> HttpResponse:
    """The picture; for whoever may open the page, 404 once revoked."""
    found = visible_certificate(number=number, viewer=request.user)
    if found.revoked_at:
        raise Http404(_("There is no such certificate."))
    answer = HttpResponse(kept_picture(found), content_type="image/png")
    kept = "public" if found.public else "private"
    answer["Cache-Control"] = f"{kept}, max-age={KEPT_SECONDS}"
    return answer


def kept_picture(certificate: Certificate) -> bytes:
    """Return the picture; a process draws it once, for it takes a tenth of a second."""
    return get_or_build(
        ("certificate", certificate.number, certificate.name, get_language()),
        lambda: drawn(certificate),
        keys=lambda png: (),
        size=len,
        into=member_store,
    )
