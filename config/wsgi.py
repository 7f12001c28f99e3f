"""The WSGI entry point: `granian --interface wsgi config.wsgi:application`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

django_application = get_wsgi_application()

from config.checks import refuse_unsafe_start  # noqa: E402 - needs the settings
from config.serving import behind_page_cache, limit_statements  # noqa: E402

refuse_unsafe_start()
limit_statements()

application = behind_page_cache(django_application)
