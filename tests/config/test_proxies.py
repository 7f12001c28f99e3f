"""The shipped proxies, real ones: no spelling of a forwarded header gets past them."""

import os
import re
import shutil
import socket
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

DEPLOY = Path(__file__).resolve().parent.parent.parent / "deploy"
FORGED = "203.0.113.66"
SPELLINGS = [
    "X-Forwarded-For", "X_Forwarded_For", "X-Forwarded_For", "x_forwarded-for",
    "X_Forwarded_Proto", "X-Forwarded_Proto", "X_Request_ID", "X-Request_ID", "x_request_id",
    "X_Forwarded_Host",
]  # fmt: skip


class Upstream(ThreadingHTTPServer):
    """Stands for the site: remembers the headers as a WSGI server names them."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str]] = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(handler):
                self.seen = [
                    (name.upper().replace("-", "_"), value)
                    for name, value in handler.headers.items()
                ]
                handler.send_response(200)
                handler.send_header("Content-Length", "0")
                handler.end_headers()

            def log_message(self, *_args):
                pass

        super().__init__(("127.0.0.1", 0), Handler)


@pytest.fixture
def upstream():
    server = Upstream()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def installed(name: str) -> str:
    if path := shutil.which(name) or shutil.which(name, path="/usr/sbin"):
        return path
    pytest.skip(f"{name} is not installed (apt install {name})")


def caddy(folder: Path, port: int, upstream: int) -> list[str]:
    (folder / "Caddyfile").write_text(
        "{\n\tadmin off\n\tauto_https off\n}\n" + (DEPLOY / "Caddyfile").read_text()
    )
    os.environ["SITE_HOST"] = f"http://127.0.0.1:{port}"
    os.environ["UPSTREAM"] = f"127.0.0.1:{upstream}"
    return [installed("caddy"), "run", "--config", str(folder / "Caddyfile")]


def nginx(folder: Path, port: int, upstream: int) -> list[str]:
    text = (DEPLOY / "nginx.conf").read_text()
    text = text.replace("unix:/run/cwk/web.sock", f"127.0.0.1:{upstream}")
    text = re.sub(r"server \{\s*listen 80;.*?\n\}\n", "", text, flags=re.S)
    text = text.replace("server_name learn.example.org", "server_name 127.0.0.1")
    text = re.sub(r" *(listen (80|\[)|ssl_\w+ )[^\n]*\n", "", text)
    text = text.replace("listen 443 ssl http2", f"listen 127.0.0.1:{port}")
    paths = " ".join(
        f"{kind}_temp_path {folder}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off; error_log {folder}/error.log; pid {folder}/pid; events {{}}\n"
        f"http {{ access_log off; {paths}\n{text}\n}}\n"
    )
    return [installed("nginx"), "-p", str(folder), "-c", str(folder / "nginx.conf")]


def wait_for(port: int, process: subprocess.Popen) -> None:
    for _time in range(200):
        assert process.poll() is None, "the proxy ended"
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    pytest.fail("the proxy does not listen")


@pytest.fixture(params=[caddy, nginx], ids=["caddy", "nginx"])
def proxy(request, upstream, tmp_path, monkeypatch):
    """The port of a proxy in front of the upstream."""
    monkeypatch.setenv("HOME", str(tmp_path))  # where Caddy keeps its state
    monkeypatch.setenv("SITE_HOST", "")
    monkeypatch.setenv("UPSTREAM", "")
    port = free_port()
    command = request.param(tmp_path, port, upstream.server_address[1])
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            wait_for(port, process)
            yield port
        finally:
            process.terminate()


def get(port: int, lines: list[str], host: str = "") -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as link:
        named = f"Host: {host or f'127.0.0.1:{port}'}"
        head = "\r\n".join(["GET / HTTP/1.1", named, "Connection: close", *lines])
        link.sendall(f"{head}\r\n\r\n".encode())
        return b"".join(iter(lambda: link.recv(4096), b""))


@pytest.mark.parametrize("name", SPELLINGS)
def test_no_spelling_of_a_forwarded_header_reaches_the_site(proxy, upstream, name):
    get(proxy, [f"{name}: {FORGED}"])
    assert upstream.seen
    assert not [each for each in upstream.seen if FORGED in each[1]]
    names = [each[0] for each in upstream.seen]
    assert names.count("X_FORWARDED_FOR") == 1
    assert dict(upstream.seen)["X_FORWARDED_FOR"] == "127.0.0.1"


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "203.0.113.1"])
def test_another_host_does_not_reach_the_site(proxy, upstream, host):
    answer = get(proxy, [], host)
    assert not upstream.seen
    assert len(answer.partition(b"\r\n\r\n")[2]) == 0
    assert get(proxy, []).startswith(b"HTTP/1.1 200")
    assert upstream.seen


def test_the_whole_nginx_file_is_one_that_nginx_takes(tmp_path):
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=x", "-keyout"]
    subprocess.run([*make, key, "-out", certificate], check=True, capture_output=True)
    text = (DEPLOY / "nginx.conf").read_text()
    text = re.sub(r"ssl_certificate_key +[^;]+", f"ssl_certificate_key {key}", text)
    text = re.sub(r"ssl_certificate +[^;]+", f"ssl_certificate {certificate}", text)
    (tmp_path / "nginx.conf").write_text(
        f"error_log {tmp_path}/error.log; pid {tmp_path}/pid; events {{}} http {{ {text} }}\n"
    )
    command = [installed("nginx"), "-t", "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "syntax is ok" in checked.stderr
