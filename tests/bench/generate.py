#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Test data for `make bench`, the same on every machine: generate.py events|ndjson|customers COUNT CUSTOMERS >FILE

Events have a random 36-character id, one of CUSTOMERS customers, one of four metrics, a quantity with three places, a time in
January 2026 and one property."""

import random
import sys

METRICS = ("calls", "minutes", "storage", "tokens")
REGIONS = ("eu", "us", "asia")


def events(count, customers):
    draw = random.Random(20260101)
    bits, below = draw.getrandbits, draw.randrange
    for _ in range(count):
        digits = "%032x" % bits(128)
        second = below(31 * 86400)
        yield ("%s-%s-%s-%s-%s" % (digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]), "c%07d" % below(customers),
               METRICS[bits(2)], "%d.%03d" % (below(500), below(1000)),
               "2026-01-%02dT%02d:%02d:%02dZ" % (1 + second // 86400, second // 3600 % 24, second // 60 % 60, second % 60),
               REGIONS[below(3)])


def main():
    kind, count, customers = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    write = sys.stdout.write
    if kind == "events":
        write("id,customer,metric,quantity,time,region\n")
        for event in events(count, customers):
            write(",".join(event) + "\n")
    elif kind == "ndjson":
        for event in events(count, customers):
            write('{"id":"%s","customer":"%s","metric":"%s","quantity":"%s","time":"%s","properties":{"region":"%s"}}\n' % event)
    elif kind == "customers":
        write("code,name,currency\n")
        for number in range(customers):
            write("c%07d,Customer %d,USD\n" % (number, number))
    else:
        sys.exit("generate.py: unknown kind '%s'" % kind)


main()
