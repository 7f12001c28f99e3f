"""Settings; everything that differs between sites comes from the environment.

`docs/configuration.md` lists the variables. A development site needs only DEBUG=true: it uses an
SQLite file under var/ and prints mails to the console.
"""

from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from config.staticheaders import add_static_headers
from pagecache.timeouts import WatchedConnection
from runner import pyodide

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"
# X_FILE names a file that holds X, as containers get their secrets.
env = environ.FileAwareEnv()
if (BASE_DIR / ".env").is_file():
    env.read_env(str(BASE_DIR / ".env"))

DEBUG = env.bool("DEBUG", default=False)
# The development key is refused in production by the check config.E001.
DEVELOPMENT_KEY = "for-development-only-never-in-production-0123456789abcdef"
SECRET_KEY = env.str("SECRET_KEY", default="") or DEVELOPMENT_KEY
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")
SITE_NAME = env.str("SITE_NAME", default="C.W.K.")
SITE_HOST = SITE_URL.split("://", 1)[-1].split("/", 1)[0].rsplit(":", 1)[0]
ALLOWED_HOSTS = [
    host.strip()
    for host in env.list(
        "ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"] if DEBUG else [SITE_HOST]
    )
]
SECURE = SITE_URL.startswith("https://")

INSTALLED_APPS = [
    "config",
    "credentials",
    "course",
    "comments",
    "gamification",
    "accounts",
    "markup",
    "pagecache",
    "runner",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.usersessions",
    "django_tasks",
    "django_tasks_db",
    "simple_history",
    "csp",
    "config.tables.SiteAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "config.middleware.RequestMiddleware",
    "config.middleware.HostMiddleware",
    "config.middleware.SafeHeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.security.ContentPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.health.LivenessMiddleware",
    "config.middleware.LimitsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "config.maintenance.MaintenanceMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "accounts.middleware.SessionUserMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "accounts.middleware.LearnerMiddleware",
    "accounts.middleware.StaffSecondFactorMiddleware",
    "config.errors.DatabaseDownMiddleware",
    "course.content.access.MovedMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
]

if DEBUG:  # without it Django shows that page by itself
    MIDDLEWARE.append("config.errors.OwnNotFoundMiddleware")

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.site",
                "accounts.context.learner",
            ],
        },
    },
]

# --- Databases -------------------------------------------------------------------------------

SQLITE_PRAGMAS = {
    "journal_mode": "WAL",
    "synchronous": "FULL",
    "busy_timeout": "10000",
    "foreign_keys": "ON",
}
# PgBouncer in transaction mode hands out another connection for each transaction.
DATABASE_PGBOUNCER = env.bool("DATABASE_PGBOUNCER", default=False)
PREPARED_AFTER = 5  # times that a connection was asked the same
# Postgres counts whole seconds and takes less than 2 as 2.
DATABASE_CONNECT_SECONDS = env.int("DATABASE_CONNECT_SECONDS", default=2)
# Of web processes alone: a migration, a backup and an erasure may take long (config.serving).
DATABASE_STATEMENT_SECONDS = env.float("DATABASE_STATEMENT_SECONDS", default=10)
DATABASE_LOCK_SECONDS = env.float("DATABASE_LOCK_SECONDS", default=2.5)
# After how long without an answer to the smallest question the database counts as away.
DATABASE_HANG_SECONDS = env.float("DATABASE_HANG_SECONDS", default=1.5)


