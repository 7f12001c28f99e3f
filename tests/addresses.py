"""Every address of the site, and the odd input that each is tried with."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

from django.conf import settings
from django.contrib import admin
from django.urls import get_resolver
from django.urls.resolvers import URLPattern

ROOT = Path(__file__).resolve().parent.parent
APPS = ("accounts", "comments", "config", "course", "credentials", "gamification", "runner")
# What no browser sends and no column holds: bytes, numbers, dates, letters.
ODD = [
    "\x00",
    "\ud800",
    "9" * 4301,
    str(2**63),
    str(2**31),
    "-1",
    "0",
    "١٢",
    "1e400",
    "nan",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-23:59",
    "0001-01-01",
    "99999999999",
    "2026-02-30",
    "'\"<>\\",
    "\r\nX-Y: z",
    "{}",
    "[1]",
    "../../etc/passwd",
    "%s%n{0}",
    "\u202e\u200b\u3164",
    "가" * 3000,
    "",
]
READ = re.compile(r"""(?:GET|POST|query|data|params)(?:\.get|\.getlist|\[)\(?\s*["'](\w+)["']""")
# allauth's and Django's own, and those that stand in links only.
MORE_NAMES = [
    "next", "q", "p", "o", "e", "all", "page", "ids", "_changelist_filters", "_popup", "_to_field",
    "app_label", "model_name", "field_name", "term", "after", "since", "before", "created_at__year",
    "created_at__gte", "status__exact", "id__in", "pk__in", "date_joined__month",
]  # fmt: skip


@dataclass
class Address:
    """A pattern of the URLconf: its text with {0}, {1} for the arguments, and values for them."""

    name: str
    path: str
    good: list[str]
    is_number: list[bool]

    def filled(self, arguments: list[str]) -> str:
        """The path with these arguments, percent-encoded."""
        return self.path.format(*(encoded(each) for each in arguments))


@dataclass(frozen=True)
class Case:
    """One request; `where` says where in it the odd value stands."""

    address: str
    method: str
    url: str
    where: str
    body: str = ""
    kind: str = "application/x-www-form-urlencoded"


def encoded(text: str) -> str:
    """As no browser would send it, lone surrogates included."""
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


def every_address(known: dict[str, str], by_name: dict[str, list[str]]) -> Iterator[Address]:
    """Every pattern; `known` gives a value to an argument, `by_name` all of one address."""
    for pattern, name in patterns(get_resolver(), ""):
        converters = dict(converters_of(pattern))
        path = re.sub(r"<(?:\w+:)?\w+>", "{}", pattern)
        if "(?P" in path:
            path = re.sub(r"\(\?P<\w+>[^)]*\)", "{}", path).strip("^$")
            converters = {"rest": "path"}
        good = by_name.get(name) or [known.get(each, "1") for each in converters]
        numbers = [kind == "int" for kind in converters.values()]
        yield Address(name, f"/{path.lstrip('/')}", good, numbers)


def converters_of(pattern: str) -> list[tuple[str, str]]:
    """Name and converter of each argument."""
    return [(name, kind or "str") for kind, name in re.findall(r"<(?:(\w+):)?(\w+)>", pattern)]


def patterns(resolver: Any, prefix: str) -> Iterator[tuple[str, str]]:
    """The whole pattern and name of every address, in the site's first language."""
    for each in resolver.url_patterns:
        text = prefix + str(each.pattern)
        if isinstance(each, URLPattern):
            yield text, each.name or text
        else:
            yield from patterns(each, text)


@cache
def names_read() -> list[str]:
    """Every name that our code reads from a query or a form, and filters of the admin."""
    found = set(MORE_NAMES)
    for app in APPS:
        for path in (ROOT / app).rglob("*.py"):
            found.update(READ.findall(path.read_text()))
    for model_admin in admin.site._registry.values():
        for each in model_admin.list_filter:
            if isinstance(each, str):
                found |= {f"{each}__exact", f"{each}__id__exact", f"{each}__isnull"}
        if model_admin.date_hierarchy:
            found |= {f"{model_admin.date_hierarchy}__{part}" for part in ("year", "month", "day")}
    return sorted(found)


class Forms(HTMLParser):
    """The fields of each POST form of a page, by its action, and the queries of its links."""

    def __init__(self, html: str, url: str) -> None:
        super().__init__()
        self.url = url
        self.forms: dict[str, dict[str, str]] = {}
        self.queries: set[tuple[str, str]] = set()
        self.open: dict[str, str] | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note forms, fields and links."""
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            is_post = given.get("method", "").lower() == "post"
            action = urlsplit(given.get("action") or self.url).path
            self.open = self.forms.setdefault(action, {}) if is_post else {}
        elif tag in ("input", "textarea", "select", "button") and self.open is not None:
            if given.get("name") and "csrf" not in given["name"]:
                self.open[given["name"]] = given.get("value", "1")
        elif tag == "a" and given.get("href", "").startswith(("?", "/")):
            link = urlsplit(given["href"])
            path = link.path or urlsplit(self.url).path
            self.queries |= {(path, name) for name, _value in parse_qsl(link.query)}

    def handle_endtag(self, tag: str) -> None:
        """A form ends."""
        if tag == "form":
            self.open = None


def cases_of(address: Address, forms: dict[str, dict[str, str]], odd: str) -> Iterator[Case]:
    """Every request of an address with one odd value."""
    path = address.filled(address.good)
    value = encoded(odd[:6000])
    for number, is_number in enumerate(address.is_number):
        if is_number and not odd.isdigit():
            continue  # the URLconf itself answers 404
        given = [*address.good]
        given[number] = odd[:1500]
        yield Case(address.name, "GET", address.filled(given), f"argument {number}")
        yield Case(address.name, "POST", address.filled(given), f"argument {number}")
    for name in names_read():
        yield Case(address.name, "GET", f"{path}?{name}={value}", name)
    few = encoded(odd[:30])
    together = "&".join(f"{name}={few}" for name in names_read())
    yield Case(address.name, "GET", f"{path}?{together}", "every name")
    fields = forms.get(path, {}) | dict.fromkeys(names_read(), "")
    good = {name: text for name, text in fields.items() if name in forms.get(path, {})}
    for name in fields:
        sent = {**{key: encoded(text) for key, text in good.items()}, name: value}
        body = "&".join(f"{key}={text}" for key, text in sent.items())
        yield Case(address.name, "POST", path, name, body)
    everything = "&".join(f"{name}={value}" for name in fields)
    yield Case(address.name, "POST", path, "every field", everything)


def odd_requests(address: Address) -> Iterator[Case]:
    """Requests of an address that no form of the site sends: methods, kinds of bodies, files."""
    path = address.filled(address.good)
    for method in ("HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"):
        yield Case(address.name, method, path, "method")
    names = names_read()
    file = 'Content-Disposition: form-data; name="{}"; filename="../\x01.png"\r\n\r\nx\r\n'
    whole = "".join(f"--b\r\n{file.format(name)}" for name in names) + "--b--\r\n"
    for body in ("", "\xff\xfe", "{", "[[1]]", '{"a": 1e999}', "[" * 9_000, "null", "--b\r\n"):
        yield Case(address.name, "POST", path, f"JSON {body[:9]}", body, "application/json")
        yield Case(address.name, "POST", path, f"bytes {body[:9]}", body)
        yield Case(address.name, "POST", path, "parts", body, "multipart/form-data; boundary=b")
    yield Case(address.name, "POST", path, "files", whole, "multipart/form-data; boundary=b")
    yield Case(address.name, "POST", path, "no boundary", whole, "multipart/form-data")
    yield Case(address.name, "POST", path, "charset", "a=b", "application/json; charset=no-such")


def cookies() -> list[str]:
    """The cookies that the site reads."""
    return [
        settings.SESSION_COOKIE_NAME,
        settings.CSRF_COOKIE_NAME,
        settings.LANGUAGE_COOKIE_NAME,
        "messages",
        "theme",
    ]
