"""Start a new epoch after the database was restored from a backup."""

from course.models import Clock
from course.models.progress import new_epoch


def start_new_epoch() -> int:
    """Give every learner's clock a new epoch. Returns their number.

    Browsers that see an unknown epoch send all their operations again.
    """
    return Clock.objects.update(epoch=new_epoch())