def tcp_options(seconds: int) -> dict[str, int]:
    """Return libpq's options by which a connection whose other end is gone is noticed."""
    return {
        "keepalives_idle": seconds,
        "keepalives_interval": max(1, seconds // 3),
        "keepalives_count": 3,
        "tcp_user_timeout": seconds * 1000,
    }


def database(url: str) -> dict:
    """Return the DATABASES entry for a URL: pooled Postgres, or SQLite with safe pragmas."""
    if not url.startswith(("sqlite://", "postgres://", "postgresql://")):
        raise ImproperlyConfigured(
            "DATABASE_URL must be like sqlite:////srv/site.sqlite3 or "
            "postgres://user:password@host:5432/name."
        )
    config = env.db_url_config(url)
    if config["ENGINE"].endswith("sqlite3"):
        config["OPTIONS"] = {
            # A deferred transaction that reads and then writes fails with "locked" under load.
            "transaction_mode": "IMMEDIATE",
            "timeout": 10,
            "init_command": ";".join(f"PRAGMA {k}={v}" for k, v in SQLITE_PRAGMAS.items()),
        }
        return config
    size = env.int("DATABASE_POOL_SIZE", default=8)
    config["OPTIONS"] = {
        "connect_timeout": DATABASE_CONNECT_SECONDS,
        **tcp_options(env.int("DATABASE_TCP_SECONDS", default=10)),
        **config.get("OPTIONS", {}),
        "pool": {
            "min_size": min(2, size),
            "max_size": size,
            # A process has fewer threads than connections: waiting means that the server is away.
            "timeout": DATABASE_CONNECT_SECONDS,
            # The watcher tries anew twice a second; the pool's own pauses grow to minutes.
            "reconnect_timeout": 1,
            "connection_class": WatchedConnection,
        },
        # For `accounts.prepared` alone: what Django asks is bound in the client, never prepared.
        "prepare_threshold": None if DATABASE_PGBOUNCER else PREPARED_AFTER,
    }
    config["CONN_MAX_AGE"] = 0  # the pool keeps the connections
    config["DISABLE_SERVER_SIDE_CURSORS"] = DATABASE_PGBOUNCER
    return config


DATABASE_URL = env.str("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'db.sqlite3'}")
DATABASES = {"default": database(DATABASE_URL)}
# Reads for the anonymous go there while it has all that this process has seen.
if DATABASE_REPLICA_URL := env.str("DATABASE_REPLICA_URL", default=""):
    DATABASES["replica"] = database(DATABASE_REPLICA_URL)
    DATABASE_ROUTERS = ["pagecache.replica.ReplicaRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Rate limits count here, so every process must see the same cache: the database unless told.
CACHES = {"default": env.cache_url("CACHE_URL", default="dbcache://shared_cache")}
OWN_CACHES = {
    "django.core.cache.backends.redis.RedisCache": "config.cache.SharedCache",
    "django.core.cache.backends.db.DatabaseCache": "config.cache.TableCache",
}
CACHES["default"]["BACKEND"] = OWN_CACHES.get(
    CACHES["default"]["BACKEND"], CACHES["default"]["BACKEND"]
)
if CACHES["default"]["BACKEND"] != "config.cache.SharedCache":
    # Redis has a limit of its own, and its client knows no such option.
    CACHES["default"].setdefault("OPTIONS", {}).setdefault("MAX_ENTRIES", 100_000)

# --- People ----------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "accounts.passwords.SiteWordsValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"

ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "signup": "accounts.forms.signup.SignupForm",
    "confirm_email_verification_code": "accounts.forms.signup.ConfirmEmailForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = "handle"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
# A wrong code five times ends the attempt; a code lives for 10 minutes (OWASP ASVS 6.5.5).
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_PASSWORD_RESET_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 10 * 60
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = f"[{SITE_NAME}] "
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_MAX_EMAIL_ADDRESSES = 5
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if SECURE else "http"
# How many of our own proxies add to X-Forwarded-For; 0 ignores the header, which anyone can send.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int(
    "TRUSTED_PROXY_COUNT", default=int(env.bool("BEHIND_PROXY", default=False))
)

MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = True
MFA_FORMS = {
    "add_webauthn": "accounts.forms.passkeys.AddKeyForm",
    "edit_webauthn": "accounts.forms.passkeys.EditKeyForm",
    "signup_webauthn": "accounts.forms.passkeys.SignUpKeyForm",
}
MFA_TOTP_ISSUER = SITE_NAME
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE  # browsers allow it on localhost only
USERSESSIONS_TRACK_ACTIVITY = False  # a write per request for a page that few look at
# Authors may ask each other to read a lesson before it is published.
PROOFREADING = env.bool("PROOFREADING", default=False)
STAFF_SECOND_FACTOR = env.bool("STAFF_SECOND_FACTOR", default=not DEBUG)

# Name of the provider: the host that its sign-in form leads to. Without keys it isn't installed.
SOCIAL_HOSTS = {
    "google": "https://accounts.google.com",
    "github": "https://github.com",
    "kakao": "https://kauth.kakao.com",
    "naver": "https://nid.naver.com",
}
SOCIAL_KEYS = {
    name: [env.str(f"{name.upper()}_{what}", default="") for what in ("CLIENT_ID", "SECRET")]
    for name in SOCIAL_HOSTS
}
SOCIALACCOUNT_PROVIDERS = {
    name: {"APPS": [{"client_id": client_id, "secret": secret, "key": ""}]}
    for name, (client_id, secret) in SOCIAL_KEYS.items()
    if client_id
}
INSTALLED_APPS += [f"allauth.socialaccount.providers.{name}" for name in SOCIALACCOUNT_PROVIDERS]
SOCIALACCOUNT_ADAPTER = "accounts.adapter.SocialAdapter"
SOCIALACCOUNT_QUERY_EMAIL = True

# --- Languages and time ----------------------------------------------------------------------

LANGUAGE_CODE = "ko"
LANGUAGES = [("ko", _("Korean")), ("en", _("English"))]
# The second holds what allauth and Django say, in the words of this site.
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "locale" / "packages"]
USE_I18N = True
FORMAT_MODULE_PATH = ["config.formats"]
USE_TZ = True
TIME_ZONE = "UTC"
LEARNER_TIME_ZONE = env.str("LEARNER_TIME_ZONE", default="Asia/Seoul")
# The share of reviews that learners should still know the answer of: higher asks more often.
REVIEW_RETENTION = env.float("REVIEW_RETENTION", default=0.9)

