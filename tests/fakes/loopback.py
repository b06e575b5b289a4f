"""What every fake of a platform speaks with: HTTP on the loopback, one request at a time."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

Told = tuple[int, str, bytes]  # status, kind of content, body


class Loopback:
    """`with fake: …` serves what `respond` says at `fake.url`. Whoever changes its state elsewhere holds `lock`."""

    def __init__(self) -> None:
        self.lock = threading.RLock()

    def respond(self, method: str, target: str, authorization: str, content: bytes) -> Told:
        raise NotImplementedError

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        fake = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = 65_536  # head and body in one go

            def log_message(self, *parts: object) -> None:
                pass

            def do_GET(self) -> None:
                content = self.rfile.read(int(self.headers.get("content-length") or 0))
                with fake.lock:
                    told = fake.respond(self.command, self.path, self.headers.get("authorization") or "", content)
                status, kind, body = told
                self.send_response(status)
                self.send_header("content-type", kind)
                self.send_header("content-length", str(len(body)))
                if self.close_connection:  # asked to; who isn't told would send its next request into nothing
                    self.send_header("connection", "close")
                if status == 302:
                    self.send_header("location", body.decode())
                if status == 429:
                    self.send_header("retry-after", "7")
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_PUT = do_DELETE = do_GET

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
