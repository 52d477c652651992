#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Billing periods as a calculator: anchors, alignment, zones, limits, and the cases of other billing systems.
. "${srcdir:-$(dirname "$0")/../..}/tests/tap.sh"
need jq

# periods COLUMNS OPTIONS…
periods () {
  chosen=$1; shift
  billctl schedule --no-header --format csv --columns "$chosen" "$@"
}
days () {
  periods index,period_from,period_until,days,ratio "$@"
}

# --- Anniversaries ---

check_output '31 January: the last day of a short month, and the 31st again' '0,2026-01-31,2026-02-28,28,
1,2026-02-28,2026-03-31,31,
2,2026-03-31,2026-04-30,30,
3,2026-04-30,2026-05-31,31,' days --start 2026-01-31 --interval month --periods 4
check_output '29 February, by the year' '0,2024-02-29,2025-02-28,365,
1,2025-02-28,2026-02-28,365,
2,2026-02-28,2027-02-28,365,
3,2027-02-28,2028-02-29,366,
4,2028-02-29,2029-02-28,365,' days --start 2024-02-29 -i year -n 5
check_output 'a quarter is three months, however it is written' "$(days --start 2025-11-30 -i quarter -n 3)" days --start 2025-11-30 -i month:3 -n 3
check_output 'from 30 November, over February' '0,2025-11-30,2026-02-28,90,
1,2026-02-28,2026-05-30,91,' days --start 2025-11-30 -i quarter -n 2
check_output '30 days' '0,2026-01-15,2026-02-14,30,
1,2026-02-14,2026-03-16,30,' days --start 2026-01-15 -i day:30 -n 2

# --- Calendar alignment ---

check_output 'a short month at first: 15 to 31 January are 17 of 31 days' '0,2026-01-15,2026-02-01,17,17/31
1,2026-02-01,2026-03-01,28,' days --start 2026-01-15 -i month --align calendar -n 2
check_output 'weeks begin on Monday: Wednesday to Sunday are 5 of 7 days' '0,2026-01-07,2026-01-12,5,5/7
1,2026-01-12,2026-01-19,7,' days --start 2026-01-07 -i week --align calendar -n 2
check_output 'quarters in January, April, July, October: 14 + 31 of 90 days' '0,2026-02-15,2026-04-01,45,45/90' \
  days --start 2026-02-15 -i quarter --align calendar -n 1
check_output 'a start on the first is a whole period' '0,2026-02-01,2026-03-01,28,' days --start 2026-02-01 -i month --align calendar -n 1

# --- An anchor of its own ---

# 31 January to 28 February are 28 days, of which 10 to 27 February are 18.
short_one='0,2026-02-10,2026-02-28,18,18/28
1,2026-02-28,2026-03-31,31,
2,2026-03-31,2026-04-30,30,'
check_output 'before the start' "$short_one" days --start 2026-02-10 --anchor 2026-01-31 -i month -n 3
check_output 'after the start' "$short_one" days --start 2026-02-10 --anchor 2026-05-31 -i month -n 3
check_output 'long after the start' "$short_one" days --start 2026-02-10 --anchor 2056-08-31 -i month -n 3
check_output 'long before it' "$short_one" days --start 2026-02-10 --anchor 1926-08-31 -i month -n 3
check_output 'weeks from a Monday to come' '0,2026-01-07,2026-01-12,5,5/7
1,2026-01-12,2026-01-19,7,' days --start 2026-01-07 --anchor 2026-03-02 -i week -n 2
check_output 'two years from a calendar year' '0,2026-07-01,2027-01-01,184,184/730' \
  days --start 2026-07-01 --anchor 2025-03-03 -i year:2 --align calendar -n 1

# --- Zones ---

