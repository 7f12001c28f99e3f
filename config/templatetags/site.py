"""Template tags for all apps."""

import re
from functools import cache
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import Any

from django import template
from django.conf import settings
from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()
IMPORT = re.compile(r'^(?:import|export)\b[^;"]*"(\.[^"]+)";', re.MULTILINE)


@register.simple_tag
def icon(name: str) -> SafeString:
    """Render an icon of static/img/icons.svg, hidden from screen readers."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        static("img/icons.svg"),
        name,
    )


@register.simple_tag(takes_context=True)
def modules(context: template.Context, *names: str) -> SafeString:
    """Links that fetch these ES modules, and all that they import, at once with the page.

    A page may use the tag several times; each module is linked once.
    """
    rendering: Any = context.render_context
    seen = rendering.setdefault("modules", set())
    found = dict.fromkeys(each for name in names for each in with_imports(name))
    links = [(static(name),) for name in found if name not in seen]
    seen.update(found)
    return format_html_join("\n    ", '<link rel="modulepreload" href="{}">', links)


def with_imports(name: str) -> tuple[str, ...]:
    """The module and everything that it imports, directly or not."""
    found = [name]
    for each in found:  # grows while it is walked
        found += [other for other in imports_of(each) if other not in found]
    return tuple(found)


def imports_of(name: str) -> tuple[str, ...]:
    """The modules that this one imports; its file is read once, in development each time."""
    return read_imports(name) if settings.DEBUG else remembered_imports(name)


def read_imports(name: str) -> tuple[str, ...]:
    """The same, read from the file."""
    path = finders.find(name)
    if path is None:
        raise ValueError(f"There is no module {name}.")
    paths = IMPORT.findall(Path(path).read_text())
    return tuple(dict.fromkeys(normpath(join(dirname(name), each)) for each in paths))


remembered_imports = cache(read_imports)
