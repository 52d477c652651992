# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of `billctl stripe sync` share: ledgers to run it on, and what must be true afterwards."""

import concurrent.futures
import contextlib
import http.client
import json
import os
import queue
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time
import urllib.parse

from harness import BUILD, CLEAN, EXEC_PATH, KEY, Fake, equal, need_program

BILLCTL = need_program(os.path.join(BUILD, "billctl"))
need_program(os.path.join(EXEC_PATH, "billctl-http"))

METRICS = [{"code": "calls", "name": "Calls", "unit": "call"}]


def plan(code, name=None, month=None, year=None, more=None, **fields):
    prices = [{"interval": interval, "amount": amount} for interval, amount in (("month", month), ("year", year), *(more or []))
              if amount is not None]
    return dict({"code": code, "name": name or code.capitalize(), "prices": prices,
                 "charges": [{"metric": "calls", "model": "per_unit", "unit_price": "0.10"}]}, **fields)


def catalog(*plans, currency="USD"):
    return {"catalog": "test", "currency": currency, "metrics": METRICS, "plans": list(plans)}


BASIC = catalog(plan("basic", month="29.00", year="290.00"), plan("pro", month="99.00"))
CUSTOMERS = {"acme": "billing@acme.example", "bolt": "billing@bolt.example", "crane": None}
# account, 2 products looked at and made, lookup keys, 3 prices, 2 customers looked up, 3 made
FIRST_RUN_REQUESTS = 1 + 2 + 2 + 1 + 3 + 2 + 3


def children(pid):
    try:
        with open("/proc/%d/task/%d/children" % (pid, pid), encoding="utf-8") as file:
            return [int(word) for word in file.read().split()]
    except FileNotFoundError:
        return []


def wait_for_end(pid, seconds=20):
    deadline = time.monotonic() + seconds
    while os.path.exists("/proc/%d/cmdline" % pid):
        try:
            with open("/proc/%d/cmdline" % pid, "rb") as file:
                if b"billctl-http" not in file.read():
                    return
        except (FileNotFoundError, ProcessLookupError):
            return
        if time.monotonic() > deadline:
            raise AssertionError("a helper outlives the program that started it")
        time.sleep(0.01)


class Result:
    def __init__(self, status, output, log):
        self.status = status
        self.output = output
        self.log = log

    @property
    def rows(self):
        return json.loads(self.output)

    def row(self, key, object_kind=None):
        found = [row for row in self.rows if row["key"] == key and object_kind in (None, row["object"])]
        equal(len(found), 1, "rows for %s in\n%s%s" % (key, self.output, self.log))
        return found[0]

    def expect(self, status):
        if self.status != status:
            raise AssertionError("exit status %d, not %d\n%s%s" % (self.status, status, self.output[-3000:], self.log[-3000:]))
        return self


