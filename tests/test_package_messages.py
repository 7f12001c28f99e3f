"""The messages of allauth and Django translated here still exist."""

from pathlib import Path

import allauth
import django
from babel.messages.pofile import read_po

from tools import messages


def said_by_packages() -> set[str]:
    folders = [Path(allauth.__file__).parent, Path(django.__file__).parent]
    found: set[str] = set()
    for folder in folders:
        for path in folder.rglob("locale/de/LC_MESSAGES/django.po"):
            with path.open("rb") as file:
                catalog = read_po(file)
            for message in (*catalog, *catalog.obsolete.values()):
                ids = message.id if isinstance(message.id, tuple | list) else (message.id,)
                found.update(ids)
    return found


def test_each_message_is_one_of_a_package():
    known = said_by_packages()
    ours = [
        m.id[0] if isinstance(m.id, tuple | list) else m.id
        for m in messages.stored(messages.PACKAGES_PO)
    ]
    assert [each for each in ours if each and each not in known] == []
