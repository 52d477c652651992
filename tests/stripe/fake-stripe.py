#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A fake Stripe API that fails on demand, for the tests. Loopback only, objects in memory, nothing but the standard library.

usage: fake-stripe.py [--host 127.0.0.2] [--port N] [--key KEY] [--account ID] [--version V]
                      [--faults JSON|@FILE]
                      [--rate N] [--livemode] [--log FILE] [--contract DIR] [--tls DIR] [--tls-max 1.1|1.2]

Prints its port on the first line of stdout, then serves until it is killed or its parent ends. With --tls DIR it makes a
self-signed certificate DIR/cert.pem for localhost and 127.0.0.1 and speaks TLS. With --contract DIR each request is also checked
by DIR/check_request.py when that exists; one that breaks the contract is answered 599 and listed in the state.

Control, without a key:
  GET  /__state    objects, number of requests, contract errors, faults that have struck
  GET  /__log      every API request with its answer
  POST /__faults   replaces the faults by the JSON list in the body
  POST /__advance  {"seconds": N} moves the clock (idempotency keys live 24 hours)
  POST /__reset    forgets objects, keys and the log; contract errors stay

A fault is an object {"kind": …, "method": "POST", "path": "^/v1/prices$", "nth": 2, "times": 1, "when": "before"|"after"}: it
strikes the nth matching request and the times-1 ones that follow. Without nth the first; times 0 means for ever. Kinds:
  status     answers "status" (429, 500, 409, …) before or after processing; "stored": true keeps that answer for the
             idempotency key. Also: "headers": {…}, "code", "type", "message"
  hang       answers nothing for "seconds"; "before": the request is under way all that time (its key is in use), then done
  cut        closes the connection without an answer; "how": "reset" sends RST instead of FIN
  half       sends the headers and half of the body, then closes
  truncate   a complete answer whose JSON stops in the middle
  slow       sends the body in small pieces over "seconds"
  body       a 200 answer with the JSON "body" instead of the true one
  html       a 200 answer that is an HTML page
  headers    the true answer with the extra "headers"
