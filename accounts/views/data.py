"""Views for exporting one's data and deleting one's account."""

from allauth.account.decorators import reauthentication_required
from allauth.core.exceptions import ReauthenticationRequired
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.deletion import cancel_deletion, request_deletion
from accounts.export import export_zip
from accounts.forms.settings import DeletionForm
from accounts.people import current_user
from accounts.registry import restarts
from accounts.views.settings import page


@login_required
def data(request: HttpRequest) -> HttpResponse:
    """Page with the export, starting over and account deletion."""
    found = [each for of in restarts.values() for each in of(current_user(request))]
    context = {"restarts": found, "download": "download" in request.GET}
    return render(request, "accounts/settings/data.html", context)


@login_required
def download(request: HttpRequest) -> HttpResponse:
    """Return the learner's data as a ZIP file.

    Whoever has to confirm the password first comes back to the page, which then asks for the file:
    a browser that gets a file stays on the form that it sent.
    """
    try:
        return zip_file(request)
    except ReauthenticationRequired:
        onward = urlencode({"next": f"{reverse('settings-data')}?download=1"})
        return redirect(f"{reverse('account_reauthenticate')}?{onward}")


@reauthentication_required
def zip_file(request: HttpRequest) -> HttpResponse:
    """Return the file. Raises ReauthenticationRequired."""
    response = HttpResponse(export_zip(current_user(request)), content_type="application/zip")
    name = f"{current_user(request).public_id}-{timezone.localdate():%Y-%m-%d}.zip"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@login_required
@reauthentication_required
def delete(request: HttpRequest) -> HttpResponse:
    """Ask for confirmation, then schedule the account's deletion in seven days."""
    form = DeletionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        keep = form.cleaned_data["comments"] == "keep"
        request_deletion(user=current_user(request), keep_comments=keep)
        messages.warning(request, _("Your account will be deleted in 7 days."))
        return redirect("settings-data")
    return page(request, "delete", form)


@login_required
@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """Cancel a requested deletion."""
    cancel_deletion(user=current_user(request))
    messages.success(request, _("Your account stays. Welcome back!"))
    return redirect("settings-data")
