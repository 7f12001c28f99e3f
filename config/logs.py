"""JSON log lines with a request id and without personal data.

Addresses carry sign-in keys and handles, and database errors quote the row, so a line names the
route instead of the path, and texts are scrubbed of queries, e-mail addresses and long keys.
"""

import json
import logging
import os
import re
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest

from pagecache.outages import sqlstate

request_id: ContextVar[str] = ContextVar("request_id", default="")

SCRUBBERS = [
    (re.compile(r"[^\s@<>\"'=]+@[^\s@<>\"']+\.[^\s@<>\"',;:]+"), "<address>"),
    (re.compile(r"\?[^\s\"']+"), "?<query>"),
    (re.compile(r"(?<=/)[A-Za-z0-9_:=-]{20,}(?=/|\s|$)"), "<key>"),
]
ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]


def scrub(text: str) -> str:
    """Return the text without e-mail addresses, query strings and long keys in paths."""
    for pattern, replacement in SCRUBBERS:
        text = pattern.sub(replacement, text)
    return text


def route_of(request: HttpRequest) -> str:
    """Return the matched URL pattern, such as `quests/<slug:slug>/`; "-" when none matched."""
    match = getattr(request, "resolver_match", None)
    return match.route if match else "-"


def record_request(record: logging.LogRecord) -> HttpRequest | None:
    """Return the request attached to Django's own log records."""
    request = getattr(record, "request", None)
    return request if isinstance(request, HttpRequest) else None


def class_of(error: BaseException) -> str:
    """Return module and name of an error's class."""
    return f"{type(error).__module__}.{type(error).__qualname__}"


def reason(error: BaseException) -> str:
    """Return an error's class, that of its cause and the SQLSTATE: its text may quote a row."""
    cause = [class_of(error.__cause__)] if error.__cause__ else []
    return " ".join(filter(None, [class_of(error), *cause, sqlstate(error)]))


class DatabaseErrorFilter(logging.Filter):
    """Has database errors among a line's arguments written as their class and SQLSTATE."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Replace them; every line passes."""
        if isinstance(record.args, tuple):
            record.args = tuple(
                reason(each) if isinstance(each, DatabaseError | InterfaceError) else each
                for each in record.args
            )
        return True


def error_of(info: ExcInfo) -> dict[str, Any]:
    """Return type, scrubbed message and location of an exception."""
    kind, error, trace = info
    frames = traceback.extract_tb(trace)
    return {
        "type": f"{kind.__module__}.{kind.__qualname__}",
        **message_or_reason(error),
        "frames": [f"{each.filename}:{each.lineno} {each.name}" for each in frames],
    }


def message_or_reason(error: BaseException) -> dict[str, str]:
    """Return the scrubbed message; of a database error its cause and SQLSTATE instead."""
    if not isinstance(error, DatabaseError | InterfaceError):
        return {"message": scrub(str(error))}
    cause = class_of(error.__cause__) if error.__cause__ else ""
    return {"message": "", "cause": cause, "sqlstate": sqlstate(error)}


class JsonFormatter(logging.Formatter):
    """Formats a record as one JSON object: time, level, logger, message, request and error."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as a line of JSON."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": self.message_of(record),
            "request": request_id.get() or getattr(record_request(record), "log_id", ""),
        }
        if hasattr(record, "milliseconds"):
            line["milliseconds"] = record.milliseconds
        if error := getattr(record, "database_error", None):
            line["error"] = {"type": class_of(error), **message_or_reason(error)}
        if record.exc_info and record.exc_info[0]:
            line["error"] = error_of(record.exc_info)
        return json.dumps(line, ensure_ascii=False)

    def message_of(self, record: logging.LogRecord) -> str:
        """Return the message; Django's own messages about a request get its route, not its path."""
        request = record_request(record)
        if request and record.name.startswith("django."):
            status = getattr(record, "status_code", "")
            return f"{status} {request.method} {route_of(request)}".strip()
        return scrub(record.getMessage())


def chosen_formatter() -> logging.Formatter:
    """Return the formatter that LOG_FORMAT names; for granian, which has no settings of Django."""
    if os.environ.get("LOG_FORMAT") == "json":
        return JsonFormatter()
    return text_formatter()


def text_formatter() -> logging.Formatter:
    """Return the formatter of a development site."""
    return logging.Formatter("%(levelname)s %(name)s %(message)s")
