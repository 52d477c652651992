#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Usage that a feed did not deliver: the quantity of the period before stands for it, marked, until the data comes. Every figure is worked
# out by hand.
. "${srcdir:-$(dirname "$0")/../..}/tests/tap.sh"
. "$srcdir/tests/cli/billing.sh"
need jq sqlite3

cat >catalog.json <<'JSON'
{ "currency": "USD",
  "metrics": [ { "code": "calls" }, { "code": "jobs", "aggregation": "count" }, { "code": "peak", "aggregation": "max" },
    { "code": "minutes" }, { "code": "seats", "persistent": true }, { "code": "level", "aggregation": "weighted_sum" },
    { "code": "volume" }, { "code": "other" }, { "code": "held", "late": "hold" } ],
  "plans": [
    { "code": "api", "type": "pay_per_use", "charges": [
      { "metric": "calls", "name": "Calls", "model": "graduated",
        "tiers": [ { "up_to": "100", "unit_price": "0.10" }, { "up_to": null, "unit_price": "0.05" } ] },
      { "metric": "jobs", "name": "Jobs", "model": "per_unit", "unit_price": "0.10",
        "filters": [ { "match": { "size": "big" }, "unit_price": "1.00" } ] } ] },
    { "code": "mixed", "type": "pay_per_use", "charges": [
      { "metric": "peak", "name": "Peak", "model": "per_unit", "unit_price": "2.00" },
      { "metric": "minutes", "name": "Minutes", "model": "per_unit", "unit_price": "0.50", "unit_size": "60", "round": { "mode": "up" } },
      { "metric": "seats", "name": "Seats", "model": "per_unit", "unit_price": "1.00" },
      { "metric": "level", "name": "Level", "model": "per_unit", "unit_price": "1.00" },
      { "metric": "volume", "name": "Volume", "model": "percentage", "percent": "1" },
      { "metric": "*", "name": "Rest", "model": "per_unit", "unit_price": "0.01" } ] },
    { "code": "least", "type": "pay_per_use", "minimum_spend": "30.00", "charges": [
      { "metric": "calls", "name": "Calls", "model": "per_unit", "unit_price": "0.10", "minimum_amount": "5.00", "group_by": "team" },
      { "metric": "held", "name": "Held", "model": "per_unit", "unit_price": "1.00" } ] },
    { "code": "paid", "prices": [ { "interval": "month", "amount": "10.00" } ], "charges": [
      { "metric": "calls", "name": "Calls", "model": "per_unit", "unit_price": "0.10" } ] } ] }
JSON
billctl -q init && billctl -q plans apply catalog.json >/dev/null || exit 1


# late_event: an event of which it is known that it comes late
late_event () { event "$@" 2>/dev/null; }
days () { sed 's/T00:00:00Z//g'; }
# described CUSTOMER: start of the period, description, quantity, amount of its lines
described () { billctl export lines --customer "$1" --no-header --columns period_start,description,quantity,amount | days; }
# estimates [OPTION…]: customer, metric, filter, start of the period, quantity, amount, status, events that came
estimates () { billctl usage late --estimates --format csv --no-header --columns customer,metric,filter,period_start,quantity,amount,status,events "$@" | days; }
newest () { billctl invoice list --customer "$1" --format json | jq -r 'last.invoice'; }
# newest_lines CUSTOMER: description, quantity, amount of its newest invoice
newest_lines () { billctl invoice show "$(newest "$1")" --format json | jq -r '.lines[] | [.description, .quantity, .amount] | join (",")'; }

# --- Tiers and filters ---
# January of all four: 250 calls, 100 x 0.10 + 150 x 0.05 = 17.50; 2 big jobs 2.00, 3 others 0.30.
for customer in down up none intime; do
  customer $customer UTC api 2026-01-01 || exit 1
  event $customer calls 200 2026-01-02 && event $customer calls 50 2026-01-31T23:59:59Z && event $customer jobs 1 2026-01-03 -p size=big &&
    event $customer jobs 1 2026-01-04 -p size=big || exit 1
  for day in 05 06 07; do event $customer jobs 1 2026-01-$day || exit 1; done
done
check 'January is billed' generate 2026-02-01 --finalize --estimate-missing
check_output 'as it came: nothing stands for what came, and nothing was before' '2026-01-01,Calls,250,17.50
2026-01-01,Jobs (size=big),2,2.00
2026-01-01,Jobs,3,0.30' described down
check_output 'nothing is an estimate' '' estimates

