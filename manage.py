#!/usr/bin/env python
"""Django's command line for this project."""

import os
import sys


def main() -> None:
    """Run the management command named on the command line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        from django.core.management import execute_from_command_line
    except ImportError:
        sys.exit("Django is not installed here. Run `make setup`, then use .venv/bin/python.")
    make_folders()
    execute_from_command_line(sys.argv)


def make_folders() -> None:
    """Make what a development site keeps within the code; a real one names folders of its own."""
    from django.conf import settings

    if settings.DEBUG:
        for folder in (settings.VAR_DIR, settings.STATIC_ROOT):
            os.makedirs(folder, exist_ok=True)


if __name__ == "__main__":
    main()
