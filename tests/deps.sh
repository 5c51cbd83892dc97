#!/usr/bin/env bash
# Installs the Debian packages that building, running and testing need; with the word "system" those of
# `make system` as well, with "bench" those of `make bench`.
# Does nothing when all are there.
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
  # fault tests: a wall clock that jumps, a disk whose power is cut
  faketime e2fsprogs python3
  # outside suites
  # the LDAP door: its clients, and the server that it is held against
  ldap-utils slapd sssd-ldap libnss-sss libpam-sss pamtester
  litmus rclone poppler-utils curl strace python3 python3-venv
  # those of the audit log: Go's own tlog and note
  golang-go golang-golang-x-mod-dev
)
# a Debian of its own in a namespace, the package's checks, a browser that trusts the box
system=(mmdebstrap arch-test uidmap systemd-container nftables iproute2 util-linux e2fsprogs procps python3 lintian libnss3-tools)
[ "${1:-}" != system ] || packages+=("${system[@]}")
# the peer of the drive: program and modules, nothing that would be started by being installed
[ "${1:-}" != bench ] || packages+=(apache2-bin)
missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f='${db:Status-Abbrev}' "$package" 2>/dev/null | grep -q '^ii' || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
  echo "installing: ${missing[*]}" >&2
  sudo=(); [ "$(id -u)" = 0 ] || sudo=(sudo)
  "${sudo[@]}" apt-get update -qq
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi
for tool in cargo node npm; do
  command -v "$tool" >/dev/null || { echo "$tool is missing: install Rust 1.95 and Node 20 first" >&2; exit 1; }
done
