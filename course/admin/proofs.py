"""Pages on which one author reads what another wrote; there with the setting PROOFREADING alone."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.params import clean_text, parse_int
from course.admin.access import author_of, lesson_or_404, page, studio, title_of
from course.authoring import proofs
from course.authoring.proof_notices import authors
from course.authoring.rendering import resolvers_for
from course.content import rendering
from course.content.resolvers import Resolvers
from course.models import Lesson, ProofComment
from markup import MarkupError

View = Callable[..., HttpResponse]
MOST_TEXT, MOST_NOTE = 2_000, 300


def proofreading(view: View) -> View:
    """Decorator: 404 without the setting, otherwise as every page of the studio."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.PROOFREADING:
            raise Http404
        return view(request, *args, **kwargs)

    return studio(guarded)


def told(request: HttpRequest, done: str, act: Callable[[], Any]) -> None:
    """Do it and say so, or say why not."""
    try:
        act()
    except proofs.NotNow as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, done)


@proofreading
def read(request: HttpRequest, number: int) -> HttpResponse:
    """Show the lesson paragraph by paragraph, with the remarks on each."""
    lesson = lesson_or_404(number)
    proof = proofs.open_proof(lesson)
    comments = list(proof.comments.select_related("author").order_by("pk")) if proof else []
    texts = sorted(lesson.texts.all(), key=lambda row: row.language != lesson.quest.source_language)
    context = {
        "lesson": lesson,
        "proof": proof,
        "authors": [] if proof else authors().exclude(pk=author_of(request).pk),
        "is_own": proof is not None and proof.author_id == request.user.pk,
        "languages": [shown(row, comments, lesson) for row in texts],
        "waiting": sum(each.resolved_at is None for each in comments),
        "most_text": MOST_TEXT,
        "most_note": MOST_NOTE,
    }
    title = title_of(texts, get_language(), lesson.slug)
    return render(request, "admin/course/proof.html", page(request, title, **context))


def shown(text: Any, comments: list[ProofComment], lesson: Lesson) -> dict[str, Any]:
    """Return a text's paragraphs as they read, with their remarks."""
    found, gone = proofs.remarked(text, comments)
    resolvers = resolvers_for(lesson, text.language)  # one for all: it remembers what it read
    return {
        "text": text,
        "paragraphs": [(each, html_of(each.text, text.language, resolvers)) for each in found],
        "gone": gone,
    }


def html_of(source: str, language: str, resolvers: Resolvers) -> str:
    """Return a paragraph as on its page; "" for one that can't stand alone."""
    try:
        found = rendering.render(source, "body", language, resolvers).html
    except MarkupError:
        return ""
    # Each is rendered as if it stood alone, so two tables would be landmarks of the same name.
    return found.replace('role="region"', 'role="group"')


@proofreading
@require_POST
def act(request: HttpRequest, number: int, name: str) -> HttpResponse:
    """Ask, remark, resolve, approve or close; then back to the page."""
    lesson = lesson_or_404(number)
    proof = proofs.open_proof(lesson)
    author, data = author_of(request), request.POST
    if name == "ask":
        ask(request, lesson)
    elif proof is None:
        messages.error(request, _("Nobody was asked to read this lesson."))
    elif name == "remark":
        values: dict[str, Any] = {
            "language": data.get("language", ""),
            "number": parse_int(data.get("paragraph", "")) or 0,
            "text": clean_text(data.get("text", ""))[:MOST_TEXT],
        }
        told(request, _("Saved."), lambda: proofs.remark(proof=proof, author=author, **values))
    elif name == "resolve":
        row = get_object_or_404(proof.comments, pk=parse_int(data.get("comment", "")) or 0)
        told(request, _("Saved."), lambda: proofs.resolve(comment=row))
    elif name == "approve":
        version = parse_int(data.get("version", "")) or 0
        done = _("Approved.")
        told(request, done, lambda: proofs.approve(proof=proof, by=author, version=version))
    elif name == "close":
        told(request, _("Closed."), lambda: proofs.close(proof=proof))
    else:
        raise Http404
    return redirect("admin:lesson-proof", number)


def ask(request: HttpRequest, lesson: Lesson) -> None:
    """Ask the chosen author, or any other one."""
    note = clean_text(request.POST.get("note", "")).strip()[:MOST_NOTE]
    whom = request.POST.get("whom", "")
    asked = (parse_int(whom) or 0) if whom else None
    author = author_of(request)
    told(
        request,
        _("Asked."),
        lambda: proofs.ask(lesson=lesson, author=author, asked=asked, note=note),
    )
