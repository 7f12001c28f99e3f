"""Views that serve pictures without a proxy, and that count reads."""

import re

from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from comments.networks import network_of
from course.pages.reads import count_read

STORED = re.compile(r"images/[0-9a-f]{2}/[0-9a-f]{64}(?:-\d{1,5})?\.(?P<kind>png|jpg|webp|svg)\Z")
TYPES = {"png": "image/png", "jpg": "image/jpeg", "webp": "image/webp", "svg": "image/svg+xml"}


def picture(request: HttpRequest, path: str) -> HttpResponse:
    """Serve a stored picture; it is immutable because its name is its hash."""
    match = STORED.match(path)
    if match is None:
        raise Http404
    try:
        with default_storage.open(path) as file:
            # At once: a storage that fails while the answer is sent could not be told any more.
            response = HttpResponse(file.read(), content_type=TYPES[match["kind"]])
    except FileNotFoundError:
        raise Http404 from None
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["X-Content-Type-Options"] = "nosniff"
    # A picture that somebody opens on its own can't run anything, whatever it holds.
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@csrf_exempt  # it changes a number only, and pages of the anonymous have no token
@require_POST
def read(request: HttpRequest, uid: str) -> HttpResponse:
    """Count a read of a lesson; sent by the page after the reader stayed a while."""
    return HttpResponse(status=204 if count_read(uid=uid, network=network_of(request)) else 404)
