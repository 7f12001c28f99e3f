"""The lesson form: both languages side by side, live preview, drafts and conflicts."""

from contextlib import suppress
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timesince import timesince
from django.utils.translation import get_language, gettext_lazy, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.params import clean_text, parse_int
from course.admin import publication
from course.admin.access import author_of, lesson_or_404, page, studio, title_of
from course.admin.forms import LANGUAGES, LessonForms, message_of, place_of
from course.admin.list_previews import LISTS, preview_list
from course.admin.skeletons import skeletons
from course.authoring import previews
from course.authoring.diffing import compare
from course.authoring.history import field_label, source_changes
from course.authoring.rendering import Refused, misplaced, render_text
from course.authoring.saving import EditConflict, is_publicly_readable, save_lesson
from course.authoring.values import MARKDOWN, WORDS, LessonValues
from course.models import Lesson, LessonDraft
from markup import MarkupError

MOST_VERSION = 10**8
MAX_DRAFT_FIELDS = 600
NOT_OF_A_DRAFT = {"csrfmiddlewaretoken", "draft", "then"}
LABELS = {
    "slug": gettext_lazy("Address (slug)"),
    "minutes": gettext_lazy("Minutes"),
    "tags": gettext_lazy("Tags"),
    "place": gettext_lazy("Place"),
    "links": gettext_lazy("External links"),
}


@studio
def edit(request: HttpRequest, number: int) -> HttpResponse:
    """Show the form, or save it."""
    lesson = lesson_or_404(number)
    if request.method != "POST":
        return show_form(request, lesson)
    forms = LessonForms(lesson, request.POST)
    if not forms.is_valid():
        return show(request, lesson, forms, status=422)
    try:
        save_lesson(
            lesson=lesson,
            version=forms.shared.cleaned_data["version"],
            values=forms.values(),
            author=author_of(request),
            change_note=forms.change_note(),
        )
    except Refused as refused:
        forms.add_problems(refused)
        return show(request, lesson, forms, status=422)
    except EditConflict:
        return show_conflict(request, lesson_or_404(number), forms)
    previews.drop_draft(lesson=lesson, author=author_of(request), seen=seen_draft(request))
    messages.success(request, _("Saved."))
    if request.POST.get("then") == "publish":
        publication.carry_out(request, lesson_or_404(number), "publish")
    return redirect("admin:course_lesson_change", number)


def show_form(request: HttpRequest, lesson: Lesson) -> HttpResponse:
    """Show the stored lesson, or with `?draft` the author's unsaved draft."""
    draft = LessonDraft.objects.filter(lesson=lesson, author=author_of(request)).first()
    if draft and "draft" in request.GET:
        data = QueryDict(mutable=True)
        data.update(draft.fields)
        return show(request, lesson, LessonForms(lesson, data), opened_draft=draft)
    return show(request, lesson, LessonForms(lesson), draft=draft)


def show(
    request: HttpRequest, lesson: Lesson, forms: LessonForms, status: int = 200, **more: Any
) -> HttpResponse:
    """Render the form's page."""
    texts = list(lesson.texts.all())
    context = {
        "lesson": lesson,
        "forms": forms,
        "public": is_publicly_readable(lesson),
        "has_errors": forms.shared.is_bound and forms.has_errors(),
        "links": lesson.preview_links.working().select_related("author"),
        "stale": stale_parts(lesson),
        "pictures": lesson.quest.images.select_related("image"),
        "terms": lesson.quest.terms.order_by("key").values_list("key", flat=True),
        "used_questions": " ".join(row.name for row in lesson.questions.all()),
        "skeletons": skeletons(lesson.quest.source_language),
        "texts": texts,
        "proofreading": settings.PROOFREADING,
        "age": timesince(more["draft"].saved_at) if more.get("draft") else "",
        "stamp": more["opened_draft"].stamp if "opened_draft" in more else seen_draft(request),
        **more,
    }
    title = title_of(texts, get_language(), lesson.slug)
    return render(
        request, "admin/course/lesson.html", page(request, title, **context), status=status
    )


def stale_parts(lesson: Lesson) -> dict[str, Any]:
    """Return per translation the source paragraphs that changed since it was made."""
    texts = {row.language: row for row in lesson.texts.all()}
    source = texts.get(lesson.quest.source_language)
    if source is None:
        return {}
    changes = {
        code: source_changes(row, source) for code, row in texts.items() if row is not source
    }
    return {code: found for code, found in changes.items() if found}


