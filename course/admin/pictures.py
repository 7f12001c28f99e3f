"""Upload a picture for the lessons of a quest."""

import re

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from course.admin.access import lesson_or_404, studio
from course.images.cleaning import MAX_BYTES, ImageRefused, clean
from course.images.storing import name_image, store_image


@studio
@require_POST
def upload(request: HttpRequest, number: int) -> HttpResponse:
    """Check, clean and store a picture, and tell the words that show it."""
    lesson = lesson_or_404(number)
    file, alt = request.FILES.get("file"), request.POST.get("alt", "").strip()
    try:
        if file is None or file.size is None or file.size > MAX_BYTES:
            raise ImageRefused(_("Please choose a picture of at most 10 MB."))
        if not alt:
            raise ImageRefused(_("Please describe the picture for those who can't see it."))
        cleaned = clean(file.read(), file.name or "")
        name = free_name(lesson.quest.images, file.name or "", cleaned.extension, cleaned.sha256)
        image = store_image(cleaned=cleaned, alt=alt.replace("\0", ""))
        named = name_image(quest=lesson.quest, name=name, image=image)
    except ImageRefused as refused:
        messages.error(request, str(refused))
    else:
        told = _("Stored. To show it, write: %(words)s") % {"words": named.markdown}
        messages.success(request, told)
    return redirect("admin:course_lesson_change", number)


def free_name(images: object, uploaded: str, extension: str, sha256: str) -> str:
    """A name in the quest that no other picture has."""
    stem = re.sub(r"[^a-z0-9]+", "-", uploaded.rsplit(".", 1)[0].lower()).strip("-")[:60]
    name = f"images/{stem or sha256[:8]}.{extension}"
    taken = images.filter(name=name).exclude(image__sha256=sha256)  # type: ignore[attr-defined]
    return f"images/{stem or 'image'}-{sha256[:8]}.{extension}" if taken.exists() else name
