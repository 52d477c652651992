# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests against the fake Stripe server share: the server as a child process, and TAP."""

import json
import os
import socket
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
KEY = "sk_test_fake0123456789abcdef"
SOURCE = os.path.join(HERE, "..", "..")
CONTRACT = os.environ.get("BILLCTL_STRIPE_CONTRACT", os.path.join(SOURCE, "..", "shared", "stripe"))
BUILD = os.environ.get("builddir", os.path.join(SOURCE, "build"))
EXEC_PATH = os.environ.get("BILLCTL_EXEC_PATH", os.path.join(BUILD, "libexec"))
CLEAN = {name: value for name, value in os.environ.items()
         if not name.lower().endswith("_proxy") and not name.startswith(("BILLCTL_HTTP", "BILLCTL_STRIPE", "STRIPE_"))}


def need_program(path):
    if not os.access(path, os.X_OK):
        print("1..0 # SKIP %s is not built" % os.path.basename(path))
        sys.exit(0)
    return path


class Fake:
    """The fake server as a child process."""

    def __init__(self, *arguments, scheme="http"):
        program = os.path.join(HERE, "fake-stripe.py")
        self.process = subprocess.Popen([sys.executable, program, "--key", KEY, "--contract", CONTRACT, *arguments],
                                        stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())
        self.base = "%s://127.0.0.1:%d" % (scheme, self.port)

    def control(self, method, path, body=None):
        with socket.create_connection(("127.0.0.1", self.port)) as connection:
            data = b"" if body is None else json.dumps(body).encode()
            connection.sendall(b"%s %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s"
                               % (method.encode(), path.encode(), len(data), data))
            answer = b"".join(iter(lambda: connection.recv(65536), b""))
        return json.loads(answer.partition(b"\r\n\r\n")[2])

    def faults(self, *specs):
        self.control("POST", "/__faults", list(specs))

    def stop(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


TESTS = []


def test(function):
    TESTS.append(function)
    return function


def equal(actual, expected, what):
    if actual != expected:
        raise AssertionError("%s: %r, not %r" % (what, actual, expected))


def run(server, empty=False):
    """Runs every test with the same server, without faults (and objects, if `empty`) at the start of each, and ends the program."""
    failures = 0
    print("1..%d" % len(TESTS))
    for number, function in enumerate(TESTS, 1):
        server.faults()
        if empty:
            server.control("POST", "/__reset")
        name = function.__name__.replace("_", " ")
        try:
            function(server)
            print("ok %d - %s" % (number, name), flush=True)
        except Exception as error:  # a broken test must not hide the ones behind it
            failures += 1
            print("not ok %d - %s" % (number, name), flush=True)
            print("# " + ("%s: %s" % (type(error).__name__, error)).replace("\n", "\n# "), flush=True)
    server.stop()
    sys.exit(1 if failures else 0)
