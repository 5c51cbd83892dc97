# For the suites: sourced, not run.
set -euo pipefail

# Leaves with 77, which run.sh takes for "skipped" outside CI.
need() {
  local tool
  for tool in "$@"; do
    command -v "$tool" >/dev/null || { echo "SKIPPED: $tool is missing" >&2; exit 77; }
  done
}

# A Python of our own with the pinned packages; made once for each version of the list.
outside_python() {
  need python3
  local list="$OUTSIDE/requirements.txt" venv
  venv="$CACHE/outside/venv-$(sha256sum "$list" | cut -c1-12)"
  if [ ! -e "$venv/ready" ]; then
    rm -rf "$venv"
    python3 -m venv "$venv" || { echo "SKIPPED: python3 has no venv" >&2; exit 77; }
    "$venv/bin/pip" install --quiet --disable-pip-version-check -r "$list" || { echo "SKIPPED: the Python packages could not be installed" >&2; exit 77; }
    touch "$venv/ready"
  fi
  echo "$venv/bin"
}

# token UID PASSWORD
token() {
  curl -sS --fail --cacert "$BOX_CA" -H 'content-type: application/json' -X POST "$BOX_URL/api/v1/sessions" \
    --data-binary @- <<<"$(python3 -c 'import json,sys; print(json.dumps({"uid": sys.argv[1], "password": sys.argv[2]}))' "$1" "$2")" |
    python3 -c 'import json,sys; print(json.load(sys.stdin)["token"])'
}
