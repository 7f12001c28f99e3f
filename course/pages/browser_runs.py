"""Code that runs in the reader's browser: what its page and its worker need."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from course.content.programs import EXERCISE, programs_of
from course.models import LessonText
from course.pages.offline import static_text
from course.pages.runs import ending_words
from runner.environment import INSIDE
from runner.limits import OUTPUT_STOP, Limits
from runner.pyodide import FILES, URL

WORKER = "js/python-worker.js"
STARTING_SECONDS = 120  # without an answer from the worker, however slow the network is


def browser_page(text: LessonText) -> dict[str, Any]:
    """Return what the lesson page tells its script: programs, limits and words."""
    programs = list(programs_of(text))
    limits = Limits()
    return {
        "before": {each.part: list(each.before) for each in programs if each.part != EXERCISE},
        "check": next((each.check for each in programs if each.part == EXERCISE), ""),
        "limits": {
            "seconds": limits.wall_seconds,
            "output": limits.output,
            "stop": OUTPUT_STOP,
            "starting": STARTING_SECONDS,
        },
        "files": [f"{URL}{name}" for name in FILES],
        "words": ending_words()
        | {
            "loading": _("Loading Python …"),
            "running": _("Running …"),
            "unloaded": _(
                "Python could not be loaded. Your code is kept; "
                "please try again when you are online."
            ),
            "printed": _("Output"),
            "cut": _("The rest of the output is cut off."),
            "nothing": _("The code printed nothing."),
        },
    }


@never_cache
def worker(request: HttpRequest) -> HttpResponse:
    """The worker that runs Python, with a policy of its own.

    Only here may WebAssembly be compiled, and nothing but Pyodide's own files can be fetched.
    """
    setup = {"url": URL, "jobs": (INSIDE / "jobs.py").read_text()}
    source = f"const SETUP = {json.dumps(setup)};\n{static_text(WORKER)}"
    response = HttpResponse(source, content_type="text/javascript; charset=utf-8")
    files = request.build_absolute_uri(URL)
    response["Content-Security-Policy"] = (
        f"default-src 'none'; script-src {files} 'wasm-unsafe-eval'; connect-src {files}"
    )
    return response
