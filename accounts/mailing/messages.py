"""Notification mails. Plain text only, so that HTML from comments never gets into a mail."""

from collections.abc import Sequence
from urllib.parse import urljoin

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import ngettext

from accounts.models import MailPreference, Notification, User
from accounts.notifications import Notice

DIGEST = "digest"  # the pseudo kind whose token ends the daily mail


def absolute(path: str) -> str:
    """Return the absolute URL of a path on this site."""
    return urljoin(f"{settings.SITE_URL}/", path)


def quoted(body: str) -> str:
    """Return the body as a plain-text quotation."""
    return "\n".join(f"> {line}".rstrip() for line in body.strip().splitlines())


def stop_url(learner: User, kind: str) -> str:
    """Return the unsubscribe URL for mails of this kind; its token doesn't reveal the learner."""
    preference, _ = MailPreference.objects.get_or_create(
        learner=learner, kind=kind, defaults={"choice": default_choice(kind)}
    )
    return stop_link(preference)


def stop_link(preference: MailPreference) -> str:
    """Return the URL that stops the mails of this preference."""
    return absolute(reverse("mail-stop", args=[preference.token]))


def stop_headers(stop: str) -> dict[str, str]:
    """Return the headers of a mail that can be stopped by one click (RFC 8058)."""
    return {
        "List-Unsubscribe": f"<{stop}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
    }


def default_choice(kind: str) -> str:
    """Return the preference that applies until the learner chooses one."""
    from accounts.registry import kinds

    return kinds[kind].default if kind in kinds else MailPreference.Choice.IMMEDIATE


def single(row: Notification, notices: Sequence[Notice], to: str) -> EmailMessage:
    """Build the mail about a notification and those of its group, in the learner's language."""
    notice = notices[0]
    with translation.override(notice.learner.language):
        return build(
            to=to,
            subject=subject_of(notices),
            message_id=f"<n{row.pk}.{row.learner.public_id}@{settings.SITE_HOST}>",
            template="accounts/mail/notification.txt",
            stop=stop_url(notice.learner, row.kind),
            context={"items": [item(each) for each in notices], "asides": asides(notices)},
        )


def subject_of(notices: Sequence[Notice]) -> str:
    """Return the subject of a mail about one notice, or several of one group."""
    count = len(notices)
    if count == 1:
        return notices[0].text
    many = ngettext(
        "%(count)s new comment in “%(page)s”", "%(count)s new comments in “%(page)s”", count
    )
    return many % {"count": count, "page": notices[0].title}


def asides(notices: Sequence[Notice]) -> list[str]:
    """Return our own lines of the notices, one for each group."""
    return list({notice.group: notice.aside for notice in notices if notice.aside}.values())


def digest(learner: User, day: str, notices: Sequence[Notice], to: str) -> EmailMessage:
    """Build the daily digest, in the learner's language."""
    with translation.override(learner.language):
        count = len(notices)
        return build(
            to=to,
            subject=ngettext("%(count)s new thing for you", "%(count)s new things for you", count)
            % {"count": count},
            message_id=f"<d{day}.{learner.public_id}@{settings.SITE_HOST}>",
            template="accounts/mail/digest.txt",
            stop=stop_url(learner, DIGEST),
            context={"items": [item(notice) for notice in notices], "asides": asides(notices)},
        )


def item(notice: Notice) -> dict[str, str]:
    """Return the template context of one notice."""
    return {"text": notice.text, "body": quoted(notice.body), "url": absolute(notice.url)}


def build(
    *, to: str, subject: str, message_id: str, template: str, stop: str, context: dict[str, object]
) -> EmailMessage:
    """Build a mail with the one-click unsubscribe headers of RFC 8058."""
    details = {
        **context,
        "site_name": settings.SITE_NAME,
        "stop_url": stop,
        "settings_url": absolute(reverse("settings-mail")),
    }
    return EmailMessage(
        subject=f"[{settings.SITE_NAME}] {' '.join(subject.split())}",
        body=render_to_string(template, details).strip() + "\n",
        to=[to],
        headers={"Message-ID": message_id, **stop_headers(stop)},
    )
