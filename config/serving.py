"""The page cache in front of Django, configured by the settings."""

from pathlib import Path

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.db import connections
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import get_language_from_path

from config import maintenance, metrics
from config.errors import RETRY_AFTER_SECONDS
from config.release import release
from pagecache.changes import memory
from pagecache.pages import Headers
from pagecache.shared import Folder, SharedPages
from pagecache.timeouts import limits
from pagecache.watch import Watcher
from pagecache.wsgi import Application, Environ, PageCache

# No transaction of a request pauses; one that does holds its locks for nobody.
IDLE_SECONDS = 60
# Of PAGECACHE_MB, where the directory holds the pages: those that are asked for most.
SHARE_BESIDE_DIRECTORY = 8
# Of a page that has one style sheet, one script (the chosen theme) and the site's sign.
UNAVAILABLE_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)


def behind_page_cache(application: Application) -> PageCache:
    """Return the application wrapped in the page cache; called once per process."""
    shared = shared_pages()
    own_bytes = settings.PAGECACHE_MB * 1024 * 1024
    cache = PageCache(
        application,
        memory=memory,
        watcher=Watcher(memory, patience=settings.DATABASE_HANG_SECONDS, then=maintenance.refresh),
        max_bytes=own_bytes // SHARE_BESIDE_DIRECTORY if shared else own_bytes,
        max_seconds=settings.PAGECACHE_SECONDS,
        # A message waits for its reader in a cookie when there is no session.
        personal=[settings.SESSION_COOKIE_NAME, CookieStorage.cookie_name],
        without_database=[settings.STATIC_URL, "/healthz", "/readyz", "/metrics"],
        unavailable_page=unavailable,
        is_secure=is_secure,
        shared=shared,
    )
    memory.listeners.append(maintenance.forget)
    metrics.watch(cache)
    return cache


def shared_pages() -> SharedPages | None:
    """Return the pages that this machine's processes share, if there is a directory for them."""
    if not settings.PAGECACHE_DIR:
        return None
    folder = Folder(Path(settings.PAGECACHE_DIR), settings.PAGECACHE_DIR_MB * 1024 * 1024)
    return SharedPages(folder, memory, release=release(), max_seconds=settings.PAGECACHE_SECONDS)


def limit_statements() -> None:
    """Limit how long statements and waits for locks may take; called before the first connection.

    Only web processes do so. PgBouncer takes no such options: there the client's limit remains, and
    the server's can be set for its user (ALTER ROLE … SET statement_timeout).
    """
    limits.statement_seconds = settings.DATABASE_STATEMENT_SECONDS + 1  # the server's comes first
    found = connections.settings["default"]
    if "postgresql" not in found["ENGINE"] or settings.DATABASE_PGBOUNCER:
        return
    wanted = {
        "statement_timeout": settings.DATABASE_STATEMENT_SECONDS,
        "lock_timeout": settings.DATABASE_LOCK_SECONDS,
        "idle_in_transaction_session_timeout": IDLE_SECONDS,
    }
    parts = [f"-c {name}={round(seconds * 1000)}" for name, seconds in wanted.items()]
    options = found["OPTIONS"]
    options["options"] = " ".join([*parts, options.get("options", "")]).strip()


def is_secure(environ: Environ) -> bool:
    """Return whether the request came by HTTPS, trusting a proxy only as the settings say."""
    if settings.SECURE_PROXY_SSL_HEADER:
        name, value = settings.SECURE_PROXY_SSL_HEADER
        return bool(environ.get(name) == value)
    return bool(environ["wsgi.url_scheme"] == "https")


def unavailable(environ: Environ) -> tuple[Headers, bytes]:
    """Return headers and body of the 503 page, in the language of the path."""
    language = get_language_from_path(environ["PATH_INFO"]) or settings.LANGUAGE_CODE
    with translation.override(language):
        body = render_to_string("503.html").encode()
    headers = [
        ("Content-Type", "text/html; charset=utf-8"),
        ("Content-Length", str(len(body))),
        ("Content-Security-Policy", UNAVAILABLE_POLICY),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", settings.X_FRAME_OPTIONS),
        ("Referrer-Policy", settings.SECURE_REFERRER_POLICY),
        ("Cross-Origin-Opener-Policy", settings.SECURE_CROSS_ORIGIN_OPENER_POLICY),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Permissions-Policy", settings.PERMISSIONS_POLICY),
        ("Cache-Control", "no-store"),
        ("Retry-After", str(RETRY_AFTER_SECONDS)),
    ]
    if is_secure(environ) and settings.SECURE_HSTS_SECONDS:
        parts = [f"max-age={settings.SECURE_HSTS_SECONDS}"]
        parts += ["includeSubDomains"] * settings.SECURE_HSTS_INCLUDE_SUBDOMAINS
        parts += ["preload"] * settings.SECURE_HSTS_PRELOAD
        # The same as on other pages: a browser keeps what it heard last.
        headers.append(("Strict-Transport-Security", "; ".join(parts)))
    return headers, body
