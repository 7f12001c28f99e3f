"""Load generator: sends requests as fast as the server answers, and measures latencies.

wrk repeats a single GET; for everything else, and where wrk is not installed, the loader below runs
in its own process: `python -m tools.bench.load` reads a job (JSON) from standard input and prints
the result.
"""

import base64
import json
import os
import re
import selectors
import shutil
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

WRK = shutil.which("wrk")
UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60000.0}


@dataclass(frozen=True)
class Result:
    """Requests per second, and latencies in milliseconds; `bad` counts failed responses."""

    rate: float
    p50: float
    p99: float
    count: int
    bad: int


@dataclass(frozen=True)
class Target:
    """Server address, core of the load, number of connections and duration."""

    port: int
    core: int | None
    connections: int = 4
    seconds: float = 2.0


def request_bytes(method: str, path: str, headers: dict[str, str], body: bytes = b"") -> bytes:
    """Return an HTTP/1.1 request as bytes."""
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    if body or method == "POST":
        lines.append(f"Content-Length: {len(body)}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


def pinned(core: int | None) -> list[str]:
    """Return the command prefix that pins a process to a core."""
    return ["taskset", "-c", str(core)] if core is not None else []


def repeat(target: Target, path: str, headers: dict[str, str]) -> Result:
    """Repeat one GET."""
    if WRK is None:
        return send(target, [request_bytes("GET", path, headers)], again=True)
    flags = [part for name, value in headers.items() for part in ("-H", f"{name}: {value}")]
    command = [
        *pinned(target.core), WRK, "-t1", f"-c{target.connections}", f"-d{target.seconds:g}s",
        "--latency", *flags, f"http://127.0.0.1:{target.port}{path}",
    ]  # fmt: skip
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return read_wrk(text)


def read_wrk(text: str) -> Result:
    """Parse wrk's output."""
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", text)
    count = re.search(r"(\d+) requests in", text)
    if rate is None or count is None:
        raise ValueError(text)
    return Result(
        rate=float(rate[1]),
        p50=wrk_time(text, 50),
        p99=wrk_time(text, 99),
        count=int(count[1]),
        bad=int(bad[1]) if bad else 0,
    )


def wrk_time(text: str, percent: int) -> float:
    """Parse a line of the latency distribution, in milliseconds."""
    found = re.search(rf"\b{percent}%\s+([\d.]+)(us|ms|s|m)\b", text)
    if found is None:
        raise ValueError(text)
    return float(found[1]) * UNITS[found[2]]


def send(target: Target, requests: Sequence[bytes], *, again: bool = False) -> Result:
    """Send each request once (or repeatedly), for at most the target's duration."""
    job = {**asdict(target), "again": again}
    job["requests"] = [base64.b64encode(each).decode() for each in requests]
    command = [*pinned(target.core), sys.executable, "-m", "tools.bench.load"]
    done = subprocess.run(
        command, input=json.dumps(job), capture_output=True, text=True, check=True
    )
    return Result(**json.loads(done.stdout))


class Connection:
    """A connection that sends the next request when the response is complete."""

    def __init__(self, port: int, source: Iterator[bytes], result: "Tally") -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.source, self.result = source, result
        self.buffer = b""
        self.begun = 0.0

    def next(self) -> bool:
        """Send the next request. Returns False when there is none."""
        request = next(self.source, None)
        if request is None:
            return False
        self.begun = time.perf_counter()
        self.socket.sendall(request)
        return True

    def read(self) -> bool:
        """Read available data. Returns True when the response is complete."""
        data = self.socket.recv(262144)
        if not data:
            raise ConnectionError("the server hung up")
        self.buffer += data
        head, found, body = self.buffer.partition(b"\r\n\r\n")
        if not found or len(body) < content_length(head):
            return False
        self.result.add(int(head.split(b" ", 2)[1]), time.perf_counter() - self.begun)
        self.buffer = b""
        return True


def content_length(head: bytes) -> int:
    """Return the Content-Length of the response."""
    found = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
    if found is None:
        raise ValueError("an answer without Content-Length")
    return int(found[1])


class Tally:
    """Counts responses and records their latencies."""

    def __init__(self) -> None:
        self.times: list[float] = []
        self.statuses: Counter[int] = Counter()

    def add(self, status: int, seconds: float) -> None:
        """Record one response."""
        self.statuses[status] += 1
        self.times.append(seconds)

    def result(self, seconds: float) -> Result:
        """Return the result of the whole run."""
        times = sorted(self.times) or [0.0]
        bad = sum(count for status, count in self.statuses.items() if status >= 400)
        return Result(
            rate=len(self.times) / seconds,
            p50=times[len(times) // 2] * 1000,
            p99=times[min(len(times) - 1, len(times) * 99 // 100)] * 1000,
            count=len(self.times),
            bad=bad,
        )


def source_of(requests: Sequence[bytes], again: bool) -> Iterator[bytes]:
    """Yield the requests in turn, endlessly with `again`."""
    while True:
        yield from requests
        if not again:
            return


def run(job: dict[str, Any]) -> Result:
    """Run one job in this process."""
    requests = [base64.b64decode(each) for each in job["requests"]]
    source, tally = source_of(requests, job["again"]), Tally()
    selector = selectors.DefaultSelector()
    start = time.perf_counter()
    for _ in range(job["connections"]):
        connection = Connection(job["port"], source, tally)
        if connection.next():
            selector.register(connection.socket, selectors.EVENT_READ, connection)
    while selector.get_map() and time.perf_counter() - start < job["seconds"]:
        for key, _mask in selector.select(1.0):
            if key.data.read() and not key.data.next():
                selector.unregister(key.data.socket)
    return tally.result(time.perf_counter() - start)


if __name__ == "__main__":
    print(json.dumps(asdict(run(json.load(sys.stdin)))))
    sys.stdout.flush()
    os._exit(0)
