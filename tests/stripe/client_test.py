# SPDX-License-Identifier: GPL-3.0-or-later
"""The Stripe client against a server that fails on demand: whatever happens, what is asked for once is made once."""

import json
import os
import re
import signal
import subprocess
import tempfile
import time

from harness import BUILD, CLEAN, EXEC_PATH, KEY, Fake, equal, need_program, run, test

PROBE = need_program(os.environ.get("BILLCTL_STRIPE_PROBE", os.path.join(BUILD, "tests", "stripe", "stripe-probe")))
need_program(os.path.join(EXEC_PATH, "billctl-http"))


class Result:
    def __init__(self, status, output, log):
        self.status = status
        self.output = output
        self.log = log

    @property
    def replies(self):
        return [json.loads(line) for line in self.output.splitlines()]

    @property
    def reply(self):
        equal((self.status, len(self.replies)), (0, 1), "exit status and number of replies, log:\n%s" % self.log)
        return self.replies[0]


def start(base, *action, key=KEY, in_flight=4, timeout_ms=20000, exec_path=EXEC_PATH, delay="0", environment=None):
    return subprocess.Popen([PROBE, base, exec_path, str(in_flight), str(timeout_ms), *action], stdin=subprocess.PIPE,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                            env=dict(CLEAN, STRIPE_API_KEY=key, BILLCTL_STRIPE_DELAY_PERCENT=delay, **(environment or {})))


def probe(base, *action, requests=(), **more):
    process = start(base, *action, **more)
    output, log = process.communicate("".join(json.dumps(request) + "\n" for request in requests), timeout=120)
    if more.get("key", KEY) in output + log:
        raise AssertionError("the key was shown")
    return Result(process.returncode, output, log)


def customer(name, key=None):
    return {"method": "POST", "path": "/v1/customers", "parameters": "name=%s" % name, "key": key or "key-" + name}


def made(fake, name):
    return len([row for row in fake.control("GET", "/__state")["customer"] if row["name"] == name])


def tries(fake, key):
    return [entry for entry in fake.control("GET", "/__log") if entry["idempotency_key"] == key]


PASSING_FAULTS = [
    {"kind": "status", "status": 429, "when": "before"},
    {"kind": "status", "status": 429, "when": "before", "headers": {"Retry-After": "1"}},
    {"kind": "status", "status": 409, "when": "before"},
    {"kind": "status", "status": 500, "when": "before"},
    {"kind": "status", "status": 503, "when": "after"},
    {"kind": "status", "status": 400, "when": "before", "headers": {"Stripe-Should-Retry": "true"}},
    {"kind": "cut", "when": "before"},
    {"kind": "cut", "when": "before", "how": "reset"},
    {"kind": "cut", "when": "after"},
    {"kind": "cut", "when": "after", "how": "reset"},
    {"kind": "half"},
    {"kind": "truncate"},
    {"kind": "html"},
]


@test
def after_any_passing_fault_the_object_exists_once(fake):
    for number, fault in enumerate(PASSING_FAULTS):
        name = "passing%d" % number
        fake.faults(dict(fault, path="customers"))
        reply = probe(fake.base, "run", requests=[customer(name)]).reply
        sent = tries(fake, "key-" + name)
        equal((reply.get("status", reply.get("failure")), made(fake, name), len(sent)), (200, 1, 2),
              "status, objects and requests after %r" % fault)
        equal(len({entry["body"] for entry in sent}), 1, "different bodies after %r" % fault)


@test
def after_a_timeout_the_object_exists_once(fake):
    fake.faults({"kind": "hang", "path": "customers", "seconds": 30})
    reply = probe(fake.base, "run", requests=[customer("late")], timeout_ms=500).reply
    equal((reply["status"], reply["tries"], reply["replayed"], made(fake, "late")), (200, 2, True, 1), "reply and objects")


@test
def a_request_that_is_still_under_way_there_is_waited_for(fake):
    fake.faults({"kind": "hang", "when": "before", "path": "customers", "seconds": 1.3})
    reply = probe(fake.base, "run", requests=[customer("underway")], timeout_ms=500, delay="100").reply
    equal((reply["status"], made(fake, "underway")), (200, 1), "status and objects")


@test
def a_slow_answer_is_no_failure(fake):
    fake.faults({"kind": "slow", "path": "customers", "seconds": 1})
    equal(probe(fake.base, "run", requests=[customer("slow")]).reply["tries"], 1, "tries")


@test
def what_fails_for_ever_is_given_up(fake):
    for status, headers, number in ((500, {}, 3), (429, {}, 5), (500, {"Stripe-Should-Retry": "false"}, 1),
                                    (429, {"Retry-After": "3600"}, 1)):
        fake.faults({"kind": "status", "status": status, "when": "before", "headers": headers, "times": 0})
        reply = probe(fake.base, "run", requests=[customer("never")]).reply
        equal((reply["status"], reply["tries"], made(fake, "never")), (status, number, 0),
              "reply and objects after %d %r" % (status, headers))


