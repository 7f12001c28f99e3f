"""What every template may use."""

from django.conf import settings
from django.http import HttpRequest
from django.urls import translate_url
from django.utils.translation import get_language


def site(request: HttpRequest) -> dict[str, object]:
    """The site's name, its address, and this page's address in each language."""
    path = request.get_full_path()
    return {
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "language": get_language() or settings.LANGUAGE_CODE,
        "alternates": [
            {"code": code, "name": name, "path": translate_url(path, code)}
            for code, name in (("ko", "한국어"), ("en", "English"))
        ],
    }