starts () {
  periods period_from,period_start,period_end "$@"
}
check_output 'Berlin: March begins at +1 and ends at +2' '2026-03-01,2026-02-28T23:00:00Z,2026-03-31T22:00:00Z
2026-04-01,2026-03-31T22:00:00Z,2026-04-30T22:00:00Z' starts --start 2026-03-01 -i month -n 2 --timezone Europe/Berlin
check_output 'Berlin: a day of 25 hours is one day' '1,2026-10-24T22:00:00Z,2026-10-25T23:00:00Z' \
  periods days,period_start,period_end --start 2026-10-25 -i day -n 1 --timezone Europe/Berlin
check_output 'Sao Paulo: clocks went from 00:00 to 01:00' '2018-11-03,2018-11-03T03:00:00Z,2018-11-04T03:00:00Z
2018-11-04,2018-11-04T03:00:00Z,2018-11-05T02:00:00Z' starts --start 2018-11-03 -i day -n 2 --timezone America/Sao_Paulo
check_output 'Samoa had no 30 December 2011: nothing lies in it' '2011-12-29,2011-12-29T10:00:00Z,2011-12-30T10:00:00Z
2011-12-30,2011-12-30T10:00:00Z,2011-12-30T10:00:00Z
2011-12-31,2011-12-30T10:00:00Z,2011-12-31T10:00:00Z' starts --start 2011-12-29 -i day -n 3 --timezone Pacific/Apia
check_output 'a time is the day there: 23:00Z is the next day in Tokyo' '2026-01-16,2026-01-15T15:00:00Z,2026-02-15T15:00:00Z' \
  starts --start 2026-01-15T23:00:00Z -i month -n 1 --timezone Asia/Tokyo

# --- The period that contains a time ---

at () {
  days --start 2026-01-31 -i month --timezone Europe/Berlin --at "$@"
}
check_output 'the last instant of a period' 0,2026-01-31,2026-02-28,28, at 2026-02-27T22:59:59.999999Z
check_output 'its end belongs to the next' 1,2026-02-28,2026-03-31,31, at 2026-02-27T23:00:00Z
check_output 'a day' 1,2026-02-28,2026-03-31,31, at 2026-03-30
check_output 'long after' 1200,2126-01-31,2126-02-28,28, at 2126-02-01
check_output 'on the day of the start, before its time' 0,2026-01-31,2026-02-28,28, \
  days --start 2026-01-31T12:00:00Z -i month --at 2026-01-31T08:00:00Z
check_output 'before an anchor that is still to come' 1,2026-02-28,2026-03-31,31, \
  sh -c "billctl schedule --start 2026-02-10 --anchor 2026-05-31 -i month --at 2026-03-30 --format csv --no-header \
    --columns index,period_from,period_until,days,ratio"
check_error 2 'before the start' 'billctl: --at falls on 2026-01-30, before the start on 2026-01-31' at 2026-01-30T22:59:59Z

# --- JSON ---

check_json 'keys and types' '.[0]' '{"index":0,"period_from":"2026-01-15","period_until":"2026-02-01","period_start":"2026-01-15T00:00:00Z","period_end":"2026-02-01T00:00:00Z","days":17,"ratio":"17/31"}' \
  billctl schedule --start 2026-01-15 -i month --align calendar -n 1 --format json
check_json 'no ratio for a whole one' '.[0].ratio' null billctl schedule --start 2026-01-15 -i month -n 1 --format json
# shellcheck disable=SC2016 # jq's variable
tile='[length, .[0].period_start, .[-1].period_end, ([range (1; length) as $i | select (.[$i].period_start != .[$i - 1].period_end)] | length)]'
# 10,000 weeks are 70,000 days; 31 January 2026 is day 20,484 since 1970, and 90,484 is 2217-09-27.
check_json '10000 periods tile' "$tile" '[10000,"2026-01-31T00:00:00Z","2217-09-27T00:00:00Z",0]' \
  billctl schedule --start 2026-01-31 -i week -n 10000 --format json

# --- Refusals ---

