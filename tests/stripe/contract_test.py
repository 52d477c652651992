# SPDX-License-Identifier: GPL-3.0-or-later
"""Every kind of request that billctl stripe sync sends, checked against the API description."""

import importlib.util
import os
import re
import sys

import harness
from harness import CONTRACT, Fake, equal, test
from sync_runs import BASIC, CUSTOMERS, Ledger, Replacement, api, catalog, lookup_keys, plan, requests

CHECKER = os.path.join(CONTRACT, "check_request.py")
if not os.path.exists(CHECKER):
    print("1..0 # SKIP the API description is not here")
    sys.exit(0)
_spec = importlib.util.spec_from_file_location("check_request", CHECKER)
_module = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_module)

# Customers whose every field is filled, with what has to be encoded.
FULL = ("--name", "Müller & Söhne = \"1+1\" 100%", "--email", "a+b@x.example", "--country", "DE", "--address", "Straße 1\nHaus 2\nBerlin")
SEEN = set()


def shape(entry):
    """POST /v1/prices/{id} active, metadata[…]: the kind of a request."""
    path = re.sub(r"(/v1/[a-z]+)/.+", r"\1/{id}", entry["path"])
    pairs = filter(None, (entry["body"] or entry["query"]).split("&"))
    names = sorted({re.sub(r"\[\d+\]", "[]", pair.partition("=")[0]) for pair in pairs})
    return "%s %s %s" % (entry["method"], path, ",".join(names))


def check(fake, what):
    for entry in requests(fake):
        errors, _ = _module.problems(entry["method"], entry["path"], entry["body"] or entry["query"])
        equal(errors, [], "%s: %s %s %s" % (what, entry["method"], entry["path"], entry["body"] or entry["query"]))
        SEEN.add(shape(entry))


@test
def a_request_that_is_wrong_is_noticed(_):
    for method, path, text in (("POST", "/v1/prices", "currency=usd&product=x&colour=red"), ("POST", "/v1/price", "currency=usd")):
        equal(_module.problems(method, path, text)[0] == [], False, "%s %s is accepted" % (path, text))


@test
def making_and_finding(fake):
    contents = catalog(plan("basic", month="29.00", year="290.00", description="For a start", more=[("quarter", "80.00")]),
                       plan("pro", month="99.00"), plan("days", more=[("45 days", "1.10"), ("2 weeks", "0.50")]))
    with Ledger(contents) as ledger:
        ledger.billctl("customer", "add", "full", *FULL)
        ledger.sync(fake)
        ledger.sync(fake, "--verify-remote")
        check(fake, "making")


@test
def changing(fake):
    with Ledger() as ledger:
        ledger.sync(fake)
        ledger.apply(catalog(plan("basic", "Entry", month="29.00"), plan("pro", "Top", month="99.00", description="All of it")))
        ledger.billctl("customer", "update", "acme", *FULL)
        api(fake, "POST", "/v1/prices/" + lookup_keys(fake)["pro_month_usd"]["id"], lookup_key="")
        ledger.sync(fake)
        ledger.apply(BASIC)
        ledger.sync(fake)
        ledger.change("UPDATE plan SET status = 'archived' WHERE code = 'pro'")
        ledger.sync(fake)
        check(fake, "changing")


@test
def replacing(fake):
    with Ledger() as template:
        scene = Replacement(template)
        with scene.prepare(fake) as ledger:
            ledger.sync(fake, *scene.arguments)
            check(fake, "replacing")


@test
def searching(fake):
    customers = dict({"c%03d" % number: None for number in range(101)}, **CUSTOMERS)
    with Ledger(customers=customers) as ledger:
        ledger.sync(fake)
        ledger.change("DELETE FROM stripe_object WHERE kind = 'customer'")
        ledger.change("UPDATE outbox SET status = 'intended', created_at_us = created_at_us - 90000000000 WHERE local_key = 'acme'")
        ledger.sync(fake)
        check(fake, "searching")


@test
def all_kinds_were_seen(_):
    expected = {
        "GET /v1/account ",
        "GET /v1/customers email,limit",
        "GET /v1/customers limit",
        "GET /v1/customers limit,starting_after",
        "GET /v1/customers created[gte],limit",
        "GET /v1/customers/{id} ",
        "GET /v1/prices active,limit,product",
        "GET /v1/prices limit,lookup_keys[]",
        "GET /v1/products/{id} ",
        "POST /v1/customers email,metadata[billctl_customer],metadata[billctl_ledger],name",
        "POST /v1/customers metadata[billctl_customer],metadata[billctl_ledger],name",
        "POST /v1/customers address[country],address[line1],address[line2],email,metadata[billctl_customer],"
        "metadata[billctl_ledger],name",
        "POST /v1/customers/{id} address[country],address[line1],address[line2],email,name",
        "POST /v1/prices currency,lookup_key,metadata[billctl_ledger],metadata[billctl_plan],metadata[billctl_version],product,"
        "recurring[interval],recurring[interval_count],unit_amount",
        "POST /v1/prices currency,lookup_key,metadata[billctl_ledger],metadata[billctl_plan],metadata[billctl_version],product,"
        "recurring[interval],recurring[interval_count],transfer_lookup_key,unit_amount",
        "POST /v1/prices/{id} active",
        "POST /v1/prices/{id} metadata[billctl_version]",
        "POST /v1/prices/{id} lookup_key,transfer_lookup_key",
        "POST /v1/products description,id,metadata[billctl_ledger],metadata[billctl_plan],name",
        "POST /v1/products id,metadata[billctl_ledger],metadata[billctl_plan],name",
        "POST /v1/products/{id} active",
        "POST /v1/products/{id} default_price",
        "POST /v1/products/{id} description,name",
        "POST /v1/products/{id} name",
    }
    ours = {kind for kind in SEEN if kind not in ("POST /v1/prices/{id} lookup_key",)}  # that one was sent by the test
    equal(sorted(expected - ours), [], "kinds that were not sent")
    print("# kinds of requests: %d" % len(ours))


if __name__ == "__main__":
    harness.run(Fake(), empty=True)
