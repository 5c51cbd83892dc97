#!/usr/bin/env bash
# Property-based requests from the box's own OpenAPI document, as nobody, as an employee and as each administrator.
# Every answer must be documented, of its documented type and shape, never a 5xx; what breaks the document's rules must be
# refused, what keeps them must not be refused as malformed. A long poll may take 50 seconds.
. "$(dirname "$0")/lib.sh"
need curl
PYTHON=$(outside_python)
SECONDS_EACH=${SCHEMATHESIS_SECONDS:-60}
# `make test` asks the same each time, so that what it finds is the change's; `make soak` asks anew.
SCHEMATHESIS_SEED=${SCHEMATHESIS_SEED-20261122}
# It leaves files where it stands.
cd "$WORK"
# What would end the run's own session, or the box: every one has tests of its own.
own=(--exclude-operation-id sessions_current_end_current --exclude-operation-id sessions_end --exclude-operation-id security_seal)
# What everybody's next sign-in depends on; and the tool's own generator fails at its body now and then.
always=(--exclude-operation-id security_sign_in_policy_change)
export SCHEMATHESIS_HOOKS=schema_hooks PYTHONPATH=$OUTSIDE PYTHONDONTWRITEBYTECODE=1
failed=()

# Python 3.11 before 3.11.5 breaks when two threads parse source at once (python/cpython#106905), which the tool's generator does:
# such an end says nothing of the box, and the run is made again.
tool_broke() {
  grep -q 'AST constructor recursion depth mismatch' "$1" && ! grep -q '= FAILURES =' "$1" && grep -q 'Runtime Error: 1$' "$1"
}

run() {
  local who=$1 report
  report=$WORK/schemathesis-$who.txt
  for _ in 1 2 3; do
    if ask "$@"; then break; fi
    tool_broke "$report" || { failed+=("$who"); cat "$report" >&2; break; }
    echo "the tool broke; again"
  done
  ! tool_broke "$report" || failed+=("$who")
  # The summary, without the progress.
  sed -n '/= SUMMARY =/,$p' "$report"
  curl -sS --fail -o /dev/null --cacert "$BOX_CA" "$BOX_URL/readyz" || { echo "the box is not ready after the run as $who" >&2; exit 1; }
  [ -z "${2:-}" ] || curl -sS --fail -o /dev/null --cacert "$BOX_CA" -H "Authorization: Bearer $2" "$BOX_URL/api/v1/me" ||
    { echo "the run as $who lost its session" >&2; exit 1; }
}

ask() {
  local who=$1 token=${2:-} more=()
  shift 2
  [ -z "$token" ] || more+=(-H "Authorization: Bearer $token" "${own[@]}")
  echo "-- as $who, $SECONDS_EACH s"
  "$PYTHON/schemathesis" --config-file "$OUTSIDE/schemathesis.toml" run "$BOX_URL/api/v1/openapi.json" --tls-verify "$BOX_CA" \
    --max-time "$SECONDS_EACH" --request-timeout 70 --workers 2 --no-color --continue-on-failure --generation-database none \
    --report-dir "$WORK/schemathesis-$who" ${SCHEMATHESIS_SEED:+--seed "$SCHEMATHESIS_SEED"} \
    "${always[@]}" "${more[@]}" "$@" >"$WORK/schemathesis-$who.txt" 2>&1
}

run nobody ""
run employee "$(token "$BOX_EMPLOYEE_UID" "$BOX_EMPLOYEE_PASSWORD")"
run system "$(token "$BOX_SYSTEM_UID" "$BOX_SYSTEM_PASSWORD")"
run security "$(token "$BOX_SECURITY_UID" "$BOX_SECURITY_PASSWORD")" --include-tag security --include-tag session
run audit "$(token "$BOX_AUDIT_UID" "$BOX_AUDIT_PASSWORD")" --include-tag audit --include-tag session
[ ${#failed[@]} = 0 ] || { echo "schemathesis found something as: ${failed[*]}" >&2; exit 1; }
