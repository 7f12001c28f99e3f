"""Quests in the admin: their texts, and the ways to outline and insights."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from course import outlines
from course.admin import insights, outline
from course.authoring.saving import render_text
from course.authoring.values import lf
from course.models import Quest, QuestText
from course.publishing import store_thread
from markup import MarkupError


class QuestTextForm(forms.ModelForm):
    """A quest in one language; its text must render."""

    class Meta:
        model = QuestText
        fields = ["language", "title", "summary", "body"]

    def clean_body(self) -> str:
        """The text with plain line ends, rendered."""
        body = lf(self.cleaned_data["body"]).strip("\n")
        try:
            rendered = render_text(body, self.cleaned_data.get("language", "ko"), 0)
        except MarkupError as error:
            raise forms.ValidationError([str(each) for each in error.problems]) from None
        self.instance.body_html = rendered.html
        return body


class QuestTextInline(admin.StackedInline):
    """Both languages below the quest."""

    model = QuestText
    form = QuestTextForm
    extra = 2
    max_num = 2


@admin.register(Quest)
class QuestAdmin(admin.ModelAdmin):
    """Quests by position."""

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

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Quests are retired, never deleted."""
        return False

    def save_model(self, request: HttpRequest, obj: Quest, form: Any, change: bool) -> None:
        """Keep the old address of a quest that gets another."""
        before = Quest.objects.filter(pk=obj.pk).values_list("slug", flat=True).first()
        super().save_model(request, obj, form, change)
        if before and before != obj.slug:
            obj.old_slugs.get_or_create(slug=before)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Bring pages and conversations up to date after the texts are stored."""
        super().save_related(request, form, formsets, change)
        quest = form.instance
        if {"slug", "status"} & set(form.changed_data):
            for lesson in quest.lessons.select_related("thread"):
                lesson.quest = quest
                store_thread(lesson, lesson.thread.title)
        outlines.rebuild(quest)

    def get_urls(self) -> list[Any]:
        """The studio's pages around a quest."""
        own = [
            path("<int:number>/outline/", outline.outline, name="quest-outline"),
            path("<int:number>/chapters/", outline.add_chapter, name="quest-add-chapter"),
            path("<int:number>/lessons/", outline.add_lesson, name="quest-add-lesson"),
            path("<int:number>/insights/", insights.insights, name="quest-insights"),
        ]
        return own + super().get_urls()
