"""Views for offline reading: service worker, manifest, quest contents, offline page."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from course.content import access
from course.pages import offline
from pagecache.public import depends_on, public


@never_cache
def service_worker(request: HttpRequest) -> HttpResponse:
    """The service worker; served at the root, because a worker's scope is its folder."""
    return HttpResponse(offline.worker_source(), content_type="text/javascript; charset=utf-8")


@public("site")
def offline_page(request: HttpRequest) -> HttpResponse:
    """Page shown offline in place of pages that were not stored."""
    return render(request, "course/offline.html")


@public()
def what_to_keep(request: HttpRequest, slug: str) -> HttpResponse:
    """Return the URLs of a published quest's pages and files, with approximate size.

    Every visit of the quest's page requests it; any change of a lesson's text invalidates it.
    """
    text = access.shared_quest_text(slug=slug, viewer=access.ANYBODY, language=get_language())
    depends_on(request, f"quest:{text.quest_id}")
    return JsonResponse(offline.keep(text).as_json())


@public("site")
def manifest(request: HttpRequest) -> HttpResponse:
    """The web app manifest, in the URL's language."""
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
