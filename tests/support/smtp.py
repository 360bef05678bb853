"""A mail server of this machine, for tests: it keeps what it is handed."""

from __future__ import annotations

import socketserver
import threading
from email import message_from_bytes, policy


class _Talk(socketserver.StreamRequestHandler):
    def handle(self):
        self.say("220 here")
        while line := self.rfile.readline():
            word = line.split()[0].upper() if line.split() else b""
            if word == b"DATA":
                self.say("354 go on")
                self.server.take(b"".join(iter(self.rfile.readline, b".\r\n")))
                self.say(self.server.answer)
            elif word == b"QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 yes")

    def say(self, text):
        self.wfile.write(f"{text}\r\n".encode())


class MailBox(socketserver.ThreadingTCPServer):
    """`kept` are the messages; `answer` is what is said to the next one."""

    allow_reuse_address = daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Talk)
        self.kept, self.answer = [], "250 kept"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def port(self):
        return self.server_address[1]

    def take(self, raw):
        if self.answer.startswith("250"):
            self.kept.append(message_from_bytes(raw, policy=policy.default))

    def close(self):
        self.shutdown()
        self.server_close()
