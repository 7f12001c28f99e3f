"""Pictures when no proxy serves them, and the count of reads."""

import re
from typing import Any

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from course.reads import count_read

STORED = re.compile(r"images/[0-9a-f]{2}/[0-9a-f]{64}(?:-\d{1,5})?\.(?P<kind>png|jpg|webp)\Z")
TYPES = {"png": "image/png", "jpg": "image/jpeg", "webp": "image/webp"}


def picture(request: HttpRequest, path: str) -> FileResponse:
    """A stored picture; its name is the hash of its content, so it never changes."""
    match = STORED.match(path)
    if match is None or not default_storage.exists(path):
        raise Http404
    file: Any = default_storage.open(path)
    response = FileResponse(file, content_type=TYPES[match["kind"]])
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["X-Content-Type-Options"] = "nosniff"
    # A picture that somebody opens on its own can't run anything, whatever it holds.
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@csrf_exempt  # it changes a number only, and pages of the anonymous have no token
@require_POST
def read(request: HttpRequest, uid: str) -> HttpResponse:
    """One more read of a lesson; sent by the page after somebody stayed a while."""
    return HttpResponse(status=204 if count_read(uid=uid) else 404)
