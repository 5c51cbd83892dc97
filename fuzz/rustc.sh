#!/usr/bin/env bash
# Stands between cargo and rustc for the crates of this workspace only: coverage counters for libFuzzer, by flags that the
# stable compiler has. What other people wrote stays as the ordinary build made it.
set -euo pipefail
case " $* " in
  *" --crate-name build_script_"* | *" --crate-type proc-macro "* | *" -vV "* | *" --print"*) exec "$@" ;;
esac
exec "$@" --cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
  -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
  -Cllvm-args=-sanitizer-coverage-trace-compares
