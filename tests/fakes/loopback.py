"""What every fake of a platform speaks with: HTTP on the loopback, one request at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

Told = tuple[int, str, bytes]  # status, kind of content, body


class Served:
    """`with fake: …` serves at `fake.url` what `handler` answers."""

    def handler(self) -> type[BaseHTTPRequestHandler]:
        raise NotImplementedError

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self.handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class Loopback(Served):
    """`with fake: …` serves what `respond` says at `fake.url`. Whoever changes its state elsewhere holds `lock`.

    retry_after  what an answer of 429 asks for, "" when it doesn't say
    asked_with   the headers of the request that is being answered, names in lower case
    says_with    headers that go with its answer
    """

    retry_after = "7"

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.asked_with: dict[str, str] = {}
        self.says_with: dict[str, str] = {}
        self.arrived: Callable[[str, str], None] = lambda authorization, target: None  # told of every request

    def respond(self, method: str, target: str, authorization: str, content: bytes) -> Told | None:
        """What a request gets; None for a line that breaks before the answer."""
        raise NotImplementedError

    def handler(self) -> type[BaseHTTPRequestHandler]:
        fake = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = 65_536  # head and body in one go

            def log_message(self, *parts: object) -> None:
                pass

            def do_GET(self) -> None:
                size = int(self.headers.get("content-length") or 0)
                content = self.rfile.read(size)
                if len(content) < size:  # half a request does nothing
                    self.close_connection = True
                    return
                with fake.lock:
                    fake.asked_with = {name.lower(): value for name, value in self.headers.items()}
                    fake.says_with = {}
                    fake.arrived(self.headers.get("authorization") or "", self.path)
                    told = fake.respond(self.command, self.path, self.headers.get("authorization") or "", content)
                    more = dict(fake.says_with)
                if told is None:
                    self.close_connection = True
                    return
                status, kind, body = told
                self.send_response(status)
                self.send_header("content-type", kind)
                self.send_header("content-length", str(len(body)))
                if self.close_connection:  # asked to; who isn't told would send its next request into nothing
                    self.send_header("connection", "close")
                for name, value in more.items():
                    self.send_header(name, value)
                if status in {301, 302}:
                    self.send_header("location", body.decode())
                if status == 429 and fake.retry_after:
                    self.send_header("retry-after", fake.retry_after)
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_PUT = do_DELETE = do_GET

        return Handler