@test
def without_any_answer_the_failure_says_so(fake):
    fake.faults({"kind": "cut", "when": "before", "times": 0})
    reply = probe(fake.base, "run", requests=[customer("silent")]).reply
    if not re.match(r"POST /v1/customers: no answer from Stripe after 3 tries: .*\nhint: run the same command", reply["failure"]):
        raise AssertionError(reply["failure"])


@test
def a_stored_500_is_not_asked_for_again(fake):
    fake.faults({"kind": "status", "status": 500, "stored": True, "path": "customers"})
    reply = probe(fake.base, "run", requests=[customer("stored")]).reply
    equal((reply["status"], reply["tries"], reply["replayed"], made(fake, "stored")), (500, 2, True, 1), "reply and objects")


@test
def the_same_key_a_day_later_makes_a_second_object(fake):
    """Why the caller must look before it sends an old request again."""
    probe(fake.base, "run", requests=[customer("old")])
    fake.control("POST", "/__advance", {"seconds": 90000})
    reply = probe(fake.base, "run", requests=[customer("old")]).reply
    equal((reply["replayed"], made(fake, "old")), (False, 2), "reply and objects")


@test
def a_key_used_for_something_else_is_refused(fake):
    probe(fake.base, "run", requests=[customer("first", "shared-key")])
    reply = probe(fake.base, "run", requests=[customer("second", "shared-key")]).reply
    equal((reply["status"], reply["tries"], made(fake, "second")), (400, 1, 0), "reply and objects")


@test
def a_batch_under_faults_makes_each_object_once(fake):
    # Far apart, and the 429s last: a request that is tried again does not meet the next failure, which would use up its tries.
    fake.faults({"kind": "status", "status": 500, "path": "customers", "nth": 3, "when": "after"},
                *[{"kind": kind, "path": "customers", "nth": nth, "when": when} for kind, nth, when in
                  (("cut", 12, "after"), ("cut", 21, "before"), ("truncate", 29, "after"), ("half", 36, "after"))],
                {"kind": "status", "status": 429, "path": "customers", "nth": 43, "times": 3, "when": "before"})
    result = probe(fake.base, "run", requests=[customer("batch%d" % i) for i in range(40)])
    equal(sorted(reply["tag"] for reply in result.replies), list(range(40)), "tags")
    equal({reply.get("status", reply.get("failure")) for reply in result.replies}, {200}, "statuses")
    names = [row["name"] for row in fake.control("GET", "/__state")["customer"] if (row["name"] or "").startswith("batch")]
    equal(sorted(names), sorted("batch%d" % i for i in range(40)), "objects")


@test
def one_request_can_follow_from_another(fake):
    product = {"method": "POST", "path": "/v1/products", "parameters": "id=chain&name=Chain", "key": "chain-1"}
    price = {"method": "POST", "path": "/v1/prices", "parameters": "currency=usd&product=chain&unit_amount=5", "key": "chain-2"}
    result = probe(fake.base, "run", requests=[dict(product, then=price)])
    equal([reply["status"] for reply in result.replies], [200, 200], "statuses")


@test
def a_failing_batch_ends_what_is_under_way(fake):
    result = probe(fake.base, "run", requests=[customer("stop1"), customer("stop2"), {"stop": "here"}, customer("stop3")])
    equal((result.status, sorted(reply["tag"] for reply in result.replies)), (4, [0, 1]), "exit status and tags")
    equal([made(fake, "stop%d" % i) for i in (1, 2, 3)], [1, 1, 0], "objects")


@test
def requests_name_version_key_and_program(fake):
    probe(fake.base, "run", requests=[customer("named")])
    entry = tries(fake, "key-named")[0]
    equal((entry["status"], entry["user_agent"].startswith("billctl/")), (200, True), "entry")


@test
def lists_are_read_to_the_end(fake):
    probe(fake.base, "run", requests=[customer("page%d" % i) for i in range(230)])
    ids = probe(fake.base, "list", "/v1/customers").output.split()
    rows = [row["id"] for row in reversed(fake.control("GET", "/__state")["customer"])]
    equal(ids, rows, "ids")


@test
def a_list_survives_a_fault_between_its_pages(fake):
    fake.faults({"kind": "half", "path": "customers", "nth": 2}, {"kind": "truncate", "path": "customers", "nth": 3})
    ids = probe(fake.base, "list", "/v1/customers").output.split()
    equal(len(ids), len(fake.control("GET", "/__state")["customer"]), "number of ids")


@test
def a_list_that_makes_no_sense_is_a_failure(fake):
    for body in ({"object": "list", "data": [], "has_more": True}, {"object": "list", "data": [{"id": "cus_1"}], "has_more": True},
                 {"object": "list", "has_more": False}, {"object": "list", "data": [{}], "has_more": False},
                 {"object": "list", "data": []}):
        fake.faults({"kind": "body", "body": body, "times": 0})
        result = probe(fake.base, "list", "/v1/customers")
        equal(result.status, 5, "exit status for %r" % body)
        if "Stripe's answer to /v1/customers" not in result.log:
            raise AssertionError(result.log)


