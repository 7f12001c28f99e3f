"""Acts beside the text: the desk's lists do without leaving what the action pages do."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.params import clean_text
from accounts.people import current_user
from comments.desk.undoing import UNDOABLE
from comments.models import AuditEntry, CannedReply

REASONS = (
    gettext_lazy("Advertising"),
    gettext_lazy("Insulting"),
    gettext_lazy("Off topic"),
    gettext_lazy("Personal data"),
    gettext_lazy("Gives the answer away"),
)


def is_fetch(request: HttpRequest) -> bool:
    """Whether the list's script asks, which shows the answer where it is."""
    return request.headers.get("X-Requested-With") == "fetch"


def column(model_admin: Any, text: str, filters: str) -> Any:
    """Return the column `text` with links to the acts below each text."""
    show = getattr(model_admin, text)
    acts = {name: act for name, act in model_admin.acts.items() if act.beside}

    @admin.display(description=show.short_description)
    def beside(row: Any) -> SafeString:
        links = format_html_join(
            " ",
            '<a class="desk-act" href="{}" data-act="{}">{}</a>',
            ((model_admin.act_url(name, [row.pk], filters), name, act.label)
             for name, act in acts.items()),
        )  # fmt: skip
        below = format_html('<span class="desk-acts" data-row="{}">{}</span>', row.pk, links)
        return show(row) + below

    return beside


def prepare(form: Any, request: HttpRequest, rows: list[Any]) -> None:
    """Let a form that searches look for what was asked."""
    if hasattr(form, "look_for"):
        form.look_for(clean_text(request.GET.get("q", "")).strip()[:100], rows, request.user)


def texts_for(form: Any) -> dict[str, Any]:
    """Return what may be put into the form's text by one press."""
    if "reply" in form.fields:
        return {"canned": [(each.title, each.text) for each in CannedReply.objects.all()]}
    if "reason" in form.fields:
        return {"canned": [(str(each), str(each)) for each in REASONS]}
    return {}


def newest_entry() -> int:
    """Return the number of the newest audit entry, 0 without any."""
    return AuditEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def answer(request: HttpRequest, told: str, problems: list[str], last: int) -> HttpResponse:
    """Tell the list's script what was done, and which entries undo it."""
    own = AuditEntry.objects.filter(pk__gt=last, actor=current_user(request), action__in=UNDOABLE)
    undo = list(own.filter(undoes=None).order_by("-pk").values_list("pk", flat=True))
    if not told and not problems:
        problems = [_("Nothing was changed.")]
    return JsonResponse({"told": told, "problems": problems, "undo": undo})
