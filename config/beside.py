"""Processes beside the development server: started again whenever they end."""

import subprocess
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

PAUSE_SECONDS = 2.0
PATIENCE_SECONDS = 30


class Beside:
    """One command that is kept running until `stop`."""

    def __init__(self, command: Sequence[str], folder: Path, tell: Callable[[str], object]) -> None:
        self.command, self.folder, self.tell = command, folder, tell
        self.stopped = threading.Event()
        # Between the look whether it is stopped and the start nobody may stop it.
        self.starting = threading.Lock()
        self.process = self.start()
        self.watcher = threading.Thread(target=self.watch, daemon=True)
        self.watcher.start()

    def start(self) -> subprocess.Popen[bytes]:
        """Start the command."""
        return subprocess.Popen(self.command, cwd=self.folder)

    def watch(self) -> None:
        """Start the command again when it has ended, after a pause, and say so."""
        while True:
            code = self.process.wait()
            self.stopped.wait(PAUSE_SECONDS)
            with self.starting:
                if self.stopped.is_set():
                    return
                self.tell(f"{' '.join(self.command[1:])} ended with {code} and is started again.")
                self.process = self.start()

    def stop(self) -> None:
        """Ask the command to end, for good."""
        with self.starting:
            self.stopped.set()
        self.process.terminate()

    def wait(self) -> None:
        """Wait until it has ended; kill it when it takes too long."""
        self.watcher.join(timeout=PATIENCE_SECONDS)
        self.process.kill()
