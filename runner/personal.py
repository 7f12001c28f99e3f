"""Export and erasure of a learner's runs."""

import json
from collections.abc import Iterator

from django.contrib.auth.base_user import AbstractBaseUser

from runner.models import Run


def export(learner: AbstractBaseUser) -> Iterator[tuple[str, bytes]]:
    """Return paths and contents: the runs as one JSON file, and each figure."""
    runs = Run.objects.filter(learner_id=learner.pk).order_by("pk").prefetch_related("figures")
    rows = []
    for run in runs:
        rows.append(described(run))
        for figure in run.figures.all():
            yield f"runs/{run.pk}-{figure.number}.png", bytes(figure.png)
    if rows:
        yield "runs/runs.json", json.dumps(rows, ensure_ascii=False, indent=2).encode()


def described(run: Run) -> dict[str, object]:
    """Return what the learner sent and received, without the site's check and samples."""
    return {
        "id": run.pk,
        "for": run.key,
        "kind": run.kind,
        "code": run.files["code"],
        "state": run.state,
        "sent": run.created_at.isoformat(),
        "result": run.result,
    }


def erase(learner: AbstractBaseUser) -> None:
    """Delete the learner's runs and figures."""
    Run.objects.filter(learner_id=learner.pk).delete()
