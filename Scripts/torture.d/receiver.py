"""The outside system of the fault tests: a small HTTP server that remembers each request, and can be told to misbehave."""
import http.server
import json
import socket
import socketserver
import threading
import time


class Receiver:
    """Answers POSTs with how many there were for that order and path; `behave(request)` may do something else with one.

    `behave` gets {"path", "order", "key", "body", "at"} and a `Channel`; it returns True when it has dealt with the request.
    """

    def __init__(self, row, delay=0.004, behave=None):
        self.delay, self.behave = delay, behave
        self.lock = threading.Lock()
        self.seen = {}    # (order, path) -> requests
        self.total = 0
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                receiver.take(self)

            do_GET = do_POST

            def log_message(self, *_):
                pass

        class Listener(socketserver.ThreadingMixIn, http.server.HTTPServer):
            daemon_threads = True
            request_queue_size = 256

            def handle_error(self, *_):
                pass  # a client that was killed

            def get_request(self):
                connection, address = super().get_request()
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                return connection, address

        self.server = Listener(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        row.on_exit.callback(self.server.server_close)
        row.on_exit.callback(self.server.shutdown)

    def requests(self, order, path):
        with self.lock:
            return list(self.seen.get((order, path), ()))

    def take(self, handler):
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        try:
            order = json.loads(body)["order"] if body else None
        except (ValueError, KeyError, TypeError):
            order = None
        path = handler.path.partition("?")[0]
        request = {"path": path, "order": order, "key": handler.headers.get("Idempotency-Key"), "body": body, "at": time.monotonic()}
        with self.lock:
            self.total += 1
            self.seen.setdefault((order, path), []).append(request)
            count = len(self.seen[(order, path)])
        if self.behave and self.behave(request, handler):
            return
        if self.delay:
            time.sleep(self.delay)
        answer(handler, {"count": count})


def answer(handler, value, status=200, headers=()):
    """One whole answer of JSON."""
    body = json.dumps(value).encode()
    head = f"HTTP/1.1 {status} So\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    head += "".join(f"{name}: {content}\r\n" for name, content in headers)
    raw(handler, head.encode() + b"\r\n" + body)


def raw(handler, data, close=False):
    """Bytes as they are."""
    handler.wfile.write(data)
    handler.wfile.flush()
    if close:
        drop(handler)


def drop(handler):
    """Ends the connection."""
    handler.close_connection = True
    try:
        handler.connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