# February: nobody sends calls; of `up` one job comes, no big one.
event up jobs 1 2026-02-10 || exit 1
check 'without the option' generate 2026-03-01
check_output 'nothing stands for what did not come' 'down,2026-02-01,19.80
intime,2026-02-01,19.80
none,2026-02-01,19.80
up,2026-02-01,19.80
up,2026-03-01,0.10' sh -c "billctl invoice list --format csv --no-header --columns customer,billed_on,total | sort"
check_error 0 'with it, the period before does' 'invoices: 3 drafted, 1 rebuilt
10 lines estimated: `billctl usage late --estimates` lists those that are issued' \
  billctl invoice generate --as-of 2026-03-01 --estimate-missing --format csv --no-header
check_output 'at its place in the tiers, filter by filter' 'Calls (estimate),250,1750
Jobs (size=big) (estimate),2,200
Jobs (estimate),3,30' newest_lines none
check_output 'but not where some of it came' 'Calls (estimate),250,1750
Jobs,1,10' newest_lines up
check_json 'and says so' '[.lines[0].derivation | .rule, .estimate, .estimated_from, .events, .quantity, (.steps | length)]' \
  '["graduated",true,{"start":"2026-01-01T00:00:00Z","end":"2026-02-01T00:00:00Z"},0,"250",2]' billctl invoice show "$(newest none)" --format json
check_error 0 'a second run finds nothing new' 'nothing new is due: 4 unchanged
10 lines estimated: `billctl usage late --estimates` lists those that are issued' \
  billctl invoice generate --as-of 2026-03-01 --estimate-missing --format csv --no-header
check_output 'drafts are not listed' '' estimates

# --- Drafts ---
check_error 0 'a run without the option takes estimates away again' 'invoices: 1 rebuilt, 3 discarded' \
  billctl invoice generate --as-of 2026-03-01 --format csv --no-header
check 'and one with it brings them back' generate 2026-03-01 --estimate-missing
event intime calls 1 2026-02-11 || exit 1
check_status 4 'a draft that data has come for is not issued' \
  billctl invoice finalize --customer intime --as-of 2026-03-01
check_said 'because of it' '^billctl: what is due has changed since draft-'
check 'it is rebuilt' generate 2026-03-01 --estimate-missing
check_output 'with the data' 'Calls,1,10
Jobs (size=big) (estimate),2,200
Jobs (estimate),3,30' newest_lines intime
check 'drafts with estimates are issued as they stand' billctl invoice finalize --all --as-of 2026-03-01
check_output 'all of them' 'down,2026-03-01,19.80
intime,2026-03-01,2.40
none,2026-03-01,19.80
up,2026-03-01,17.60' sh -c "billctl invoice list --status open --from 2026-03-01 --format csv --no-header --columns customer,billed_on,total | sort"
check 'the ledger is sound' billctl verify
check_output 'the estimates are open' 'down,calls,,2026-02-01,250,17.50,open,0
down,jobs,size=big,2026-02-01,2,2.00,open,0
down,jobs,,2026-02-01,3,0.30,open,0
up,calls,,2026-02-01,250,17.50,open,0
none,calls,,2026-02-01,250,17.50,open,0
none,jobs,size=big,2026-02-01,2,2.00,open,0
none,jobs,,2026-02-01,3,0.30,open,0
intime,jobs,size=big,2026-02-01,2,2.00,open,0
intime,jobs,,2026-02-01,3,0.30,open,0' estimates
check_output 'a snapshot has them, without events' '[["calls","250",0],["jobs","2",0],["jobs","3",0]]' \
  sh -c "billctl usage snapshot \$(billctl invoice list --customer none --format json | jq -r last.invoice) --format json | jq -c '[.lines[] | [.metric, .quantity, .events]]'"
check_output 'and no event' '0' sh -c "billctl usage snapshot \$(billctl invoice list --customer none --format json | jq -r last.invoice) --events --format json | jq '.events | length'"

check_match 'it is explained' 'the one from 2026-01-01T00:00:00Z to 2026-02-01T00:00:00Z' \
  billctl invoice explain "$(newest none)" --verify

# --- The data comes ---
# down: 120 calls, 10.00 + 1.00 = 11.00, 6.50 less; one big job, and no other: 1.00 and 0.30 less.
# up: 400 calls, 10.00 + 15.00 = 25.00, 7.50 more.
# none: there was nothing: an event of 0 calls; of jobs, each of which counts, one that is taken back.
# intime: 9 more calls, 0.90; its jobs stay an estimate.
late_event down calls 120 2026-02-20 && late_event down jobs 1 2026-02-20 -p size=big && late_event up calls 400 2026-02-20 && late_event none calls 0 2026-02-20 &&
  billctl -q usage record none jobs 1 --at 2026-02-20 --id nothing >/dev/null 2>&1 && billctl -q usage void nothing >/dev/null 2>&1 &&
  late_event intime calls 9 2026-02-20 || exit 1
