# SPDX-License-Identifier: GPL-3.0-or-later
"""billctl stripe sync, killed: wherever that happens, the next run completes the work, and each object is there once."""

import random
import signal
import sqlite3
import time

import harness
from harness import Fake, equal, test
from sync_runs import Fakes, FirstRun, Ledger, Replacement, api, kill_after, requests, sent, state

TEMPLATE = Ledger()
FAKES = Fakes(4)
HOUR = 3600


def kill_at(fake, scene, number, when):
    """Killed while request `number` waits; it is carried out before the waiting, or after it when nobody listens any more."""
    what = "killed %s request %d was carried out" % ("before" if when == "before" else "after", number)
    with scene.prepare(fake) as ledger:
        fake.faults({"kind": "hang", "when": when, "nth": number, "seconds": 0.7})
        seen = len(requests(fake))
        equal(kill_after(fake, ledger, seen + number, *scene.arguments), True, what)
        fake.faults()
        ledger.sync_until_done(fake, *scene.arguments, tries=12)
        ledger.wait_for_helpers()
        scene.check(fake, ledger, what)


@test
def at_every_request_of_a_first_run(_):
    scene = FirstRun(TEMPLATE)
    FAKES.each(kill_at, [(scene, number, when) for when in ("before", "after") for number in range(1, scene.count + 1)])


@test
def at_every_request_of_a_replacement(_):
    scene = Replacement(TEMPLATE)
    FAKES.each(kill_at, [(scene, number, when) for when in ("before", "after") for number in range(1, scene.count + 1)])


def kill_often(fake, seed):
    """Killed after some milliseconds, again and again, a little later each time."""
    moments = random.Random(seed)
    with Ledger(copy_of=TEMPLATE) as ledger:
        for number in range(12):
            process = ledger.start(fake)
            time.sleep(moments.uniform(0.002, 0.01 + 0.008 * number))
            ledger.kill(process)
        ledger.sync_until_done(fake)
        ledger.wait_for_helpers()
        FirstRun.check(fake, ledger, "killed often, seed %d" % seed)


@test
def at_any_moment(_):
    seed = random.randrange(1 << 30)
    print("# seeds from %d" % seed)
    FAKES.each(kill_often, [(seed + number,) for number in range(8)])


@test
def an_interrupt_ends_it_and_can_be_made_good(fake):
    with Ledger(copy_of=TEMPLATE) as ledger:
        fake.faults({"kind": "hang", "nth": 8, "seconds": 0.5})
        process = ledger.start(fake)
        while len(requests(fake)) < 8:
            time.sleep(0.01)
        ledger.kill(process, signal.SIGINT)
        equal(process.returncode != 0, True, "it ended")
        fake.faults()
        ledger.sync_until_done(fake)
        ledger.wait_for_helpers()
        FirstRun.check(fake, ledger, "interrupted")


def leave_customers_open(fake, ledger, when):
    """A run that hears nothing of the three customers that it makes."""
    fake.faults({"kind": "cut", "when": when, "path": "^/v1/customers$", "method": "POST", "times": 0})
    ledger.sync(fake, status=6)
    fake.faults()
    equal(ledger.query("SELECT count(*) FROM outbox WHERE status = 'intended'"), [(3,)], "open requests")


def make_old(fake, ledger, hours):
    fake.control("POST", "/__advance", {"seconds": hours * HOUR})
    ledger.change("UPDATE outbox SET created_at_us = created_at_us - ?", hours * HOUR * 1000000)


@test
def young_requests_are_sent_again_with_their_keys(fake):
    for when, replayed in (("after", [True] * 3), ("before", [False] * 3)):
        fake.control("POST", "/__reset")
        with Ledger(copy_of=TEMPLATE) as ledger:
            leave_customers_open(fake, ledger, when)
            # What they are to be now differs; what was sent is sent again all the same, and then brought in step.
            ledger.billctl("customer", "update", "acme", "--name", "Acme Limited")
            before = len(requests(fake))
            equal([(row["operation"], row["key"]) for row in ledger.sync(fake).rows], [("update", "acme")], "rows")
            again = [entry for entry in requests(fake, "POST")[-4:] if entry["path"] == "/v1/customers"]
            equal([entry["replayed"] for entry in again], replayed, "replayed")
            equal(len(requests(fake)) > before, True, "requests were sent")
            FirstRun.check(fake, ledger, "young, " + when)


@test
def old_requests_are_looked_for_before_anything_is_made_again(fake):
    for when, made in (("after", 0), ("before", 3)):
        fake.control("POST", "/__reset")
        with Ledger(copy_of=TEMPLATE) as ledger:
            leave_customers_open(fake, ledger, when)
            for number in range(150):  # others, so that the list has two pages
                api(fake, "POST", "/v1/customers", name="Other %d" % number, **{"metadata[billctl_customer]": "acme"})
            make_old(fake, ledger, 25)
            posts = len(requests(fake, "POST"))
            ledger.sync(fake)
            equal(len([text for text in sent(fake, "POST")[posts:] if text.startswith("/v1/customers ")]), made, "customers made")
            equal(len([entry for entry in requests(fake, "GET") if "created" in entry["query"]]), 2, "pages of recent customers")
            ours = [row for row in state(fake)["customer"] if row["metadata"].get("billctl_ledger") == ledger.id]
            equal(sorted(row["name"] for row in ours), ["Acme", "Bolt", "Crane"], "customers of ours")
            equal(ledger.query("SELECT DISTINCT status FROM outbox WHERE operation = 'create customer' AND id <= 8"),
                  [("done",)] if when == "after" else [("failed",)], "settled")
        fake.control("POST", "/__advance", {"seconds": -25 * HOUR})


@test
def nothing_is_sent_that_is_not_committed(fake):
    """A server that looks into the ledger: every request that changes something must stand there by the time it arrives."""
    with Ledger(copy_of=TEMPLATE) as ledger:
        fake.faults({"kind": "hang", "when": "before", "method": "POST", "times": 0, "seconds": 0.15})
        process = ledger.start(fake)
        checked = set()
        while process.poll() is None:
            for entry in requests(fake, "POST"):
                if entry["idempotency_key"] in checked:
                    continue
                with sqlite3.connect("file:%s?mode=ro" % ledger.path, uri=True) as database:
                    found = database.execute("SELECT count(*) FROM outbox WHERE idempotency_key = ? AND body = ?",
                                             (entry["idempotency_key"], entry["body"])).fetchone()
                equal(found, (1,), "in the outbox when %s arrives" % entry["path"])
                checked.add(entry["idempotency_key"])
        process.communicate()
        equal((process.returncode, len(checked)), (0, 8), "exit status and requests")


if __name__ == "__main__":
    try:
        harness.run(Fake(), empty=True)
    finally:
        FAKES.stop()
        TEMPLATE.__exit__()
