"""The queue: submit a run, claim the next one, and store its result.

Callers decide who may run what. Rows are changed by conditional updates only, so a late result of a
worker that was assumed dead changes nothing.
"""

import base64
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from runner.files import check_files
from runner.listeners import notify_listeners
from runner.models import Figure, Machine, Run

State = Run.State
WAITING_EACH = 3
MAX_TRIES = 3
HOUR = timedelta(hours=1)
# Starting a sandbox and bringing its result take time beside the run's own.
LEASE_EXTRA = timedelta(seconds=120)
WAIT_LIMIT = timedelta(minutes=15)
CLAIM_ATTEMPTS = 20


class TooManyRuns(Exception):
    """The learner has too many runs; `seconds` says when to try again."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"again in {seconds} seconds")
        self.seconds = seconds


def submit(learner: AbstractBaseUser, key: str, kind: str, files: Mapping[str, Any]) -> Run:
    """Add a run to the queue.

    Raises BadFiles for files that are too large or not text, and TooManyRuns.
    """
    checked = check_files(kind, files)
    with transaction.atomic():
        # Locked so that two requests at once can't both be the last that is allowed.
        get_user_model()._default_manager.select_for_update().get(pk=learner.pk)
        refuse_too_many(learner)
        return Run.objects.create(learner_id=learner.pk, key=key, kind=kind, files=checked)


def refuse_too_many(learner: AbstractBaseUser) -> None:
    """Raise TooManyRuns when the hourly limit is reached or too many runs are queued."""
    now = timezone.now()
    own = Run.objects.filter(learner_id=learner.pk)
    if own.filter(state=State.QUEUED).count() >= WAITING_EACH:
        raise TooManyRuns(10)
    last = own.filter(created_at__gt=now - HOUR).order_by("-created_at")
    times = last.values_list("created_at", flat=True)[: settings.RUNNER_RUNS_PER_HOUR]
    if len(times) >= settings.RUNNER_RUNS_PER_HOUR:
        raise TooManyRuns(int((times[len(times) - 1] + HOUR - now).total_seconds()) + 1)


def claim(seconds: float) -> Run | None:
    """Claim the oldest run whose learner has none running, for at most `seconds`.

    Returns None when there is none. Safe for any number of workers at once.
    """
    for _ in range(CLAIM_ATTEMPTS):
        try:
            return _claim_next(seconds)
        except IntegrityError:
            # Another worker began a run of the same learner at this moment.
            continue
    return None


@transaction.atomic
def _claim_next(seconds: float) -> Run | None:
    running = Run.objects.filter(learner=OuterRef("learner"), state=State.RUNNING)
    waiting = Run.objects.filter(~Exists(running), state=State.QUEUED)
    # The lock lets others pass on to the next row instead of waiting for this one.
    locked = waiting.select_for_update(skip_locked=True, of=("self",))
    run = locked.order_by("created_at", "id").first()
    if run is None:
        return None
    run.state, run.tries, run.started_at = State.RUNNING, run.tries + 1, timezone.now()
    run.lease_until = run.started_at + timedelta(seconds=seconds) + LEASE_EXTRA
    fields = ("state", "tries", "started_at", "lease_until")
    values = {name: getattr(run, name) for name in fields}
    changed = Run.objects.filter(pk=run.pk, state=State.QUEUED).update(**values)
    return run if changed else None


def finish(run: Run, result: dict[str, Any]) -> bool:
    """Store a daemon's result. Returns False when the run is no longer this worker's."""
    figures = [base64.b64decode(each) for each in result.get("figures", [])]
    stored = {name: value for name, value in result.items() if name != "figures"}
    stored["figures"] = len(figures)
    with transaction.atomic():
        if not _leave(run, State.DONE, stored):
            return False
        Figure.objects.bulk_create(
            Figure(run=run, number=number, png=png) for number, png in enumerate(figures, 1)
        )
        notify_listeners(run)
    return True


def _leave(run: Run, state: str, result: dict[str, Any]) -> bool:
    """End a claimed run if it still belongs to this claim."""
    now = timezone.now()
    changed = _claimed(run).update(state=state, result=result, finished_at=now, lease_until=None)
    run.state, run.result, run.finished_at = state, result, now
    return bool(changed)


def _claimed(run: Run) -> Any:
    return Run.objects.filter(pk=run.pk, state=State.RUNNING, tries=run.tries)


def fail(run: Run, reason: str) -> bool:
    """End a claimed run that no daemon will accept; the reason is for the operator."""
    return _leave(run, State.FAILED, {"reason": reason})


def release(run: Run) -> None:
    """Put back a claimed run that was not started; it keeps its place and attempts."""
    _claimed(run).update(state=State.QUEUED, tries=run.tries - 1, lease_until=None)


def give_back(run: Run, reason: str) -> None:
    """Put back a run whose daemon or worker died, at most twice."""
    if run.tries >= MAX_TRIES:
        fail(run, reason)
    else:
        _claimed(run).update(state=State.QUEUED, lease_until=None)


def recover() -> int:
    """Put back the runs whose worker died. Returns their number."""
    late = list(Run.objects.filter(state=State.RUNNING, lease_until__lt=timezone.now()))
    for run in late:
        give_back(run, "The worker was lost.")
    return len(late)


def give_up() -> int:
    """End the runs that waited too long for a daemon. Returns their number."""
    now = timezone.now()
    late = Run.objects.filter(state=State.QUEUED, created_at__lt=now - WAIT_LIMIT)
    result = {"reason": "No daemon had time for it."}
    return late.update(state=State.FAILED, result=result, finished_at=now)


def place(run: Run) -> int:
    """Return the run's position in the queue, from 1; 0 when it is not queued."""
    before = Q(created_at__lt=run.created_at) | Q(created_at=run.created_at, pk__lte=run.pk)
    own = Count("pk", filter=Q(pk=run.pk))
    found = Run.objects.filter(before, state=State.QUEUED).aggregate(all=Count("pk"), own=own)
    return int(found["all"]) if found["own"] else 0


def is_served() -> bool:
    """Whether a worker has reached a daemon in the last half minute."""
    recent = timezone.now() - Machine.SEEN
    return Machine.objects.filter(asked_at__gt=recent, slots__gt=0, problem="").exists()


def prune(now: datetime | None = None) -> int:
    """Delete runs that are older than RUNNER_KEPT_DAYS. Returns their number."""
    oldest = (now or timezone.now()) - timedelta(days=settings.RUNNER_KEPT_DAYS)
    old = Run.objects.filter(created_at__lt=oldest).exclude(state=State.RUNNING)
    return old.delete()[1].get("runner.Run", 0)
