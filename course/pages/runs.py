"""Views of a learner's run: queue position, then result; as a page and as JSON."""

import struct
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.people import current_user
from course.content.programs import EXERCISE, SAMPLE
from course.models import CheckedTry, Lesson
from course.pages.code import away_text, wants_json
from gamification.celebrations import celebrations_named
from runner import queue
from runner.models import Figure, Run

REFRESH_SECONDS = 2
ENDED = (Run.State.DONE, Run.State.FAILED)


@dataclass(frozen=True)
class Line:
    """A line of the learner's code, for the page without scripts."""

    number: int
    text: str
    failed: bool


@dataclass(frozen=True)
class Drawn:
    """A figure with its size, which prevents layout shifts."""

    url: str
    width: int
    height: int


@never_cache
@login_required
@require_safe
def state(request: HttpRequest, number: int) -> HttpResponse:
    """The run's state; 404 for another learner's. The page reloads itself until the end."""
    run = get_object_or_404(Run, pk=number, learner_id=current_user(request).pk)
    ended = run.state in ENDED
    context = shown(run)
    if wants_json(request):
        return JsonResponse(as_json(run, context))
    lesson, part = lesson_of(request, run)
    context |= {
        "lesson": lesson,
        "part": part,
        "lines": lines_of(run) if ended else [],
        "refresh": not ended,
    }
    response = render(request, "course/run.html", context)
    response["X-Robots-Tag"] = "noindex"
    if not ended:
        response["Refresh"] = str(REFRESH_SECONDS)
    return response


@never_cache
@login_required
@require_safe
def figure(request: HttpRequest, number: int, figure: int) -> HttpResponse:
    """A figure of the learner's run as PNG."""
    rows = Figure.objects.filter(run__learner_id=current_user(request).pk)
    row = get_object_or_404(rows, run=number, number=figure)
    return HttpResponse(bytes(row.png), content_type="image/png")


def as_json(run: Run, context: dict[str, Any]) -> dict[str, Any]:
    """Return HTML and completions for the lesson page's script."""
    result = run.result or {}
    return {
        "ended": run.state in ENDED,
        "html": render_to_string("course/_run.html", context),
        "said": context["said"],
        "line": result.get("line"),
        "solved": result.get("solved") is True,
        "moments": moments(context["gained"]),
    }


def moments(gained: dict[str, Any]) -> list[dict[str, str]]:
    """Return the celebrations, in the reader's language."""
    found = celebrations_named(gained.get("level"), gained.get("achievements", ()))
    return [each.as_json() for each in found]


def shown(run: Run) -> dict[str, Any]:
    """Return the context of course/_run.html."""
    result = run.result or {}
    gained: dict[str, Any] = {}
    if run.kind == Run.Kind.CHECK and result.get("solved") is True:
        tries = CheckedTry.objects.filter(learner=run.learner_id, run=run.pk)
        gained = tries.values_list("gained", flat=True).first() or {}
    return {
        "run": run,
        "result": result,
        "done": run.state == Run.State.DONE,
        "said": said(run),
        "good": run.state == Run.State.DONE and is_good(run),
        "figures": figures_of(run) if result.get("figures") else [],
        "gained": gained,
    }


def is_good(run: Run) -> bool:
    """Return whether the run had the intended result."""
    result = run.result or {}
    return bool(result.get("solved") if run.kind == Run.Kind.CHECK else result.get("ended") == "ok")


def said(run: Run) -> str:
    """Return one sentence about the run's state or result."""
    if run.state == Run.State.QUEUED:
        return waiting_text(run)
    if run.state == Run.State.RUNNING:
        return _("Running …")
    if run.state == Run.State.FAILED:
        return _("The code could not be run. Please try again.")
    result = run.result or {}
    if run.kind == Run.Kind.CHECK and result.get("solved"):
        return ending_words()["passed"]
    if result.get("failed"):
        return ending_words()["failed"] % {"message": message_in(result["failed"])}
    return ending_text(result)


def waiting_text(run: Run) -> str:
    """Return the queue position, or that no machine runs code."""
    if not queue.is_served():
        return away_text()
    place = queue.place(run)
    if place <= 1:
        return _("You are next.")
    return _("Waiting: number %(place)d in the queue") % {"place": place}


def message_in(failed: dict[str, str]) -> str:
    """Return an assert's message in the reader's language, else in any."""
    return failed.get(get_language() or "") or failed.get("") or next(iter(failed.values()), "")


def ending_words() -> dict[str, str]:
    """Return the sentences of `said` and `ending_text`, for results that a browser shows itself."""
    return {
        "passed": _("Passed: everything that was checked is right."),
        "failed": _("Not yet: %(message)s"),
        "ok": _("Done in %(seconds)s s"),
        "errorLine": _("Error in line %(line)d: %(error)s"),
        "error": _("Error: %(error)s"),
        "time": _("Stopped after %(seconds)s s: that is too long."),
        "memory": _("Stopped: it needed too much memory."),
        "output": _("Stopped: it printed too much."),
        "killed": _("Stopped: the program ended unexpectedly."),
    }


def ending_text(result: dict[str, Any]) -> str:
    """Return how a program ended, as text."""
    ended = result.get("ended") or ""
    name = "errorLine" if ended == "error" and result.get("line") else ended
    words = ending_words()
    return words.get(name, words["killed"]) % {
        "seconds": f"{result.get('seconds', 0):.1f}",
        "line": result.get("line") or 0,
        # Its first line; the output has all of it.
        "error": (result.get("error") or "").partition("\n")[0],
    }


def figures_of(run: Run) -> list[Drawn]:
    """Return the run's figures with width and height from the PNG header."""
    rows = Figure.objects.filter(run=run).order_by("number")
    return [
        Drawn(reverse("run-figure", args=[run.pk, row.number]), *png_size(bytes(row.png[:24])))
        for row in rows
    ]


def png_size(head: bytes) -> tuple[int, int]:
    """Return width and height from the first 24 bytes; zero if they are missing."""
    return struct.unpack(">II", head[16:24]) if len(head) == 24 else (0, 0)


def lesson_of(request: HttpRequest, run: Run) -> tuple[Lesson | None, str]:
    """Return the run's lesson if the learner may see it, and the part of it."""
    uid, _hash, part = run.key.partition("#")
    known = part == EXERCISE or part.startswith(SAMPLE)
    rows = Lesson.objects.visible_to(request.user).select_related("quest")
    return (rows.filter(uid=uid).first() if known else None), part


def lines_of(run: Run) -> list[Line]:
    """Return the learner's code by line, with the failing one marked."""
    failed = (run.result or {}).get("line")
    lines = run.files["code"].split("\n")
    return [Line(number, text, number == failed) for number, text in enumerate(lines, 1)]
