# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
# Stops billctl in the middle of its work, at a place that is known, so that a test can strike there; sourced by the tests that do.
# A trigger on a table of the ledger waits for as long as there is a file; the test waits until the server says that it does. The
# sourcing script has ask_server DATABASE …, psql as the superuser, and $hold_file, a file that the server's user can see.

# hold_at DATABASE PLACE: when billctl comes to
#   first      the first row of an import, of its keys
#   merge      the 1500th of them, which come from a table beside it
#   copy       the 1500th event
#   invoice    the first invoice
#   line       the second line of the fourth invoice
#   commit     the commit of its transaction, when everything is written
hold_at () {
  hold_when='BEFORE INSERT' hold_condition=
  case $2 in
    first) hold_table=usage_key hold_condition='WHEN (new.usage_id = 1)' ;;
    merge) hold_table=usage_key hold_condition='WHEN (new.usage_id = 1500)' ;;
    copy) hold_table=usage hold_condition='WHEN (new.id = 1500)' ;;
    invoice) hold_table=invoice ;;
    line) hold_table=invoice_line hold_condition='WHEN (new.invoice_id = 4 AND new.position = 2)' ;;
    commit) hold_table=audit hold_when='AFTER INSERT' ;;
  esac
  hold_kind=TRIGGER hold_deferred=
  [ "$2" != commit ] || hold_kind='CONSTRAINT TRIGGER' hold_deferred='DEFERRABLE INITIALLY DEFERRED'
  : >"$hold_file"
  ask_server "$1" -c "CREATE SCHEMA hold" -c "GRANT USAGE ON SCHEMA hold TO PUBLIC" -c "
    CREATE FUNCTION hold.here () RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS \$\$BEGIN
      WHILE (pg_stat_file ('$hold_file', true)).size IS NOT NULL LOOP PERFORM pg_sleep (0.01); END LOOP;
      RETURN new; END\$\$" -c "CREATE $hold_kind hold_here $hold_when ON $hold_table $hold_deferred FOR EACH ROW $hold_condition EXECUTE FUNCTION hold.here ()"
}

# await_held DATABASE PROCESS: until the server says that a session waits there; fails when the process ends before
await_held () {
  until [ -n "$(ask_server postgres -c "SELECT pid FROM pg_stat_activity WHERE datname = '$1' AND wait_event IN ('PgSleep', 'SyncRep')")" ]; do
    kill -0 "$2" 2>/dev/null || return 1
    sleep 0.02
  done
}

let_go () { rm -f "$hold_file"; }

# The ledger as it was before hold_at().
hold_nothing () { ask_server "$1" -c 'DROP SCHEMA IF EXISTS hold CASCADE' 2>/dev/null; }
