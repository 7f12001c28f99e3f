"""A member who reads a lesson while something else keeps the site busy."""

import statistics
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection

LESSON = "/quests/jax/jit/"
PAUSE = 0.05  # seconds between two looks at the lesson


@dataclass
class Reader:
    """A member who looks at a lesson again and again; `seconds` is how long each look took."""

    port: int
    cookie: str
    seconds: list[float] = field(default_factory=list)

    def look(self) -> None:
        """Fetch the lesson once; raises SystemExit unless it comes."""
        began = time.perf_counter()
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("GET", LESSON, headers={"Host": "localhost", "Cookie": self.cookie})
        answer = connection.getresponse()
        answer.read()
        connection.close()
        if answer.status != 200:
            sys.exit(f"{LESSON} answered {answer.status}.")
        self.seconds.append(time.perf_counter() - began)
        time.sleep(PAUSE)

    @contextmanager
    def looking(self) -> Iterator[None]:
        """Look until the end of the block."""
        over = threading.Event()

        def go_on() -> None:
            while not over.is_set():
                self.look()

        thread = threading.Thread(target=go_on)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def report(self, when: str) -> float:
        """Print and return the 95th percentile, in milliseconds."""
        median, late = statistics.median(self.seconds), statistics.quantiles(self.seconds, n=20)[-1]
        print(f"a member's lesson {when}: {len(self.seconds)} looks, median {median * 1000:.1f} ms,"
              f" p95 {late * 1000:.1f} ms")  # fmt: skip
        return late * 1000
