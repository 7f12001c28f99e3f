"""Views to write, preview, edit and delete comments."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.handles import is_random
from accounts.people import current_user
from comments import access, networks
from comments.conversation import editing, permalinks, posting
from comments.conversation.pages import single_node
from comments.conversation.rendering import render as render_comment
from comments.errors import EditConflict, Refused
from comments.forms import CommentForm, EditForm, new_token
from comments.models import MAX_LENGTH, Comment, Thread
from markup import MarkupError

MOST_PREVIEWS = 600


@require_GET
def comment(request: HttpRequest, comment_id: int) -> HttpResponse:
    """The permalink: redirects to the page that shows the comment."""
    found = access.get_comment(request.user, comment_id)
    return redirect(permalinks.url_of(found, request.user))


@login_required
@require_http_methods(["GET", "POST"])
def write(request: HttpRequest, thread_id: int) -> HttpResponse:
    """Post a comment at the end of a thread."""
    return written(request, access.get_thread(request.user, thread_id), None)


@login_required
@require_http_methods(["GET", "POST"])
def reply(request: HttpRequest, comment_id: int) -> HttpResponse:
    """Post a reply; `?quote=1` quotes the comment in the form."""
    parent = access.get_comment(request.user, comment_id)
    return written(request, parent.thread, parent)


def written(request: HttpRequest, thread: Thread, parent: Comment | None) -> HttpResponse:
    """Show the form, a preview or errors, or post and redirect to the comment."""
    if request.method == "GET":
        text = quoted(parent) if parent and "quote" in request.GET else ""
        return form_page(request, thread, parent, body=text, token=new_token())
    form = CommentForm(request.POST)
    body, token = request.POST.get("body", ""), request.POST.get("token", "")
    if "preview" in request.POST:
        return previewed(request, thread, parent, body=body, token=token)
    if not form.is_valid():
        errors = first_error(form)
        return form_page(request, thread, parent, body=body, token=token, error=errors, status=400)
    try:
        networks.count_attempt("post", networks.network_of(request), networks.MOST_COMMENTS)
        posted = posting.post(
            thread=thread,
            author=current_user(request),
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


def previewed(
    request: HttpRequest, thread: Thread, parent: Comment | None, *, body: str, token: str
) -> HttpResponse:
    """Show the form with a preview, which counts as one of the script's."""
    given: dict[str, Any] = {"body": body, "token": token}
    try:
        networks.count_attempt("preview", networks.network_of(request), MOST_PREVIEWS)
    except Refused as refused:
        return form_page(
            request, thread, parent, **given, error=str(refused), status=refused.status
        )
    return form_page(request, thread, parent, **given, preview=True)


def after_posting(request: HttpRequest, posted: Comment) -> HttpResponse:
    """Redirect to the comment, with a message if it is held."""
    if posted.status == Comment.Status.HELD:
        text = _("Thank you! A moderator looks at your comment first. Until then only you see it.")
        messages.info(request, text)
    shown = permalinks.url_of(posted, request.user)
    if wants_name(posted):
        return redirect(f"{reverse('settings-name')}?{urlencode({'next': shown})}")
    return redirect(shown)


def wants_name(posted: Comment) -> bool:
    """Return whether this is the first comment of somebody who chose no name and no handle.

    They are asked once, after it: nothing that they typed can be lost on the way.
    """
    author = posted.author
    if author is None or author.display_name or not is_random(author.handle):
        return False
    return not Comment.objects.filter(author=author).exclude(pk=posted.pk).exists()


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
    """Render the form with the entered text; only a fragment for requests by scripts."""
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
    """Return the context `preview` with the HTML that posting would store, or `error`."""
    try:
        return {"preview": render_comment(body, language=get_language() or "ko").html}
    except MarkupError as error:
        return {"error": str(error)}


@login_required
@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """Return the rendered text as a fragment for the form's script."""
    try:
        networks.count_attempt("preview", networks.network_of(request), MOST_PREVIEWS)
    except Refused as refused:
        return HttpResponse(str(refused), status=refused.status, content_type="text/plain")
    return render(request, "comments/_preview.html", preview_of(request.POST.get("body", "")))


@login_required
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, comment_id: int) -> HttpResponse:
    """Edit one's own comment; conflicting edits are shown side by side."""
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
            comment=found, editor=current_user(request), body=text, seen_version=version
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
    """Render the form with the entered text, and on a conflict the saved one beside it."""
    context.update(comment=comment, thread=comment.thread, max_length=MAX_LENGTH)
    return render(request, "comments/edit.html", context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def delete(request: HttpRequest, comment_id: int) -> HttpResponse:
    """Ask for confirmation, then delete one's own comment."""
    found = access.get_own_comment(request.user, comment_id)
    if request.method == "GET":
        node = single_node(found, request.user)
        return render(request, "comments/delete.html", {"node": node, "thread": found.thread})
    editing.delete(comment=found)
    messages.success(request, _("Your comment is deleted."))
    return redirect(f"{permalinks.localised(found.thread)}#comments")


def quoted(comment: Comment) -> str:
    """Return the comment as a Markdown quotation of at most ten lines."""
    lines = comment.body.strip().splitlines()[:10]
    return "\n".join(f"> {line}".rstrip() for line in lines) + "\n\n"


def first_error(form: Any) -> str:
    """Return the form's first error."""
    return next(str(error) for errors in form.errors.values() for error in errors)
