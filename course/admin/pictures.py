"""Upload a picture for the lessons of a quest."""

import re
import unicodedata

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from course.admin.access import back_to_form, lesson_or_404, studio
from course.content.images.cleaning import MAX_BYTES, ImageRefused, clean
from course.content.images.storing import name_image, store_image
from course.models import QuestImage


@studio
@require_POST
def upload(request: HttpRequest, number: int) -> HttpResponse:
    """Validate, clean and store a picture; show the Markdown that displays it.

    The form's script gets the Markdown as JSON, and inserts it where the author types.
    """
    lesson = lesson_or_404(number)
    file, alt = request.FILES.get("file"), request.POST.get("alt", "").strip()
    try:
        if file is None or file.size is None or file.size > MAX_BYTES:
            raise ImageRefused(_("Please choose a picture of at most 10 MB."))
        # One that was pasted is described in the text, which is refused as long as it isn't.
        if not alt and not request.POST.get("later"):
            raise ImageRefused(_("Please enter an alternative text for the picture."))
        cleaned = clean(file.read(), file.name or "")
        name = free_name(lesson.quest.images, file.name or "", cleaned.extension, cleaned.sha256)
        image = store_image(cleaned=cleaned, alt=alt.replace("\0", ""))
        named = name_image(quest=lesson.quest, name=name, image=image)
    except ImageRefused as refused:
        return answer(request, number, messages.ERROR, str(refused))
    told = _("Stored. To show it, write: %(words)s") % {"words": named.markdown}
    return answer(request, number, messages.SUCCESS, told, named)


def answer(
    request: HttpRequest, number: int, level: int, told: str, named: QuestImage | None = None
) -> HttpResponse:
    """Return to the form with a message, or tell the form's script."""
    if request.headers.get("X-Requested-With") != "fetch":
        messages.add_message(request, level, told)
        return back_to_form(request, number)
    if named is None:
        return JsonResponse({"problem": told}, status=422)
    return JsonResponse({"markdown": named.markdown, "thumbnail": named.thumbnail})


def free_name(images: object, uploaded: str, extension: str, sha256: str) -> str:
    """Return a name that no other picture of the quest has."""
    whole = unicodedata.normalize("NFC", uploaded.rsplit(".", 1)[0]).lower()
    stem = re.sub(r"[\W_]+", "-", whole).strip("-")[:60].strip("-")
    name = f"images/{stem or sha256[:8]}.{extension}"
    taken = images.filter(name=name).exclude(image__sha256=sha256)  # type: ignore[attr-defined]
    return f"images/{stem or 'image'}-{sha256[:8]}.{extension}" if taken.exists() else name
