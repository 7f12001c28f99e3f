"""Export and erasure of learners' sandbox runs.

They are registered here, because `runner` imports no other app of the site.
"""

from collections.abc import Iterator

from accounts.models import User
from accounts.registry import ExportFile, register_erasure, register_export
from runner import personal


def register() -> None:
    """Fill the registries; called when the app is ready."""
    register_export("runs", export)
    register_erasure("runs", erase)


def export(learner: User) -> Iterator[ExportFile]:
    """Return the learner's programs, results and figures as files."""
    for path, content in personal.export(learner):
        yield ExportFile(path, content)


def erase(learner: User, keep_comments: bool) -> None:
    """Delete the learner's runs."""
    personal.erase(learner)
