# SPDX-License-Identifier: GPL-3.0-or-later
"""explained.py BILLCTL [INVOICE…]: of each invoice, or of all in the ledger, whether the tree of `invoice explain` is that of `invoice show`.
Says in words where it is not: sums that do not add up, exact amounts that do not round to what they should, lines, taxes or totals that
differ. The proof with events must find nothing either."""

import json
import subprocess
import sys
from fractions import Fraction

problems = []


def round_half_away(value, digits):
    scaled = abs(value) * 10 ** digits
    whole = (scaled + Fraction(1, 2)).__floor__()
    return whole if value >= 0 else -whole


def check(condition, *words):
    if not condition:
        problems.append(" ".join(str(word) for word in words))


def adding(node, key):
    return [child[key] for child in node["children"] if child["adds"] and child[key] is not None]


def check_sums(node):
    if node["sum_of"] == "amount":
        check(sum(adding(node, "amount")) == node["amount"], node["label"], "is not the sum of its parts")
    if node["sum_of"] == "exact_amount":
        check(sum(map(Fraction, adding(node, "exact_amount"))) == Fraction(node["exact_amount"]), node["label"], "is not the exact sum")
    check(node["node"] != "other", node["label"], "has no words")
    for child in node["children"]:
        check_sums(child)


def check_price(node, amount, ratio):
    """The price below a node, if it has one, rounds to the amount of the node."""
    for child in node["children"]:
        if child["node"] == "price":
            check(child["sum_of"] == "exact_amount", node["label"], "has a price that nothing adds up to")
            check(round_half_away(Fraction(child["exact_amount"]) * ratio, digits) == amount, node["label"], "is rounded otherwise")
        if child["node"] in ("now", "whole"):
            check_price(child, child["amount"], Fraction(1))


def check_line(line, node):
    check(node["amount"] == line["amount"], "line", line["position"], "has another amount")
    check(node["facts"]["exact_amount"] == line["exact_amount"], "line", line["position"], "has another exact amount")
    kinds = [child["node"] for child in node["children"]]
    explained = node["sum_of"] == "amount" or "price" in kinds or "whole" in kinds
    check(explained, "line", line["position"], "comes from nothing:", kinds)
    check_price(node, line["amount"], Fraction(line["ratio"] or 1))
    for key, kind, sign in (("discount", "discount", -1), ("tax", "tax", 1)):
        parts = [child["amount"] for child in node["children"] if child["node"] == kind]
        check(sign * sum(parts) == line[key], "line", line["position"], "has another", key)


def ask(*arguments):
    done = subprocess.run([sys.argv[1], *arguments, "--format", "json"], stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


def check_invoice(invoice, tree):
    check_sums(tree)
    check(tree["amount"] == invoice["total"] and tree["sum_of"] == "amount", "the total differs")
    lines = tree["children"][0]["children"]
    check(len(lines) == len(invoice["lines"]), "lines are missing")
    for line, node in zip(invoice["lines"], lines):
        check_line(line, node)
    taxes = [(child["facts"]["code"], child["amount"]) for child in tree["children"] if child["node"] == "tax"]
    check(taxes == [(tax["code"], tax["amount"]) for tax in invoice["taxes"]], "taxes differ")
    check(-sum(child["amount"] for child in tree["children"] if child["node"] == "discounts") == invoice["discount"], "discounts differ")


count = 0
for number in sys.argv[2:] or [row["invoice"] for row in ask("invoice", "list")]:
    shown = ask("invoice", "show", number)
    digits = {"jpy": 0, "kwd": 3}.get(shown["currency"], 2)
    check_invoice(shown, ask("invoice", "explain", number, "--events", "--verify")["tree"])
    count += len(shown["lines"])
    if problems:
        sys.exit("%s: %s" % (number, "; ".join(problems)))
print("%d lines" % count)
sys.exit(0 if count > 0 else "there are no lines")