"when" is "after" unless given: hang, cut and status then leave the object made. The others always process.
"""

import argparse
import base64
import http.server
import importlib.util
import json
import os
import re
import socket
import ssl
import struct
import subprocess
import sys
import threading
import time
import urllib.parse
import warnings

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True
from fake_stripe_objects import Refused, Store  # noqa: E402

KEY_LIFETIME = 24 * 3600


def parse_form(encoded):
    """a[b][0]=v -> {"a": {"b": {"0": "v"}}}; a malformed or repeated name is refused."""
    root = {}
    for pair in filter(None, encoded.split("&")):
        name, _, value = pair.partition("=")
        name, value = urllib.parse.unquote_plus(name), urllib.parse.unquote_plus(value)
        match = re.fullmatch(r"([^\[\]]+)((?:\[[^\[\]]+\])*)", name)
        if not match:
            raise Refused(400, "Invalid parameter name: %s" % name)
        parts = [match.group(1)] + re.findall(r"\[([^\[\]]+)\]", match.group(2))
        node = root
        for part in parts[:-1]:
            node = node.setdefault(part, {})
            if not isinstance(node, dict):
                raise Refused(400, "Parameter is both a value and a hash: %s" % name)
        if parts[-1] in node:
            raise Refused(400, "Parameter given twice: %s" % name)
        node[parts[-1]] = value
    return root


class Fault:
    def __init__(self, spec):
        unknown = set(spec) - {"kind", "method", "path", "nth", "times", "when", "status", "stored", "headers", "code", "type",
                               "message", "seconds", "how", "body"}
        if unknown:
            raise ValueError("unknown fields in a fault: %s" % ", ".join(sorted(unknown)))
        self.spec = spec
        self.kind = spec["kind"]
        self.before = spec.get("when", "after") == "before"
        self.seen = 0

    def strikes(self, method, path):
        if self.spec.get("method", method) != method or not re.search(self.spec.get("path", ""), path):
            return False
        self.seen += 1
        first, times = self.spec.get("nth", 1), self.spec.get("times", 1)
        return self.seen >= first and (times == 0 or self.seen < first + times)


class Answer:
    def __init__(self, status, body, headers=None):
        self.status = status
        self.body = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.headers = dict({"Content-Type": "application/json"}, **(headers or {}))


class Service:
    """Everything that requests share; `lock` guards it."""

    def __init__(self, options):
        self.options = options
        self.lock = threading.Lock()
        self.offset = 0
        self.contract_errors = []
        self.reset()
        self.recent = []
        self.faults = []
        self.check = load_contract(options.contract)
        if options.faults:
            text = open(options.faults[1:], encoding="utf-8").read() if options.faults[0] == "@" else options.faults
            self.set_faults(json.loads(text))

    def reset(self):
        self.store = Store(self.options.livemode or "_live_" in self.options.key, self.now, self.options.account)
        self.keys = {}
        self.keys_in_use = set()
        self.log = []
        self.struck = []

    def now(self):
        return time.time() + self.offset

    def set_faults(self, specs):
        self.faults = [Fault(spec) for spec in specs]

    def find_fault(self, method, path):
        struck = [fault for fault in self.faults if fault.strikes(method, path)]
        if struck:
            self.struck.append({"kind": struck[0].kind, "method": method, "path": path})
        return struck[0] if struck else None

    def state(self):
        return dict(self.store.dump(), requests=len(self.log), contract_errors=self.contract_errors, struck=self.struck)

    def authorized(self, header):
        if header.startswith("Bearer "):
            return header[7:] == self.options.key
        if header.startswith("Basic "):
            return base64.b64decode(header[6:]).decode() == self.options.key + ":"
        return False

    def over_rate(self):
        now = time.monotonic()
        self.recent = [moment for moment in self.recent if moment > now - 1] + [now]
        return self.options.rate > 0 and len(self.recent) > self.options.rate

    def preconditions(self, request):
        if not self.authorized(request.headers.get("Authorization", "")):
            raise Refused(401, "Invalid API Key provided")
        if request.headers.get("Stripe-Version") != self.options.version:
            raise Refused(400, "Invalid Stripe API version: %s" % request.headers.get("Stripe-Version"))
        if self.over_rate():
            raise Refused(429, "Too many requests", code="rate_limit")
        content_type = request.headers.get("Content-Type", "")
        if request.command == "POST" and not content_type.startswith("application/x-www-form-urlencoded"):
            raise Refused(400, "Invalid Content-Type")
        if request.command == "GET" and request.body:
            raise Refused(400, "A GET request has its parameters in the query")

    def process(self, request, fault):
        """The true answer, made once per idempotency key."""
        try:
            self.preconditions(request)
            key = request.headers.get("Idempotency-Key")
            if request.command != "POST" or key is None:
                return self.execute(request)
            if len(key) > 255:
                raise Refused(400, "Idempotency-Key is too long")
            return self.process_keyed(request, key, fault)
        except Refused as refused:
            return Answer(refused.status, refused.body)

    def process_keyed(self, request, key, fault):
        fingerprint = (request.command, request.path, request.body)
        if key in self.keys_in_use:
            raise Refused(409, "There is currently another in-progress request using this Idempotent Key.", "idempotency_error",
                          code="idempotency_key_in_use")
        known = self.keys.get(key)
        if known is not None and known["made"] < self.now() - KEY_LIFETIME:
            known = None
        if known is not None and known["fingerprint"] != fingerprint:
            raise Refused(400, "Keys for idempotent requests can only be used with the parameters they were first used with.",
                          "idempotency_error")
        if known is not None:
            request.replayed = True
            answer = known["answer"]
            return Answer(answer.status, answer.body, dict(answer.headers, **{"Idempotent-Replayed": "true"}))
        answer = self.execute(request)
        if fault is not None and fault.kind == "status" and fault.spec.get("stored"):
            answer = fault_answer(fault)
        self.keys[key] = {"fingerprint": fingerprint, "made": self.now(),
                          "answer": Answer(answer.status, answer.body, answer.headers)}
        return answer

    def execute(self, request):
        params = parse_form(request.body if request.command == "POST" else request.query)
        parts = [urllib.parse.unquote(part) for part in request.path.split("/")[2:]]
        return Answer(200, self.store.handle(request.command, parts, params))

    def contract_problem(self, request):
        if self.check is None:
            return None
        errors, _ = self.check(request.command, request.path, request.body or request.query)
        if not errors:
            return None
        self.contract_errors.append({"method": request.command, "path": request.path, "errors": errors})
        return Answer(599, {"error": {"type": "contract", "message": "; ".join(errors)}})


def load_contract(folder):
    path = os.path.join(folder or "", "check_request.py")
    if not folder or not os.path.exists(path):
        return None
    spec = importlib.util.spec_from_file_location("check_request", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.problems


def fault_answer(fault):
    spec = fault.spec
    status = spec["status"]
    kinds = {429: ("invalid_request_error", "rate_limit"), 409: ("invalid_request_error", "idempotency_key_in_use")}
    kind, code = kinds.get(status, ("api_error", None) if status >= 500 else ("invalid_request_error", None))
    error = {"type": spec.get("type", kind), "message": spec.get("message", "fault on demand")}
    if spec.get("code", code) is not None:
        error["code"] = spec.get("code", code)
    return Answer(status, {"error": error}, spec.get("headers"))


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_):
        pass

    def handle_one_request(self):
        try:
            super().handle_one_request()
        except (ConnectionError, ssl.SSLError, TimeoutError):
            self.close_connection = True

    def do_GET(self):
        self.serve()

    def do_POST(self):
        self.serve()

    def do_DELETE(self):
        self.serve()

    def serve(self):
        self.body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        self.path, _, self.query = self.path.partition("?")
        self.replayed = False
        if self.path.startswith("/__"):
            self.send_answer(self.control())
        else:
            self.serve_api()

    def control(self):
        service = self.server.service
        with service.lock:
            if (self.command, self.path) == ("GET", "/__state"):
                return Answer(200, service.state())
            if (self.command, self.path) == ("GET", "/__log"):
                return Answer(200, service.log)
            if (self.command, self.path) == ("POST", "/__faults"):
                service.set_faults(json.loads(self.body))
                return Answer(200, {"faults": len(service.faults)})
            if (self.command, self.path) == ("POST", "/__reset"):
                service.reset()
                return Answer(200, {})
            if (self.command, self.path) == ("POST", "/__advance"):
                service.offset += json.loads(self.body)["seconds"]
                return Answer(200, {"offset": service.offset})
        return Answer(404, {"error": {"message": "no such control"}})

    def serve_api(self):
        service = self.server.service
        with service.lock:
            entry = self.begin_entry(service)
            answer = service.contract_problem(self)
            fault = None if answer is not None else service.find_fault(self.command, self.path)
        if fault is not None and fault.kind == "hang" and fault.before:
            self.hang_in_use(service, fault)
        with service.lock:
            if answer is None:
                answer = self.make_answer(service, fault)
            entry.update({"status": answer.status, "replayed": self.replayed, "fault": fault.kind if fault else None})
            answer.headers.update({"Request-Id": entry["request_id"], "Stripe-Version": service.options.version})
            if fault is not None and fault.kind == "headers":
                answer.headers.update(fault.spec["headers"])
            self.write_log(service, entry)
        self.deliver(answer, fault)

    def hang_in_use(self, service, fault):
        key = self.headers.get("Idempotency-Key")
        with service.lock:
            service.keys_in_use.add(key)
        time.sleep(fault.spec.get("seconds", 3600))
        with service.lock:
            service.keys_in_use.discard(key)

    def make_answer(self, service, fault):
        """What is answered; the request is carried out unless the fault strikes before."""
        if fault is None or not fault.before or fault.kind == "hang":
            answer = service.process(self, fault)
            return fault_answer(fault) if fault is not None and fault.kind == "status" else answer
        return fault_answer(fault) if fault.kind == "status" else Answer(500, {"error": {"type": "api_error", "message": "cut"}})

    def begin_entry(self, service):
        entry = {"request_id": "req_%06d" % (len(service.log) + 1), "method": self.command, "path": self.path,
                 "query": self.query, "body": self.body, "idempotency_key": self.headers.get("Idempotency-Key"),
                 "time": service.now(), "user_agent": self.headers.get("User-Agent"), "port": self.client_address[1]}
        service.log.append(entry)
        return entry

    @staticmethod
    def write_log(service, entry):
        if service.options.log:
            with open(service.options.log, "a", encoding="utf-8") as log:
                log.write(json.dumps(entry) + "\n")

    def deliver(self, answer, fault):
        kind = fault.kind if fault else None
        if kind == "hang" and not fault.before:
            time.sleep(fault.spec.get("seconds", 3600))
            self.close_connection = True
        elif kind == "cut":
            self.cut(fault.spec.get("how") == "reset")
        elif kind == "half":
            self.send_answer(answer, body=answer.body[:len(answer.body) // 2])
            self.cut(False)
        elif kind == "truncate":
            answer.body = answer.body[:len(answer.body) // 2]
            self.send_answer(answer)
        elif kind == "slow":
            self.send_slowly(answer, fault.spec.get("seconds", 1))
        elif kind == "body":
            answer = Answer(200, fault.spec["body"])
            self.send_answer(answer)
        elif kind == "html":
            answer.body = b"<html><body>Sign in to the network</body></html>"
            answer.headers["Content-Type"] = "text/html"
            answer.status = 200
            self.send_answer(answer)
        else:
            self.send_answer(answer)

    def send_head(self, answer):
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()

    def send_answer(self, answer, body=None):
        self.send_head(answer)
        self.wfile.write(answer.body if body is None else body)
        self.wfile.flush()

    def send_slowly(self, answer, seconds):
        self.send_head(answer)
        pieces = 10
        size = len(answer.body) // pieces + 1
        for start in range(0, len(answer.body), size):
            self.wfile.write(answer.body[start:start + size])
            self.wfile.flush()
            time.sleep(seconds / pieces)

    def cut(self, reset):
        if reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
        else:
            try:
                self.connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        self.close_connection = True


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request, client_address):
        error = sys.exc_info()[1]
        if not isinstance(error, (ConnectionError, ssl.SSLError, OSError)):
            super().handle_error(request, client_address)


def make_certificate(folder):
    os.makedirs(folder, exist_ok=True)
    certificate, key = os.path.join(folder, "cert.pem"), os.path.join(folder, "key.pem")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                    "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
                    "-keyout", key, "-out", certificate],
                   check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return certificate, key


def wrap_tls(server, options):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*make_certificate(options.tls))
    warnings.simplefilter("ignore", DeprecationWarning)  # old versions are asked for on purpose
    if options.tls_max == "1.1":
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    elif options.tls_max == "1.2":
        context.maximum_version = ssl.TLSVersion.TLSv1_2
    # The handshake happens in the connection's own thread, so that a client which breaks it off holds nobody up.
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)


def end_with_parent(parent):
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(0)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", default="127.0.0.1", choices=("127.0.0.1", "127.0.0.2"))
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--key", default="sk_test_fake0123456789abcdef")
    parser.add_argument("--account", default="acct_fake1")
    parser.add_argument("--version", default="2026-09-30.endive")
    parser.add_argument("--faults", default="")
    parser.add_argument("--rate", type=int, default=0, help="requests in any one second before 429; 0: no limit")
    parser.add_argument("--log", default="")
    parser.add_argument("--livemode", action="store_true", help="objects are live ones, whatever the key is")
    parser.add_argument("--contract", default="")
    parser.add_argument("--tls", default="")
    parser.add_argument("--tls-max", default="")
    options = parser.parse_args()
    parent = os.getppid()
    server = Server((options.host, options.port), Handler)
    server.service = Service(options)
    if options.tls:
        wrap_tls(server, options)
    threading.Thread(target=end_with_parent, args=(parent,), daemon=True).start()
    print(server.server_address[1], flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
