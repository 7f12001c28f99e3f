"""What the outline does with the lessons that are ticked."""

import re
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from accounts.params import parse_int
from course.admin.access import title_of
from course.authoring import many
from course.models import Quest, Status

MOST_AT_ONCE = 600
TAG = re.compile(r"[\w-]{1,40}")
STATUSES = {"publish": Status.PUBLISHED, "retire": Status.RETIRED, "draft": Status.DRAFT}


class Unclear(Exception):
    """Nothing was done; the message says what is missing."""


def asked(request: HttpRequest) -> bool:
    """Whether something is to be done with the ticked lessons."""
    return bool(request.POST.get("many"))


def carry_out(request: HttpRequest, quest: Quest) -> bool:
    """Do it and say so. Returns False, after saying why, when nothing could be done."""
    numbers = (parse_int(each) for each in request.POST.getlist("chosen")[:MOST_AT_ONCE])
    chosen = [number for number in numbers if number is not None]
    try:
        if not chosen:
            raise Unclear(_("Please tick lessons first."))
        act = act_of(request.POST, quest)
    except Unclear as reason:
        messages.error(request, str(reason))
        return False
    done = many.on_each(quest=quest, lessons=chosen, act=act)
    for lesson, why in done.refused:
        name = title_of(lesson.texts.all(), get_language(), lesson.slug)
        messages.error(request, f"{name}: {why}")
    told = ngettext("Done with %(count)d lesson.", "Done with %(count)d lessons.", done.count)
    messages.success(request, told % {"count": done.count})
    return True


def act_of(data: Any, quest: Quest) -> many.Act:
    """Return the chosen act. Raises Unclear without its tags or chapter."""
    name = data["many"]
    if name in STATUSES:
        return many.set_status(STATUSES[name])
    if name in ("tag", "untag"):
        return many.tag(tags_in(data.get("tags", "")), take=name == "untag")
    if name == "move":
        chapter = quest.chapters.filter(pk=parse_int(data.get("into", "")) or 0).first()
        if chapter is None:
            raise Unclear(_("Please choose a chapter first."))
        return many.move_to(chapter)
    raise Unclear(_("Unknown action."))


def tags_in(text: str) -> list[str]:
    """Return the tags that were written. Raises Unclear for none, or for what is no tag."""
    words = sorted({word for word in re.split(r"[,\s]+", text.lower()) if word})
    if not words:
        raise Unclear(_("Please write the tags first."))
    for word in words:
        if not TAG.fullmatch(word):
            told = _("“%(tag)s” is not a word of letters, digits and hyphens.")
            raise Unclear(told % {"tag": word})
    return words
