"""A push service on this machine: takes the place of the real ones, and decrypts what it gets."""

import base64
import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import http_ece
import requests
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from requests.adapters import HTTPAdapter

from accounts.push import sending


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def lower(headers) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


class Device:
    """A browser with a subscription: its keys, and what they decrypt."""

    def __init__(self, name: str, host: str = "fcm.googleapis.com") -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.secret = os.urandom(16)
        self.endpoint = f"https://{host}/wp/{name}"
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self.fields = {"endpoint": self.endpoint, "p256dh": b64(point), "auth": b64(self.secret)}

    def read(self, body: bytes) -> dict[str, Any]:
        """Decrypt a push as the browser would."""
        plain = http_ece.decrypt(
            body, private_key=self.key, auth_secret=self.secret, version="aes128gcm"
        )
        return json.loads(plain)


@dataclass
class Service:
    """What came in: (host, path, headers, body); and what is answered, by path."""

    port: int = 0
    came: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)
    answers: dict[str, int] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)  # every URL that the site tried to open

    def got(self, device: Device) -> list[dict[str, Any]]:
        """Return what a device was sent, decrypted."""
        own = [each for each in self.came if device.endpoint.endswith(each[1])]
        return [device.read(body) for _host, _path, _headers, body in own]


class ToService(HTTPAdapter):
    """Sends every https request to the local service, and notes where it should have gone."""

    def __init__(self, service: Service) -> None:
        super().__init__()
        self.service = service

    def send(self, request, **options):
        self.service.asked.append(request.url)
        host, _, path = request.url.removeprefix("https://").partition("/")
        request.headers["X-Host"] = host
        request.url = f"http://127.0.0.1:{self.service.port}/{path}"
        return super().send(request, **{**options, "verify": False, "proxies": {}})


def start(service: Service) -> ThreadingHTTPServer:
    """Serve until `shutdown()`."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            service.came.append((self.headers["X-Host"], self.path, lower(self.headers), body))
            status = service.answers.get(self.path, 201)
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", "https://elsewhere.example/")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service.port = server.server_port
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def session_to(service: Service, made: requests.Session) -> requests.Session:
    """Return the site's own session, with every host led to the local service."""
    made.mount("https://", ToService(service))
    made.mount("http://elsewhere", ToService(service))
    return made


@contextmanager
def running(monkeypatch) -> Iterator[Service]:
    """The push services of the world, on this machine."""
    found = Service()
    server = start(found)
    monkeypatch.setattr(sending, "new_session", lambda: session_to(found, sending.NoRedirects()))
    yield found
    server.shutdown()
    server.server_close()
