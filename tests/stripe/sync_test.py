# SPDX-License-Identifier: GPL-3.0-or-later
"""billctl stripe sync: what it does, what it leaves alone, and what it says."""

import json
import os
import shutil
import stat
import tempfile
import time

import harness
from harness import KEY, Fake, equal, test
from sync_runs import (BASIC, CUSTOMERS, FIRST_RUN_REQUESTS, Ledger, api, catalog, check_mirror, lookup_keys, plan, requests, sent,
                       state)

OTHER_KEY = "sk_test_fakefedcba9876543210"
BASICS = ("basic", "pro", "basic_month_usd", "basic_year_usd", "pro_month_usd", *CUSTOMERS)


def bytes_of(ledger):
    with open(ledger.path, "rb") as file:
        return file.read()


def words(result):
    return [(row["operation"], row["object"], row["key"], row["outcome"]) for row in result.rows]


# --- what is made -------------------------------------------------------------------------------------------------


@test
def a_dry_run_without_a_key_plans_from_the_ledger(fake):
    with Ledger() as ledger:
        before = bytes_of(ledger)
        result = ledger.sync(fake, "--dry-run", key=None)
        equal(words(result), [("create", "product", "basic", "planned"), ("create", "product", "pro", "planned"),
                              ("create", "price", "basic_month_usd", "planned"), ("create", "price", "basic_year_usd", "planned"),
                              ("create", "price", "pro_month_usd", "planned"), ("create", "customer", "acme", "planned"),
                              ("create", "customer", "bolt", "planned"), ("create", "customer", "crane", "planned")], "rows")
        equal(result.row("basic_year_usd")["detail"], "290.00 USD every year, lookup key basic_year_usd", "detail of a price")
        equal("planned without looking at Stripe" in result.log, True, "what it says")
        equal(len(requests(fake)), 0, "requests")
        equal(bytes_of(ledger) == before, True, "the ledger is unchanged")


@test
def a_dry_run_with_a_key_only_looks(fake):
    with Ledger() as ledger:
        before = bytes_of(ledger)
        result = ledger.sync(fake, "--dry-run")
        equal([row["outcome"] for row in result.rows], ["planned"] * 8, "outcomes")
        equal((len(requests(fake, "POST")), len(requests(fake, "GET")) > 0), (0, True), "requests")
        equal(bytes_of(ledger) == before, True, "the ledger is unchanged")
        equal("dry run: nothing was written" in result.log, True, "what it says")


@test
def the_first_run_makes_everything_once(fake):
    with Ledger() as ledger:
        result = ledger.sync(fake)
        equal([row["outcome"] for row in result.rows], ["done"] * 8, "outcomes")
        equal(len(requests(fake)), FIRST_RUN_REQUESTS, "requests")
        check_mirror(fake, ledger, "first run")
        price = lookup_keys(fake)["basic_year_usd"]
        equal((price["unit_amount"], price["currency"], price["recurring"]["interval"], price["recurring"]["interval_count"],
               price["recurring"]["usage_type"], price["product"], price["metadata"]["billctl_version"]),
              (29000, "usd", "year", 1, "licensed", ledger.product_id("basic"), "1"), "the yearly price")
        equal(result.row("basic_year_usd")["stripe_id"], price["id"], "id in the row")
        equal(ledger.query("SELECT change FROM audit WHERE command = 'stripe sync'"),
              [("stripe acct_fake1/test: created 8, updated 0, replaced 0, retired 0, unchanged 0, not done 0",)], "audit log")


@test
def every_request_stands_in_the_outbox_with_a_key_of_its_own(fake):
    with Ledger() as ledger:
        ledger.sync(fake)
        posts = requests(fake, "POST")
        stored = ledger.query("SELECT idempotency_key, method, path, body, status, request_id FROM outbox")
        equal(sorted((entry["idempotency_key"], "POST", entry["path"], entry["body"], "done", entry["request_id"]) for entry in posts),
              sorted(stored), "outbox")
        equal(len({entry["idempotency_key"] for entry in posts}), 8, "different keys")


