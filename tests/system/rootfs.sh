#!/usr/bin/env bash
# Makes the root of a Debian 12 machine as the package meets it, and prints where its tar lies. Made once, kept in the cache.
# The mirrors are those of this machine's own apt sources.
set -euo pipefail
cache=${1:?the folder of the cache}
suite=bookworm
packages=systemd,systemd-sysv,dbus,udev,iproute2,procps,libpam-systemd,ca-certificates,curl,softhsm2,libssl3,libstdc++6,libsystemd0

sources() {
  if [ -e /etc/apt/sources.list.d/debian.sources ]; then
    sed -n 's/^URIs: //p' /etc/apt/sources.list.d/debian.sources
  else
    sed -nE 's/^deb (\[[^]]*\] )?(\S+) .*/\2/p' /etc/apt/sources.list
  fi
}
mirror=$(sources | grep -v security | head -n1)
security=$(sources | grep security | head -n1 || true)
[ -n "$mirror" ] || { echo "no Debian mirror in this machine's apt sources" >&2; exit 1; }

hash=$(printf '%s\n' "$suite" "$packages" | cat - "$0" | sha256sum | cut -c1-12)
tar=$cache/rootfs-$hash.tar
if [ ! -e "$tar" ]; then
  mkdir -p "$cache"
  lines=("deb $mirror $suite main")
  [ -z "$security" ] || lines+=("deb $security $suite-security main")
  mmdebstrap --quiet --variant=minbase --mode=root --include="$packages" \
    "$suite" "$tar.new.tar" "${lines[@]}" >&2
  mv "$tar.new.tar" "$tar"
fi
echo "$tar"
