# SPDX-License-Identifier: GPL-3.0-or-later
"""billctl-http against a server that fails on demand: what arrives, what is refused, and what a broken exchange is called."""

import json
import os
import re
import socket
import subprocess
import tempfile
import threading

from harness import CLEAN, EXEC_PATH, KEY, Fake, equal, need_program, run, test

HELPER = need_program(os.path.join(EXEC_PATH, "billctl-http"))
VERSION = "Stripe-Version: 2026-09-30.endive"


class Helper:
    """billctl-http as a child process; the secret goes in through a pipe."""

    def __init__(self, origin=None, secret=KEY, environment=None, max_in_flight=4):
        read_end, write_end = os.pipe()
        os.write(write_end, secret.encode())
        os.close(write_end)
        self.process = subprocess.Popen([HELPER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        pass_fds=(read_end,), env=dict(CLEAN, **(environment or {})))
        os.close(read_end)
        self.next_id = 0
        self.text = b""
        self.configured = None
        if origin is not None:
            self.send({"configure": {"max_in_flight": max_in_flight, "auth_fd": read_end, "auth_origin": origin}})
            self.configured = self.receive()

    def send(self, value):
        line = value if isinstance(value, bytes) else json.dumps(value).encode()
        self.process.stdin.write(line + b"\n")
        self.process.stdin.flush()

    def start(self, method, url, body=None, headers=(), **more):
        self.next_id += 1
        request = {"id": self.next_id, "method": method, "url": url, "headers": [VERSION, *headers], "timeout_ms": 20000, **more}
        if body is not None:
            request["body"] = body
        self.send(request)
        return self.next_id

    def receive(self):
        line = self.process.stdout.readline()
        self.text += line
        return json.loads(line) if line else None

    def ask(self, *arguments, **more):
        self.start(*arguments, **more)
        return self.receive()

    def finish(self):
        """Closes stdin and reads what is left; the helper must then end well and have said nothing on stderr."""
        self.process.stdin.close()
        self.text += self.process.stdout.read()
        self.errors = self.process.stderr.read()
        status = self.process.wait(60)
        self.process.stdout.close()
        self.process.stderr.close()
        equal((status, self.errors), (0, b""), "exit status and stderr")


def raw_server(answer, times=1):
    """Answers each of the next connections with these bytes and closes it; returns (port, list of the requests' heads)."""
    listener = socket.create_server(("127.0.0.1", 0))
    heads = []

    def run():
        for _ in range(times):
            connection, _ = listener.accept()
            head = b""
            while b"\r\n\r\n" not in head:
                head += connection.recv(65536) or b"\r\n\r\n"
            heads.append(head.decode())
            try:
                for piece in answer if isinstance(answer, list) else [answer]:
                    connection.sendall(piece)
                connection.shutdown(socket.SHUT_WR)
                while connection.recv(65536):
                    pass
            except OSError:
                pass
            connection.close()
        listener.close()

    threading.Thread(target=run, daemon=True).start()
    return listener.getsockname()[1], heads


def failed_with(reply, kind, pattern=""):
    if "error" not in reply:
        raise AssertionError("no error in %r" % reply)
    equal(reply["error"]["kind"], kind, "kind of %r" % reply)
    if not re.search(pattern, reply["error"]["message"]):
        raise AssertionError("%r does not match %r" % (reply["error"]["message"], pattern))


@test
def a_request_is_answered_with_status_headers_and_body(fake):
    helper = Helper(fake.base)
    equal(helper.configured, {"configured": True}, "answer to configure")
    reply = helper.ask("GET", fake.base + "/v1/account")
    equal((reply["id"], reply["status"], json.loads(reply["body"])["id"]), (1, 200, "acct_fake1"), "reply")
    equal(reply["headers"]["stripe-version"], "2026-09-30.endive", "header")
    equal([name for name in reply["headers"] if name != name.lower()], [], "headers that are not lower case")
    helper.finish()


@test
def a_body_is_posted_as_a_form_and_unicode_survives(fake):
    helper = Helper(fake.base)
    reply = helper.ask("POST", fake.base + "/v1/customers", body="name=M%C3%BCller%20%26%20Co",
                       headers=["Idempotency-Key: form-1"])
    equal((reply["status"], json.loads(reply["body"])["name"]), (200, "Müller & Co"), "customer")
    equal(fake.control("GET", "/__log")[-1]["idempotency_key"], "form-1", "key in the log")
    helper.finish()


@test
def an_answer_above_299_is_a_reply_and_not_an_error(fake):
    helper = Helper(fake.base)
    reply = helper.ask("GET", fake.base + "/v1/products/none")
    equal((reply["status"], json.loads(reply["body"])["error"]["code"]), (404, "resource_missing"), "reply")
    helper.finish()


@test
def without_the_secret_nothing_is_authorized(fake):
    helper = Helper()
    equal(helper.ask("GET", fake.base + "/v1/account")["status"], 401, "status")
    helper.finish()


@test
def connections_are_kept_alive(fake):
    helper = Helper(fake.base)
    for _ in range(3):
        helper.ask("GET", fake.base + "/v1/account")
    helper.finish()
    equal(len({entry["port"] for entry in fake.control("GET", "/__log")[-3:]}), 1, "connections used")


@test
def replies_come_as_they_end(fake):
    fake.faults({"kind": "slow", "path": "^/v1/products", "seconds": 2})
    helper = Helper(fake.base)
    slow = helper.start("GET", fake.base + "/v1/products")
    quick = helper.start("GET", fake.base + "/v1/account")
    equal([helper.receive()["id"], helper.receive()["id"]], [quick, slow], "order of replies")
    helper.finish()


@test
def no_more_than_max_in_flight_are_under_way(fake):
    fake.faults({"kind": "slow", "path": "^/v1/products", "seconds": 1})
    helper = Helper(fake.base, max_in_flight=1)
    first = helper.start("GET", fake.base + "/v1/products")
    second = helper.start("GET", fake.base + "/v1/account")
    equal([helper.receive()["id"], helper.receive()["id"]], [first, second], "order of replies")
    helper.finish()


@test
def three_hundred_requests_at_once_are_all_answered(fake):
    helper = Helper(fake.base)
    lines = [{"id": i, "method": "GET", "url": fake.base + "/v1/account", "headers": [VERSION]} for i in range(300)]
    writer = threading.Thread(target=lambda: [helper.send(line) for line in lines])
    writer.start()
    equal(sorted(helper.receive()["id"] for _ in lines), list(range(300)), "ids")
    writer.join()
    helper.finish()


@test
def silence_is_a_timeout(fake):
    fake.faults({"kind": "hang", "path": "account", "seconds": 30})
    helper = Helper(fake.base)
    failed_with(helper.ask("GET", fake.base + "/v1/account", timeout_ms=300), "timeout", "timed out")
    helper.finish()


@test
def a_slow_body_within_the_time_is_whole(fake):
    fake.faults({"kind": "slow", "path": "account", "seconds": 1})
    helper = Helper(fake.base)
    equal(json.loads(helper.ask("GET", fake.base + "/v1/account")["body"])["object"], "account", "object")
    helper.finish()


@test
def a_slow_body_beyond_the_time_is_a_timeout(fake):
    fake.faults({"kind": "slow", "path": "account", "seconds": 20})
    helper = Helper(fake.base)
    failed_with(helper.ask("GET", fake.base + "/v1/account", timeout_ms=1500), "timeout")
    helper.finish()


@test
def a_connection_that_ends_without_an_answer_is_cut(fake):
    fake.faults({"kind": "cut", "path": "account"}, {"kind": "cut", "path": "products", "how": "reset"})
    for path in ("/v1/account", "/v1/products"):
        helper = Helper(fake.base)
        failed_with(helper.ask("GET", fake.base + path), "cut")
        helper.finish()


@test
def half_a_body_is_cut_and_no_reply(fake):
    fake.faults({"kind": "half", "path": "account"})
    helper = Helper(fake.base)
    failed_with(helper.ask("GET", fake.base + "/v1/account"), "cut")
    helper.finish()


@test
def a_chunked_body_that_stops_is_cut(_):
    port, _ = raw_server(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"a\":\r\n")
    helper = Helper()
    failed_with(helper.ask("GET", "http://127.0.0.1:%d/" % port), "cut")
    helper.finish()


@test
def an_answer_that_is_no_http_is_cut(_):
    port, _ = raw_server(b"220 mail.example.com ESMTP\r\n")
    helper = Helper()
    failed_with(helper.ask("GET", "http://127.0.0.1:%d/" % port), "cut")
    helper.finish()


@test
def a_post_without_idempotency_key_is_never_sent_twice(fake):
    helper = Helper(fake.base)
    helper.ask("POST", fake.base + "/v1/customers", body="name=first", headers=["Idempotency-Key: once-1"])
    fake.faults({"kind": "cut", "path": "customers"})
    before = fake.control("GET", "/__state")["requests"]
    failed_with(helper.ask("POST", fake.base + "/v1/customers", body="name=once"), "cut")
    equal(fake.control("GET", "/__state")["requests"] - before, 1, "requests that arrived")
    helper.finish()


@test
def a_closed_port_is_a_connect_error(_):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    helper = Helper()
    failed_with(helper.ask("GET", "http://127.0.0.1:%d/" % port), "connect")
    helper.finish()


@test
def redirects_are_not_followed(fake):
    fake.faults({"kind": "status", "status": 302, "path": "account", "headers": {"Location": fake.base + "/v1/products"}})
    helper = Helper(fake.base)
    before = fake.control("GET", "/__state")["requests"]
    equal(helper.ask("GET", fake.base + "/v1/account")["status"], 302, "status")
    equal(fake.control("GET", "/__state")["requests"] - before, 1, "requests that arrived")
    helper.finish()


@test
def text_that_is_not_utf8_still_makes_a_json_line(_):
    port, _ = raw_server(b"HTTP/1.1 200 OK\r\nX-Two: a\r\nX-Two: \xff\r\nContent-Length: 5\r\n\r\n{\xff\x00\n}")
    helper = Helper()
    reply = helper.ask("GET", "http://127.0.0.1:%d/" % port)
    equal((reply["status"], reply["headers"]["x-two"]), (200, "a, \ufffd"), "reply")
    equal(reply["body"], "{\ufffd\ufffd\n}", "body")
    helper.finish()


@test
def a_reply_of_more_than_64_mib_is_refused(_):
    port, _ = raw_server([b"HTTP/1.1 200 OK\r\nContent-Length: 68157440\r\n\r\n"] + [b"x" * 1048576] * 65)
    helper = Helper()
    failed_with(helper.ask("GET", "http://127.0.0.1:%d/" % port), "other", "longer than 64 MiB")
    helper.finish()


@test
def an_untrusted_certificate_is_refused(_):
    with tempfile.TemporaryDirectory() as folder:
        fake = Fake("--tls", folder, scheme="https")
        try:
            helper = Helper(fake.base)
            failed_with(helper.ask("GET", fake.base + "/v1/account"), "tls", "certificate")
            helper.finish()
        finally:
            fake.stop()


@test
def a_certificate_of_the_extra_file_is_trusted_for_its_name_only(_):
    for host, check in (("127.0.0.1", lambda reply: equal(reply["status"], 200, "status")),
                        ("127.0.0.2", lambda reply: failed_with(reply, "tls", "127.0.0.2"))):
        with tempfile.TemporaryDirectory() as folder:
            fake = Fake("--host", host, "--tls", folder, scheme="https")
            try:
                base = "https://%s:%d" % (host, fake.port)
                helper = Helper(base, environment={"BILLCTL_HTTP_CA_FILE": os.path.join(folder, "cert.pem")})
                check(helper.ask("GET", base + "/v1/account"))
                helper.finish()
            finally:
                fake.stop()


@test
def tls_below_1_2_is_refused(_):
    with tempfile.TemporaryDirectory() as folder:
        fake = Fake("--tls", folder, "--tls-max", "1.1", scheme="https")
        try:
            helper = Helper(fake.base, environment={"BILLCTL_HTTP_CA_FILE": os.path.join(folder, "cert.pem")})
            failed_with(helper.ask("GET", fake.base + "/v1/account"), "connect", "(?i)protocol|version|alert")
            helper.finish()
        finally:
            fake.stop()


@test
def only_https_and_this_machine_may_be_asked(_):
    helper = Helper()
    for url, pattern in (("http://192.0.2.1/", "plain http"), ("http://127.0.0.1.example.com/", "plain http"),
                         ("http://128.0.0.1/", "plain http"), ("ftp://127.0.0.1/", "scheme ftp"),
                         ("file:///etc/passwd", "host|scheme"), ("https://user:word@example.com/", "URL"),
                         ("http://localhost@192.0.2.1/", "URL"), ("no url", "URL"),
                         ("", "URL")):
        failed_with(helper.ask("GET", url), "other", pattern)
    helper.finish()


@test
def the_secret_goes_to_its_origin_only(fake):
    port, heads = raw_server(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    helper = Helper(fake.base)
    for url in ("http://127.0.0.1:%d/" % port, "http://localhost:%d/" % fake.port, "https://127.0.0.1:%d/" % fake.port):
        failed_with(helper.ask("GET", url), "other", "where the secret may be sent")
    helper.finish()
    equal(heads, [], "requests elsewhere")


@test
def the_secret_stands_in_no_argument_variable_line_or_message(fake):
    helper = Helper(fake.base)
    helper.ask("GET", fake.base + "/v1/account")
    for name in ("cmdline", "environ"):
        with open("/proc/%d/%s" % (helper.process.pid, name), "rb") as file:
            equal(KEY.encode() in file.read(), False, "secret in " + name)
    fake.faults({"kind": "cut", "path": ""})
    helper.ask("GET", fake.base + "/v1/products")
    helper.finish()
    equal((KEY.encode() in helper.text, KEY.encode() in helper.errors), (False, False), "secret in the output")


@test
def a_secret_that_is_not_one_visible_line_is_refused(fake):
    for secret in ("", "two\nlines", "sp ace", "caf\u00e9", "x" * 5000):
        helper = Helper(fake.base, secret=secret)
        failed_with(helper.configured, "other", "secret")
        if secret and secret in helper.configured["error"]["message"]:
            raise AssertionError("the message quotes the secret")
        helper.finish()


@test
def bad_lines_are_answered_and_the_next_one_works(fake):
    good = {"id": 7, "method": "GET", "url": fake.base + "/v1/account"}
    bad = [(b"{", None, "ends too early"), (b"nonsense", None, "not JSON"), (b"[]", None, "not a JSON object"),
           (b"{}", None, '"id" is missing'), (b'{"id":"x"}', None, '"id"'), (b"{} {}", None, "not JSON"),
           (b'{"id":1,"method":"\xff"}', None, "not JSON"), (b"[" * 100, None, "not JSON"),
           (b'{"id":1}', 1, '"method" is missing'), (dict(good, method="PUT"), 7, "GET, POST or DELETE"),
           (dict(good, url=5), 7, '"url" is not a string'), (dict(good, body="x"), 7, "no body"),
           (dict(good, url="http://127.0.0.1/\u0000"), 7, "NUL"),
           (dict(good, headers="X: y"), 7, "not an array"), (dict(good, headers=["no colon"]), 7, "Name: value"),
           (dict(good, headers=["X: a\r\nY: b"]), 7, "control character"), (dict(good, headers=[5]), 7, "header 1 is not"),
           (dict(good, headers=["Authorization: Bearer x"]), 7, "not for the caller"),
           (dict(good, headers=["authorization : x"]), 7, "Name: value"),
           (dict(good, headers=["Content-Length: 5"]), 7, "not for the caller"), (dict(good, timeout_ms=0), 7, "timeout_ms"),
           (dict(good, timeout_ms=1.5), 7, "timeout_ms"), (dict(good, surprise=1), 7, 'unknown field "surprise"'),
           ({"configure": {"max_in_flight": 2}}, None, "first line only")]
    helper = Helper(fake.base)
    for line, expected_id, pattern in bad:
        helper.send(line)
        reply = helper.receive()
        failed_with(reply, "other", pattern)
        equal(reply["id"], expected_id, "id of %r" % reply)
    equal(helper.ask("GET", fake.base + "/v1/account")["status"], 200, "status after the bad lines")
    helper.finish()


@test
def a_wrong_configuration_is_refused(_):
    for configuration, pattern in (({"max_in_flight": 0}, "max_in_flight"), ({"auth_fd": 3}, "auth_origin"),
                                   ({"auth_fd": 0}, "auth_fd"),
                                   ({"auth_fd": 900, "auth_origin": "https://example.com"}, "reading the secret"),
                                   ({"auth_fd": 3, "auth_origin": "http://example.com"}, "plain http"),
                                   ({"colour": 1}, "unknown field")):
        helper = Helper()
        helper.send({"configure": configuration})
        failed_with(helper.receive(), "other", pattern)
        helper.finish()


@test
def a_line_of_17_mib_is_refused_once_and_skipped(fake):
    helper = Helper(fake.base)
    threading.Thread(target=helper.send, args=(b"x" * (17 * 1024 * 1024),)).start()
    failed_with(helper.receive(), "other", "longer than 16 MiB")
    helper.start("GET", fake.base + "/v1/account")
    equal(helper.receive()["status"], 200, "status")
    helper.finish()


@test
def the_end_of_input_lets_everything_finish(fake):
    fake.faults({"kind": "slow", "path": "account", "seconds": 1, "times": 0})
    helper = Helper(fake.base, max_in_flight=2)
    for _ in range(3):
        helper.start("GET", fake.base + "/v1/account")
    last = {"id": 4, "method": "GET", "url": fake.base + "/v1/account", "headers": [VERSION]}
    helper.process.stdin.write(json.dumps(last).encode())  # the last line lacks its newline
    helper.finish()
    replies = [json.loads(line) for line in helper.text.splitlines()[1:]]
    equal(sorted((reply["id"], reply["status"]) for reply in replies), [(i, 200) for i in range(1, 5)], "replies")


@test
def nobody_to_read_the_replies_is_a_failure(fake):
    helper = Helper(fake.base)
    helper.process.stdout.close()
    helper.start("GET", fake.base + "/v1/account")
    equal(helper.process.wait(60), 1, "exit status")
    helper.process.stdin.close()
    helper.process.stderr.close()


@test
def the_proxy_of_the_environment_is_asked_without_the_secret(_):
    port, heads = raw_server(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
    helper = Helper("https://api.example.com", environment={"https_proxy": "http://127.0.0.1:%d" % port})
    failed_with(helper.ask("GET", "https://api.example.com/v1/account"), "connect", "502")
    helper.finish()
    equal(heads[0].split("\r\n")[0], "CONNECT api.example.com:443 HTTP/1.1", "first line at the proxy")
    equal(KEY in heads[0], False, "secret at the proxy")


@test
def this_machine_is_never_reached_through_a_proxy(fake):
    helper = Helper(fake.base, environment={"http_proxy": "http://127.0.0.1:9", "all_proxy": "http://127.0.0.1:9"})
    equal(helper.ask("GET", fake.base + "/v1/account")["status"], 200, "status")
    helper.finish()


if __name__ == "__main__":
    run(Fake())
