"""Say that this database was restored from a backup, so that browsers send again what it lost."""

from course.models import Clock
from course.models.progress import new_epoch


def start_new_epoch() -> int:
    """Give every learner's clock a new epoch; returns how many. Call right after a restore.

    Browsers that see another epoch than the one they knew send everything they retain again.
    """
    return Clock.objects.update(epoch=new_epoch())
