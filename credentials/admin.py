"""Admin of certificates: staff look one up and revoke it with a reason."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _

from accounts.readonly_admin import ReadOnlyAdmin
from credentials.issuing import revoke
from credentials.models import Certificate
from credentials.numbers import read_number


class RevokeForm(forms.Form):
    """Why a certificate is revoked; the learner is shown it."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        help_text=_("The learner sees it. Revoking can't be undone."),
    )


@admin.register(Certificate)
class CertificateAdmin(ReadOnlyAdmin):
    """Certificates, newest first."""

    list_display = ["shown_number", "kind", "title", "name", "learner", "issued_at", "revoked_at"]
    list_filter = ["kind", ("revoked_at", admin.EmptyFieldListFilter)]
    list_select_related = ["learner"]
    search_fields = ["number", "name", "learner__handle"]
    date_hierarchy = None
    ordering = ["-issued_at", "-id"]
    show_full_result_count = False
    change_form_template = "admin/credentials/certificate.html"
    fields = [
        *("shown_number", "kind", "title", "quest_title", "learner", "name", "public"),
        *("finished_on", "issued_at", "minutes", "questions_right", "questions_total"),
        *("revoked_at", "reason"),
    ]
    readonly_fields = ["shown_number", "title", "quest_title"]

    @admin.display(description=_("number"), ordering="number")
    def shown_number(self, row: Certificate) -> str:
        """The number as people read it."""
        return row.shown_number

    @admin.display(description=_("title"))
    def title(self, row: Certificate) -> str:
        """The title in the active language."""
        return row.title

    @admin.display(description=_("quest"))
    def quest_title(self, row: Certificate) -> str:
        """The title of a chapter's quest."""
        return row.quest_title

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        """Take a number as it is printed, too."""
        return super().get_search_results(
            request, queryset, read_number(search_term) or search_term
        )

    def get_urls(self) -> list[URLPattern]:
        """Add the page that revokes."""
        revoking = path(
            "<int:number>/revoke/",
            self.admin_site.admin_view(self.revoke_view),
            name="credentials_certificate_revoke",
        )
        return [revoking, *super().get_urls()]

    def revoke_view(self, request: HttpRequest, number: int) -> HttpResponse:
        """Ask for the reason, then revoke; needs the permission to change certificates."""
        if not request.user.has_perm("credentials.change_certificate"):
            raise PermissionDenied
        found = Certificate.objects.valid().filter(pk=number).first()
        if found is None:
            raise Http404(_("There is no such certificate."))
        form = RevokeForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            revoke(certificate=found, reason=form.cleaned_data["reason"])
            self.log_change(request, found, f"revoked: {form.cleaned_data['reason']}")
            messages.success(request, _("The certificate is revoked."))
            return redirect(reverse("admin:credentials_certificate_change", args=[number]))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "certificate": found,
            "form": form,
            "title": _("Revoke a certificate"),
        }
        status = 400 if form.errors else 200
        return TemplateResponse(request, "admin/credentials/revoke.html", context, status=status)