@test
def the_second_run_changes_nothing(fake):
    with Ledger() as ledger:
        ledger.sync(fake)
        before = state(fake)
        posts = len(requests(fake, "POST"))
        result = ledger.sync(fake)
        equal((result.rows, len(requests(fake, "POST")) - posts), ([], 0), "rows and POSTs")
        equal({kind: state(fake)[kind] for kind in ("product", "price", "customer")},
              {kind: before[kind] for kind in ("product", "price", "customer")}, "objects")
        equal("8 unchanged" in result.log, True, "summary")
        equal(words(ledger.sync(fake, "--verbose"))[0], ("keep", "product", "basic", "unchanged"), "with --verbose")
        dry = ledger.sync(fake, "--dry-run", key=None)
        equal((dry.rows, "acct_fake1/test: 8 unchanged" in dry.log), ([], True), "a dry run without a key")


@test
def a_plan_alone_and_a_customer_alone(fake):
    with Ledger() as ledger:
        equal(words(ledger.sync(fake, "--plan", "pro")), [("create", "product", "pro", "done"), ("create", "price", "pro_month_usd", "done")],
              "--plan")
        equal(words(ledger.sync(fake, "--customer", "bolt")), [("create", "customer", "bolt", "done")], "--customer")
        equal(words(ledger.sync(fake, "--plan", "basic", "--customer", "crane"))[-1], ("create", "customer", "crane", "done"), "both")
        unknown = ledger.sync(fake, "--plan", "prp", status=3)
        equal(unknown.log, "billctl: there is no plan 'prp'\nhint: did you mean 'pro'?\n", "an unknown plan")
        ledger.sync(fake, "--customer", "nobody", status=3)
        ledger.sync(fake)
        check_mirror(fake, ledger, "piece by piece")


@test
def free_and_custom_plans(fake):
    contents = catalog(plan("free", month="0"), plan("custom", custom=True), plan("thirty", more=[("30 days", "10.00")]))
    with Ledger(contents, customers={}) as ledger:
        ledger.sync(fake)
        prices = lookup_keys(fake)
        equal(sorted(prices), ["free_month_usd", "thirty_day30_usd"], "prices")
        equal(prices["free_month_usd"]["unit_amount"], 0, "a free plan's price")
        equal((prices["thirty_day30_usd"]["recurring"]["interval"], prices["thirty_day30_usd"]["recurring"]["interval_count"]),
              ("day", 30), "thirty days")
        equal(len(state(fake)["product"]), 3, "products")


@test
def what_has_no_exact_amount_is_listed_and_the_rest_is_done(fake):
    contents = catalog(plan("good", month="1.250"), plan("odd", month="1.005"), currency="KWD")
    with Ledger(contents, customers={}) as ledger:
        result = ledger.sync(fake, status=6)
        equal(result.row("odd_month_kwd")["outcome"], "failed", "the odd one")
        equal(result.row("odd_month_kwd")["detail"], "failed: price 1.005 KWD has no exact amount at Stripe", "why")
        equal(lookup_keys(fake)["good_month_kwd"]["unit_amount"], 1250, "the good one")


# --- changes ------------------------------------------------------------------------------------------------------


@test
def new_names_are_updates_only(fake):
    with Ledger() as ledger:
        ledger.sync(fake)
        posts = len(requests(fake, "POST"))
        ledger.apply(catalog(plan("basic", "Entry", month="29.00", year="290.00"), plan("pro", month="99.00")))
        ledger.billctl("customer", "update", "acme", "--email", "new@acme.example")
        equal([(row["operation"], row["key"], row["outcome"]) for row in ledger.sync(fake, "--dry-run", key=None).rows],
              [("update", "basic", "planned"), ("update", "acme", "planned")], "a dry run without a key")
        result = ledger.sync(fake)
        equal([(row["operation"], row["key"], row["detail"]) for row in result.rows],
              [("update", "basic", "name"), ("update", "acme", "email")], "rows")
        equal(len(requests(fake, "POST")) - posts, 2, "POSTs")
        equal({row["name"] for row in state(fake)["product"]}, {"Entry", "Pro"}, "names")
        check_mirror(fake, ledger, "new names")


