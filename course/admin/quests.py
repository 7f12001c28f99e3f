"""Admin of quests, with links to outline, history and insights."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.params import clean_text, parse_int
from course.admin import chapters, history, insights, outline, terms
from course.admin.access import title_of
from course.authoring.quest_texts import digest
from course.authoring.rendering import render_quest_body
from course.content import outlines
from course.content.publishing import follow_quest
from course.models import OldQuestSlug, Quest, QuestText
from markup import MarkupError

SHARED = ("slug", "emoji", "position", "status", "source_language", "runs")


class QuestTextForm(forms.ModelForm):
    """A quest's text in one language; it must render."""

    class Meta:
        model = QuestText
        fields = ["language", "title", "summary", "body"]

    def clean_body(self) -> str:
        """Return the text with LF line ends, after rendering it."""
        body = clean_text(self.cleaned_data["body"]).strip("\n")
        try:
            language = self.cleaned_data.get("language", "ko")
            quest = self.instance.quest if self.instance.quest_id else None
            rendered = render_quest_body(body, language, quest)
        except MarkupError as error:
            raise forms.ValidationError([str(each) for each in error.problems]) from None
        self.instance.body_html = rendered.html
        return body


class QuestForm(forms.ModelForm):
    """A quest; detects changes saved since the form was opened."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Quest
        fields = ["uid", "slug", "emoji", "position", "status", "source_language", "runs"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["seen"].initial = digest(self.instance, *SHARED)

    def clean(self) -> dict[str, Any]:
        """Compare with the stored quest, locked until everything is saved."""
        found: dict[str, Any] = super().clean() or self.cleaned_data
        if self.instance.pk:
            stored = Quest.objects.select_for_update().get(pk=self.instance.pk)
            if found.get("seen") != digest(stored, *SHARED):
                raise forms.ValidationError(self.conflict(stored))
        return found

    def conflict(self, stored: Quest) -> list[str]:
        """Return an error with the stored texts; saving again overwrites them."""
        data = dict(self.data.items())
        data[self.add_prefix("seen")] = digest(stored, *SHARED)
        self.data = data
        told = _(
            "Somebody else saved this quest while you were writing. Nothing was overwritten. "
            "Save again and yours counts; stored now:"
        )
        shared = " · ".join(str(getattr(stored, name)) for name in SHARED)
        texts = [
            f"{row.get_language_display()}: {row.title} · {row.summary} · {row.body}"
            for row in stored.texts.order_by("language")
        ]
        return [told, shared, *texts]


class QuestTextInline(admin.StackedInline):
    """The quest's texts in both languages."""

    model = QuestText
    form = QuestTextForm
    extra = 2
    max_num = 2
    can_delete = False


@admin.register(Quest)
class QuestAdmin(admin.ModelAdmin):
    """Quests in order of position."""

    form = QuestForm
    list_display = ("title", "slug", "position", "status", "pages")
    inlines = (QuestTextInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Quest]:
        """Return the quests with their titles."""
        return super().get_queryset(request).prefetch_related("texts")

    @admin.display(description=gettext_lazy("title"))
    def title(self, quest: Quest) -> str:
        """The title in the author's language, or else in another."""
        return title_of(quest.texts.all(), get_language(), quest.slug)

    def response_add(
        self, request: HttpRequest, obj: Quest, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Go on in the new quest's outline, where chapters and lessons are added."""
        if {"_addanother", "_continue", "_popup"} & request.POST.keys():
            return super().response_add(request, obj, post_url_continue)
        messages.success(request, _("Added. Now its chapters and lessons."))
        return redirect("admin:quest-outline", obj.pk)

    def pages(self, quest: Quest) -> str:
        """Links to the quest's other pages."""
        return format_html(
            '<a href="{}">{}</a> · <a href="{}">{}</a>',
            reverse("admin:quest-outline", args=[quest.pk]),
            _("Outline"),
            reverse("admin:quest-insights", args=[quest.pk]),
            _("Insights"),
        )

    pages.short_description = gettext_lazy("pages")  # type: ignore[attr-defined]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """The uid is read-only once set."""
        return ("uid",) if obj else ()

    def get_formset_kwargs(
        self, request: HttpRequest, obj: Quest, inline: Any, prefix: str
    ) -> dict[str, Any]:
        """Preselect languages without a text in the empty forms."""
        found: dict[str, Any] = super().get_formset_kwargs(request, obj, inline, prefix)
        known = [row.language for row in obj.texts.all()] if obj.pk else []
        missing = [code for code, _name in settings.LANGUAGES if code not in known]
        return found | {"initial": [{"language": code} for code in missing]}

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """Show the studio's history instead of the admin's."""
        return history.quest_past(request, number=parse_int(object_id) or 0)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: quests are retired."""
        return False

    def save_model(self, request: HttpRequest, obj: Quest, form: Any, change: bool) -> None:
        """Save, and keep the old slug as a redirect."""
        before = Quest.objects.filter(pk=obj.pk).values_list("slug", flat=True).first()
        super().save_model(request, obj, form, change)
        if before and before != obj.slug:
            OldQuestSlug.objects.update_or_create(slug=before, defaults={"quest": obj})

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Update pages and threads after the texts are saved."""
        super().save_related(request, form, formsets, change)
        quest = form.instance
        if {"slug", "status"} & set(form.changed_data):
            follow_quest(quest)
        outlines.rebuild(quest)

    def get_urls(self) -> list[Any]:
        """Add the URLs of the studio's quest pages."""
        one = "<int:number>/chapters/<int:chapter>"
        own = [
            path("<int:number>/outline/", outline.outline, name="quest-outline"),
            path("<int:number>/chapters/", outline.add_chapter, name="quest-add-chapter"),
            path("<int:number>/lessons/", outline.add_lesson, name="quest-add-lesson"),
            path("<int:number>/insights/", insights.insights, name="quest-insights"),
            path("<int:number>/terms/", terms.terms, name="quest-terms"),
            path("<int:number>/past/", history.quest_past, name="quest-past"),
            path("<int:number>/past/<str:language>/", history.quest_past, name="quest-past"),
            path(f"{one}/", chapters.edit, name="quest-chapter"),
            path(f"{one}/remove/", chapters.remove, name="quest-chapter-remove"),
            path(f"{one}/past/", history.chapter_past, name="chapter-past"),
            path(f"{one}/past/<str:language>/", history.chapter_past, name="chapter-past"),
        ]
        return own + super().get_urls()
