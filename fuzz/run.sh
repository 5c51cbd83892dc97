#!/usr/bin/env bash
# Fuzzes every parser for FUZZ_SECONDS (60) each, or those that are named: fuzz/run.sh [TARGET...]
# What is found stays in the cache folder and is named; the corpora stay there too and are gone on with.
set -euo pipefail
cd "$(dirname "$0")/.."
CACHE=${CACHE:-$HOME/.cache/holdfast}
TARGET=${CARGO_TARGET_DIR:-$CACHE/target}
seconds=${FUZZ_SECONDS:-60}
all=(extract-pdf extract-office extract-html extract-text sheet passkey dav-xml query frames audit hsm-frames sealed shares audit-proof ldap-message ldap-filter ldap-name)
chosen=("$@"); [ ${#chosen[@]} -gt 0 ] || chosen=("${all[@]}")

RUSTC_WORKSPACE_WRAPPER=$PWD/fuzz/rustc.sh cargo build --workspace --bin holdfast-fuzz --features holdfast-fuzz/run
found=()
for target in "${chosen[@]}"; do
  corpus=$CACHE/fuzz/corpus/$target crashes=$CACHE/fuzz/crashes/$target
  mkdir -p "$corpus" "$crashes"
  [ ! -d "fuzz/seeds/$target" ] || cp -n "fuzz/seeds/$target/"* "$corpus/"
  # Real documents, where `make sample` has made them.
  case $target in extract-pdf) kind=pdf ;; extract-office) kind=docx ;; extract-html) kind=html ;; *) kind= ;; esac
  [ -z "$kind" ] || find "${HOLDFAST_SAMPLE:-$CACHE/sample}" -name "*.$kind" -size -60k 2>/dev/null | head -20 |
    while IFS= read -r file; do cp -n "$file" "$corpus/"; done
  echo "== $target, $seconds s"
  FUZZ_TARGET=$target "$TARGET/debug/holdfast-fuzz" -max_total_time="$seconds" -timeout=20 -rss_limit_mb=2048 -max_len=65536 \
    -print_final_stats=1 -verbosity=0 -artifact_prefix="$crashes/" "$corpus" >"$crashes/last.log" 2>&1 || found+=("$target")
  grep -E 'stat::number_of_executed_units|stat::peak_rss_mb|panicked|SUMMARY|ERROR' "$crashes/last.log" || true
done
[ ${#found[@]} = 0 ] || { echo "found something in: ${found[*]}; see $CACHE/fuzz/crashes" >&2; exit 1; }
