"""Admin for levels and achievements; awards are read-only."""

from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.readonly_admin import ReadOnlyAdmin
from gamification.forms import AchievementForm, LevelForm
from gamification.kinds import PARAMETERS
from gamification.ladder import ladder_with
from gamification.models import Achievement, Granted, Level, Standing, XPEntry
from gamification.reachability import who_would_gain
from gamification.rules import rule_of

SHOWN = 100


class ScopeFilter(admin.SimpleListFilter):
    """Filter by quest; Django's own would show the whole site as a link without a label."""

    title = _("scope")
    parameter_name = "scope"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """The whole site, then every quest that has achievements."""
        scopes = Achievement.objects.order_by("scope").values_list("scope", flat=True).distinct()
        return [(scope or "-", scope or _("the whole site")) for scope in scopes]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Achievements of the chosen scope."""
        chosen = self.value()
        if chosen is None:
            return queryset
        return queryset.filter(scope="" if chosen == "-" else chosen)


class RuleAdmin(admin.ModelAdmin):
    """Base of the rules' admins; saving marks a rule as edited by staff."""

    actions = None  # deleting in bulk would skip Rule.delete()

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Mark the row as edited, so that `load_rules` doesn't overwrite it."""
        obj.edited_at = timezone.now()
        super().save_model(request, obj, form, change)


@admin.register(Level)
class LevelAdmin(RuleAdmin):
    """Admin for levels."""

    form = LevelForm
    change_form_template = "gamification/admin/level_form.html"
    list_display = ("number", "xp_from", "title_ko", "title_en")

    def get_urls(self) -> list[URLPattern]:
        """Add the URL of the dry run."""
        preview = self.admin_site.admin_view(self.preview)
        return [path("preview/", preview, name="gamification_level_preview"), *super().get_urls()]

    def preview(self, request: HttpRequest) -> HttpResponse:
        """Show where learners would stand with the level as entered; stores nothing."""
        number = request.POST.get("row")
        row = self.get_object(request, number) if number else Level()
        if row is None:
            raise Http404
        if not self.has_change_permission(request, row if number else None):
            return HttpResponse(status=403)
        form = LevelForm(request.POST, instance=row)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Dry run of a level"),
            "form": form,
            "ladder": ladder_with(form.instance) if form.is_valid() else None,
            "row": form.instance,
        }
        return TemplateResponse(request, "gamification/admin/level_preview.html", context)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Allow deleting a level that nobody has reached, except level 0."""
        allowed = super().has_delete_permission(request, obj)
        if obj is None or not allowed:
            return allowed
        reached = Standing.objects.filter(level__gte=obj.number).exists()
        return obj.number > 0 and not reached


@admin.register(Achievement)
class AchievementAdmin(RuleAdmin):
    """Admin for achievements, with a preview of who would earn one."""

    form = AchievementForm
    change_form_template = "gamification/admin/achievement_form.html"
    fields = (
        ("slug", "scope", "position"),
        ("title_ko", "title_en"),
        "description_ko",
        "description_en",
        ("icon", "xp"),
        "kind",
        tuple(PARAMETERS),
        ("hidden", "active"),
    )
    list_display = ("slug", "icon", "title_ko", "title_en", "scope", "kind", "xp", "active")
    list_filter = (ScopeFilter, "kind", "active", "hidden")
    search_fields = ("slug", "title_ko", "title_en")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Make the slug of a saved row read-only, because it is a key in the ledger."""
        return ("slug",) if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse for an achievement that somebody has earned; it can be deactivated instead."""
        allowed = super().has_delete_permission(request, obj)
        return allowed and not (obj and Granted.objects.filter(achievement=obj).exists())

    def get_urls(self) -> list[URLPattern]:
        """Add the URL of the preview."""
        preview = self.admin_site.admin_view(self.preview)
        name = "gamification_achievement_preview"
        return [path("preview/", preview, name=name), *super().get_urls()]

    def preview(self, request: HttpRequest) -> HttpResponse:
        """Show who would earn the achievement as entered; stores nothing."""
        number = request.POST.get("row")
        row = self.get_object(request, number) if number else Achievement()
        if row is None:
            raise Http404
        if not self.has_change_permission(request, row if number else None):
            return HttpResponse(status=403)
        data = request.POST.copy()
        data.setdefault("slug", row.slug)
        form = AchievementForm(data, instance=row)
        gainers = who_would_gain(rule_of(form.instance)) if form.is_valid() else []
        context = {
            **self.admin_site.each_context(request),
            "title": _("Dry run of an achievement"),
            "form": form,
            "row": form.instance,
            "count": len(gainers),
            "gainers": gainers[:SHOWN],
            "more": max(len(gainers) - SHOWN, 0),
        }
        return TemplateResponse(request, "gamification/admin/preview.html", context)


class AwardedAdmin(ReadOnlyAdmin):
    """Read-only admin of rows written by awards."""

    list_per_page = 50
    show_full_result_count = False


@admin.register(XPEntry)
class XPEntryAdmin(AwardedAdmin):
    """Read-only list of the XP ledger."""

    list_display = ("learner", "reason", "key", "points", "rule_version", "created_at")
    list_filter = ("reason",)
    search_fields = ("learner__handle", "key")
    list_select_related = ("learner",)


@admin.register(Granted)
class GrantedAdmin(AwardedAdmin):
    """Read-only list of earned achievements."""

    list_display = ("learner", "title", "achievement", "at")
    search_fields = ("learner__handle", "achievement__slug")
    list_select_related = ("learner", "achievement")

    @admin.display(description=_("title"))
    def title(self, granted: Granted) -> str:
        """The achievement's title in the moderator's language."""
        titles = {"ko": granted.achievement.title_ko, "en": granted.achievement.title_en}
        return titles.get(get_language() or "", "") or granted.achievement.title_en
