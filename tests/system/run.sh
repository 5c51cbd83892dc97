#!/usr/bin/env bash
# `make system`: run.sh CACHE PACKAGES PROGRAMS. Checks the package, then installs it on a real systemd and beats it (system.py).
set -euo pipefail
cache=$1
packages=$(readlink -f "$2")
programs=$(readlink -f "$3")
cd "$(dirname "$0")"
if [ "$(id -u)" != 0 ]; then
  [ "${CI:-}" = true ] && { echo "make system needs root: it boots a machine" >&2; exit 1; }
  echo "SKIPPED: make system needs root, it boots a machine"; exit 0
fi
../deps.sh system
../browser/run.sh --prepare
rootfs=$(./rootfs.sh "$cache")
package=$(find "$packages" -name 'holdfast_*.deb' | sort -V | tail -n1)
./package.sh "$package" "$programs"
# Namespaces of its own for processes and mounts: whatever ends the test takes everything with it.
exec unshare --pid --fork --kill-child --mount-proc python3 -B system.py --package "$package" --rootfs "$rootfs"