@test
def a_new_amount_needs_force(fake):
    with Ledger() as ledger:
        ledger.sync(fake)
        before = state(fake)
        posts = len(requests(fake, "POST"))
        ledger.apply(catalog(plan("basic", month="39.00", year="290.00"), plan("pro", month="99.00")))
        for arguments, key in (((), KEY), (("--dry-run",), KEY)):
            result = ledger.sync(fake, *arguments, status=6, key=key)
            row = result.row("basic_month_usd")
            equal((row["operation"], row["outcome"], row["detail"]),
                  ("replace", "needs_force", "differs: needs --force-update (amount 2900, not 3900)"), "row")
        equal(ledger.sync(fake, "--dry-run", status=6, key=None).row("basic_month_usd")["outcome"], "needs_force", "without a key")
        # The yearly price stays, and follows the version in its metadata.
        changed = [text for text in sent(fake, "POST")[posts:]]
        equal(changed, ["/v1/prices/%s metadata[billctl_version]=2" % lookup_keys(fake)["basic_year_usd"]["id"]], "POSTs")
        equal([row for row in state(fake)["price"] if row["lookup_key"] == "basic_month_usd"],
              [row for row in before["price"] if row["lookup_key"] == "basic_month_usd"], "the price")


@test
def with_force_a_new_price_takes_over_and_nothing_else_changes(fake):
    with Ledger() as ledger:
        ledger.sync(fake)
        old = lookup_keys(fake)["basic_month_usd"]["id"]
        api(fake, "POST", "/v1/products/" + ledger.product_id("basic"), default_price=old)
        ledger.apply(catalog(plan("basic", month="39.00", year="290.00"), plan("pro", month="99.00")))
        ledger.sync(fake, status=6)
        posts = len(requests(fake, "POST"))
        plan_rows = words(ledger.sync(fake, "--force-update", "--dry-run"))
        result = ledger.sync(fake, "--force-update")
        equal(words(result), [("replace", "price", "basic_month_usd", "done"), ("update", "product", "basic", "done"),
                              ("retire", "price", "basic_month_usd", "done")], "rows")
        equal([row[:3] for row in plan_rows], [row[:3] for row in words(result)], "the dry run said the same")
        new = lookup_keys(fake)["basic_month_usd"]
        prices = {row["id"]: row for row in state(fake)["price"]}
        equal((new["unit_amount"], new["active"], new["id"] != old), (3900, True, True), "the new price")
        equal((prices[old]["unit_amount"], prices[old]["active"], prices[old]["lookup_key"]), (2900, False, None), "the old price")
        equal(sent(fake, "POST")[posts + 1:],
              ["/v1/products/%s default_price=%s" % (ledger.product_id("basic"), new["id"]), "/v1/prices/%s active=false" % old],
              "what follows the new price")
        equal(len(prices), 4, "prices")
        equal(ledger.sync(fake).rows, [], "afterwards")


@test
def without_force_in_a_dry_run_without_a_key_replacement_is_planned(fake):
    with Ledger() as ledger:
        ledger.sync(fake)
        ledger.apply(catalog(plan("basic", month="39.00", year="290.00"), plan("pro", month="99.00")))
        equal(words(ledger.sync(fake, "--dry-run", "--force-update", key=None)),
              [("replace", "price", "basic_month_usd", "planned"), ("update", "price", "basic_year_usd", "planned"),
               ("retire", "price", "basic_month_usd", "planned")], "rows")


