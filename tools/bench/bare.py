"""The yardstick: a view that returns a constant, with or without the site's middleware."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tools.bench.settings")
application = get_wsgi_application()
