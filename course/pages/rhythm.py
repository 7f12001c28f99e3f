"""The settings page of goal and reminders."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.people import current_user
from course.pages.rhythm_form import RhythmForm


@login_required
def settings_page(request: HttpRequest) -> HttpResponse:
    """Goal of the day, reminder, quiet hours; status 400 when the form has errors."""
    # A copy of the row, so that a rejected form doesn't change the header.
    learner = User.objects.get(pk=current_user(request).pk)
    form = RhythmForm(request.POST or None, learner=learner)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("settings-rhythm")
    status = 400 if form.errors else 200
    return render(request, "course/settings_rhythm.html", {"form": form}, status=status)