@test
def an_interval_that_is_not_on_offer_any_more_is_retired(fake):
    with Ledger() as ledger:
        ledger.sync(fake)
        old = lookup_keys(fake)["basic_year_usd"]["id"]
        ledger.apply(catalog(plan("basic", month="29.00"), plan("pro", month="99.00")))
        equal([row[:3] for row in words(ledger.sync(fake, "--dry-run", key=None)) if row[0] == "retire"],
              [("retire", "price", "basic_year_usd")], "a dry run without a key")
        result = ledger.sync(fake)
        equal(result.row("basic_year_usd")["operation"], "retire", "operation")
        equal([row["id"] for row in state(fake)["price"] if not row["active"]], [old], "inactive prices")
        equal((ledger.sync(fake).rows, ledger.sync(fake, "--dry-run", key=None).rows), ([], []), "afterwards")
        ledger.apply(BASIC)
        equal(ledger.sync(fake).row("basic_year_usd")["operation"], "update", "on offer again")
        check_mirror(fake, ledger, "on offer again")


@test
def the_product_of_an_archived_plan_becomes_inactive(fake):
    with Ledger() as ledger:
        ledger.change("UPDATE plan SET status = 'archived' WHERE code = 'pro'")
        equal(len(ledger.sync(fake).rows), 3 + 3, "never made")
        ledger.change("UPDATE plan SET status = 'active' WHERE code = 'pro'")
        ledger.sync(fake)
        ledger.change("UPDATE plan SET status = 'archived' WHERE code = 'pro'")
        equal([(row["operation"], row["key"], row["detail"]) for row in ledger.sync(fake).rows], [("update", "pro", "active")], "rows")
        equal({row["metadata"]["billctl_plan"]: row["active"] for row in state(fake)["product"]}, {"basic": True, "pro": False}, "active")
        equal(ledger.sync(fake).rows, [], "afterwards")


@test
def drift_at_stripe_is_mended(fake):
    with Ledger() as ledger:
        ledger.sync(fake)
        api(fake, "POST", "/v1/products/" + ledger.product_id("pro"), name="Somebody's idea")
        api(fake, "POST", "/v1/prices/" + lookup_keys(fake)["pro_month_usd"]["id"], lookup_key="")
        api(fake, "POST", "/v1/prices/" + lookup_keys(fake)["basic_month_usd"]["id"], active="false")
        acme = [row["id"] for row in state(fake)["customer"] if row["name"] == "Acme"][0]
        api(fake, "POST", "/v1/customers/" + acme, name="Other")
        result = ledger.sync(fake)
        equal([(row["operation"], row["key"], row["detail"]) for row in result.rows],
              [("update", "pro", "name"), ("update", "basic_month_usd", "active"), ("update", "pro_month_usd", "lookup_key")], "rows")
        equal([row["key"] for row in ledger.sync(fake, "--verify-remote").rows], ["acme"], "with --verify-remote")
        check_mirror(fake, ledger, "drift")
        equal({row["name"] for row in state(fake)["customer"]}, {"Acme", "Bolt", "Crane"}, "names")


@test
def a_customer_that_was_deleted_there_is_made_again(fake):
    with Ledger() as ledger:
        ledger.sync(fake)
        acme = [row["id"] for row in state(fake)["customer"] if row["name"] == "Acme"][0]
        api(fake, "DELETE", "/v1/customers/" + acme)
        equal(ledger.sync(fake).rows, [], "not looked at while nothing has changed")
        equal(words(ledger.sync(fake, "--verify-remote")), [("create", "customer", "acme", "done")], "rows")


# --- what is not ours ---------------------------------------------------------------------------------------------


@test
def what_is_not_marked_as_ours_is_not_touched(fake):
    with Ledger() as ledger:
        api(fake, "POST", "/v1/products", id=ledger.product_id("pro"), name="Mine")
        other = api(fake, "POST", "/v1/products", name="Other")["id"]
        api(fake, "POST", "/v1/prices", currency="usd", product=other, unit_amount="1", lookup_key="basic_month_usd")
        api(fake, "POST", "/v1/customers", name="Namesake", email=CUSTOMERS["acme"])
        before = [row for kind in ("product", "price", "customer") for row in state(fake)[kind]]
        result = ledger.sync(fake, "--force-update", status=6)
        equal({row["key"]: row["outcome"] for row in result.rows if row["outcome"] != "done"},
              {"pro": "conflict", "basic_month_usd": "conflict", "pro_month_usd": "not_reached"}, "what was not done")
        equal(result.row("acme")["outcome"], "done", "an e-mail address may be shared")
        after = [row for kind in ("product", "price", "customer") for row in state(fake)[kind]]
        equal([row for row in before if row not in after], [], "what was there is as it was")


