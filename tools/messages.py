"""Collect, check and compile the translations: `python -m tools.messages update|check|compile`.

Django's makemessages needs GNU gettext, which may not be installed; Babel does the same in Python.
English is the source; Korean is in locale/ko. Messages of allauth and Django are in our words in
locale/packages, which is edited by hand.
"""

import io
import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
PO = ROOT / "locale" / "ko" / "LC_MESSAGES" / "django.po"
PACKAGES = ROOT / "locale" / "packages"
PACKAGES_PO = PACKAGES / "ko" / "LC_MESSAGES" / "django.po"
ENGLISH_PO = PACKAGES / "en" / "LC_MESSAGES" / "django.po"
APPS = (
    "accounts",
    "comments",
    "config",
    "course",
    "credentials",
    "gamification",
    "markup",
    "pagecache",
    "runner",
)
# A date that changed on each run would make every branch conflict with every other.
FIXED_DATE = datetime(2026, 1, 1, tzinfo=UTC)
KEYWORDS = DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
    "pgettext_lazy": ((1, "c"), 2),
}


def sources() -> Iterator[tuple[Path, str]]:
    """Yield every file that may contain messages, converted to Python source."""
    from django.utils.translation.template import templatize

    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path, path.read_text()
    for suffix in ("html", "txt"):
        for path in sorted((ROOT / "templates").rglob(f"*.{suffix}")):
            calls = templatize(path.read_text(), origin=str(path)).splitlines()
            # A template's indentation means nothing; Python's tokenizer would stumble over it.
            yield path, "\n".join(line.strip() for line in calls)


def collect() -> Catalog:
    """Return the messages in the source."""
    catalog = Catalog(locale="ko", project="C.W.K.", charset="utf-8", fuzzy=False)
    for _path, text in sources():
        found = extract("python", io.BytesIO(text.encode()), keywords=KEYWORDS)
        for _line, message, _comments, context in found:
            flags = ("python-format",) if "%(" in str(message) else ()
            catalog.add(message, None, flags=flags, context=context)
    return catalog


def stored(path: Path = PO) -> Catalog:
    """Return the translated messages in a file."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parts[-3], domain="django")


def update() -> None:
    """Add new messages to locale/ko, remove unused ones, and compile."""
    catalog = stored() if PO.exists() else Catalog(locale="ko", domain="django")
    catalog.update(collect(), no_fuzzy_matching=True, update_header_comment=False)
    catalog.obsolete.clear()
    catalog.header_comment = "# Korean texts of the site; English is the source."
    catalog.creation_date = catalog.revision_date = FIXED_DATE
    catalog.fuzzy = False
    with PO.open("wb") as file:
        write_po(file, catalog, width=100, no_location=True, omit_header=False, sort_output=True)
    compile_catalog()


def compile_catalog() -> None:
    """Write the .mo files that Django reads."""
    for source in (PO, PACKAGES_PO, ENGLISH_PO):
        compiled = source.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime > source.stat().st_mtime:
            continue
        fresh = compiled.with_suffix(f".{os.getpid()}")
        with fresh.open("wb") as file:
            write_mo(file, stored(source))
        fresh.replace(compiled)  # at once: another process may be reading


def problems() -> list[str]:
    """Return missing, untranslated and unused messages."""
    wanted = {(m.context, str(m.id)): m for m in collect() if m.id}
    have = {(m.context, str(m.id)): m for m in stored() if m.id}
    missing = [f"not in {PO.name}: {key[1]!r}" for key in wanted.keys() - have.keys()]
    stale = [f"no longer used: {key[1]!r}" for key in have.keys() - wanted.keys()]
    packages = (m for path in (PACKAGES_PO, ENGLISH_PO) for m in stored(path) if m.id)
    every = [*have.values(), *packages]
    empty = [f"not translated: {m.id!r}" for m in every if not is_translated(m)]
    return sorted(missing + stale + empty)


def is_translated(message: Message) -> bool:
    """Whether every plural form of the message has text."""
    string = message.string
    return all(string) if isinstance(string, tuple | list) else bool(string)


def main(arguments: list[str]) -> int:
    """Run the command. Returns the exit code."""
    match arguments:
        case ["update"]:
            update()
        case ["compile"]:
            compile_catalog()
        case ["check"]:
            found = problems()
            print(*found, sep="\n")
            return 1 if found else 0
        case _:
            print(__doc__)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
