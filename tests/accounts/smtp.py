"""A local SMTP server for tests, which can be made unavailable."""

import re
import socketserver
import threading
from email import message_from_bytes
from email.policy import default


class Session(socketserver.StreamRequestHandler):
    """The few commands of SMTP that smtplib sends."""

    def handle(self):
        self.reply("220 test")
        for line in self.rfile:
            command = line.decode().split(maxsplit=1)[0].upper()
            if command == "DATA":
                self.reply("354 go on")
                self.take()
                self.reply("250 taken")
            elif command == "QUIT":
                return self.reply("221 bye")
            else:
                self.reply("250 ok")
        return None

    def reply(self, text):
        self.wfile.write(f"{text}\r\n".encode())

    def take(self):
        lines = []
        for line in self.rfile:
            if line == b".\r\n":
                break
            lines.append(re.sub(rb"^\.", b"", line))
        self.server.mails.append(message_from_bytes(b"".join(lines), policy=default))


class MailServer(socketserver.ThreadingTCPServer):
    """Listens on a free port of localhost; `mails` holds what arrived."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, port=0):
        super().__init__(("127.0.0.1", port), Session)
        self.mails = []
        self.port = self.server_address[1]

    def __enter__(self):
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *error):
        self.shutdown()
        self.server_close()

    def message_ids(self):
        return [mail["Message-ID"] for mail in self.mails]
