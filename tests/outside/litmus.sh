#!/usr/bin/env bash
# The WebDAV suite of neon's author, whole, against a space that takes files (/dav/ itself only lists spaces).
. "$(dirname "$0")/lib.sh"
need litmus curl
cd "$WORK"
litmus -k "$BOX_WEBDAV" "$BOX_APP_UID" "$BOX_APP_PASSWORD" >litmus.txt 2>&1 || true
grep -E 'FAIL|WARNING|<- summary' litmus.txt || true
[ "$(grep -c '<- summary for' litmus.txt)" = 5 ] || { echo "not all five parts of litmus ran" >&2; cat litmus.txt >&2; exit 1; }
! grep '<- summary for' litmus.txt | grep -v ' 0 failed' || { cat litmus.txt >&2; exit 1; }
# One warning is known: the fragment of a request line is gone before any handler sees it.
! grep WARNING litmus.txt | grep -v fragment
