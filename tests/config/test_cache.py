"""The shared cache counts in Redis, and in the process while Redis is unavailable."""

import socket
import socketserver
import threading
from contextlib import suppress

import pytest

from config import cache as shared
from config.cache import SharedCache
from tests.config.test_production import run


class FakeRedis(socketserver.ThreadingTCPServer):
    """The part of Redis that counting needs; `asked` lists the received commands."""

    allow_reuse_address = daemon_threads = True

    def __init__(self, port=0):
        super().__init__(("127.0.0.1", port), Talk)
        self.values, self.asked, self.connections = {}, [], []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def port(self):
        return self.server_address[1]

    def stop(self):
        self.shutdown()
        self.server_close()
        for connection in self.connections:
            with suppress(OSError):  # closed already
                connection.shutdown(socket.SHUT_RDWR)

    def process_request(self, request, client_address):
        # Here, not in the talk's own thread, which may not have begun when the server stops.
        self.connections.append(request)
        super().process_request(request, client_address)

    def answer(self, name, *words):
        self.asked.append(name)
        values = self.values
        if name == b"SET":
            if b"NX" in words and words[0] in values:
                return b"$-1"
            values[words[0]] = words[1]
            return b"+OK"
        if name == b"GET":
            found = values.get(words[0])
            return b"$-1" if found is None else b"$%d\r\n%s" % (len(found), found)
        if name == b"EXISTS":
            return b":%d" % (words[0] in values)
        if name == b"INCRBY":
            values[words[0]] = b"%d" % (int(values[words[0]]) + int(words[1]))
            return b":" + values[words[0]]
        return b"-ERR unknown command" if name == b"HELLO" else b"+OK"


class Talk(socketserver.StreamRequestHandler):
    def handle(self):
        with suppress(OSError):
            while line := self.rfile.readline():
                words = [self.word() for _ in range(int(line[1:]))]
                self.wfile.write(self.server.answer(*words) + b"\r\n")

    def word(self):
        text = self.rfile.read(int(self.rfile.readline()[1:]))
        self.rfile.readline()
        return text


@pytest.fixture(autouse=True)
def _redis_was_there_until_now(monkeypatch):
    monkeypatch.setattr(SharedCache, "away_until", 0.0)
    monkeypatch.setattr(shared, "PAUSE_SECONDS", 0.0)


@pytest.fixture
def redis():
    server = FakeRedis()
    yield server
    server.stop()


@pytest.fixture
def cache(redis):
    made = SharedCache(f"redis://127.0.0.1:{redis.port}/0", {"OPTIONS": {"protocol": 2}})
    made.spare.clear()
    return made


def test_a_site_with_a_redis_address_counts_there(redis):
    code = (
        "import django; django.setup(); from django.core.cache import cache; "
        "cache.add('n', 0, 60); cache.incr('n'); print(cache.incr('n'))"
    )
    url = f"rediscache://127.0.0.1:{redis.port}/0?protocol=2"
    done = run("-c", code, CACHE_URL=url, DJANGO_SETTINGS_MODULE="config.settings")
    assert done.stdout.strip() == "2", done.stderr
    assert b"INCRBY" in redis.asked


def test_while_redis_is_away_the_process_counts_for_itself(cache, redis, caplog):
    cache.add("n", 0)
    assert cache.incr("n") == 1
    redis.stop()
    assert cache.get("n") is None
    assert cache.add("n", 0)
    assert [cache.incr("n"), cache.incr("n")] == [1, 2]
    assert not cache.add("n", 0)
    cache.set("m", [1])
    assert cache.get_many(["m", "n"]) == {"m": [1], "n": 2}
    cache.delete("m")
    assert not cache.has_key("m")
    assert "does not answer (ConnectionError)" in caplog.text


def test_nobody_asks_again_during_the_pause(cache, redis, monkeypatch):
    monkeypatch.setattr(shared, "PAUSE_SECONDS", 1000.0)
    cache.turn_away(shared.RedisError())
    cache.set("n", 1)
    assert cache.get("n") == 1
    assert not redis.asked


def test_the_count_goes_on_in_redis_when_it_is_back(cache, redis):
    cache.add("n", 0)
    cache.incr("n")
    redis.stop()
    assert cache.get("n") is None
    again = FakeRedis(redis.port)
    again.values = redis.values
    try:
        assert cache.incr("n") == 2
    finally:
        again.stop()
