"""What every template may use."""

from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest
from django.urls import translate_url
from django.utils.translation import get_language


@lru_cache(maxsize=2048)
def translated(path: str, here: str, there: str) -> str:
    """The path in language `there` of a page that is shown in language `here`."""
    return translate_url(path, there)


def site(request: HttpRequest) -> dict[str, object]:
    """The site's name, its address, and this page's address in each language."""
    language = get_language() or settings.LANGUAGE_CODE
    path, _, query = request.get_full_path().partition("?")
    # A page that is shared knows no parameter, see pagecache.skeletons.
    query = "" if hasattr(request, "plain_address") else f"?{query}" if query else ""
    return {
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "language": language,
        "alternates": [
            {"code": code, "name": name, "path": translated(path, language, code) + query}
            for code, name in (("ko", "한국어"), ("en", "English"))
        ],
    }
