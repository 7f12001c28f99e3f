"""Headers of static files; settings import this, so it imports nothing of Django."""

from wsgiref.headers import Headers


def add_static_headers(headers: Headers, path: str, url: str) -> None:
    """The policy of a static file: opened by itself (an SVG, say) it may load and run nothing."""
    headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
