#!/usr/bin/env bash
# Builds the web client when its sources changed since the last build. node_modules stay in the tree's ignored folder.
set -euo pipefail
cd "$(dirname "$0")/../appliance/web"
stamp() { sha256sum "$@" | sha256sum | cut -d' ' -f1; }
lock=$(stamp package.json package-lock.json)
if [ "$(cat node_modules/.holdfast-lock 2>/dev/null)" != "$lock" ]; then
  npm ci --ignore-scripts --no-audit --no-fund --silent
  echo "$lock" >node_modules/.holdfast-lock
fi
sources=$(find . -path ./node_modules -prune -o -path ./dist -prune -o -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum | cut -d' ' -f1)
if [ "$(cat node_modules/.holdfast-dist 2>/dev/null)" != "$sources" ] || [ ! -e dist/index.html ]; then
  npm run --silent build
  echo "$sources" >node_modules/.holdfast-dist
fi
