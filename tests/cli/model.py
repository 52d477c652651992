#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules of billing once more, the slow and plain way, against what billctl makes of the same random ledger.

model.py BILLCTL SEED: plans, customers in odd time zones, subscriptions that begin, end and overlap, and events, many of them at midnight;
billed in a few runs, some of which issue, while some events come late and some are taken back. Fractions, zoneinfo and lists instead of decimals, tables and indices. Prints how many
lines were compared; says what differs and exits with 1 otherwise. Everything is made in the current folder."""

import calendar
import json
import math
import random
import subprocess
import sys
from datetime import date, datetime, timedelta, timezone
from fractions import Fraction
from zoneinfo import ZoneInfo

BILLCTL, SEED = sys.argv[1], int(sys.argv[2])
DICE = random.Random(SEED)
DIGITS = {"USD": 2, "JPY": 0, "KWD": 3}
INTERVALS = ["month", "quarter", "year", "week", "day:30", "month:2", "week:2"]
ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Pacific/Auckland", "Asia/Kolkata", "Australia/Lord_Howe", "Africa/Cairo",
         "America/Santiago"]
AGGREGATIONS = ["sum", "sum", "count", "max", "sum"]
STAYS = "m4"  # a persistent sum
CUSTOMERS, PLANS = 15, 10


def billctl(*arguments):
    run = subprocess.run([BILLCTL, *arguments], capture_output=True, text=True)
    if run.returncode != 0:
        sys.exit("%s: status %d: %s" % (" ".join(arguments), run.returncode, run.stderr))
    return run.stdout


# --- Chance ---

def some_number(digits, places):
    """As text, up to so many digits, up to so many of them behind the point."""
    places = DICE.randint(0, places)
    return text_of(Fraction(DICE.randint(0, 10 ** digits), 10 ** places))


def text_of(number):
    """Plain decimal text without trailing zeros."""
    places = 0
    while (number * 10 ** places).denominator != 1:
        places += 1
    whole = int(number * 10 ** places)
    text = str(abs(whole)).rjust(places + 1, "0")
    return ("-" if whole < 0 else "") + (text if places == 0 else text[:-places] + "." + text[-places:])


def some_amount(currency, most):
    digits = DIGITS[currency]
    text = str(DICE.randint(0, most)).rjust(digits + 1, "0")
    return text if digits == 0 else text[:-digits] + "." + text[-digits:]


def some_tiers(currency):
    bounds = sorted({Fraction(some_number(4, 2)) + 1 for _ in range(DICE.randint(0, 3))})
    tiers = []
    for bound in bounds + [None]:
        tier = {"up_to": None if bound is None else text_of(bound), "unit_price": some_number(4, 5)}
        if DICE.random() < 0.4:
            tier["flat_price"] = some_amount(currency, 1000)
        tiers.append(tier)
    return tiers


def some_charge(metric, currency):
    model = DICE.choice(["per_unit", "package", "graduated", "volume", "flat"])
    charge = {"metric": metric, "model": model}
    if DICE.random() < 0.5:
        charge["included"] = some_number(3, 2)
    if model == "per_unit":
        charge["unit_price"] = some_number(6, 8)
    elif model == "package":
        charge.update(package_price=some_number(4, 2), package_size=text_of(Fraction(some_number(3, 2)) + Fraction(1, 2)))
    elif model == "flat":
        charge["amount"] = some_amount(currency, 10000)
    else:
        charge["tiers"] = some_tiers(currency)
    return charge


def some_plan(number):
    currency = list(DIGITS)[number % len(DIGITS)]
    prices = [{"interval": interval, "amount": some_amount(currency, 100000)} for interval in DICE.sample(INTERVALS, DICE.randint(1, 3))]
    units = [{"interval": price["interval"], "unit_price": some_number(4, 3)} for price in prices]
    return {"code": "plan-%d" % number, "currency": currency, "prices": prices, "usage_interval": DICE.choice(["month", "week", "quarter"]),
            "billing": DICE.choice(["advance", "arrears"]), "alignment": DICE.choice(["anniversary", "calendar"]),
            "trial_days": DICE.choice([0, 0, 14]), "quantities": [{"code": "seats", "included": 2, "prices": units}],
            "charges": [some_charge("m%d" % metric, currency)
                        for metric in DICE.sample(range(len(AGGREGATIONS)), DICE.randint(1, len(AGGREGATIONS)))]}


# --- Days and periods ---

MIDNIGHTS = {}


def midnight(zone, day):
    """The first instant of the day there, found by looking."""
    if (zone, day) not in MIDNIGHTS:
        instant = datetime(day.year, day.month, day.day, tzinfo=timezone.utc) - timedelta(hours=30)
        while instant.astimezone(ZoneInfo(zone)).date() < day:
            instant += timedelta(minutes=15)
        MIDNIGHTS[zone, day] = instant
    return MIDNIGHTS[zone, day]


def months_later(day, months):
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def later(day, interval, times):
    unit, _, count = interval.partition(":")
    count = int(count or 1) * times
    if unit in ("day", "week"):
        return day + timedelta(days=count * (7 if unit == "week" else 1))
    return months_later(day, count * {"month": 1, "quarter": 3, "year": 12}[unit])


def first_start(anchor, interval, alignment):
    unit, _, count = interval.partition(":")
    if alignment == "anniversary" or unit == "day":
        return anchor
    if unit == "week":
        return anchor - timedelta(days=anchor.weekday())
    block = math.gcd(int(count or 1) * {"month": 1, "quarter": 3, "year": 12}[unit], 12)
    month = anchor.year * 12 + anchor.month - 1
    return date((month - month % block) // 12, (month - month % block) % 12 + 1, 1)


def periods(subscription, interval):
    """(first day, day after the last, share of the whole period), as they are billed."""
    start = first_start(subscription["anchor"], interval, subscription["plan"]["alignment"])
    for number in range(10000):
        whole = later(start, interval, number), later(start, interval, number + 1)
        first, until = max(whole[0], subscription["anchor"]), whole[1]
        if subscription["end"] is not None:
            if first >= subscription["end"]:
                return
            until = min(until, subscription["end"])
        yield first, until, Fraction((until - first).days, (whole[1] - whole[0]).days)


# --- Prices ---

def rounded(amount, currency):
    minor = abs(amount) * 10 ** DIGITS[currency]
    whole = minor.numerator // minor.denominator
    whole += minor - whole >= Fraction(1, 2)
    return -whole if amount < 0 else whole


def in_tiers(tiers, quantity):
    """(tier, what of the quantity lies in it), as far as it reaches."""
    before = Fraction(0)
    for tier in tiers:
        bound = quantity if tier["up_to"] is None else min(quantity, Fraction(tier["up_to"]))
        yield tier, bound - before
        before = bound
        if before == quantity:
            return


def price_of(charge, quantity):
    if quantity < 0:
        return -price_of(dict(charge, included="0"), -quantity)
    quantity = max(quantity - Fraction(charge.get("included", "0")), Fraction(0))
    if quantity == 0:
        return Fraction(0)
    if charge["model"] == "per_unit":
        return quantity * Fraction(charge["unit_price"])
    if charge["model"] == "flat":
        return Fraction(charge["amount"])
    if charge["model"] == "package":
        return math.ceil(quantity / Fraction(charge["package_size"])) * Fraction(charge["package_price"])
    reached = [(Fraction(tier["unit_price"]), Fraction(tier.get("flat_price", "0")), part) for tier, part in in_tiers(charge["tiers"], quantity)]
    if charge["model"] == "volume":
        return quantity * reached[-1][0] + reached[-1][1]
    return sum(part * unit + flat for unit, flat, part in reached)


def measured(metric, quantities):
    aggregation = AGGREGATIONS[int(metric[1:])]
    return Fraction(len(quantities)) if aggregation == "count" else max(quantities) if aggregation == "max" else sum(quantities)


# --- What must be billed ---

def counts_for(event, customer):
    """The code of the subscription that it counts for, if any."""
    if event["subscription"] != "":
        return event["subscription"]
    for subscription in customer["subscriptions"]:
        begins, ends = midnight(customer["zone"], subscription["start"]), subscription["end"]
        if (any(charge["metric"] == event["metric"] for charge in subscription["plan"]["charges"]) and begins <= event["time"]
                and (ends is None or event["time"] < midnight(customer["zone"], ends))):
            return subscription["code"]
    return ""


def makes_level(event, subscription, customer):
    """Does the event count for the level of what stays? Also one from before the start, where no older subscription has it."""
    if event["subscription"] != "":
        return event["subscription"] == subscription["code"]
    for older in customer["subscriptions"]:
        if older is subscription:
            return True
        begins, ends = midnight(customer["zone"], older["start"]), older["end"]
        if (any(charge["metric"] == event["metric"] for charge in older["plan"]["charges"]) and begins <= event["time"]
                and (ends is None or event["time"] < midnight(customer["zone"], ends))):
            return False
    return True


def level_of(customer, subscription, window):
    events = [event for event in customer["events"] if event["metric"] == STAYS and event["time"] < window[1]
              and makes_level(event, subscription, customer)]
    return sum((event["quantity"] for event in events), Fraction(0)), any(event["time"] >= window[0] for event in events)


def fees_of(customer, subscription, as_of):
    plan, price = subscription["plan"], subscription["price"]
    unit = next(Fraction(one["unit_price"]) for one in plan["quantities"][0]["prices"] if one["interval"] == price["interval"])
    for first, until, share in periods(subscription, price["interval"]):
        window = midnight(customer["zone"], first), midnight(customer["zone"], until)
        due = window[0] if plan["billing"] == "advance" else window[1]
        if due > as_of:
            return
        seats = subscription["seats"]
        if Fraction(price["amount"]) != 0:
            yield due, plan["code"], window, Fraction(1), Fraction(price["amount"]) * share
        if unit != 0 and seats != 0:
            yield due, "seats", window, Fraction(seats), unit * max(seats - 2, 0) * share


def usage_of(customer, subscription, as_of):
    for first, until, _ in periods(subscription, subscription["plan"]["usage_interval"]):
        window = midnight(customer["zone"], first), midnight(customer["zone"], until)
        if window[1] > as_of:
            return
        for charge in subscription["plan"]["charges"]:
            if charge["metric"] == STAYS:
                quantity, any_within = level_of(customer, subscription, window)
                if quantity != 0 or any_within:
                    yield window[1], charge["metric"], window, quantity, price_of(charge, quantity)
                continue
            quantities = [event["quantity"] for event in customer["events"]
                          if event["metric"] == charge["metric"] and window[0] <= event["time"] < window[1]
                          and counts_for(event, customer) == subscription["code"]]
            if quantities:
                quantity = measured(charge["metric"], quantities)
                yield window[1], charge["metric"], window, quantity, price_of(charge, quantity)


def instant(time):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def wanted(customer, as_of):
    for subscription in customer["subscriptions"]:
        for lines in fees_of, usage_of:
            for due, code, window, quantity, amount in lines(customer, subscription, as_of):
                yield (customer["code"], instant(due), subscription["code"], code, instant(window[0]), instant(window[1]),
                       text_of(quantity), rounded(amount, customer["currency"]))


# --- A ledger ---

def add_subscription(customer, plans):
    plan = DICE.choice(plans)
    price, start = DICE.choice(plan["prices"]), date(2025, 11, 1) + timedelta(days=DICE.randint(0, 300))
    end = start + timedelta(days=DICE.randint(1, 500)) if DICE.random() < 0.3 else None
    subscription = {"plan": plan, "price": price, "start": start, "anchor": start + timedelta(days=plan["trial_days"]), "end": end,
                    "seats": DICE.randint(0, 9), "code": "%s-%d" % (customer["code"], len(customer["subscriptions"]) + 1)}
    billctl("subscribe", customer["code"], plan["code"], "--start", str(start), "--interval", price["interval"], "--quantity",
            "seats=%d" % subscription["seats"], *(["--end", str(end)] if end else []))
    customer["subscriptions"].append(subscription)


def add_events(customer):
    for _ in range(DICE.randint(0, 60)):
        time = datetime(2025, 11, 1, tzinfo=timezone.utc) + timedelta(minutes=DICE.randint(0, 60 * 24 * 500))
        if DICE.random() < 0.3:
            time = midnight(customer["zone"], time.date()) + timedelta(seconds=DICE.choice([-1, 0, 1]))
        quantity = Fraction(some_number(5, 3)) * (-1 if DICE.random() < 0.1 else 1)
        named = DICE.choice(["", ""] + [subscription["code"] for subscription in customer["subscriptions"]])
        customer["events"].append({"time": time, "metric": "m%d" % DICE.randrange(len(AGGREGATIONS)), "quantity": quantity, "subscription": named, "late": DICE.random() < 0.1,
                                   "gone": DICE.random() < 0.05})


def add_customer(number, plans):
    zone, currency = DICE.choice(ZONES), DICE.choice(list(DIGITS))
    customer = {"code": "c%d" % number, "zone": zone, "currency": currency, "subscriptions": [], "events": []}
    billctl("customer", "add", customer["code"], "--timezone", zone, "--currency", currency)
    for _ in range(DICE.randint(1, 3)):
        add_subscription(customer, [plan for plan in plans if plan["currency"] == currency])
    add_events(customer)
    return customer


def make_ledger():
    plans = [some_plan(number) for number in range(PLANS)]
    metrics = [{"code": "m%d" % number, "aggregation": aggregation, "negative": "allow", "persistent": "m%d" % number == STAYS} for number, aggregation in enumerate(AGGREGATIONS)]
    with open("catalog.json", "w") as catalog:
        json.dump({"metrics": metrics, "plans": plans}, catalog)
    billctl("init")
    billctl("plans", "apply", "catalog.json")
    customers = [add_customer(number, plans) for number in range(CUSTOMERS)]
    import_events(customers, False)
    return customers


def import_events(customers, late):
    """Those that come in time, or those that come late and the reversals of those that are gone."""
    with open("usage.csv", "w") as usage:
        usage.write("id,customer,metric,quantity,time,subscription,reverses\n")
        for customer in customers:
            for number, event in enumerate(customer["events"]):
                name = "%s-%d" % (customer["code"], number)
                if event["late"] == late:
                    usage.write("%s,%s,%s,%s,%s,%s,\n" % (name, customer["code"], event["metric"], text_of(event["quantity"]),
                                                         instant(event["time"]), event["subscription"]))
                if event["gone"] and late:
                    usage.write("%s-void,,,,,,%s\n" % (name, name))
    billctl("usage", "import", "usage.csv")


def bill(customers, as_of):
    for _ in range(DICE.randint(0, 3)):
        before = datetime(2025, 12, 1, tzinfo=timezone.utc) + timedelta(days=DICE.randint(0, 400))
        if before < as_of:
            billctl("invoice", "generate", "--as-of", instant(before), *DICE.choice([[], ["--finalize"]]))
    if DICE.random() < 0.7:
        billctl("invoice", "generate", "--as-of", instant(datetime(2026, 12, 1, tzinfo=timezone.utc)), "--finalize")
    import_events(customers, True)
    for customer in customers:
        customer["events"] = [event for event in customer["events"] if not event["gone"]]
    if DICE.random() < 0.5:
        billctl("invoice", "generate", "--as-of", instant(as_of - timedelta(days=DICE.randint(0, 60))), "--finalize", "--late")
    billctl("invoice", "generate", "--as-of", instant(as_of), "--finalize", "--late")
    billctl("verify", "--as-of", instant(as_of))


def billed():
    """Late usage is a line of the period that it belongs to, whenever it is billed."""
    due = {invoice["invoice"]: invoice["billed_at"] for invoice in json.loads(billctl("export", "invoices", "--format", "json"))}
    for line in json.loads(billctl("export", "lines", "--format", "json")):
        when = line["period_end"] if line["derivation"]["rule"] == "late" else due[line["invoice"]]
        yield (line["customer"], when, line["subscription"], line["code"], line["period_start"], line["period_end"],
               line["quantity"], line["amount"])


def added_up(lines):
    """One line for each thing that is billed; what came and went leaves none."""
    sums = {}
    for *what, quantity, amount in lines:
        before = sums.get(tuple(what), (Fraction(0), 0))
        sums[tuple(what)] = before[0] + Fraction(quantity), before[1] + amount
    return sorted((*what, text_of(quantity), amount) for what, (quantity, amount) in sums.items() if quantity != 0 or amount != 0)


def main():
    customers = make_ledger()
    as_of = datetime(2027, DICE.randint(1, 6), DICE.randint(1, 28), DICE.randint(0, 23), 30, tzinfo=timezone.utc)
    bill(customers, as_of)
    expected, actual = added_up(line for customer in customers for line in wanted(customer, as_of)), added_up(billed())
    for line in sorted(set(expected) - set(actual)):
        print("lacking: %s" % (line,))
    for line in sorted(set(actual) - set(expected)):
        print("too much: %s" % (line,))
    print("seed %d: %d lines" % (SEED, len(actual)))
    if expected != actual or not actual:
        sys.exit(1)


main()
