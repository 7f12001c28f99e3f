"""Issue certificates, change what a learner chose on them, and revoke them."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from course.progress.reading import Progress
from course.progress.recording import lock_progress, progress_transaction
from credentials.finished import Finished, Scope, course_of, finish_of
from credentials.models import Certificate, Credential


class NotFinished(Exception):
    """A lesson of the quest or chapter is not done, or there is none."""


def issue(*, learner: User, scope: Scope, name: str, public: bool) -> tuple[Certificate, bool]:
    """Issue the certificate of a finished quest or chapter. Returns it, and whether it is new.

    An issued one is returned as it is, even a revoked one: what was decided about it stands. Locks
    the learner's log until the end. Raises NotFinished, also when the account was erased meanwhile.
    """
    with progress_transaction(learner):
        # The log's lock: an undo can't come between looking and issuing, and an erasure either
        # waits for this row or has removed the account before.
        locked = lock_progress(learner)
        issued = Certificate.objects.filter(learner=learner, kind=scope.kind, uid=scope.uid)
        if known := issued.first():
            return known, False
        finish = finish_of(Progress(learner, locked.states, locked.catalogue), scope)
        course = course_of(scope, finish.pages) if finish else None
        if finish is None or course is None:
            raise NotFinished
        # Whatever else may write here: the constraint lets one row through.
        return Certificate.objects.get_or_create(
            learner=learner,
            kind=scope.kind,
            uid=scope.uid,
            defaults={
                "name": name,
                "public": public,
                "emoji": course.emoji,
                "titles": dict(course.titles),
                "quest_titles": dict(course.quest_titles),
                "minutes": course.minutes,
                **facts_of(finish),
            },
        )


def facts_of(finish: Finished) -> dict[str, object]:
    """Return the columns that say what was done."""
    return {
        "lessons": [dict(page.titles) for page in finish.pages],
        "questions_right": finish.questions_right,
        "questions_total": finish.questions_total,
        "finished_on": finish.finished_on,
    }


def change(*, certificate: Certificate, name: str, public: bool) -> None:
    """Save what the learner chose; nothing else of a certificate ever changes."""
    Certificate.objects.filter(pk=certificate.pk).update(name=name, public=public)


@transaction.atomic
def revoke(*, certificate: Certificate, reason: str) -> bool:
    """Revoke a certificate and its signed credential for good. Returns whether it was valid.

    A status list can't take a revocation back: verifiers may have seen it.
    """
    now = timezone.now()
    # First, and both or none: this row is the lock of those who make its credential.
    valid = Certificate.objects.valid().filter(pk=certificate.pk)
    changed = valid.update(revoked_at=now, reason=reason)
    Credential.objects.filter(
        learner=certificate.learner_id,
        subject=f"certificate:{certificate.number}",
        revoked_at=None,
    ).update(revoked_at=now)
    return bool(changed)
