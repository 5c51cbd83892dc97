#!/usr/bin/env bash
# The long forms of the fault tests. Needs a build of the tests; with root the power cuts too.
#   ROUNDS        kills of the box and of hsmd (1000)
#   CUTS          power cuts of the storage (5000)
#   STRIKES       system calls that write, each struck in a day of its own (3000)
#   FLIPS         blows against files of a box that does not run (3000)
#   SHREDDED      items that are shredded and looked for in every backup (100000)
#   SOAK_MINUTES  ends each of the two after so many minutes, whatever is left (no bound)
#   ABUSE_FILE_BYTES  size of the largest file that is put and read back (5 GiB)
#   SCHEMATHESIS_SECONDS  for each of the three kinds of caller (600)
#   FILTERS       filters that are asked here and of slapd (100000)
#   SEED          the same run again
set -uo pipefail
cd "$(dirname "$0")/../.."
export ROUNDS=${ROUNDS:-1000} CUTS=${CUTS:-5000}
failed=()
step() {
  local name=$1
  shift
  echo "=== $name"
  "$@" || failed+=("$name")
}
faults() { cargo test --workspace --test faults -- --nocapture --exact "faults::$1"; }

step "kill -9, $ROUNDS rounds" faults kill::what_was_acknowledged_survives_kill_9_at_any_instant
step "power cuts, $CUTS" faults power::what_was_acknowledged_survives_a_power_cut
step "a sync that fails" faults sync_error::after_a_failed_sync_nothing_is_acknowledged_and_the_box_recovers
step "a full disk" faults full::a_full_disk_refuses_what_grows_and_serves_what_is_there
step "a token that goes" faults token::a_token_that_goes_and_comes_back_costs_nothing_that_was_acknowledged
step "a token that is lost for good" faults lost_token::an_empty_token_and_three_of_five_officers_bring_the_box_back
step "a recovery that is killed" faults lost_token::a_recovery_that_is_killed_anywhere_is_begun_again
step "epochs under load" faults rotation::epochs_begin_under_load_and_nobody_is_refused
step "rotations that are killed" faults rotation::a_rotation_that_is_killed_anywhere_is_finished_by_the_next_one
step "kills of a sealed box" faults sealed_days::no_attempt_is_lost_or_doubled_by_kills
step "clock jumps" faults clock::order_holds_and_sessions_live_by_another_clock
step "system calls struck, ${STRIKES:=3000}" env STRIKES="$STRIKES" cargo test --workspace --test faults -- --nocapture --exact faults::syscalls::a_struck_system_call_loses_nothing_that_was_acknowledged
step "bits flipped, ${FLIPS:=3000} blows" env FLIPS="$FLIPS" cargo test --workspace --test faults -- --nocapture --exact faults::flips::damage_is_named_or_harmless
step "older stores put back" faults put_back::a_store_that_is_older_than_the_others_is_not_served
step "nothing shredded comes back, ${SHREDDED:=100000} items" env SHREDDED="$SHREDDED" cargo test --workspace --test faults -- --nocapture shredded
step "canaries" faults canary::nothing_that_people_write_is_readable_on_disk
if [ "$(id -u)" = 0 ]; then
  step "power cuts of the store alone" cargo test --workspace --lib -- --nocapture --ignored --exact crash::a_power_cut_loses_nothing_that_was_acknowledged
else
  echo "SKIPPED: power cuts of the store alone need root"
fi
step "LDAP beside slapd, ${FILTERS:=100000} filters" env FILTERS="$FILTERS" cargo test --workspace --test ldap -- --nocapture differential
step "a large file" env ABUSE_FILE_BYTES="${ABUSE_FILE_BYTES:-5368709120}" cargo test --workspace --test whole -- --nocapture abuse::sizes
if [ -x tests/outside/run.sh ]; then
  step "schemathesis" env SCHEMATHESIS_SEED= SCHEMATHESIS_SECONDS="${SCHEMATHESIS_SECONDS:-600}" tests/outside/run.sh schemathesis
fi
if [ ${#failed[@]} -gt 0 ]; then
  printf 'failed: %s\n' "${failed[@]}" >&2
  exit 1
fi
echo "soaked"
