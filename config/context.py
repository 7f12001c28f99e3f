"""Template context of every page."""

from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest
from django.urls import translate_url
from django.utils.translation import get_language


@lru_cache(maxsize=2048)
def translated(path: str, here: str, there: str) -> str:
    """Return the path in language `there` of a page whose path is in language `here`."""
    return translate_url(path, there)


def site(request: HttpRequest) -> dict[str, object]:
    """The site's name, its URL, and the page's URL in each language."""
    language = get_language() or settings.LANGUAGE_CODE
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    return {
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "language": language,
        "alternates": [
            {"code": code, "name": name, "path": translated(request.path, language, code) + query}
            for code, name in (("ko", "한국어"), ("en", "English"))
        ],
    }
