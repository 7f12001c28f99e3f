"""Headers of static files; imported by the settings, so it imports nothing from Django."""

from wsgiref.headers import Headers


def add_static_headers(headers: Headers, path: str, url: str) -> None:
    """Add a policy: a static file opened on its own (such as SVG) may load and run nothing."""
    headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