def show_conflict(request: HttpRequest, lesson: Lesson, forms: LessonForms) -> HttpResponse:
    """Show both versions after a conflict, with the author's own text back in the form."""
    more: dict[str, Any] = {}
    # The draft of another tab stays; this text stands in the form.
    with suppress(previews.OtherDraft):
        more["opened_draft"] = keep(request, lesson)
    theirs, mine = dict(LessonValues.of(lesson).lines()), dict(forms.values().lines())
    if forms.shared.move():
        chosen = forms.shared.cleaned_data
        theirs["place"] = f"{lesson.chapter} · {lesson.position}"
        mine["place"] = f"{chosen['chapter']} · {chosen['position']}"
    names = [name for name in theirs | mine if theirs.get(name, "") != mine.get(name, "")]
    versions = [
        {
            "name": label_of(name),
            "theirs": theirs.get(name, ""),
            "mine": mine.get(name, ""),
            "blocks": compare(theirs.get(name, ""), mine.get(name, "")),
        }
        for name in names
    ]
    data = request.POST.copy()
    data["version"], data["place"] = str(lesson.version), place_of(lesson)
    if forms.shared.move() is None:
        data["chapter"], data["position"] = str(lesson.chapter_id), str(lesson.position)
    bound = LessonForms(lesson, data)
    last = max(
        (row.history.select_related("history_user").first() for row in lesson.texts.all()),
        key=lambda line: line.history_date,
        default=None,
    )
    return show(request, lesson, bound, status=409, conflict=versions, other=last, **more)


def label_of(name: str) -> str:
    """Return the label of a field such as `en-body`; names of samples are unchanged."""
    language, _dash, field = name.partition("-")
    if language in LANGUAGES and field in WORDS:
        return f"{dict(settings.LANGUAGES)[language]} · {field_label(field)}"
    return str(LABELS.get(name, name))


def keep(request: HttpRequest, lesson: Lesson) -> LessonDraft:
    """Save the posted form as the author's draft. Raises OtherDraft."""
    sent = request.POST.get("version", "")
    fields = {
        name: value
        for name, value in list(request.POST.items())[:MAX_DRAFT_FIELDS]
        if name not in NOT_OF_A_DRAFT
    }
    version = parse_int(sent, most=MOST_VERSION)
    return previews.keep_draft(
        lesson=lesson,
        author=author_of(request),
        version=lesson.version if version is None else version,
        fields={clean_text(name): clean_text(str(text)) for name, text in fields.items()},
        seen=seen_draft(request),
    )


def seen_draft(request: HttpRequest) -> str:
    """Return the stamp of the draft that the posted form was opened with, or ""."""
    return clean_text(request.POST.get("draft", ""))


@studio
@require_POST
def autosave(request: HttpRequest, number: int) -> HttpResponse:
    """Save the form as a draft; called while the author types.

    Returns 409 with the stamp of a draft that the form was not opened with.
    """
    try:
        draft = keep(request, lesson_or_404(number))
    except previews.OtherDraft as other:
        return JsonResponse({"other": other.draft.stamp}, status=409)
    return JsonResponse({"saved_at": draft.stamp})


@studio
@require_POST
def discard(request: HttpRequest, number: int) -> HttpResponse:
    """Delete the draft."""
    LessonDraft.objects.filter(lesson=number, author=author_of(request)).delete()
    return redirect("admin:course_lesson_change", number)


@studio
@require_POST
def live_preview(request: HttpRequest, number: int) -> HttpResponse:
    """Return one field rendered as on the page, and its problems with their lines."""
    lesson = lesson_or_404(number)
    language, source = (
        request.POST.get("language", ""),
        clean_text(request.POST.get("source", "")),
    )
    field = request.POST.get("field", "")
    if language in LANGUAGES and field in LISTS:
        html, problems = preview_list(field, source, language, lesson)
        told, lines = [each for each, _line in problems], [line for _each, line in problems]
        return JsonResponse({"html": html, "problems": told, "lines": lines})
    if language not in LANGUAGES or field not in MARKDOWN:
        return JsonResponse({"html": "", "problems": [_("Unknown field.")]}, status=400)
    try:
        shown = render_text(source.strip("\n"), field, language, lesson)
    except MarkupError as error:
        # The preview speaks the author's language, the rendered text its own.
        told = [message_of(each) for each in error.problems]
        lines = [each.line for each in error.problems]
        return JsonResponse({"html": "", "problems": told, "lines": lines})
    lost = misplaced(shown.placed, posted_names(request, field))
    answer = {
        "html": shown.html,
        "problems": [message_of(each) for each in lost],
        "lines": [each.line for each in lost],
        "warnings": [{"text": message_of(each), "line": each.line} for each in shown.warnings],
    }
    return JsonResponse(answer)


def posted_names(request: HttpRequest, field: str) -> set[tuple[str, str]] | None:
    """Return what the form has to place, saved or not; None for a field where nothing is placed."""
    if field != "body":
        return None
    kinds = {"sample": "samples", "question": "questions"}
    return {
        (kind, name)
        for kind, names in kinds.items()
        for name in clean_text(request.POST.get(names, "")).split()
    }


@studio
def as_learner(request: HttpRequest, number: int) -> HttpResponse:
    """Show the lesson page as an anonymous learner would see it, with the author's draft."""
    from django.contrib.auth.models import AnonymousUser

    from course.pages.shared_preview import show_preview

    lesson = lesson_or_404(number)
    language = request.GET.get("language", get_language())
    found = previews.preview(lesson=lesson, author=author_of(request), language=language)
    back = reverse("admin:course_lesson_change", args=[number])
    request.user = AnonymousUser()
    with override(language if language in LANGUAGES else get_language()):
        return show_preview(request, lesson, found, back=back)
