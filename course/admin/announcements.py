"""Admin of announcements: texts in both languages, rendered on save, shown in the stream."""

from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.params import clean_text, is_sensible
from course.models import Announcement
from course.pages.stream import announce
from markup import MarkupError, render_lesson
from pagecache.changes import invalidate


def name_halves(widget: Any) -> None:
    """Add labels to the date and time inputs, which the admin leaves without."""
    for half, name in zip(getattr(widget, "widgets", ()), (_("Date"), _("Time")), strict=False):
        half.attrs["aria-label"] = name


class AnnouncementForm(forms.ModelForm):
    """Title and text fields for each language in place of the stored mappings."""

    class Meta:
        model = Announcement
        fields = ["published_at"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_halves(self.fields["published_at"].widget)
        for code, name in settings.LANGUAGES:
            title, body = self.instance.titles.get(code, ""), self.instance.bodies.get(code, "")
            self.fields[f"title_{code}"] = forms.CharField(
                label=_("Title (%(language)s)") % {"language": name},
                required=False,
                max_length=160,
                initial=title,
            )
            self.fields[f"body_{code}"] = forms.CharField(
                label=_("Text (%(language)s)") % {"language": name},
                required=False,
                strip=False,
                max_length=20_000,
                initial=body,
                widget=forms.Textarea(attrs={"rows": 8}),
            )

    def clean_published_at(self) -> datetime:
        """Return the time. Raises for years that nobody means."""
        at: datetime = self.cleaned_data["published_at"]
        if not is_sensible(at):
            raise forms.ValidationError(_("Please enter a date between 2000 and 2199."))
        return at

    def clean(self) -> dict[str, Any]:
        """Require at least one title; render the texts."""
        found = super().clean() or {}
        codes = [code for code, _name in settings.LANGUAGES]
        if not any(found.get(f"title_{code}") for code in codes):
            self.add_error(f"title_{codes[0]}", _("Please enter a title."))
        self.html: dict[str, str] = {}
        for code in codes:
            try:
                self.html[code] = render_lesson(
                    clean_text(found.get(f"body_{code}", "")), language=code
                ).html
            except MarkupError as error:
                for problem in error.problems:
                    self.add_error(f"body_{code}", str(problem))
        return found

    def in_each_language(self, name: str) -> dict[str, str]:
        """Return the non-empty texts by language."""
        found = {code: self.cleaned_data[f"{name}_{code}"] for code, _name in settings.LANGUAGES}
        return {code: clean_text(text) for code, text in found.items() if text}


@admin.register(Announcement)
class AnnouncementAdmin(admin.ModelAdmin):
    """Messages by staff to all readers."""

    form = AnnouncementForm
    list_display = ("__str__", "published_at")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Publication time first, then one fieldset per language."""
        rows = [
            f"{name}_{code}" for code, _name in settings.LANGUAGES for name in ("title", "body")
        ]
        return [(None, {"fields": ["published_at", *rows]})]

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Return the form with the fields of each language."""
        kwargs["fields"] = ["published_at"]
        return super().get_form(request, obj, change=change, **kwargs)

    def save_model(self, request: HttpRequest, obj: Announcement, form: Any, change: bool) -> None:
        """Store texts and HTML, update the stream entry, and invalidate caches."""
        obj.titles, obj.bodies = form.in_each_language("title"), form.in_each_language("body")
        obj.bodies_html = {code: html for code, html in form.html.items() if html}
        super().save_model(request, obj, form, change)
        announce(obj)
        invalidate("site")

    def delete_model(self, request: HttpRequest, obj: Announcement) -> None:
        """Delete it, including its stream entry."""
        super().delete_model(request, obj)
        invalidate("site")

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        """Delete several, including their stream entries."""
        super().delete_queryset(request, queryset)
        invalidate("site")
