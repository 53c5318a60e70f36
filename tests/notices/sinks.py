"""A webhook and a mail server on 127.0.0.1 that answer by a script, and keep what they were sent."""

import asyncio
import base64
import hashlib
import hmac
import json
import socket
import socketserver
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, urlsplit

from aiosmtpd.controller import Controller

OK = (200, '{"errcode": 0, "errmsg": "ok", "code": 0, "msg": "success"}')


class WebhookSink(socketserver.ThreadingTCPServer):
    """Answers each request by the next entry of `script`, the last one again and again.

    An entry is (status, body), a function of the request, or, after the request was read, "hang", "reset", "half" (an
    answer that breaks off) and "stall" (one that never ends).
    """

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self):
        self.script = [OK]
        self.requests = []
        self.let_go = threading.Event()
        super().__init__(("127.0.0.1", 0), _Handler)
        self.origin = f"http://127.0.0.1:{self.server_address[1]}"

    @property
    def texts(self):
        return [json.dumps(request["json"], ensure_ascii=False) for request in self.requests]


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        query = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        request = {"path": self.path, "query": query, "json": json.loads(body), "headers": dict(self.headers)}
        self.server.requests.append(request)
        script = self.server.script
        step = script.pop(0) if len(script) > 1 else script[0]
        step = step(request) if callable(step) else step
        if step == "hang":
            self.server.let_go.wait(10)
        elif step == "reset":
            self.connection.close()
        elif step in ("half", "stall"):
            self.wfile.write(b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"errcode"')
            self.server.let_go.wait(10 if step == "stall" else 0)
        else:
            self._answer(*step)

    def _answer(self, status, text, **headers):
        data = text.encode()
        self.send_response(status)
        if 300 <= status < 400:
            self.send_header("Location", text)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args):
        pass


@contextmanager
def webhook_sink():
    with WebhookSink() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.let_go.set()
            server.shutdown()
            thread.join()


def dingtalk_checks(secret):
    """Answers as DingTalk does: the signature in the query, decoded once, must be right."""

    def answer(request):
        stamp = request["query"].get("timestamp", "")
        wanted = hmac.new(secret.encode(), f"{stamp}\n{secret}".encode(), hashlib.sha256).digest()
        if request["query"].get("sign") != base64.b64encode(wanted).decode():
            return 200, '{"errcode": 310000, "errmsg": "sign not match"}'
        return OK

    return answer


def feishu_checks(secret):
    """Answers as Feishu does: the signature in the body must be right."""

    def answer(request):
        key = f"{request['json'].get('timestamp')}\n{secret}".encode()
        wanted = base64.b64encode(hmac.new(key, digestmod=hashlib.sha256).digest()).decode()
        if request["json"].get("sign") != wanted:
            return (
                200,
                '{"code": 19021, "msg": "sign match fail"}',
            )
        return OK

    return answer


class MailSink:
    """Keeps the mails it takes. `refuse` maps "MAIL", "RCPT" or "DATA" to an answer; "drop" and "hang" act at DATA."""

    def __init__(self):
        self.mails = []
        self.refuse = {}
        self.let_go = threading.Event()

    async def handle_MAIL(self, server, session, envelope, address, options):
        envelope.mail_from = address
        return self.refuse.get("MAIL", "250 OK")

    async def handle_RCPT(self, server, session, envelope, address, options):
        answer = self.refuse.get("RCPT", "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server, session, envelope):
        answer = self.refuse.get("DATA", "250 OK")
        if answer == "drop":
            self.mails.append(envelope.content.decode())
            server.transport.abort()
            return "250 never seen"
        if answer == "hang":
            self.mails.append(envelope.content.decode())
            await asyncio.sleep(3)
            return "250 too late"
        if answer.startswith("250"):
            self.mails.append(envelope.content.decode())
        return answer


@contextmanager
def mail_sink():
    sink = MailSink()
    with socket.create_server(("127.0.0.1", 0)) as free:
        sink.port = free.getsockname()[1]
    controller = Controller(sink, hostname="127.0.0.1", port=sink.port, enable_SMTPUTF8=False)
    controller.start()
    try:
        yield sink
    finally:
        controller.stop()