class Ledger:
    """A ledger in a folder of its own; `first` is one that is copied."""

    def __init__(self, contents=BASIC, customers=None, copy_of=None):
        self.folder = tempfile.mkdtemp(prefix="billctl-sync-")
        self.path = os.path.join(self.folder, "ledger.db")
        self.helpers = []
        self.environment = dict(CLEAN, HOME=self.folder, BILLCTL_LEDGER=self.path, BILLCTL_EXEC_PATH=EXEC_PATH, BILLCTL_ACTOR="test",
                                LC_ALL="C.UTF-8", TZ="UTC", BILLCTL_STRIPE_DELAY_PERCENT="0")
        if copy_of is not None:
            shutil.copy(copy_of.path, self.path)
            return
        self.billctl("init")
        if contents is not None:
            self.apply(contents)
        for code, email in (CUSTOMERS if customers is None else customers).items():
            self.billctl("customer", "add", code, "--name", code.capitalize(), *(["--email", email] if email else []))

    def __enter__(self):
        return self

    def wait_for_helpers(self):
        """What was under way when a run was killed has been carried out by then."""
        for helper in self.helpers:
            wait_for_end(helper)

    def __exit__(self, *_):
        self.wait_for_helpers()
        shutil.rmtree(self.folder, ignore_errors=True)

    def billctl(self, *arguments, status=0):
        done = subprocess.run([BILLCTL, *arguments], env=self.environment, capture_output=True, text=True, stdin=subprocess.DEVNULL,
                              check=False)
        return Result(done.returncode, done.stdout, done.stderr).expect(status)

    def apply(self, contents):
        path = os.path.join(self.folder, "catalog.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(contents, file)
        self.billctl("plans", "apply", path)

    def start(self, fake, *arguments, key=KEY, base=None, environment=None):
        base = base or fake.base
        variables = dict(self.environment, BILLCTL_STRIPE_API_BASE=base, **(environment or {}))
        if key is not None:
            variables["STRIPE_API_KEY"] = key
        return subprocess.Popen([BILLCTL, "stripe", "sync", "--format", "json", *arguments], env=variables, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def kill(self, process, number=signal.SIGKILL):
        """Ends a run. Its helper may still be about to send something."""
        self.helpers += children(process.pid)
        process.send_signal(number)
        process.communicate(timeout=20)

    def sync(self, fake, *arguments, status=0, key=KEY, **more):
        process = self.start(fake, *arguments, key=key, **more)
        output, log = process.communicate(timeout=120)
        if key and key in output + log:
            raise AssertionError("the key was shown")
        result = Result(process.returncode, output, log)
        return result if status is None else result.expect(status)

    def sync_until_done(self, fake, *arguments, tries=6):
        for number in range(tries):
            result = self.sync(fake, *arguments, status=None)
            if result.status == 0:
                return result
            if result.status not in (5, 6):
                break
            time.sleep(0.2 * number)
        raise AssertionError("not done after %d runs: %d\n%s%s" % (tries, result.status, result.output, result.log))

    def database(self):
        return contextlib.closing(sqlite3.connect(self.path))

    def query(self, sql, *values):
        with self.database() as database:
            return database.execute(sql, values).fetchall()

    def change(self, sql, *values):
        with self.database() as database:
            database.execute(sql, values)
            database.commit()

    @property
    def id(self):
        return self.billctl("config", "ledger.id").output.strip()

    def product_id(self, code):
        return "billctl_%s_%s" % (self.id, code)


def api(fake, method, path, key=KEY, **parameters):
    """A request of somebody else who works on the same account."""
    connection = http.client.HTTPConnection("127.0.0.1", fake.port)
    headers = {"Authorization": "Bearer " + key, "Stripe-Version": "2026-09-30.endive",
               "Content-Type": "application/x-www-form-urlencoded"}
    connection.request(method, path, urllib.parse.urlencode(parameters), headers)
    answer = connection.getresponse()
    body = json.loads(answer.read())
    connection.close()
    equal(answer.status, 200, "%s %s: %r" % (method, path, body))
    return body


def state(fake):
    return fake.control("GET", "/__state")


def requests(fake, method=None):
    return [entry for entry in fake.control("GET", "/__log") if method in (None, entry["method"])]


def sent(fake, method):
    return ["%s %s" % (entry["path"], entry["body"] or entry["query"]) for entry in requests(fake, method)]


def lookup_keys(fake):
    return {row["lookup_key"]: row for row in state(fake)["price"] if row["lookup_key"] is not None}


def check_mirror(fake, ledger, what, products=("basic", "pro"), prices=("basic_month_usd", "basic_year_usd", "pro_month_usd"),
                 customers=tuple(CUSTOMERS)):
    """Each object is there once, the ledger knows it by its id, and no request is left open."""
    there = state(fake)
    equal(there["contract_errors"], [], what + ": contract errors")
    equal(sorted(row["metadata"]["billctl_plan"] for row in there["product"]), sorted(products), what + ": products")
    equal(sorted(row["lookup_key"] for row in there["price"]), sorted(prices), what + ": prices")
    equal(sorted(row["metadata"]["billctl_customer"] for row in there["customer"]), sorted(customers), what + ": customers")
    known = {(kind, key): identity for kind, key, identity in ledger.query("SELECT kind, local_key, stripe_id FROM stripe_object")}
    found = {("product", row["metadata"]["billctl_plan"]): row["id"] for row in there["product"]}
    found.update({("price", row["lookup_key"]): row["id"] for row in there["price"]})
    found.update({("customer", row["metadata"]["billctl_customer"]): row["id"] for row in there["customer"]})
    equal(known, found, what + ": what the ledger knows")
    equal(ledger.query("SELECT operation, local_key FROM outbox WHERE status = 'intended'"), [], what + ": open requests")


def kill_after(fake, ledger, count, *arguments, seconds=20):
    """Ends a run by SIGKILL as soon as the server has got so many requests. FALSE: the run ended before."""
    process = ledger.start(fake, *arguments)
    deadline = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < deadline:
        if state(fake)["requests"] >= count:
            break
        time.sleep(0.002)
    ended = process.poll() is not None
    ledger.kill(process)
    return not ended


class Replacement:
    """A ledger that was mirrored, whose plan then got a new price: what a run with --force-update has to do, and must end in."""

    arguments = ("--force-update",)
    count = 1 + 2 + 1 + 2 + 4  # account, products, lookup keys, other prices; new price, version of the other, default price, retired

    def __init__(self, template):
        self.template = template

    def prepare(self, fake):
        ledger = Ledger(copy_of=self.template)
        ledger.sync(fake)
        old = lookup_keys(fake)["basic_month_usd"]["id"]
        api(fake, "POST", "/v1/products/" + ledger.product_id("basic"), default_price=old)
        ledger.apply(catalog(plan("basic", month="39.00", year="290.00"), plan("pro", month="99.00")))
        return ledger

    @staticmethod
    def check(fake, ledger, what):
        there = state(fake)
        equal(there["contract_errors"], [], what + ": contract errors")
        monthly = sorted((row["unit_amount"], row["active"], row["lookup_key"]) for row in there["price"]
                         if row["recurring"]["interval"] == "month" and row["metadata"]["billctl_plan"] == "basic")
        equal(monthly, [(2900, False, None), (3900, True, "basic_month_usd")], what + ": monthly prices")
        equal(len(there["price"]), 4, what + ": prices")
        product = [row for row in there["product"] if row["id"] == ledger.product_id("basic")][0]
        equal(product["default_price"], lookup_keys(fake)["basic_month_usd"]["id"], what + ": default price")
        equal(lookup_keys(fake)["basic_year_usd"]["metadata"]["billctl_version"], "2", what + ": version")
        equal(ledger.query("SELECT operation, local_key FROM outbox WHERE status = 'intended'"), [], what + ": open requests")
        equal(ledger.query("SELECT local_key, stripe_id FROM stripe_object WHERE kind = 'price' ORDER BY 1"),
              sorted((key, row["id"]) for key, row in lookup_keys(fake).items()), what + ": what the ledger knows")


class FirstRun:
    """A ledger that was never mirrored."""

    arguments = ()
    count = FIRST_RUN_REQUESTS
    check = staticmethod(check_mirror)

    def __init__(self, template):
        self.template = template

    def prepare(self, _):
        return Ledger(copy_of=self.template)


class Fakes:
    """Several servers, for tests that mostly wait."""

    def __init__(self, count):
        self.count = count
        self.free = queue.SimpleQueue()
        self.all = [Fake() for _ in range(count)]
        for fake in self.all:
            self.free.put(fake)

    def each(self, function, cases):
        """Calls function (fake, *case) for every case, each with an empty server."""
        def one(case):
            fake = self.free.get()
            try:
                fake.faults()
                fake.control("POST", "/__reset")
                function(fake, *case)
            finally:
                self.free.put(fake)
        with concurrent.futures.ThreadPoolExecutor(self.count) as pool:
            for done in [pool.submit(one, case) for case in cases]:
                done.result()

    def stop(self):
        for fake in self.all:
            fake.stop()
