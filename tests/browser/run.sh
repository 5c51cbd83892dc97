#!/usr/bin/env bash
# Browser journeys against a real box: Debian's Chromium, strict CSP and Trusted Types on. Screenshots: target/screens/.
set -euo pipefail
cd "$(dirname "$0")"
stamp=$(sha256sum package.json package-lock.json | sha256sum | cut -d' ' -f1)
if [ "$(cat node_modules/.holdfast-lock 2>/dev/null)" != "$stamp" ]; then
  npm ci --ignore-scripts --no-audit --no-fund --silent
  echo "$stamp" >node_modules/.holdfast-lock
fi
[ "${1:-}" != --prepare ] || exit 0
if ! command -v chromium >/dev/null; then
  [ "${CI:-}" = true ] && { echo "chromium is missing: run 'make deps'" >&2; exit 1; }
  echo "SKIPPED: chromium is missing"; exit 0
fi
node --test --test-concurrency=1 --test-timeout=1200000 ./*.test.mjs
