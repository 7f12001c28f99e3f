"""Baseline: a view that returns a constant; BENCH_MIDDLEWARE=no removes the middleware."""

import os

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tools.bench.settings")
django.setup(set_prefix=False)
if os.environ.get("BENCH_MIDDLEWARE") == "no":
    # After the set-up, because allauth refuses to start without its middleware.
    settings.MIDDLEWARE = []
application = WSGIHandler()
