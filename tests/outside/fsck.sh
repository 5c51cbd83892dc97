#!/usr/bin/env bash
# The audit log, read by the code of those who wrote its format (Go's sumdb/tlog and sumdb/note, see fsck/main.go): the box's own
# folder while it serves, an export, single proofs, and witnesses in both directions.
. "$(dirname "$0")/lib.sh"
need curl tar python3 go
[ -d /usr/share/gocode/src/golang.org/x/mod/sumdb/tlog ] || { echo "SKIPPED: golang-golang-x-mod-dev is missing" >&2; exit 77; }
(cd "$OUTSIDE/fsck" && GO111MODULE=off GOPATH=/usr/share/gocode GOCACHE="$CACHE/outside/go" go build -o "$WORK/go-fsck" .)
fsck=$WORK/go-fsck
auditor=$(token "$BOX_AUDIT_UID" "$BOX_AUDIT_PASSWORD")
api() { curl -sS --fail --cacert "$BOX_CA" -H "Authorization: Bearer $auditor" "$@"; }
send() { local path=$1; shift; api -H 'content-type: application/json' --data-binary @- "$@" "$BOX_URL/api/v1/audit/$path"; }
field() { python3 -c 'import json,sys; print(json.load(sys.stdin)[sys.argv[1]])' "$1"; }
uuid() { cat /proc/sys/kernel/random/uuid; }
refused() { if "$fsck" "$@"; then echo "taken: $*" >&2; exit 1; fi; }

# More than one tile of each kind that a log of this size has.
for _ in $(seq 600); do printf 'url = "%s/api/v1/audit/entries/0"\noutput = /dev/null\n' "$BOX_URL"; done >"$WORK/fsck-reads"
api --config "$WORK/fsck-reads"
export_to() { mkdir -p "$1"; send exports <<<'{}' | tar -x -C "$1" --strip-components=1; }
export_to "$WORK/fsck-early"
"$fsck" log "$BOX_DATA/audit" "$BOX_VKEY"
"$fsck" log "$WORK/fsck-early" "$BOX_VKEY"
"$fsck" tamper "$WORK/fsck-early" "$BOX_VKEY" "${FSCK_FLIPS:-400}"

# A file that belongs to no log of this size, and one that is missing.
cp -r "$WORK/fsck-early" "$WORK/fsck-odd"
cp "$WORK/fsck-odd/tile/0/000" "$WORK/fsck-odd/tile/0/999"
refused log "$WORK/fsck-odd" "$BOX_VKEY"
rm "$WORK/fsck-odd/tile/0/999" "$WORK/fsck-odd/tile/0/001"
refused log "$WORK/fsck-odd" "$BOX_VKEY"

proofs=()
for index in 0 1 7 255 256 300 511 512; do
  api "$BOX_URL/api/v1/audit/entries/$index/proof" >"$WORK/fsck-$index.tlog-proof"
  proofs+=("$WORK/fsck-$index.tlog-proof")
done
"$fsck" proof "$BOX_VKEY" "${proofs[@]}"
sed 's/^index 7$/index 8/' "$WORK/fsck-7.tlog-proof" >"$WORK/fsck-moved.tlog-proof"
refused proof "$BOX_VKEY" "$WORK/fsck-moved.tlog-proof"

# Their witness, asked by our box: first from nothing, then with a consistency proof that it checks; our box takes what it signs.
theirs=$("$fsck" witness-key "$WORK/fsck-witness" witness.example/go)
id=$(send witnesses <<<"{\"cid\":\"$(uuid)\",\"vkey\":\"$theirs\"}" | field id)
seen=0
for _ in 1 2 3; do
  send "witnesses/$id/requests" <<<"{\"old\":$seen}" >"$WORK/fsck-request"
  "$fsck" witness "$WORK/fsck-witness" "$BOX_VKEY" "$WORK/fsck-request" >"$WORK/fsck-cosigned"
  "$fsck" cosigned "$WORK/fsck-cosigned" "$BOX_VKEY" "$theirs"
  python3 -c 'import json,sys; print(json.dumps({"text": open(sys.argv[1]).read()}))' "$WORK/fsck-cosigned" |
    send "witnesses/$id/cosignatures" >"$WORK/fsck-taken"
  seen=$(python3 -c 'import json,sys; seen = json.load(sys.stdin)["seen"]; assert seen["standing"] == "continues", seen; print(seen["size"])' <"$WORK/fsck-taken")
done
# The same request again is one for a smaller log than it has seen.
refused witness "$WORK/fsck-witness" "$BOX_VKEY" "$WORK/fsck-request"

# Our witness, read by them.
ours=$("$BIN/holdfast-audit" witness key "$WORK/fsck-desk" --name witness.example/desk)
"$BIN/holdfast-audit" witness init --state "$WORK/fsck-state" --key "$BOX_VKEY" >/dev/null
"$BIN/holdfast-audit" witness once --state "$WORK/fsck-state" --key "$BOX_VKEY" --sign-with "$WORK/fsck-desk" --to "$WORK/fsck-ours" \
  "$WORK/fsck-early/checkpoint" >/dev/null
"$fsck" cosigned "$WORK/fsck-ours" "$BOX_VKEY" "$ours"
refused cosigned "$WORK/fsck-ours" "$BOX_VKEY" "$theirs"
