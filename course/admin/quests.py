"""Quests in the admin: their texts, and the ways to outline and insights."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from course import outlines
from course.admin import chapters, insights, outline, past
from course.asked import whole_number
from course.authoring.saving import render_text
from course.authoring.values import lf
from course.authoring.wording import digest
from course.models import OldQuestSlug, Quest, QuestText
from course.publishing import follow_quest
from markup import MarkupError

SHARED = ("slug", "emoji", "position", "status", "source_language")


class QuestTextForm(forms.ModelForm):
    """A quest in one language; its text must render."""

    class Meta:
        model = QuestText
        fields = ["language", "title", "summary", "body"]

    def clean_body(self) -> str:
        """The text with plain line ends, rendered."""
        body = lf(self.cleaned_data["body"]).strip("\n")
        try:
            language = self.cleaned_data.get("language", "ko")
            rendered = render_text(body, "body", language, quest_id=0)
        except MarkupError as error:
            raise forms.ValidationError([str(each) for each in error.problems]) from None
        self.instance.body_html = rendered.html
        return body


class QuestForm(forms.ModelForm):
    """A quest; refuses what was written over an older state than the stored one."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Quest
        fields = ["uid", "slug", "emoji", "position", "status", "source_language"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["seen"].initial = digest(self.instance, *SHARED)

    def clean(self) -> dict[str, Any]:
        """Compare with the stored quest, which is locked until everything is saved."""
        found: dict[str, Any] = super().clean() or self.cleaned_data
        if self.instance.pk:
            stored = Quest.objects.select_for_update().get(pk=self.instance.pk)
            if found.get("seen") != digest(stored, *SHARED):
                raise forms.ValidationError(self.conflict(stored))
        return found

    def conflict(self, stored: Quest) -> list[str]:
        """What to tell, with the stored words; saving again then counts."""
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
    """Both languages below the quest."""

    model = QuestText
    form = QuestTextForm
    extra = 2
    max_num = 2
    can_delete = False


@admin.register(Quest)
class QuestAdmin(admin.ModelAdmin):
    """Quests by position."""

    form = QuestForm
    list_display = ("slug", "position", "status", "pages")
    inlines = (QuestTextInline,)

    def pages(self, quest: Quest) -> str:
        """The pages around a quest."""
        return format_html(
            '<a href="{}">{}</a> · <a href="{}">{}</a>',
            reverse("admin:quest-outline", args=[quest.pk]),
            _("Outline"),
            reverse("admin:quest-insights", args=[quest.pk]),
            _("Insights"),
        )

    pages.short_description = gettext_lazy("pages")  # type: ignore[attr-defined]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """The uid is for ever."""
        return ("uid",) if obj else ()

    def get_formset_kwargs(
        self, request: HttpRequest, obj: Quest, inline: Any, prefix: str
    ) -> dict[str, Any]:
        """Each empty text begins in a language that the quest has no text in yet."""
        found: dict[str, Any] = super().get_formset_kwargs(request, obj, inline, prefix)
        known = [row.language for row in obj.texts.all()] if obj.pk else []
        missing = [code for code, _name in settings.LANGUAGES if code not in known]
        return found | {"initial": [{"language": code} for code in missing]}

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """Our own history."""
        return past.quest_past(request, number=whole_number(object_id) or 0)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Quests are retired, never deleted."""
        return False

    def save_model(self, request: HttpRequest, obj: Quest, form: Any, change: bool) -> None:
        """Keep the old address of a quest that gets another."""
        before = Quest.objects.filter(pk=obj.pk).values_list("slug", flat=True).first()
        super().save_model(request, obj, form, change)
        if before and before != obj.slug:
            OldQuestSlug.objects.update_or_create(slug=before, defaults={"quest": obj})

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Bring pages and conversations up to date after the texts are stored."""
        super().save_related(request, form, formsets, change)
        quest = form.instance
        if {"slug", "status"} & set(form.changed_data):
            follow_quest(quest)
        outlines.rebuild(quest)

    def get_urls(self) -> list[Any]:
        """The studio's pages around a quest."""
        one = "<int:number>/chapters/<int:chapter>"
        own = [
            path("<int:number>/outline/", outline.outline, name="quest-outline"),
            path("<int:number>/chapters/", outline.add_chapter, name="quest-add-chapter"),
            path("<int:number>/lessons/", outline.add_lesson, name="quest-add-lesson"),
            path("<int:number>/insights/", insights.insights, name="quest-insights"),
            path("<int:number>/past/", past.quest_past, name="quest-past"),
            path("<int:number>/past/<str:language>/", past.quest_past, name="quest-past"),
            path(f"{one}/", chapters.edit, name="quest-chapter"),
            path(f"{one}/remove/", chapters.remove, name="quest-chapter-remove"),
            path(f"{one}/past/", past.chapter_past, name="chapter-past"),
            path(f"{one}/past/<str:language>/", past.chapter_past, name="chapter-past"),
        ]
        return own + super().get_urls()