# Keys that sign certificates and achievements (`manage.py badge_keys`); none: nothing is signed.
BADGE_KEYS = env.str("BADGE_KEYS", default="")
# A font file (OpenType or TrueType) with Hangul for the pictures of certificates.
CERTIFICATE_FONT = env.str("CERTIFICATE_FONT", default="")

# --- Files, mail, tasks, logs ----------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = env.path("STATIC_ROOT", default=str(VAR_DIR / "static"))
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = env.path("MEDIA_ROOT", default=str(VAR_DIR / "media"))
# Uploads in a bucket of S3 or the like instead, for several machines (requirements/s3.lock).
MEDIA_S3_BUCKET = env.str("MEDIA_S3_BUCKET", default="")
MEDIA_S3_OPTIONS = {
    "bucket_name": MEDIA_S3_BUCKET,
    "endpoint_url": env.str("MEDIA_S3_ENDPOINT", default="") or None,
    "region_name": env.str("MEDIA_S3_REGION", default="") or None,
    "access_key": env.str("MEDIA_S3_KEY", default="") or None,
    "secret_key": env.str("MEDIA_S3_SECRET", default="") or None,
    "location": env.str("MEDIA_S3_PREFIX", default=""),
}
STORAGES = {
    "default": {"BACKEND": "config.bucket.Bucket", "OPTIONS": MEDIA_S3_OPTIONS}
    if MEDIA_S3_BUCKET
    else {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "config.storage.HashedStaticFiles"
    },
}

vars().update(env.email_url("EMAIL_URL", default="consolemail://" if DEBUG else "smtp://localhost"))
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default=f"{SITE_NAME} <noreply@{SITE_HOST}>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

LOG_LEVEL = env.str("LOG_LEVEL", default="INFO" if DEBUG else "WARNING")
LOG_FORMAT = env.str("LOG_FORMAT", default="text")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "text": {"()": "config.logs.text_formatter"},
        "json": {"()": "config.logs.JsonFormatter"},
    },
    "filters": {"database_errors": {"()": "config.logs.DatabaseErrorFilter"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": LOG_FORMAT,
            "filters": ["database_errors"],
        }
    },
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    # Django's own handlers would print a second line, and mail reports full of personal data.
    "loggers": {
        "django": {"handlers": [], "level": "NOTSET", "propagate": True},
        # Sign-ins and the like are logged whatever LOG_LEVEL says (accounts.security_log).
        "security": {"level": "INFO"},
        # It tells of each try to connect, with the server's address; pagecache.watch tells it once.
        "psycopg.pool": {"level": "ERROR"},
    },
}
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")

