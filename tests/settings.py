"""The site's settings as the tests use them."""

import os

from tools.messages import compile_catalog

os.environ.setdefault("SECRET_KEY", "only-for-the-tests-0123456789-0123456789-0123456789")
os.environ.setdefault("SITE_URL", "http://testserver")
os.environ.setdefault("ALLOWED_HOSTS", "testserver,localhost,127.0.0.1")
os.environ.setdefault("EMAIL_URL", "memorymail://")
os.environ.setdefault("CACHE_URL", "locmemcache://")
# Most tests of staff pages are about the pages; tests/accounts has those about the second factor.
os.environ.setdefault("STAFF_SECOND_FACTOR", "false")

from config.settings import *  # noqa: F403
from config.settings import DATABASES, STATIC_ROOT, VAR_DIR

# Before Django loads the translations, so that a run without `make` sees the present ones.
compile_catalog()

os.makedirs(STATIC_ROOT, exist_ok=True)  # WhiteNoise looks for it
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    VAR_DIR.mkdir(exist_ok=True)
    # A file, not memory: the server thread of a browser test needs connections of its own.
    # Named after the process, so that two runs in one folder don't meet.
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / f"test-{os.getpid()}.sqlite3")}
    # The test file is thrown away, so it need not survive a power cut.
    DATABASES["default"]["OPTIONS"]["init_command"] += ";PRAGMA synchronous=OFF"
else:
    # The pool would hold connections that stop the test database from being dropped.
    DATABASES["default"]["OPTIONS"].pop("pool", None)