check_output 'they are still open: what came is not billed' 'up,calls,,2026-02-01,250,17.50,open,1' estimates --customer up
# March: down and up send 10 calls, 1.00 each. Jobs are taken from February as it is known now: down 1 big one, up 1 other. Those of none and intime were
# missing in February too: an estimate is no base for another. The calls of none were 0, those of intime 1 + 9, 1.00.
event down calls 10 2026-03-05 && event up calls 10 2026-03-05 || exit 1
check_match 'a dry run' 'issued' billctl invoice generate --as-of 2026-04-01 --estimate-missing --late --finalize --dry-run
cp ledger.db before.db
check 'the next run' generate 2026-04-01 --estimate-missing --late --finalize
cp ledger.db after.db
check_output 'less' 'Calls,10,100
Jobs (size=big) (estimate),1,100
Late: Calls,-130,-650
Late: Jobs (size=big),-1,-100
Late: Jobs (estimate),-3,-30' newest_lines down
check_output 'more' 'Calls,10,100
Jobs (estimate),1,10
Late: Calls,150,750' newest_lines up
check_output 'nothing' 'Late: Calls,-250,-1750
Late: Jobs (size=big) (estimate),-2,-200
Late: Jobs (estimate),-3,-30' newest_lines none
check_output 'what came for one metric leaves the estimate of another alone' 'Calls (estimate),10,100
Late: Calls,9,90' newest_lines intime
check 'the ledger is sound' billctl verify
check 'the difference is explained' billctl invoice explain "$(newest down)" --verify
check_output 'what is open still' 'down,jobs,size=big,2026-03-01,1,1.00,open,0
up,jobs,,2026-03-01,1,0.10,open,0
intime,jobs,size=big,2026-02-01,2,2.00,open,0
intime,jobs,,2026-02-01,3,0.30,open,0
intime,calls,,2026-03-01,10,1.00,open,0' estimates --status open
check_output 'what is settled' 'down,calls,,2026-02-01,250,17.50,billed,1
down,jobs,size=big,2026-02-01,2,2.00,billed,1
down,jobs,,2026-02-01,3,0.30,billed,1
up,calls,,2026-02-01,250,17.50,billed,1
none,calls,,2026-02-01,250,17.50,billed,1
none,jobs,size=big,2026-02-01,2,2.00,billed,2
none,jobs,,2026-02-01,3,0.30,billed,2' estimates --status billed
check_output 'and where' true sh -c "billctl usage late --estimates --customer up --metric calls --format json | jq --arg invoice \"\$(billctl invoice list --customer up --format json | jq -r last.invoice)\" '.[0].billed_on == \$invoice'"

# --- It goes on: more data, and data for the month before an estimate ---
# down: 80 more for February, 200 calls are 15.00, 4.00 more. intime: 90 more for February, 100 calls, 9.00 more; the estimate of March was taken from
# 10 and stays.
late_event down calls 80 2026-02-25 && late_event intime calls 90 2026-02-25 || exit 1
check 'another run, without the option' generate 2026-05-01 --late --finalize
check_output 'bills what is more' 'Late: Calls,80,400' newest_lines down
check_output 'and leaves what was estimated' 'Late: Calls,90,900' newest_lines intime
check 'the ledger is sound' billctl verify
# The jobs of intime in February: 1 other. 2.00 less, 0.20 less. Its calls of March: 10, as estimated.
late_event intime jobs 1 2026-02-26 && late_event intime calls 10 2026-03-26 || exit 1
check 'the last of it' generate 2026-05-02 --late --finalize
check_output 'what comes as it was estimated makes no line' 'Late: Jobs,-2,-20
Late: Jobs (size=big) (estimate),-2,-200' newest_lines intime
check_output 'but settles it' '' estimates --customer intime --status open
check 'the ledger is sound' billctl verify

# --- Killed ---
# state: what must be the same
state () { sqlite3 ledger.db '.dump invoice invoice_line number_series subscription usage_late'; }
begin_with () { rm -f ledger.db ledger.db-wal ledger.db-shm; cp "$1" ledger.db; }
cp ledger.db here.db
begin_with after.db
state >expected
begin_with before.db
check 'run again from the same ledger' generate 2026-04-01 --estimate-missing --late --finalize
state >again
check_same 'it comes out the same' expected again
if command -v strace >/dev/null 2>&1 && strace -qq -o trace -e trace=getpid -e inject=getpid:retval=1 true 2>/dev/null; then
  begin_with before.db
  run strace -f -qq -o trace -e trace=fsync,fdatasync -e inject=fsync,fdatasync:signal=SIGKILL:when=2 \
    billctl -q invoice generate --as-of 2026-04-01 --estimate-missing --late --finalize
  check 'killed and run again' generate 2026-04-01 --estimate-missing --late --finalize
  state >again
  check_same 'it comes out the same, too' expected again
