# SPDX-License-Identifier: GPL-3.0-or-later
"""billctl stripe sync while requests fail: whatever happens to whichever request, in the end each object is there once."""

import harness
from harness import Fake, equal, test
from sync_runs import Fakes, FirstRun, Ledger, Replacement, requests, state

PASSING = [
    {"kind": "status", "status": 429, "when": "before"},
    {"kind": "status", "status": 500, "when": "before"},
    {"kind": "status", "status": 500, "when": "after"},
    {"kind": "cut", "when": "before"},
    {"kind": "cut", "when": "after", "how": "reset"},
    {"kind": "half"},
    {"kind": "truncate"},
]
# These outlast every try of one request.
LASTING = [
    {"kind": "status", "status": 429, "when": "before", "times": 5},
    {"kind": "status", "status": 409, "when": "before", "times": 3},
    {"kind": "status", "status": 500, "when": "before", "times": 3},
    {"kind": "status", "status": 500, "when": "after", "stored": True, "times": 3},
    {"kind": "cut", "when": "before", "times": 3},
    {"kind": "cut", "when": "after", "times": 3},
]

TEMPLATE = Ledger()


def strike(fake, scene, fault, number, extra=()):
    """One run with the fault at request `number`, then runs without it until one says that all is done."""
    with scene.prepare(fake) as ledger:
        what = "%r at request %d" % (fault, number)
        fake.faults(dict(fault, nth=number))
        first = ledger.sync(fake, *scene.arguments, *extra, status=None)
        struck = len(state(fake)["struck"])
        fake.faults()
        equal((struck > 0, first.status in (0, 5, 6)), (True, True), what + ": the fault struck, exit status %d" % first.status)
        if first.status != 0:
            ledger.sync_until_done(fake, *scene.arguments)
        scene.check(fake, ledger, what)


def everywhere(scene, faults):
    return [(scene, fault, number) for fault in faults for number in range(1, scene.count + 1)]


FAKES = Fakes(3)


@test
def one_failure_at_every_request_of_a_first_run(_):
    FAKES.each(strike, everywhere(FirstRun(TEMPLATE), PASSING))


@test
def lasting_failures_at_every_request_of_a_first_run(_):
    FAKES.each(strike, everywhere(FirstRun(TEMPLATE), LASTING))


@test
def one_failure_at_every_request_of_a_replacement(_):
    FAKES.each(strike, everywhere(Replacement(TEMPLATE), PASSING[3:5]))


@test
def lasting_failures_at_every_request_of_a_replacement(_):
    FAKES.each(strike, everywhere(Replacement(TEMPLATE), LASTING[2:]))


@test
def an_answer_that_never_comes(_):
    """Short of patience: after the request was carried out, and while it is still under way."""
    scene = FirstRun(TEMPLATE)
    faults = [{"kind": "hang", "when": "after", "method": "POST", "seconds": 3},
              {"kind": "hang", "when": "before", "method": "POST", "seconds": 1.3}]
    FAKES.each(strike, [(scene, fault, number, ("--timeout", "1")) for fault in faults for number in range(1, 9, 2)])


@test
def a_failure_that_was_stored_is_not_asked_for_for_ever(fake):
    """The customer was made, but its key will only ever give a 500: it is found among those made since."""
    with Ledger(copy_of=TEMPLATE) as ledger:
        fake.faults({"kind": "status", "status": 500, "when": "after", "stored": True, "path": "^/v1/customers$", "method": "POST"})
        ledger.sync(fake, status=6)
        fake.faults()
        result = ledger.sync(fake)
        equal(len([entry for entry in requests(fake, "GET") if "created" in entry["query"]]), 1, "lists of recent customers")
        equal(result.rows, [], "rows")
        FirstRun.check(fake, ledger, "stored failure")


if __name__ == "__main__":
    try:
        harness.run(Fake(), empty=True)
    finally:
        FAKES.stop()
        TEMPLATE.__exit__()
