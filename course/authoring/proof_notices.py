"""Tell authors of what they read for each other: who is asked, and what came of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from accounts.models import Notification, User
from accounts.notifications import Notice, notify_many
from course.models import LessonText, Proof, ProofComment
from course.models.languages import in_language

KIND = "proof"
ASKED, REMARK, APPROVED = "asked", "remark", "approved"


@dataclass(frozen=True)
class Event:
    """Something that happened to a proof; `titles` are its lesson's, by language."""

    key: str
    proof: Proof
    titles: dict[str, str]
    comment: ProofComment | None = None

    @property
    def what(self) -> str:
        """One of the three kinds of events."""
        return self.key.split(":")[2]

    @property
    def title(self) -> str:
        """The lesson's title in the active language, else in another."""
        return in_language(self.titles, get_language() or "", "")

    @property
    def text(self) -> str:
        """One line in the active language."""
        who = {
            ASKED: self.proof.author,
            REMARK: self.comment.author if self.comment else None,
            APPROVED: self.proof.approved_by,
        }[self.what]
        texts = {
            ASKED: _("%(name)s asks you to read “%(page)s”"),
            REMARK: _("%(name)s remarked on “%(page)s”"),
            APPROVED: _("%(name)s approved “%(page)s”"),
        }
        return texts[self.what] % {"name": who or "–", "page": self.title}

    @property
    def body(self) -> str:
        """What was said: the remark, or what to look at."""
        if self.what == REMARK:
            return self.comment.text if self.comment else ""
        return self.proof.note if self.what == ASKED else ""

    @property
    def url(self) -> str:
        """Where it is to be seen."""
        page = reverse("admin:lesson-proof", args=[self.proof.lesson_id])
        return f"{page}#remark-{self.comment.pk}" if self.comment else page

    @property
    def waits(self) -> bool:
        """Whether anybody still needs to know of it."""
        if self.proof.closed_at or (self.comment and self.comment.resolved_at):
            return False
        return self.what != ASKED or self.proof.approved_at is None

    def notice(self, person: User, *, body: str = "") -> Notice:
        """Return the notice in the active language; what is stored has no words of others."""
        return Notice(
            learner=person,
            key=self.key,
            kind=KIND,
            text=self.text,
            url=self.url,
            body=body,
            group=f"{KIND}:{self.proof.pk}",
            title=self.title,
        )


def authors() -> QuerySet[User]:
    """Return everybody who may change lessons, by name."""
    rows: QuerySet[User] = ModelBackend().with_perm("course.change_lesson")
    return rows.filter(is_staff=True, delete_at=None).order_by("display_name", "pk")


def is_author(person: User) -> bool:
    """Return whether this person may be asked to read a lesson; no query for learners."""
    may_ask = settings.PROOFREADING and person.is_staff and person.is_active
    return bool(may_ask and person.has_perm("course.change_lesson"))


def tell_asked(proof: Proof) -> None:
    """Tell the author who was asked, or all others when nobody in particular was."""
    people = authors().exclude(pk=proof.author_id)
    if proof.asked_id:
        people = people.filter(pk=proof.asked_id)
    tell(people, proof, ASKED)


def tell_remarked(comment: ProofComment) -> None:
    """Tell the lesson's author, and those who take part, of a remark."""
    proof = comment.proof
    taking_part = proof.comments.exclude(author=None).values_list("author", flat=True)
    people = {proof.author_id, proof.asked_id, *taking_part} - {comment.author_id}
    tell(authors().filter(pk__in=filter(None, people)), proof, f"{REMARK}:{comment.pk}", comment)


def tell_approved(proof: Proof, version: int) -> None:
    """Tell the lesson's author that a version was approved."""
    tell(authors().filter(pk=proof.author_id), proof, f"{APPROVED}:{version}")


def tell(
    people: Iterable[User], proof: Proof, what: str, comment: ProofComment | None = None
) -> None:
    """Store one notice for each, in their language; three queries for any number of people."""
    titles = titles_of([proof])[proof.lesson_id]
    event = Event(f"{KIND}:{proof.pk}:{what}", proof, titles, comment)
    notices = []
    for person in people:
        with override(person.language):
            notices.append(event.notice(person))
    notify_many(notices)


def titles_of(proofs: Iterable[Proof]) -> dict[int, dict[str, str]]:
    """Return the titles of the proofs' lessons by lesson and language; one query."""
    found: dict[int, dict[str, str]] = {proof.lesson_id: {} for proof in proofs}
    rows = LessonText.objects.filter(lesson__in=found).values_list("lesson", "language", "title")
    for lesson, language, title in rows:
        found[lesson][language] = title
    return found


def events_of(notifications: Sequence[Notification]) -> dict[int, Event]:
    """Return what notifications are about, as far as it is still there; three queries."""
    parts = {row.pk: row.key.split(":") for row in notifications}
    numbers = [int(each[1]) for each in parts.values()]
    proofs = Proof.objects.select_related("author", "approved_by").in_bulk(numbers)
    remarks = ProofComment.objects.select_related("author").in_bulk(
        [int(each[3]) for each in parts.values() if each[2] == REMARK]
    )
    titles = titles_of(proofs.values())
    found = {}
    for row in notifications:
        each = parts[row.pk]
        proof = proofs.get(int(each[1]))
        comment = remarks.get(int(each[3])) if each[2] == REMARK else None
        if proof and (comment or each[2] != REMARK):
            found[row.pk] = Event(row.key, proof, titles[proof.lesson_id], comment)
    return found


def present(notifications: Sequence[Notification]) -> Mapping[int, Notice]:
    """Return what the list shows to authors, in the active language."""
    found = events_of(notifications)
    return {
        row.pk: found[row.pk].notice(row.learner, body=found[row.pk].body)
        for row in notifications
        if row.pk in found and is_author(row.learner)
    }


def recheck(notifications: Sequence[Notification]) -> Mapping[int, Notice | None]:
    """Before sending: None for what was closed or done, and for those who write no more."""
    found: dict[int, Notice | None] = {}
    events = events_of(notifications)
    for row in notifications:
        event = events.get(row.pk)
        found[row.pk] = None
        if event and event.waits and is_author(row.learner):
            with override(row.learner.language):
                found[row.pk] = event.notice(row.learner, body=event.body)
    return found
