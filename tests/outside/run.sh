#!/usr/bin/env bash
# Boots a throwaway box and points outside suites at it: tests/outside/run.sh [litmus] [rclone] [audit] [fsck] [schemathesis]
# Seconds of schemathesis for each kind of caller: SCHEMATHESIS_SECONDS (make soak takes 600).
# A tool that is missing fails in CI (CI is set); elsewhere its suite says SKIPPED.
set -euo pipefail
cd "$(dirname "$0")/../.."
export CACHE=${CACHE:-$HOME/.cache/holdfast}
export BIN=${CARGO_TARGET_DIR:-$CACHE/target}/debug
export OUTSIDE=$PWD/tests/outside
WORK=$(mktemp -d --tmpdir holdfast-outside.XXXXXX)
export WORK
suites=("$@"); [ ${#suites[@]} -gt 0 ] || suites=(litmus rclone audit fsck schemathesis)

# The box ends when its standard input closes: when descriptor 9 does, at the latest with this script.
mkfifo "$WORK/hold"
exec 9<>"$WORK/hold"
"$BIN/holdfast-box" throwaway --small <"$WORK/hold" >"$WORK/line" 9>&- &
BOX_PID=$!
finish() { exec 9>&-; wait "$BOX_PID" 2>/dev/null || true; rm -rf "$WORK"; }
trap finish EXIT
for _ in $(seq 600); do
  [ -s "$WORK/line" ] && break
  kill -0 "$BOX_PID" 2>/dev/null || { echo "the box did not start" >&2; exit 1; }
  sleep 0.2
done
[ -s "$WORK/line" ] || { echo "the box did not start in time" >&2; exit 1; }

# What the box said of itself, as variables.
eval "$(python3 - "$WORK/line" <<'PY'
import json, shlex, sys
line = json.load(open(sys.argv[1]))
person = lambda role: next(p for p in line["people"] if (p["roles"] == [role] if role else not p["roles"]))
out = {"URL": line["url"], "CA": line["ca"], "WEBDAV": line["webdav"], "VKEY": line["vkey"], "DATA": line["data"],
       "APP_UID": line["app_password"]["uid"], "APP_PASSWORD": line["app_password"]["password"]}
for name, role in [("EMPLOYEE", None), ("SYSTEM", "system"), ("SECURITY", "security"), ("AUDIT", "audit")]:
    out[f"{name}_UID"], out[f"{name}_PASSWORD"] = person(role)["uid"], person(role)["password"]
print("\n".join(f"export BOX_{k}={shlex.quote(v)}" for k, v in out.items()))
PY
)"

failed=()
for suite in "${suites[@]}"; do
  echo "== $suite"
  if "$OUTSIDE/$suite.sh"; then :; else
    code=$?
    [ $code = 77 ] && [ -z "${CI:-}" ] && continue
    failed+=("$suite")
  fi
done
[ ${#failed[@]} = 0 ] || { echo "failed: ${failed[*]}" >&2; exit 1; }
