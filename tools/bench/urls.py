"""URL of a page of any size."""

from functools import cache

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import path


@cache
def text_of(size: int) -> bytes:
    return b"x" * size


def constant(request: HttpRequest, size: int) -> HttpResponse:
    # Without middleware nobody else says how long it is, and the load would not know its end.
    return HttpResponse(text_of(size), headers={"Content-Length": size})


# The middleware asks for the admin's address; language prefixes change what LocaleMiddleware does.
urlpatterns = [
    path("constant/<int:size>/", constant),
    *i18n_patterns(path("admin/", admin.site.urls), prefix_default_language=False),
]
