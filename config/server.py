"""granian with three habits changed; `deploy/serve` takes granian's own options.

- A worker that dies again soon after its start is started again, after a pause. granian would end
  all others, too.
- Its lines have the site's format (LOG_FORMAT), as JSON on a site that is served to others.
- A socket that a killed server has left behind does not keep the next one from starting.
"""

import logging
import socket
import time
from pathlib import Path
from typing import Any

from granian import cli
from granian.server import Server

logger = logging.getLogger("_granian")
# After the second death in a row; twice as long after each further one.
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 10.0
# A worker that lived longer than this is not one that can't live.
SHORT_LIFE_SECONDS = 20.0


LOGGING = {
    "formatters": {"site": {"()": "config.logs.chosen_formatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "site"}},
    "loggers": {
        name: {"handlers": ["console"], "level": "INFO", "propagate": False}
        for name in ("_granian", "granian.access")
    },
}


class SteadyServer(Server):  # type: ignore[valid-type,misc]
    """granian's server, for which no worker's death is the end of the others."""

    deaths: tuple[int, float] = (0, 0.0)  # in a row, and the moment of the last

    def __init__(self, *args: Any, log_dictconfig: dict[str, Any] | None = None, **options: Any):
        super().__init__(*args, log_dictconfig=log_dictconfig or LOGGING, **options)

    def startup(self, *args: Any) -> None:
        """Start, in the place of a server that was killed if need be."""
        if self.bind_uds:
            remove_abandoned(self.bind_uds)
        super().startup(*args)

    def _respawn_workers(self, workers: list[int], *args: Any, delay: float = 0) -> None:
        """Start workers again. Without `delay` these have died."""
        if not delay:
            self.pause_after_death()
        super()._respawn_workers(workers, *args, delay=delay)
        # By these times granian would take a second death for the end of all.
        self.respawned_wrks.clear()

    def pause_after_death(self) -> None:
        """Wait for longer and longer while workers die young; a signal to stop ends the pause."""
        count, last = self.deaths
        now = time.monotonic()
        count = count + 1 if now - last < SHORT_LIFE_SECONDS else 1
        pause = min(FIRST_PAUSE * 2 ** (count - 2), LONGEST_PAUSE) if count > 1 else 0
        if pause:
            logger.error("Workers die young (%d in a row): a pause of %.1f s", count, pause)
        end = now + pause
        while time.monotonic() < end and not self.interrupt_signal:
            time.sleep(0.1)
        self.deaths = (count, time.monotonic())


def remove_abandoned(path: Path) -> None:
    """Remove a Unix socket that nobody listens to."""
    if not path.is_socket():
        return
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(path))
        except ConnectionRefusedError:
            path.unlink(missing_ok=True)


def main() -> None:
    """Run granian's command line with this server."""
    cli.Server = SteadyServer
    cli.entrypoint()
