"""Start the measured servers, Postgres and granian, on one core."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import Request, urlopen

ROOT = Path(__file__).resolve().parent.parent.parent
HOST = "bench.test"
HEADERS = {"Host": HOST, "X-Forwarded-Proto": "https"}
LONGEST_START_SECONDS = 30


def cores() -> tuple[int | None, int | None]:
    """Return a core for the server and one for the load; None, None on a single-core machine."""
    available = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    return (available[0], available[1]) if len(available) > 1 else (None, None)


def environment(database_url: str, folder: Path) -> dict[str, str]:
    """Return the environment of a production site behind a proxy, with its own database."""
    return {
        **os.environ,
        "DATABASE_URL": database_url,
        "SECRET_KEY": "only-for-measuring-0123456789-0123456789-0123456789",
        "SITE_URL": f"https://{HOST}",
        "BEHIND_PROXY": "true",
        "TRUSTED_PROXY_COUNT": "1",
        "EMAIL_URL": "dummymail://",
        "STATIC_ROOT": str(folder / "static"),
        "MEDIA_ROOT": str(folder / "media"),
    }


def manage(arguments: list[str], env: dict[str, str]) -> str:
    """Run a Django command of the site. Returns its standard output."""
    command = [sys.executable, *arguments]
    done = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def free_port() -> int:
    """Return an unused port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def granian(application: str, env: dict[str, str], threads: int = 2) -> Iterator[int]:
    """Run the server with one process on this process's core. Yields its port."""
    port = free_port()
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port), "--no-ws",
        "--workers", "1", "--blocking-threads", str(threads), "--log-level", "warning",
        application,
    ]  # fmt: skip
    process = subprocess.Popen(command, env=env, cwd=ROOT)
    try:
        wait_for(port, process)
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def wait_for(port: int, process: subprocess.Popen) -> None:
    """Wait until the server answers."""
    end = time.monotonic() + LONGEST_START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 0.2).close()
            return
        except OSError:
            time.sleep(0.1)
    sys.exit("The server did not start.")


def fetch(port: int, path: str, headers: dict[str, str]) -> bytes:
    """Return one page. Raises when it doesn't exist."""
    with urlopen(Request(f"http://127.0.0.1:{port}{path}", headers=headers)) as answer:
        content: bytes = answer.read()
    return content
