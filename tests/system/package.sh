#!/usr/bin/env bash
# What can be said of a package without installing it: package.sh DEB PROGRAMS, where PROGRAMS is the folder that it was built from.
set -euo pipefail
package=$(readlink -f "$1")
programs=$2
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Built again it is the same, bit for bit: nothing in it is of the day or the place.
../../packaging/deb.sh "$programs" "$work/again" >/dev/null 2>&1
cmp "$package" "$work/again/${package##*/}"

dpkg-deb -R "$package" "$work/tree"
stripped=$(file "$work"/tree/usr/lib/holdfast/* | grep -c 'stripped' || true)
[ "$stripped" = "$(find "$work/tree/usr/lib/holdfast" -type f | wc -l)" ] || { echo "a program is not stripped" >&2; exit 1; }

# No script of the package may restart or stop a listener, but at removal.
if grep -nE '(restart|stop)[^#]*\.socket' "$work/tree/DEBIAN/postinst"; then
  echo "the package restarts a socket" >&2; exit 1
fi

# The libraries that the programs ask for are those that the package does; no symbol is newer than it says.
needs=$(dpkg-deb -f "$package" Depends)
for library in $(objdump -p "$work"/tree/usr/lib/holdfast/* | awk '/NEEDED/ {print $2}' | sort -u); do
  case $library in
  libc.so.6 | libm.so.6 | ld-linux*) of=libc6 ;;
  libgcc_s.so.1) of=libgcc-s1 ;;
  libstdc++.so.6) of=libstdc++6 ;;
  libcrypto.so.3 | libssl.so.3) of=libssl3 ;;
  libsystemd.so.0) of=libsystemd0 ;;
  *) echo "$library comes from no package that is asked for" >&2; exit 1 ;;
  esac
  grep -qF "$of " <<<"$needs" || { echo "$library needs $of" >&2; exit 1; }
done
said=$(sed -nE 's/.*libc6 \(>= ([0-9.]+)\).*/\1/p' <<<"$needs")
newest=$(objdump -T "$work"/tree/usr/lib/holdfast/* | grep -oE 'GLIBC_[0-9.]+' | sort -Vu | tail -n1)
dpkg --compare-versions "${newest#GLIBC_}" le "$said" || { echo "the programs need $newest, the package asks for $said" >&2; exit 1; }

if ! out=$(lintian --fail-on error --no-tag-display-limit "$package" 2>&1); then
  echo "$out" >&2; exit 1
fi
echo "ok package: $(stat -c %s "$package") bytes, $newest, lintian: $(grep -c '^W:' <<<"$out" || true) warnings"