@test
def another_ledger_in_the_same_account_keeps_its_own(fake):
    with Ledger() as first, Ledger() as second:
        first.sync(fake)
        before = state(fake)["price"]
        result = second.sync(fake, status=6)
        equal([row["outcome"] for row in result.rows if row["object"] == "price"], ["conflict"] * 3, "lookup keys are taken")
        equal(state(fake)["price"], before, "prices")
        equal((len(state(fake)["product"]), len(state(fake)["customer"])), (4, 6), "products and customers of both")


@test
def accounts_never_mix(fake):
    other = Fake("--account", "acct_fake2", "--key", OTHER_KEY)
    try:
        with Ledger() as ledger:
            ledger.sync(fake)
            ledger.sync(other, key=OTHER_KEY)
            equal(len(state(other)["customer"]), 3, "customers of the second account")
            equal(ledger.query("SELECT account, count(*) FROM stripe_object GROUP BY account"),
                  [("acct_fake1/test", 8), ("acct_fake2/test", 8)], "what the ledger knows")
            equal((ledger.sync(fake).rows, ledger.sync(other, key=OTHER_KEY).rows), ([], []), "afterwards")
    finally:
        other.stop()


@test
def a_ledger_that_forgot_finds_everything_again(fake):
    customers = {"c%03d" % number: None for number in range(130)}
    with Ledger(customers=customers) as many:
        many.sync(fake)
        many.change("DELETE FROM stripe_object")
        posts = len(requests(fake, "POST"))
        equal(many.sync(fake).rows, [], "rows")
        equal(len(requests(fake, "POST")) - posts, 0, "POSTs")
        equal(len([entry for entry in requests(fake, "GET") if "starting_after" in entry["query"]]), 1, "a second page was read")
        equal(many.query("SELECT count(*) FROM stripe_object"), [(135,)], "what the ledger knows")
    fake.control("POST", "/__reset")
    with Ledger(customers={"acme": CUSTOMERS["acme"], "twin": CUSTOMERS["acme"]}) as few:
        for number in range(101):
            api(fake, "POST", "/v1/customers", name="Namesake %d" % number, email=CUSTOMERS["acme"])
        few.sync(fake)
        few.change("DELETE FROM stripe_object WHERE kind = 'customer'")
        equal((few.sync(fake).rows, len(state(fake)["customer"])), ([], 103), "found by e-mail address, on the second page")


# --- failures -----------------------------------------------------------------------------------------------------


@test
def one_object_that_is_refused_does_not_stop_the_rest(fake):
    with Ledger() as ledger:
        fake.faults({"kind": "status", "status": 400, "when": "before", "method": "POST", "path": "^/v1/customers$", "nth": 2,
                     "type": "invalid_request_error", "code": "email_invalid", "message": "Invalid email address: x"})
        result = ledger.sync(fake, status=6)
        failed = [row for row in result.rows if row["outcome"] != "done"]
        entry = [entry for entry in requests(fake) if entry["status"] == 400][0]
        equal([(row["object"], row["outcome"], row["detail"]) for row in failed],
              [("customer", "failed", "failed: Invalid email address: x (status 400, type invalid_request_error, code email_invalid, "
                "request %s)" % entry["request_id"])], "what failed")
        fake.faults()
        equal(len(ledger.sync(fake).rows), 1, "the next run")
        check_mirror(fake, ledger, "after a refusal")