else
  skip 'killed and run again' 'strace is not installed or may not trace here'
fi
begin_with here.db

# --- What can be missing ---
# January: peak 5, 10.00; 130 seconds are 3 minutes, 1.50; 4 seats, 4.00; a level of 3, 3.00; 1 % of 100, 1.00; 7 of another metric, 0.07.
customer mixed UTC mixed 2026-01-01 || exit 1
event mixed peak 5 2026-01-02 && event mixed minutes 130 2026-01-02 && event mixed seats 4 2026-01-02 && event mixed level 3 2026-01-01 &&
  event mixed volume 100 2026-01-02 && event mixed other 7 2026-01-02 || exit 1
check 'months that a late run fills' generate 2026-04-01 --estimate-missing --customer mixed
check_output 'levels are never missing; what is priced by event, or by no charge of its own, is never estimated; nothing is twice' '2026-01-01,Peak,5,10.00
2026-01-01,Minutes,3,1.50
2026-01-01,Seats,4,4.00
2026-01-01,Level,3,3.00
2026-01-01,Volume,100,1.00
2026-01-01,other,7,0.07
2026-02-01,Peak (estimate),5,10.00
2026-02-01,Minutes (estimate),3,1.50
2026-02-01,Seats,4,4.00
2026-02-01,Level,3,3.00
2026-03-01,Seats,4,4.00
2026-03-01,Level,3,3.00' described mixed
check 'issued one by one' billctl invoice finalize "$(billctl invoice list --customer mixed --format json | jq -r 'first.invoice')" --as-of 2026-04-01
check 'and the rest' billctl invoice finalize --customer mixed --as-of 2026-04-01
check 'the ledger is sound' billctl verify

# --- Bounds, splits, held data ---
# January: 20 + 10 calls of two teams, 3.00, 2.00 more to 5.00; 4.00 held; 21.00 more to 30.00. February the same, the teams unknown. Then 100 calls of team a
# come, 10.00, and 9 of what is held. 10.00 + 4.00 leave 16.00 to 30.00, 5.00 less; what is held does not count yet.
customer least UTC least 2026-01-01 || exit 1
event least calls 20 2026-01-02 -p team=a && event least calls 10 2026-01-02 -p team=b && event least held 4 2026-01-02 || exit 1
check 'two months' generate 2026-03-01 --estimate-missing --customer least --finalize
check_output 'an estimate is not split' '2026-02-01,Calls (estimate),30,3.00
2026-02-01,Calls: minimum,1,2.00
2026-02-01,Held (estimate),4,4.00
2026-02-01,Minimum spend,1,21.00' sh -c "billctl export lines --customer least --no-header --columns period_start,description,quantity,amount | sed 's/T00:00:00Z//g' | grep ^2026-02"
late_event least calls 100 2026-02-02 -p team=a && late_event least held 9 2026-02-02 || exit 1
check 'data comes' generate 2026-03-02 --late --finalize --customer least
check_output 'bounds are set right' 'Late: Calls, team a,100,1000
Late: Minimum spend,1,-500
Late: Calls (estimate),-30,-300
Late: Calls: minimum,1,-200' newest_lines least
check 'the ledger is sound' billctl verify
check_output 'what is held settles nothing' 'least,held,,2026-02-01,4,4.00,open,1' estimates --customer least --status open
check 'until it is released' billctl -q usage late --release --customer least
check 'and billed' generate 2026-03-03 --late --finalize --customer least
# 10.00 + 9.00, 11.00 to 30.00: 5.00 more, 5.00 less.
check_output 'at what it comes to' 'Late: Held,5,500
Late: Minimum spend,1,-500' newest_lines least
check_output 'nothing is open' '' estimates --customer least --status open
check 'the ledger is sound' billctl verify

