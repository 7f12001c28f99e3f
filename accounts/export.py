""" "Download my data": a ZIP archive with JSON and Markdown files."""

import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.push.services import host_of
from accounts.registry import ExportFile, exports

PROFILE_FIELDS = (
    "public_id", "handle", "display_name", "email", "language", "time_zone", "theme",
    "profile_public", "profile_sections", "quiet_from", "quiet_until",
    "date_joined", "last_login", "delete_at",
)  # fmt: skip


def export_zip(user: User) -> bytes:
    """Return a ZIP archive of everything the site stores about a learner, as bytes."""
    files = [file for export in exports.values() for file in export(user)]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.md", readme(user, files))
        for file in files:
            archive.writestr(file.path, file.content)
    return buffer.getvalue()


def readme(user: User, files: list[ExportFile]) -> str:
    """Return the text of the archive's README."""
    lines = [
        f"# {_('Your data')}",
        "",
        _("Everything this site knows about %(name)s, as of %(date)s.")
        % {"name": user.name, "date": f"{timezone.localtime():%Y-%m-%d %H:%M %Z}"},
        "",
        *(f"- `{file.path}`" for file in files),
    ]
    return "\n".join(lines) + "\n"


def as_json(data: Any) -> str:
    """Return indented JSON, with Korean unescaped and times in ISO 8601."""
    return json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2) + "\n"


def to_read(title: str, texts: Iterable[tuple[str, datetime, str]]) -> str:
    """Return texts as a Markdown file, each below where and when it was written."""
    parts = [f"# {title}"]
    for where, at, text in texts:
        when = timezone.localtime(at)
        parts += [f"## {' '.join(where.split())} · {when:%Y-%m-%d %H:%M}", text.strip()]
    return "\n\n".join(parts) + "\n"


def own_files(user: User) -> Iterable[ExportFile]:
    """Return this app's files: the account and its notifications."""
    yield ExportFile("account/account.json", as_json(account(user)))
    told = list(
        user.notifications.newest_first().values(
            "kind", "text", "url", "body", "created_at", "read_at"
        )
    )
    yield ExportFile("account/notifications.json", as_json(told))
    yield ExportFile("account/notifications.md", notifications_text(told))


def account(user: User) -> dict[str, Any]:
    """Return the account's fields, addresses, preferences, sessions and connected accounts."""
    return {
        **{field: getattr(user, field) for field in PROFILE_FIELDS},
        "former_handles": list(user.former_handles.values("handle", "changed_at")),
        "addresses": list(
            EmailAddress.objects.filter(user=user).values("email", "verified", "primary")
        ),
        "mail_preferences": dict(user.mail_preferences.values_list("kind", "choice")),
        "push_preferences": dict(user.mail_preferences.values_list("kind", "push")),
        "push_devices": [
            {"service": host_of(row.endpoint), "browser": row.browser, "since": row.created_at}
            for row in user.push_subscriptions.order_by("pk")
        ],
        "sessions": list(
            UserSession.objects.filter(user=user).values("created_at", "ip", "user_agent")
        ),
        "connected": list(
            SocialAccount.objects.filter(user=user).values("provider", "uid", "extra_data")
        ),
    }


def notifications_text(told: Iterable[Mapping[str, Any]]) -> str:
    """Return the notifications as a Markdown list, newest first."""
    lines = [f"- {row['created_at']:%Y-%m-%d} [{row['text']}]({row['url']})" for row in told]
    return "\n".join([f"# {_('Notifications')}", "", *lines]) + "\n"