@test
def a_key_that_is_not_accepted(fake):
    with Ledger() as ledger:
        result = ledger.sync(fake, key=OTHER_KEY, status=5)
        equal(result.log.splitlines()[0], "billctl: Stripe refused GET /v1/account: Invalid API Key provided (status 401, request %s)"
              % requests(fake)[0]["request_id"], "message")
        equal(len(requests(fake)), 1, "requests")


@test
def a_key_that_is_revoked_on_the_way(fake):
    with Ledger() as ledger:
        fake.faults({"kind": "status", "status": 401, "when": "before", "nth": 9, "times": 0, "message": "Expired API Key provided"})
        result = ledger.sync(fake, status=6)
        outcomes = [row["outcome"] for row in result.rows]
        equal("billctl: Stripe refused " in result.log and "Expired API Key provided" in result.log, True, "why it stopped")
        equal((outcomes.count("done") > 0, outcomes.count("not_reached") > 0, len(outcomes)), (True, True, 8), "outcomes")
        equal(len([entry for entry in requests(fake) if entry["status"] == 401]) <= 4, True, "no more than what was under way")
        fake.faults()
        ledger.sync_until_done(fake)
        check_mirror(fake, ledger, "after a new key")


@test
def nobody_there(fake):
    with Ledger() as ledger:
        result = ledger.sync(fake, base="http://127.0.0.1:1", status=5)
        equal("no answer from Stripe after 3 tries" in result.log, True, "message: " + result.log)
        # Only the account can be asked for: nothing was done, and the reason is given.
        fake.faults({"kind": "status", "status": 503, "when": "before", "nth": 2, "times": 0})
        result = ledger.sync(fake, status=5)
        equal("(status 503" in result.log, True, "message: " + result.log)


@test
def two_runs_at_once_make_nothing_twice(fake):
    with Ledger(customers=dict({"c%02d" % number: None for number in range(20)}, **CUSTOMERS)) as ledger:
        both = [ledger.start(fake) for _ in range(2)]
        for process in both:
            process.communicate(timeout=60)
        ledger.sync_until_done(fake)
        check_mirror(fake, ledger, "two at once", customers=[row[0] for row in ledger.query("SELECT code FROM customer")])


# --- keys and places ----------------------------------------------------------------------------------------------


@test
def the_key_stands_nowhere(fake):
    with Ledger() as ledger:
        fake.faults({"kind": "hang", "nth": 8, "seconds": 1.5})
        process = ledger.start(fake, "--verbose")
        while len(requests(fake)) < 8:
            time.sleep(0.01)
        seen = []
        for name in os.listdir("/proc"):
            try:
                with open("/proc/%s/stat" % name, encoding="utf-8") as file:
                    parent = int(file.read().rpartition(")")[2].split()[1])
            except (OSError, ValueError, IndexError):
                continue
            if process.pid in (parent, int(name) if name.isdigit() else 0):
                for part in ("cmdline", "environ"):
                    with open("/proc/%s/%s" % (name, part), "rb") as file:
                        seen.append(file.read())
        output, log = process.communicate(timeout=60)
        equal(len(seen), 4, "two processes were looked at")
        for name in os.listdir(ledger.folder):
            with open(os.path.join(ledger.folder, name), "rb") as file:
                seen.append(file.read())
        equal([KEY.encode() in text for text in seen + [output.encode(), log.encode()]], [False] * (len(seen) + 2), "the key")
        equal(log.count("(req_") >= FIRST_RUN_REQUESTS, True, "request ids are told")


