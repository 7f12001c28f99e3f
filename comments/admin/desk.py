"""Base classes of the moderators' admin: every change is an action with a reason.

An action has a page that says what it does to which rows and asks for a reason or reply, then calls
one domain function per row.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import ngettext

from accounts.params import parse_int
from accounts.readonly_admin import ReadOnlyAdmin
from comments.admin import beside
from comments.errors import Refused
from comments.visibility import is_moderator

MOST_AT_ONCE = 100
FILTERS = "_changelist_filters"  # Django's own name for the list that a page was reached from
Apply = Callable[[HttpRequest, Any, dict[str, Any]], None]


@dataclass(frozen=True)
class DeskAction:
    """An action of the desk: its label, key, form and function."""

    label: Any
    form: type
    apply: Apply
    key: str = ""
    stays: bool = False  # on the row that it was done to, which waits as before
    beside: bool = False  # a link of its own beside each text of the list


class DeskAdmin(ReadOnlyAdmin):
    """Base admin: rows can be viewed and changed by actions only, and never deleted."""

    acts: dict[str, DeskAction] = {}
    change_form_template = "admin/comments/desk_row.html"
    change_list_template = "admin/comments/desk_list.html"
    list_per_page = 50
    show_full_result_count = False

    class Media:
        css = {"all": ["css/comments-desk.css"]}
        js = ["js/comments/desk.js"]

    def get_queryset(self, request: HttpRequest) -> Any:
        """Rows that the moderator may see."""
        return super().get_queryset(request).visible_to(request.user)  # type: ignore[attr-defined]

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """The desk actions as list actions."""
        if not is_moderator(request.user):
            return {}
        return {name: (_on_ticked(name), name, act.label) for name, act in self.acts.items()}

    def get_urls(self) -> list[URLPattern]:
        """Add the URL of the action page."""
        view = self.admin_site.admin_view(self.act_view)
        return [path("act/<str:name>/", view, name=self.act_url_name()), *super().get_urls()]

    def act_url_name(self) -> str:
        """The URL name of the action page."""
        return f"comments_{self.opts.model_name}_act"

    def act_url(self, name: str, ids: Any, filters: str) -> str:
        """Return the action page's URL for these rows.

        `filters` are those of the list to return to.
        """
        query = {"ids": ",".join(str(pk) for pk in ids), FILTERS: filters}
        url = reverse(f"admin:{self.act_url_name()}", args=[name])
        return f"{url}?{urlencode({name: text for name, text in query.items() if text})}"

    def acts_for(self, row_id: str) -> dict[str, DeskAction]:
        """Return the actions available for a row."""
        return self.acts

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Render the list with the model's name as title."""
        context = {"title": capfirst(self.opts.verbose_name_plural), **(extra_context or {})}
        if is_moderator(request.user):
            act_url = reverse(f"admin:{self.act_url_name()}", args=["NAME"])
            undo = reverse("admin:comments_auditentry_act", args=["undo"])
            context |= {"acts": self.acts, "act_url": act_url, "undo": undo}
        return super().changelist_view(request, context)

    def get_list_display(self, request: HttpRequest) -> tuple[Any, ...]:
        """The columns; for moderators, the acts stand with each text."""
        columns = tuple(super().get_list_display(request))
        if not is_moderator(request.user) or not any(act.beside for act in self.acts.values()):
            return columns
        number, text, *others = columns
        return (number, beside.column(self, str(text), request.GET.urlencode()), *others)

    def changeform_view(
        self, request: HttpRequest, object_id: Any = None, form_url: str = "", extra: Any = None
    ) -> HttpResponse:
        """Render a row with links to its actions."""
        filters = request.GET.get(FILTERS, "")
        links = [
            {"url": self.act_url(name, [object_id], filters), "label": act.label, "key": act.key}
            for name, act in self.acts_for(object_id or "").items()
            if is_moderator(request.user)
        ]
        context = {"title": capfirst(self.opts.verbose_name), **(extra or {}), "acts": links}
        return super().changeform_view(request, object_id, form_url, context)

    def act_view(self, request: HttpRequest, name: str) -> HttpResponse:
        """Ask for confirmation, then apply. Raises PermissionDenied for non-moderators; Http404."""
        if not is_moderator(request.user):
            raise PermissionDenied
        if name not in self.acts:
            raise Http404
        act, rows = self.acts[name], self.ticked(request)
        form = act.form(request.POST if request.method == "POST" else None)
        beside.prepare(form, request, rows)
        if request.method != "POST" or not form.is_valid():
            return self.act_page(request, act, rows, form)
        last = beside.newest_entry()
        done, problems = self.apply(request, act, rows, form.cleaned_data)
        text = ngettext("%(n)d row: %(act)s.", "%(n)d rows: %(act)s.", done)
        told = text % {"n": done, "act": act.label} if done else ""
        if beside.is_fetch(request):
            return beside.answer(request, told, problems, last)
        for problem in problems:
            messages.error(request, problem)
        if told:
            messages.success(request, told)
        return redirect(self.after(request, act, rows))

    def after(self, request: HttpRequest, act: DeskAction, rows: list[Any]) -> str:
        """Redirect to the filtered list, or back to the row."""
        filters, base = request.GET.get(FILTERS, ""), f"admin:comments_{self.opts.model_name}"
        if act.stays and len(rows) == 1:
            query = urlencode({FILTERS: filters}) if filters else ""
            return f"{reverse(f'{base}_change', args=[rows[0].pk])}?{query}"
        return f"{reverse(f'{base}_changelist')}?{filters}"

    def ticked(self, request: HttpRequest) -> list[Any]:
        """Return the selected rows that the person may see. Raises Http404 if there are none."""
        parts = request.GET.get("ids", "").split(",")[:MOST_AT_ONCE]
        ids = [number for part in parts if (number := parse_int(part)) is not None]
        rows = list(self.get_queryset(request).filter(pk__in=ids).order_by("pk"))
        if not rows:
            raise Http404
        return rows

    def apply(
        self, request: HttpRequest, act: DeskAction, rows: list[Any], data: Any
    ) -> tuple[int, list[str]]:
        """Apply the action to each row. Returns how many were changed, and why others were not."""
        done, problems = 0, []
        for row in rows:
            try:
                act.apply(request, row, data)
                done += 1
            except Refused as refused:
                problems.append(f"{row}: {refused}")
        return done, problems

    def act_page(
        self, request: HttpRequest, act: DeskAction, rows: list[Any], form: Any
    ) -> HttpResponse:
        """Render the page that asks for the reason or reply."""
        context = {
            **self.admin_site.each_context(request),
            "title": act.label,
            "opts": self.opts,
            "rows": rows,
            "form": form,
            "media": self.media,
            "searches": hasattr(form, "look_for"),
            **beside.texts_for(form),
        }
        status = 400 if form.is_bound else 200
        part = "_act_form.html" if beside.is_fetch(request) else "act.html"
        return TemplateResponse(request, f"admin/comments/{part}", context, status=status)


def format_time(at: datetime | None) -> str:
    """Return a time in the moderator's time zone; empty for None."""
    return date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT") if at else ""


def _on_ticked(name: str) -> Any:
    """Return a list action that redirects to the action page."""

    def go(model_admin: DeskAdmin, request: HttpRequest, rows: Any) -> HttpResponse:
        ids = list(rows.values_list("pk", flat=True)[:MOST_AT_ONCE])
        return redirect(model_admin.act_url(name, ids, request.GET.urlencode()))

    return go