@test
def the_account_is_named_with_its_mode(fake):
    equal(probe(fake.base, "account").output, "acct_fake1/test\n", "account")


@test
def the_rate_limit_is_kept(_):
    limited = Fake("--rate", "25")
    try:
        result = probe(limited.base, "run", delay="100",
                       requests=[{"method": "GET", "path": "/v1/" + path} for path in ("customers", "products", "prices") * 15])
        equal({reply["status"] for reply in result.replies}, {200}, "statuses")
        equal({entry["status"] for entry in limited.control("GET", "/__log")}, {200}, "statuses at the server")
    finally:
        limited.stop()


@test
def request_ids_and_notices_are_logged(fake):
    fake.faults({"kind": "headers", "path": "account", "headers": {"Stripe-Notice": "this version ends soon"}})
    log = probe(fake.base, "account").log
    if not re.search(r"^detail: GET /v1/account: 200 \(req_\d+\)$", log, re.M):
        raise AssertionError(log)
    if "warning: Stripe: this version ends soon" not in log:
        raise AssertionError(log)


@test
def a_wrong_key_is_reported_with_a_hint(fake):
    result = probe(fake.base, "account", key="sk_test_another_key_0123")
    equal(result.status, 5, "exit status")
    if not re.search(r"status 401, request req_\d+\)\nhint: check that the API key", result.log):
        raise AssertionError(result.log)


@test
def an_untrusted_server_is_asked_once(_):
    with tempfile.TemporaryDirectory() as folder:
        fake = Fake("--tls", folder, scheme="https")
        try:
            reply = probe(fake.base, "run", requests=[customer("trust")]).reply
            if not re.search(r"the server is not trusted: .*certificate", reply["failure"]):
                raise AssertionError(reply["failure"])
            trusting = {"BILLCTL_HTTP_CA_FILE": os.path.join(folder, "cert.pem")}
            equal(probe(fake.base, "run", requests=[customer("trust")], environment=trusting).reply["status"], 200, "status")
        finally:
            fake.stop()


@test
def an_object_of_the_other_mode_is_not_believed(_):
    fake = Fake("--livemode")
    try:
        reply = probe(fake.base, "run", requests=[customer("mode")]).reply
        if "the answer is a live object, but the key is for tests" not in reply["failure"]:
            raise AssertionError(reply["failure"])
    finally:
        fake.stop()


@test
def the_key_is_never_sent_in_the_clear(_):
    for base in ("http://192.0.2.1:1234", "http://api.stripe.com", "http://127.0.0.1.example.com", "ftp://127.0.0.1",
                 "api.stripe.com", "https://user:word@api.stripe.com", "https://api.stripe.com?x=1", ""):
        result = probe(base, "account")
        equal((result.status, result.output), (2, ""), "exit status for %r" % base)


@test
def a_missing_helper_is_named(fake):
    result = probe(fake.base, "account", exec_path="/nonexistent")
    equal(result.status, 1, "exit status")
    if "billctl-http" not in result.log or "hint:" not in result.log:
        raise AssertionError(result.log)


def helper_of(process):
    for _ in range(200):
        with open("/proc/%d/task/%d/children" % (process.pid, process.pid), encoding="ascii") as children:
            pids = children.read().split()
        if pids:
            return int(pids[0])
        time.sleep(0.05)
    raise AssertionError("no helper was started")


def wait_for_request(fake, key):
    for _ in range(200):
        if tries(fake, key):
            return
        time.sleep(0.05)
    raise AssertionError("the request did not arrive")


@test
def a_helper_that_dies_is_a_failure_of_what_was_under_way(fake):
    fake.faults({"kind": "hang", "path": "customers", "seconds": 30, "times": 0})
    process = start(fake.base, "run")
    process.stdin.write("".join(json.dumps(customer("dead%d" % i)) + "\n" for i in range(2)))
    process.stdin.close()
    process.stdin = None
    wait_for_request(fake, "key-dead1")
    helper = helper_of(process)
    with open("/proc/%d/environ" % helper, "rb") as environ:
        equal(b"STRIPE_API_KEY" in environ.read(), False, "key in the helper's environment")
    with open("/proc/%d/environ" % process.pid, "rb") as environ:
        equal(KEY.encode() in environ.read(), False, "key in our environment")
    os.kill(helper, signal.SIGKILL)
    output, log = process.communicate(timeout=60)
    replies = Result(process.returncode, output, log).replies
    equal((process.returncode, sorted(reply["tag"] for reply in replies)), (5, [0, 1]), "exit status and tags")
    equal({reply["failure"] for reply in replies}, {"POST /v1/customers: billctl-http ended unexpectedly"}, "failures")


@test
def every_request_kept_the_contract(fake):
    equal(fake.control("GET", "/__state")["contract_errors"], [], "contract errors")


if __name__ == "__main__":
    run(Fake())
