"""The benchmark tools."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.factories import make_quest
from tools.bench.load import Result, Target, read_wrk, request_bytes, send
from tools.bench.report import Growth, Row, write
from tools.bench.scenarios import sync_request

WRK_SAID = """Running 2s test @ http://127.0.0.1:1/
  Latency Distribution
     50%  591.00us
     75%    1.76ms
     90%    2.92ms
     99%    1.20s
  17308 requests in 2.01s, 455.03MB read
  Non-2xx or 3xx responses: 245
Requests/sec:   8595.78
"""


def test_what_wrk_prints_is_read_in_milliseconds():
    assert read_wrk(WRK_SAID) == Result(rate=8595.78, p50=0.591, p99=1200.0, count=17308, bad=245)


def test_output_that_is_not_wrks_is_an_error():
    with pytest.raises(ValueError, match="unable"):
        read_wrk("unable to connect")


@pytest.fixture
def server():
    seen = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            seen.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(503 if b"bad" in seen[-1] else 200)
            self.send_header("Content-Length", "3")
            self.end_headers()
            self.wfile.write(b"yes")

        def log_message(self, *arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1], seen
    server.shutdown()
    server.server_close()


def test_the_loader_sends_each_request_once_and_counts_failures(server):
    port, seen = server
    bodies = [b"good", b"bad", b"good too"]
    requests = [request_bytes("POST", "/", {"Host": "x"}, body) for body in bodies]
    result = send(Target(port=port, core=None, connections=2), requests)
    assert sorted(seen) == sorted(bodies)
    assert (result.count, result.bad) == (3, 1)
    assert 0 < result.p50 <= result.p99


def test_the_report_replaces_its_tables_and_keeps_the_text_around_them(tmp_path):
    path = tmp_path / "performance.md"
    path.write_text("# Before\n<!-- measured -->\nold\n<!-- /measured -->\nafter\n")
    result = Result(rate=100, p50=1, p99=2, count=200, bad=0)
    growth = [Growth("lessons", number, "Lesson", result, 0.5) for number in (73, 7300)]
    for _ in range(2):
        write(path, [Row("Lesson", 2000, result, 0.5, 0.9)], growth, loader="wrk")
    text = path.read_text()
    assert text.startswith("# Before\n")
    assert text.endswith("after\n")
    assert "old" not in text
    assert text.count("| Lesson | 2,000 | 100 | 1.00 | 2.00 | 0.50 | 0.90 |") == 1
    assert "| Lesson | 100 (0.500) | 100 (0.500) | 1.00 |" in text


def test_the_ticks_that_are_measured_are_real_ones(client, learner):
    quest, lessons = make_quest(lessons=3)
    client.force_login(learner)
    facts = {"members": [{"id": learner.public_id, "session": "s"}], "quest_uid": quest.uid,
             "session_cookie": "session", "csrf_cookie": "csrf"}  # fmt: skip
    request = sync_request(facts, 0, [lesson.uid for lesson in lessons])
    body = request.partition(b"\r\n\r\n")[2]
    answer = client.post("/progress/sync/", body, content_type="application/json").json()
    assert len(answer["acked"]) == 3
    assert answer["xp"]["total"] == 60
