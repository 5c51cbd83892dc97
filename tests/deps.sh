#!/usr/bin/env bash
# Installs the Debian packages that building, running and testing need. Does nothing when all are there.
set -euo pipefail
packages=(
  # build
  build-essential pkg-config clang libclang-dev libssl-dev libsystemd-dev
  # run: the software token, its tool
  softhsm2
  # sample documents
  manpages-zh debian-reference-zh-cn groff pandoc
  # browser tests and printing; fonts so that Chinese is drawn
  chromium fonts-noto-cjk fonts-noto-color-emoji
  # outside suites
  litmus rclone poppler-utils curl strace
)
"$(dirname "$0")/packages.sh" "${packages[@]}"
for tool in cargo node npm; do
  command -v "$tool" >/dev/null || { echo "$tool is missing: install Rust 1.95 and Node 20 first" >&2; exit 1; }
done