@test
def a_key_from_a_file_or_a_command(fake):
    with Ledger() as ledger:
        path = os.path.join(ledger.folder, "key")
        with open(path, "w", encoding="utf-8") as file:
            file.write(KEY + "\n")
        os.chmod(path, 0o644)
        ledger.sync(fake, "--key-file", path, key=None, status=4)
        os.chmod(path, stat.S_IRUSR | stat.S_IWUSR)
        equal(len(ledger.sync(fake, "--key-file", path, "--plan", "pro", key=None).rows), 2, "--key-file")
        equal(len(ledger.sync(fake, "--key-command", "cat " + path, "--plan", "basic", key=None).rows), 3, "--key-command")
        ledger.billctl("config", "stripe.key-command", "cat " + path)
        equal(len(ledger.sync(fake, "--customer", "acme", key=None).rows), 1, "setting stripe.key-command")
        ledger.billctl("config", "stripe.key-command", "false")
        ledger.billctl("config", "stripe.key-file", path)
        equal(len(ledger.sync(fake, "--customer", "bolt", key=None).rows), 1, "setting stripe.key-file")
        ledger.sync(fake, "--key-command", "exit 7", key=None, status=1)
        ledger.billctl("config", "stripe.key-file", "--unset")
        ledger.billctl("config", "stripe.key-command", "--unset")
        equal(ledger.sync(fake, key=None, status=2).log.splitlines()[0], "billctl: there is no Stripe key", "without any")


@test
def live_keys_and_open_lines_are_refused(fake):
    live = "sk_live_fake0123456789abcdef"
    with Ledger() as ledger:
        ledger.sync(fake, key=live, status=4)
        ledger.sync(fake, base="http://192.0.2.1", status=2)
        ledger.sync(fake, "--api-base", "http://api.stripe.example", status=2)
        for base in ("http://api.stripe.example", "ftp://api.stripe.example", "nowhere", ""):
            ledger.sync(fake, "--dry-run", "--api-base", base, status=2, key=None)
        equal(len(requests(fake)), 0, "requests")
        other = Fake("--key", live)
        try:
            equal(len(ledger.sync(other, "--live", key=live).rows), 8, "with --live")
            equal(ledger.query("SELECT DISTINCT account FROM stripe_object"), [("acct_fake1/live",)], "the account")
        finally:
            other.stop()


@test
def live_objects_under_a_test_key_are_not_believed(fake):
    other = Fake("--livemode")
    try:
        with Ledger() as ledger:
            ledger.sync(other, status=None)
            equal(ledger.query("SELECT count(*) FROM stripe_object"), [(0,)], "nothing is taken for known")
    finally:
        other.stop()


@test
def a_certificate_of_ones_own_is_not_trusted(fake):
    if shutil.which("openssl") is None:
        return
    folder = tempfile.mkdtemp()
    other = Fake("--tls", folder, scheme="https")
    try:
        with Ledger() as ledger:
            equal("the server is not trusted" in ledger.sync(other, status=5).log, True, "message")
    finally:
        other.stop()
        shutil.rmtree(folder)


@test
def the_id_of_a_ledger_stays(fake):
    with Ledger() as ledger:
        equal(len(ledger.id), 12, "length of the id")
        ledger.billctl("config", "ledger.id", "other", status=4)
        ledger.billctl("config", "ledger.id", "--unset", status=4)
        # A ledger from before ids gets one when it needs one.
        ledger.change("DELETE FROM setting WHERE name = 'ledger.id'")
        equal(len(ledger.sync(fake).rows), 8, "rows")
        equal(len(ledger.id), 12, "length of the id")
        equal(ledger.sync(fake).rows, [], "afterwards")


@test
def formats(fake):
    with Ledger() as ledger:
        result = ledger.sync(fake, "--dry-run", "--format", "csv", "--columns", "operation,object,key", key=None)
        equal(result.output.splitlines()[:2], ["operation,object,key", "create,product,basic"], "CSV")
        table = ledger.sync(fake, "--dry-run", "--format", "table", "--plan", "pro", key=None)
        equal([line.split()[:3] for line in table.output.splitlines()[1:]],
              [["create", "product", "pro"], ["create", "price", "pro_month_usd"]], "table")
        lines = ledger.sync(fake, "--dry-run", "--format", "ndjson", "--customer", "acme", key=None).output.splitlines()
        equal([json.loads(line)["key"] for line in lines], ["acme"], "NDJSON")


if __name__ == "__main__":
    harness.run(Fake(), empty=True)
