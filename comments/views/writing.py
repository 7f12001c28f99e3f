"""Write, preview, edit and delete comments."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.people import signed_in
from comments import access, editing, networks, permalinks, posting
from comments.errors import EditConflict, Refused
from comments.forms import CommentForm, EditForm, new_token
from comments.models import MAX_LENGTH, Comment, Thread
from comments.pages import single_node
from comments.rendering import render as render_comment
from markup import MarkupError

MOST_PREVIEWS = 600


@require_GET
def comment(request: HttpRequest, comment_id: int) -> HttpResponse:
    """The permalink: sends on to the page that shows the comment."""
    found = access.get_comment(request.user, comment_id)
    return redirect(permalinks.url_of(found, request.user))


@login_required
@require_http_methods(["GET", "POST"])
def write(request: HttpRequest, thread_id: int) -> HttpResponse:
    """A new comment at the end of a thread."""
    return written(request, access.get_thread(request.user, thread_id), None)


@login_required
@require_http_methods(["GET", "POST"])
def reply(request: HttpRequest, comment_id: int) -> HttpResponse:
    """A reply; `?quote=1` starts with the comment quoted."""
    parent = access.get_comment(request.user, comment_id)
    return written(request, parent.thread, parent)


def written(request: HttpRequest, thread: Thread, parent: Comment | None) -> HttpResponse:
    """Show the form, a preview, what is wrong, or post and go to the comment."""
    if request.method == "GET":
        text = quoted(parent) if parent and "quote" in request.GET else ""
        return form_page(request, thread, parent, body=text, token=new_token())
    form = CommentForm(request.POST)
    body, token = request.POST.get("body", ""), request.POST.get("token", "")
    if "preview" in request.POST:
        return form_page(request, thread, parent, body=body, token=token, preview=True)
    if not form.is_valid():
        errors = first_error(form)
        return form_page(request, thread, parent, body=body, token=token, error=errors, status=400)
    try:
        networks.count_attempt("post", networks.network_of(request), networks.MOST_COMMENTS)
        posted = posting.post(
            thread=thread,
            author=signed_in(request),
            body=form.cleaned_data["body"],
            language=get_language(),
            token=str(form.cleaned_data["token"]),
            parent=parent,
        )
    except Refused as refused:
        return form_page(
            request, thread, parent, body=body, token=token, error=str(refused),
            status=refused.status,
        )  # fmt: skip
    return after_posting(request, posted)


def after_posting(request: HttpRequest, posted: Comment) -> HttpResponse:
    """Go to the comment; say so when it waits for a moderator."""
    if posted.status == Comment.Status.HELD:
        messages.info(request, _("Thank you! A moderator looks at your comment before it shows."))
    return redirect(permalinks.url_of(posted, request.user))


def form_page(
    request: HttpRequest,
    thread: Thread,
    parent: Comment | None,
    *,
    body: str,
    token: str,
    error: str = "",
    preview: bool = False,
    status: int = 200,
) -> HttpResponse:
    """The page with the form; nothing that was typed is lost. A part only when a script asks."""
    context: dict[str, Any] = {
        "thread": thread,
        "parent": single_node(parent, request.user) if parent else None,
        "body": body,
        "token": token or new_token(),
        "error": error,
        "max_length": MAX_LENGTH,
        "page_url": permalinks.localised(thread),
    }
    if preview:
        context.update(preview_of(body))
    part = request.headers.get("X-Requested-With") == "fetch"
    template = "comments/_form.html" if part else "comments/write.html"
    return render(request, template, context, status=status)


def preview_of(body: str) -> dict[str, str]:
    """`preview`: the HTML that posting would store, or `error`."""
    try:
        return {"preview": render_comment(body, language=get_language() or "ko").html}
    except MarkupError as error:
        return {"error": str(error)}


@login_required
@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """What a text will look like, as a fragment for the form's script."""
    try:
        networks.count_attempt("preview", networks.network_of(request), MOST_PREVIEWS)
    except Refused as refused:
        return HttpResponse(str(refused), status=refused.status, content_type="text/plain")
    return render(request, "comments/_preview.html", preview_of(request.POST.get("body", "")))


@login_required
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, comment_id: int) -> HttpResponse:
    """Change one's own comment; two edits at once are shown side by side."""
    found = access.get_own_comment(request.user, comment_id)
    if request.method == "GET":
        return edit_page(request, found, body=found.body, version=found.version)
    form = EditForm(request.POST)
    typed = {"body": request.POST.get("body", ""), "version": request.POST.get("version", "")}
    if not form.is_valid():
        return edit_page(request, found, **typed, error=first_error(form), status=400)
    text, version = form.cleaned_data["body"], form.cleaned_data["version"]
    try:
        networks.count_attempt("post", networks.network_of(request), networks.MOST_COMMENTS)
        changed = editing.edit(
            comment=found, editor=signed_in(request), body=text, seen_version=version
        )
    except EditConflict as conflict:
        now = {"version": conflict.version, "current": conflict.current}
        return edit_page(
            request, found, body=text, **now, error=str(conflict), status=conflict.status
        )
    except Refused as refused:
        return edit_page(request, found, **typed, error=str(refused), status=refused.status)
    return after_posting(request, changed)


def edit_page(
    request: HttpRequest, comment: Comment, *, status: int = 200, **context: Any
) -> HttpResponse:
    """The form with the text as it was typed, and on a conflict the saved one beside it."""
    context.update(comment=comment, thread=comment.thread, max_length=MAX_LENGTH)
    return render(request, "comments/edit.html", context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def delete(request: HttpRequest, comment_id: int) -> HttpResponse:
    """Delete one's own comment, after a question."""
    found = access.get_own_comment(request.user, comment_id)
    if request.method == "GET":
        node = single_node(found, request.user)
        return render(request, "comments/delete.html", {"node": node, "thread": found.thread})
    editing.delete(comment=found)
    messages.success(request, _("Your comment is deleted."))
    return redirect(f"{permalinks.localised(found.thread)}#comments")


def quoted(comment: Comment) -> str:
    """The comment as a Markdown quotation, to answer below; at most ten lines."""
    lines = comment.body.strip().splitlines()[:10]
    return "\n".join(f"> {line}".rstrip() for line in lines) + "\n\n"


def first_error(form: Any) -> str:
    """The first thing that is wrong with a form."""
    return next(str(error) for errors in form.errors.values() for error in errors)
