"""Reading without a network: service worker, manifest, what to keep, the offline page."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from course import access, offline
from pagecache.public import depends_on, public


@never_cache
def service_worker(request: HttpRequest) -> HttpResponse:
    """The service worker; it sits at the root because a worker rules the folder that it is in."""
    return HttpResponse(offline.worker_source(), content_type="text/javascript; charset=utf-8")


@public("site")
def offline_page(request: HttpRequest) -> HttpResponse:
    """What a reader sees without a network where no copy was kept."""
    return render(request, "course/offline.html")


@public()
def what_to_keep(request: HttpRequest, slug: str) -> HttpResponse:
    """The addresses of a published quest's pages and files, with their rough weight.

    Every reader of the quest's page asks; what changes a lesson's text touches the quest.
    """
    text = access.shared_quest_text(slug=slug, viewer=access.ANYBODY, language=get_language())
    depends_on(request, f"quest:{text.quest_id}")
    return JsonResponse(offline.keep(text).as_json())


@public("site")
def manifest(request: HttpRequest) -> HttpResponse:
    """The web app manifest, in the address's language."""
    sizes = ("192", "512")
    icons = [
        {"src": static(f"img/icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png"}
        for size in sizes
    ]
    icons += [{**icon, "purpose": "maskable"} for icon in icons]
    value = {
        "name": settings.SITE_NAME,
        "short_name": settings.SITE_NAME,
        "description": _("Learn one small lesson at a time."),
        "lang": get_language(),
        "id": "/",  # one app, whichever language it was installed in
        "start_url": request.path.removesuffix("manifest.webmanifest"),
        "scope": "/",
        "display": "standalone",
        "background_color": "#fbfaf6",
        "theme_color": "#17614a",
        "icons": icons,
    }
    return JsonResponse(value, content_type="application/manifest+json")
