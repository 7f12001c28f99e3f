"""The outline page of a quest: reorder chapters and lessons by number or dragging."""

import re
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.params import clean_text, parse_int
from course.admin import bulk
from course.admin.access import page, quest_or_404, studio, title_of
from course.authoring.creating import AddressTaken, create_chapter, create_lesson
from course.authoring.ordering import Order, OrderConflict, OrderRefused, digest, reorder
from course.content import outlines
from course.models import LessonText, Quest, Status

LONG = 100  # lessons, from which on chapters are folded at first
NUMBER = re.compile(r"[1-9][0-9]{0,3}\Z")
FIELD = re.compile(r"(?P<kind>chapter|lesson)-(?P<id>[1-9][0-9]{0,17})\Z")
ID = re.compile(r"[1-9][0-9]{0,17}\Z")
SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"


class BeginForm(forms.Form):
    """A new chapter or lesson: a title for each language, and a slug that follows from them."""

    slug = forms.RegexField(
        SLUG,
        max_length=64,
        required=False,
        label=gettext_lazy("Address (slug)"),
        help_text=gettext_lazy("Empty: made from the English title."),
    )

    def __init__(self, *args: Any, source: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, name in settings.LANGUAGES:
            self.fields[f"title_{code}"] = forms.CharField(
                max_length=120,
                required=code == source,
                label=_("Title (%(language)s)") % {"language": name},
            )
        self.order_fields([*(name for name in self.fields if name != "slug"), "slug"])

    def clean(self) -> dict[str, Any]:
        """Make a slug from a title that has Latin letters, if there is none."""
        found: dict[str, Any] = super().clean() or self.cleaned_data
        if found.get("slug") or "slug" in self.errors:
            return found
        titles = [found.get(f"title_{code}", "") for code in ("en", *dict(settings.LANGUAGES))]
        found["slug"] = next((slug for title in titles if (slug := slug_of(title))), "")
        if not found["slug"] and not self.errors:
            told = _("Please enter an address: the titles have no Latin letters to make one from.")
            self.add_error("slug", told)
        return found

    def titles(self) -> dict[str, str]:
        """Return the non-empty titles by language."""
        found = {code: self.cleaned_data[f"title_{code}"] for code, _name in settings.LANGUAGES}
        return {code: title for code, title in found.items() if title}


def slug_of(title: str) -> str:
    """Return the Latin letters and digits of a title as a slug; "" for one without any."""
    return slugify(title).replace("_", "-").strip("-")[:64].strip("-")


@studio
def outline(request: HttpRequest, number: int) -> HttpResponse:
    """Show the outline, or save a new order and do what was chosen with the ticked lessons."""
    quest = quest_or_404(number)
    form = BeginForm(source=quest.source_language)
    if request.method != "POST":
        return show(request, quest, form)
    try:
        order = read_order(request.POST)
        reorder(quest=quest, seen=request.POST.get("seen", ""), order=order)
    except OrderRefused as refused:
        messages.error(request, str(refused))
        return show(request, quest, form, status=422)
    except OrderConflict:
        return show(request, quest, form, status=409, mine=order)
    if not bulk.asked(request):
        messages.success(request, _("Saved."))
    elif not bulk.carry_out(request, quest):
        return show(request, quest, form, status=422)
    asked = request.GET.urlencode()
    address = reverse("admin:quest-outline", args=[number])
    return redirect(f"{address}?{asked}" if asked else address)


def show(
    request: HttpRequest,
    quest: Quest,
    form: BeginForm,
    status: int = 200,
    mine: Order | None = None,
) -> HttpResponse:
    """Render the outline; `mine` is a conflicting order that fills the number fields."""
    title = title_of(quest.texts.all(), get_language(), quest.slug)
    chapters = rows_of(quest)
    seen = digest(
        [row["chapter"] for row in chapters],
        [item["lesson"] for row in chapters for item in row["lessons"]],
    )
    if mine:
        apply_posted(chapters, mine)
    count = sum(len(row["lessons"]) for row in chapters)
    query = clean_text(request.GET.get("q", "")).strip()[:100]
    status_chosen = request.GET.get("status", "")
    context = page(
        request,
        title,
        quest=quest,
        names=[(row["chapter"].pk, row["title"]) for row in chapters],
        chapters=filtered(chapters, query, status_chosen) if not mine else chapters,
        form=form,
        seen=seen,
        conflict=bool(mine),
        query=query,
        chosen=status_chosen,
        statuses=Status.choices,
        count=count,
        is_long=count > LONG and not (query or status_chosen or mine),
    )
    return render(request, "admin/course/outline.html", context, status=status)


def filtered(chapters: list[dict[str, Any]], query: str, status: str) -> list[dict[str, Any]]:
    """Return the chapters with the lessons that match; without a search, all of them."""
    words = query.casefold().split()
    if not words and not status:
        return chapters
    for row in chapters:
        row["lessons"] = [item for item in row["lessons"] if matches(item, words, status)]
    return [row for row in chapters if row["lessons"]]


def matches(item: dict[str, Any], words: list[str], status: str) -> bool:
    """Whether a lesson has the status, and all words in a title, its address, uid or tags."""
    lesson = item["lesson"]
    titles = (text.title for text in item["texts"])
    tags = (tag.slug for tag in lesson.tags.all())
    written = " ".join([lesson.slug, lesson.uid, *titles, *tags]).casefold()
    return status in ("", lesson.status) and all(word in written for word in words)


def apply_posted(chapters: list[dict[str, Any]], mine: Order) -> None:
    """Put an order's numbers into the rows; `now` is the stored number where it differs."""
    names = {row["chapter"].pk: row["title"] for row in chapters}
    for row in chapters:
        wanted = mine.chapters.get(row["chapter"].pk, row["number"])
        row["number"], row["now"] = wanted, row["number"] if wanted != row["number"] else ""
        for item in row["lessons"]:
            stands = (item["chapter"], item["number"])
            item["chapter"], item["number"] = mine.lessons.get(item["lesson"].pk, stands)
            if (item["chapter"], item["number"]) != stands:
                item["now"] = stands[1]
            if item["chapter"] != stands[0]:
                item["target"] = names.get(item["chapter"], "")


def rows_of(quest: Quest) -> list[dict[str, Any]]:
    """Return chapters with their lessons; six queries, however many there are."""
    language = get_language()
    lessons: dict[int, list[dict[str, Any]]] = {}
    stored = list(quest.lessons.order_by("position", "id").prefetch_related("tags"))
    fields = ("lesson_id", "language", "title", "behind", "changed_at")
    texts = list(LessonText.objects.filter(lesson__quest=quest).only(*fields))
    best = outlines.best_by(texts, "lesson_id", language)
    languages: dict[int, list[LessonText]] = {}
    for text in texts:
        languages.setdefault(text.lesson_id, []).append(text)
    for lesson in stored:
        row = {
            "lesson": lesson,
            "number": lesson.position,
            "chapter": lesson.chapter_id,
            "title": best[lesson.pk].title if lesson.pk in best else lesson.slug,
            "texts": sorted(languages.get(lesson.pk, []), key=lambda text: text.language),
        }
        lessons.setdefault(lesson.chapter_id, []).append(row)
    return [
        {
            "chapter": chapter,
            "number": chapter.position,
            "title": title_of(chapter.texts.all(), language, chapter.slug),
            "lessons": lessons.get(chapter.pk, []),
        }
        for chapter in quest.chapters.prefetch_related("texts")
    ]


def read_order(data: Any) -> Order:
    """Parse the posted numbers. Raises OrderRefused for an invalid one."""
    order = Order()
    for name, value in data.items():
        found = FIELD.match(name)
        if found is None:
            continue
        if not NUMBER.match(value):
            wrong = _("“%(number)s” is not a number from 1 to 9999.") % {"number": value[:20]}
            raise OrderRefused(wrong)
        if found["kind"] == "chapter":
            order.chapters[int(found["id"])] = int(value)
            continue
        chapter = data.get(f"{name}-chapter", "")
        if not ID.match(chapter):
            raise OrderRefused(_("There is no such chapter in this quest."))
        order.lessons[int(found["id"])] = (int(chapter), int(value))
    return order


@studio
@require_POST
def add_chapter(request: HttpRequest, number: int) -> HttpResponse:
    """Create a chapter at the end."""
    quest = quest_or_404(number)
    form = BeginForm(request.POST, source=quest.source_language)
    if not form.is_valid():
        return show(request, quest, form, status=422)
    try:
        create_chapter(quest=quest, slug=form.cleaned_data["slug"], titles=form.titles())
    except AddressTaken:
        form.add_error("slug", _("Another chapter of this quest has this address."))
        return show(request, quest, form, status=422)
    return redirect("admin:quest-outline", number)


@studio
@require_POST
def add_lesson(request: HttpRequest, number: int) -> HttpResponse:
    """Create a draft at the end of a chapter and redirect to its form."""
    quest = quest_or_404(number)
    form = BeginForm(request.POST, source=quest.source_language)
    chapter = quest.chapters.filter(pk=parse_int(request.POST.get("chapter", "")) or 0).first()
    if chapter is None:
        form.is_valid()
        form.add_error(None, _("Please choose a chapter first."))
    if chapter is None or not form.is_valid():
        return show(request, quest, form, status=422)
    try:
        lesson = create_lesson(
            chapter=chapter,
            slug=form.cleaned_data["slug"],
            titles=form.titles(),
            author=request.user,
        )
    except AddressTaken:
        form.add_error("slug", _("Another lesson of this quest has this address."))
        return show(request, quest, form, status=422)
    return redirect("admin:course_lesson_change", lesson.pk)
