"""Pages of certificates: the learner's own, issuing one, and the certificate itself."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.people import current_user
from accounts.ratelimit import limited
from course.progress.reading import progress_of
from credentials.access import own_certificate, visible_certificate
from credentials.badges.keys import can_sign
from credentials.codes import inline_code
from credentials.finished import Scope, course_of, finish_of, pages_of
from credentials.forms import CertificateForm
from credentials.issuing import NotFinished, change, issue
from credentials.listing import ready_for
from credentials.models import Certificate, in_language

GONE = 410
counted = limited("certificates", most=60)


@require_safe
@login_required
def certificates(request: HttpRequest) -> HttpResponse:
    """The learner's certificates, and what they could have one for."""
    learner = current_user(request)
    issued = list(Certificate.objects.of(learner))
    context = {
        "certificates": issued,
        "ready": ready_for(learner, issued, get_language() or ""),
        "section": "achievements",
    }
    return render(request, "credentials/certificates.html", context)


@login_required
@counted
def new_certificate(request: HttpRequest, kind: str, uid: str) -> HttpResponse:
    """Ask for name and visibility, then issue; an issued certificate is shown instead."""
    if kind not in Certificate.Kind.values:
        raise Http404(_("There is no such certificate."))
    learner, scope = current_user(request), Scope(kind, uid)
    issued = Certificate.objects.filter(learner=learner, kind=kind, uid=uid).first()
    if issued:
        return redirect(issued)
    form = CertificateForm(request.POST or None, learner=learner, initial={"name": learner.name})
    if request.method == "POST" and form.is_valid():
        return issued_or_told(request, learner, scope, form)
    return ask(request, learner, scope, form)


def issued_or_told(
    request: HttpRequest, learner: User, scope: Scope, form: CertificateForm
) -> HttpResponse:
    """Issue the certificate and redirect to it, or say with 409 that a lesson is still open."""
    chosen = form.cleaned_data
    try:
        certificate, _new = issue(
            learner=learner, scope=scope, name=chosen["name"], public=chosen["public"]
        )
    except NotFinished:
        return ask(request, learner, scope, form, status=409)
    return redirect(certificate)


def ask(
    request: HttpRequest, learner: User, scope: Scope, form: CertificateForm, status: int = 200
) -> HttpResponse:
    """Render the form, or what is still open. Raises Http404 for an unknown scope."""
    progress = progress_of(learner)
    pages = pages_of(progress.known, scope)
    course = course_of(scope, pages) if pages else None
    if course is None:
        raise Http404(_("There is no such certificate."))
    title, language = in_language(course.titles)
    context: dict[str, Any] = {
        "form": form,
        "finish": finish_of(progress, scope),
        "kind": scope.kind,
        "title": title,
        "title_language": language,
        "left": sum(not progress.is_done(page.uid) for page in pages),
        "back": pages[0].quest_slug,
    }
    status = 400 if form.errors else status
    return render(request, "credentials/new.html", context, status=status)


@require_safe
def certificate(request: HttpRequest, number: str) -> HttpResponse:
    """A certificate; 410 for a revoked one, which no longer shows what it said."""
    found = visible_certificate(number=number, viewer=request.user)
    context = {"certificate": found, "own": found.learner == request.user and found.learner}
    if found.revoked_at:
        return render(request, "credentials/revoked.html", context, status=GONE)
    return render(request, "credentials/certificate.html", {**context, **shown(found)})


def shown(certificate: Certificate) -> dict[str, object]:
    """Return what the page of a valid certificate needs besides."""
    return {"signs": can_sign(), "code": inline_code(certificate)}


@login_required
@counted
def choices(request: HttpRequest, number: str) -> HttpResponse:
    """Change the name on a certificate, and who may see it."""
    learner = current_user(request)
    found = own_certificate(number=number, learner=learner)
    if found.revoked_at:
        return redirect(found)
    now = {"name": found.name, "public": found.public}
    form = CertificateForm(request.POST or None, learner=learner, initial=now)
    if request.method == "POST" and form.is_valid():
        change(certificate=found, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect(found)
    context = {"form": form, "certificate": found}
    status = 400 if form.errors else 200
    return render(request, "credentials/choices.html", context, status=status)
