#!/usr/bin/env bash
# An export is verified by holdfast-audit and by a second verifier that shares no code with it; whatever is changed, both
# must say so, and of a changed entry both must name the same index.
. "$(dirname "$0")/lib.sh"
need curl tar python3
auditor=$(token "$BOX_AUDIT_UID" "$BOX_AUDIT_PASSWORD")
api() { curl -sS --fail --cacert "$BOX_CA" -H "Authorization: Bearer $auditor" "$@"; }

# More than one tile.
for _ in $(seq 300); do printf 'url = "%s/api/v1/audit/entries/0"\noutput = /dev/null\n' "$BOX_URL"; done >"$WORK/reads"
api --config "$WORK/reads"
mkdir -p "$WORK/export"
api -H 'content-type: application/json' --data '{}' "$BOX_URL/api/v1/audit/exports" | tar -x -C "$WORK/export" --strip-components=1
python3 "$OUTSIDE/tamper_audit.py" "$WORK/export" --key "$BOX_VKEY" --verifier "$BIN/holdfast-audit" --flips "${AUDIT_FLIPS:-60}"

# Proofs that the box hands out one by one.
for index in 0 1 7 255 256 299; do
  api "$BOX_URL/api/v1/audit/entries/$index" >"$WORK/entry.json"
  python3 "$OUTSIDE/../../appliance/audit/python/holdfast_audit_verify.py" --proof "$WORK/entry.json" --key "$BOX_VKEY" >/dev/null
  api "$BOX_URL/api/v1/audit/entries/$index/proof" >"$WORK/entry.tlog-proof"
  python3 "$OUTSIDE/../../appliance/audit/python/holdfast_audit_verify.py" --proof "$WORK/entry.tlog-proof" --key "$BOX_VKEY" >/dev/null
  "$BIN/holdfast-audit" verify-proof "$WORK/entry.tlog-proof" --key "$BOX_VKEY" >/dev/null
done
echo "proofs of single entries: clean"