refuses () {
  check_error 2 "$@"
  check_equal "$1: no answer" '' "$(cat "$tap_out")"
}
refuses 'no such day' "billctl: '--start' has '2026-02-31', which is a day that the calendar does not have" billctl schedule --start 2026-02-31 -i month -n 1
refuses 'a time without a zone' "billctl: '--start' has '2026-02-01T10:00', which names no time zone
hint: write 2026-02-01T10:00Z for UTC, or add the offset as in 2026-02-01T10:00+01:00" billctl schedule --start 2026-02-01T10:00 -i month -n 1
refuses 'an interval of 0' "billctl: interval 'month:0' is not an interval such as month, year or day:30
hint: day, week, month, quarter or year, and a count from 1 to 1000 behind a colon" billctl schedule --start 2026-02-01 -i month:0 -n 1
refuses 'an interval of 1001' "billctl: interval 'day:1001' is not an interval such as month, year or day:30
hint: day, week, month, quarter or year, and a count from 1 to 1000 behind a colon" billctl schedule --start 2026-02-01 -i day:1001 -n 1
refuses 'a zone that does not exist' "billctl: there is no time zone 'Europe/Berlyn'
hint: did you mean 'Europe/Berlin'?" billctl schedule --start 2026-02-01 -i month -n 1 --timezone Europe/Berlyn
refuses 'no start' 'billctl: the first day is missing: --start TIME' billctl schedule -i month -n 1
refuses 'no interval' 'billctl: the length of a period is missing: --interval INTERVAL' billctl schedule --start 2026-01-01 -n 1
refuses 'neither of the two' 'billctl: either --at TIME or --periods N is needed, N from 1 to 10000' billctl schedule --start 2026-01-01 -i month
refuses 'both of them' 'billctl: --periods and --at exclude each other' billctl schedule --start 2026-01-01 -i month -n 1 --at 2026-01-01
refuses 'too many' 'billctl: either --at TIME or --periods N is needed, N from 1 to 10000' billctl schedule --start 2026-01-01 -i month -n 10001
refuses 'none' "billctl: '--periods' wants a whole number from 1 on, not '0'" billctl schedule --start 2026-01-01 -i month --periods 0
refuses 'behind the calendar' 'billctl: period 15 does not lie in the years 1 to 9999' billctl schedule --start 9984-01-01 -i year -n 16
check_output 'up to its end' 9998-01-01,9999-01-01 periods period_from,period_until --start 9998-01-01 -i year -n 1

# --- Other billing systems ---

# They are not part of billctl. What differs there by rule: a time of day that periods keep; here they are civil days.
other_rule='pe-om-add-4 pe-om-ph-2 pe-om-1st-1 pe-om-1st-day'
if [ -r "${BILLCTL_VECTORS-}/periods.json" ]; then
  # A billing day apart from the anchor is an anchor of its own: for months that day of a January, which has 31 days.
  jq -r --arg skip "$other_rule" '.cases[] | select (.id as $id | $skip | split (" ") | index ($id) | not)
    | (if .anchor_day == null then .anchor
       else "\(.anchor[0:4])-\(if .interval == "month" then "01" else .anchor[5:7] end)-\(100 + .anchor_day | tostring | .[1:])" end) as $anchor
    | [.id, "\(.interval):\(.interval_count)", .alignment, .timezone, .start // .anchor // "2000-01-01", $anchor // "-", .at,
       .period_start, .period_end] | join (" ")' "$BILLCTL_VECTORS/periods.json" >cases
  check 'there are cases' test -s cases
  while read -r id interval align zone start anchor at from to; do
    [ "$anchor" = - ] && anchor=$start
    check_output "$id" "$from,$to" periods period_start,period_end --start "$start" --anchor "$anchor" -i "$interval" --align "$align" \
      --timezone "$zone" --at "$at"
  done <cases
else
  skip 'cases of other billing systems' 'they are not here'
fi
done_testing