# --- Page cache (pagecache.wsgi) -------------------------------------------------------------

PAGECACHE_MB = env.int("PAGECACHE_MB", default=64)  # of each process
# Even an untouched page is built anew after this time.
PAGECACHE_SECONDS = env.int("PAGECACHE_SECONDS", default=3600)
# Finished pages of all processes of this machine (pagecache.shared); none when empty.
PAGECACHE_DIR = env.str("PAGECACHE_DIR", default="")
PAGECACHE_DIR_MB = env.int("PAGECACHE_DIR_MB", default=64)

# --- Running learners' code (the app runner) --------------------------------------------------

# Daemons, as unix:/run/cwk-runner/runner.sock or tcp://10.0.0.5:8100; none means off.
RUNNER_URLS = [url.strip() for url in env.list("RUNNER_URLS", default=[]) if url.strip()]
# Notices on devices: off without a key (`manage.py push_key`). The contact is for push services.
PUSH_KEY = env.str("PUSH_KEY", default="")
PUSH_CONTACT = env.str("PUSH_CONTACT", default="") or (
    SITE_URL if SECURE else "mailto:noreply@localhost"
)
RUNNER_TOKEN = env.str("RUNNER_TOKEN", default="")
RUNNER_RUNS_PER_HOUR = env.int("RUNNER_RUNS_PER_HOUR", default=60)  # of each learner
RUNNER_KEPT_DAYS = env.int("RUNNER_KEPT_DAYS", default=30)
# Python for browsers: `manage.py install_pyodide` fills it. WhiteNoise, too, looks at it once.
PYODIDE_ROOT = env.path("PYODIDE_ROOT", default=str(VAR_DIR / "pyodide"))
PYODIDE_INSTALLED = pyodide.is_installed(Path(PYODIDE_ROOT))
if PYODIDE_INSTALLED:
    WHITENOISE_ROOT = PYODIDE_ROOT
# Where `manage.py export_notebooks` was pushed to: owner/name, or owner/name/blob/branch/folder.
COLAB_REPOSITORY = env.str("COLAB_REPOSITORY", default="").strip("/")

# --- Security --------------------------------------------------------------------------------

WHITENOISE_ADD_HEADERS_FUNCTION = add_static_headers
SESSION_ENGINE = "accounts.sessions"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
# A __Host- cookie can't be set by a sister domain; browsers accept the prefix on HTTPS only.
COOKIE_PREFIX = "__Host-" if SECURE else ""
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}session"
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrf"
LANGUAGE_COOKIE_NAME = "language"
CSRF_COOKIE_HTTPONLY = True  # scripts read the token from the page
MESSAGE_STORAGE = "config.messages.MessageStorage"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 60
CSRF_TRUSTED_ORIGINS = [SITE_URL] if SECURE else []
CSRF_FAILURE_VIEW = "config.errors.csrf_failure"
SECURE_SSL_REDIRECT = SECURE and env.bool("SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if SECURE else 0
# Both are promises for every name below this one, and the second is hard to take back.
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE and env.bool("HSTS_INCLUDE_SUBDOMAINS", default=True)
SECURE_HSTS_PRELOAD = SECURE and env.bool("HSTS_PRELOAD", default=True)
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
# Forms (a lesson in the admin is the longest), and whole bodies with files.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_NUMBER_FILES = 20
MAX_BODY_BYTES = 10 * 1024 * 1024
PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer", "browsing-topics", "camera", "display-capture", "geolocation",
        "gyroscope", "hid", "magnetometer", "microphone", "midi", "payment", "serial", "usb",
    )
)  # fmt: skip

# No page has an inline script or style, so no nonce is needed and cached pages stay valid.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        # Chromium applies this to the redirect that follows a form, too.
        "form-action": [SELF, *(SOCIAL_HOSTS[name] for name in SOCIALACCOUNT_PROVIDERS)],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "require-trusted-types-for": ["'script'"],
        "trusted-types": ["fragment"],
    }
}