# --- Short periods, changes ---
# 100 calls in January, 10.00. Canceled on 10 February: what is left of the month is no whole period.
customer short UTC paid 2026-01-01 && event short calls 100 2026-01-02 || exit 1
check 'January' generate 2026-02-01 --finalize --customer short
check 'canceled' billctl -q subscription cancel short --now --as-of 2026-02-10T12:00:00Z
check 'the rest of it' generate 2026-02-11 --estimate-missing --finalize --customer short
check_output 'a short period is not estimated' '2026-01-01,Calls,100' sh -c "billctl export lines --customer short --no-header --columns period_start,description,quantity | sed 's/T00:00:00Z//g' | grep Calls"
# Calls were not billed before February here.
customer moved UTC mixed 2026-01-01 && event moved calls 100 2026-01-02 || exit 1
check 'a change to another plan' billctl -q subscription change moved api --when now --as-of 2026-02-01T00:00:00Z
check 'two months' generate 2026-03-01 --estimate-missing --customer moved
check_output 'what had another price rule is not estimated' '2026-01-01,calls,100,1.00' described moved

# --- Void, and issued again ---
customer again UTC api 2026-01-01 && event again calls 100 2026-01-02 || exit 1
check 'two months' generate 2026-03-01 --estimate-missing --customer again --finalize
check 'void, and issued again' billctl -q invoice void "$(newest again)" --reissue --finalize --yes --as-of 2026-03-02
check_output 'the estimate stands once' 'again,calls,,2026-02-01,100,10.00,open,0' estimates --customer again
late_event again calls 50 2026-02-02 || exit 1
check 'data comes' generate 2026-03-03 --late --finalize --customer again
check_output 'it is half' 'Late: Calls,-50,-500' newest_lines again
check 'the ledger is sound' billctl verify

# --- Days of another zone, and a parent that pays ---
# 10 calls in January, Berlin's days; from February on New York's; then Tokyo's. 10 are estimated for February, 7 come.
customer roams Europe/Berlin api 2026-01-01 && event roams calls 10 2026-01-15 || exit 1
check 'January' generate 2026-02-01 --finalize --customer roams
check 'moved' billctl -q customer update roams --timezone America/New_York
check 'February' generate 2026-03-02 --finalize --estimate-missing --customer roams
check 'moved again' billctl -q customer update roams --timezone Asia/Tokyo
late_event roams calls 7 2026-02-15 || exit 1
check 'data comes' generate 2026-03-05 --finalize --late --customer roams
check_output 'the period is the one that was billed' 'Late: Calls,-3,-30' newest_lines roams
billctl -q customer add parent --timezone UTC --currency USD >/dev/null && customer child Europe/Berlin api 2026-01-01 &&
  billctl -q customer update child --parent parent --payer parent >/dev/null && event child calls 5 2026-01-15 || exit 1
check 'the parent pays' generate 2026-03-05 --finalize --estimate-missing --customer parent
check 'the child moves' billctl -q customer update child --timezone Asia/Tokyo
check_output 'it is the child whose data is missing' 'child,calls,,2026-01-31T23:00:00Z,5,0.50,open,0' estimates --customer child
check_output 'not the parent' '' estimates --customer parent
check 'the ledger is sound' billctl verify

# --- Two subscriptions ---
# January: 3 calls that name none, which are those of the older one, 4 of the newer one. February: 1 of the newer one.
customer duo UTC api 2026-01-01 --code duo-1 && billctl -q subscribe duo api --start 2026-01-01 --code duo-2 >/dev/null &&
  event duo calls 3 2026-01-10 && event duo calls 4 2026-01-10 --subscription duo-2 && event duo calls 1 2026-02-10 --subscription duo-2 || exit 1
check 'two months' generate 2026-03-01 --finalize --estimate-missing --customer duo
check_output 'what is missing is missing of one of them' 'Calls (estimate),3,30
Calls,1,10' newest_lines duo
late_event duo calls 2 2026-02-11 --subscription duo-2 || exit 1
check_output 'data of the other is none for it' 'duo,calls,,2026-02-01,3,0.30,open,0' estimates --customer duo
late_event duo calls 2 2026-02-11 || exit 1
check_output 'but its own is' 'duo,calls,,2026-02-01,3,0.30,open,1' estimates --customer duo
check 'data comes' generate 2026-03-02 --finalize --late --customer duo
check_output 'of both' 'Late: Calls,-1,-10
Late: Calls,2,20' newest_lines duo
check 'the ledger is sound' billctl verify

# --- Wrong usage ---
check_error 2 'estimates are not held' "billctl: --release: an estimate is not held
hint: it is open until usage comes for it; an event that is taken back by \`billctl usage void\` says that there was none" \
  billctl usage late --estimates --release
check_error 2 'nor ignored' 'billctl: --status: an estimate is open or billed, not ignored' billctl usage late --estimates --status ignored
check_status 3 'of nobody there are none' billctl usage late --estimates --customer nobody

done_testing
