#!/usr/bin/env bash
# Builds the .deb from finished programs: packaging/deb.sh PROGRAMS OUT. dpkg-deb alone, and the same bytes for the same input:
# the time of everything is that of the changelog's last entry, owners are root, the order is sorted.
set -euo pipefail
programs=$(readlink -f "${1:?the folder of the programs}")
mkdir -p "${2:?the folder for the packages}"
out=$(readlink -f "$2")
cd "$(dirname "$0")"
compression=${DEB_COMPRESSION:-xz}

version=$(sed -n '/^\[workspace.package\]/,/^\[/s/^version = "\(.*\)"/\1/p' ../Cargo.toml)
logged=$(sed -n '1s/.*(\(.*\)).*/\1/p' debian/changelog)
[ "$version" = "$logged" ] || { echo "Cargo.toml says $version, packaging/debian/changelog says $logged" >&2; exit 1; }
arch=$(dpkg --print-architecture)
SOURCE_DATE_EPOCH=$(date -d "$(sed -n '0,/^ -- /s/^ -- .*>  //p' debian/changelog)" +%s)
export SOURCE_DATE_EPOCH
umask 022
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
main=$work/holdfast
debug=$work/holdfast-dbgsym

put() { install -D -m "$1" "$2" "$main/$3"; }
pack() { gzip -9n <"$1" | install -D -m 644 /dev/stdin "$main/$2"; }

# Programs stand side by side, since each looks for the others beside itself. Symbols go into the package of their own.
for program in holdfast holdfast-hsmd holdfast-extract holdfast-relay holdfast-audit holdfast-setup; do
  symbols=$debug/usr/lib/debug/usr/lib/holdfast/$program.debug
  install -D -m 755 "$programs/$program" "$main/usr/lib/holdfast/$program"
  mkdir -p "${symbols%/*}"
  objcopy --only-keep-debug --compress-debug-sections "$programs/$program" "$symbols"
  chmod 644 "$symbols"
  objcopy --strip-unneeded --remove-section=.comment --add-gnu-debuglink="$symbols" "$main/usr/lib/holdfast/$program"
done
mkdir -p "$main/usr/bin" "$main/usr/sbin"
ln -s ../lib/holdfast/holdfast "$main/usr/bin/holdfast"
ln -s ../lib/holdfast/holdfast-audit "$main/usr/bin/holdfast-audit"
ln -s ../lib/holdfast/holdfast-setup "$main/usr/sbin/holdfast-setup"

for unit in systemd/*; do put 644 "$unit" "lib/systemd/system/${unit##*/}"; done
put 644 sysusers/holdfast.conf usr/lib/sysusers.d/holdfast.conf
put 644 tmpfiles/holdfast.conf usr/lib/tmpfiles.d/holdfast.conf
# holdfast-setup writes these two, so they are no conffiles: dpkg would ask the operator about changes that are not theirs.
for file in holdfast.toml hsmd.env; do put 644 "etc/$file" "usr/share/holdfast/$file"; done
put 644 ../appliance/audit/python/holdfast_audit_verify.py usr/share/holdfast/holdfast_audit_verify.py
put 644 etc/relay.toml etc/holdfast/relay.toml
for page in man/*; do pack "$page" "usr/share/man/man${page##*.}/${page##*/}.gz"; done
put 644 debian/copyright usr/share/doc/holdfast/copyright
put 644 ../installer/answers.example.toml usr/share/doc/holdfast/answers.example.toml
pack debian/changelog usr/share/doc/holdfast/changelog.gz
put 644 debian/lintian-overrides usr/share/lintian/overrides/holdfast
put 644 debian/copyright ../holdfast-dbgsym/usr/share/doc/holdfast-dbgsym/copyright
install -D -m 644 "$main/usr/share/doc/holdfast/changelog.gz" "$debug/usr/share/doc/holdfast-dbgsym/changelog.gz"

for script in postinst prerm postrm; do put 755 "debian/$script" "DEBIAN/$script"; done
put 644 debian/conffiles DEBIAN/conffiles

control() {
  local size
  size=$(du -k -s --apparent-size --exclude=DEBIAN "$1" | cut -f1)
  mkdir -p "$1/DEBIAN"
  sed -e "s/@VERSION@/$version/" -e "s/@ARCH@/$arch/" -e "s/@SIZE@/$size/" "$2" >"$1/DEBIAN/control"
  (cd "$1" && find . -path ./DEBIAN -prune -o -type f -printf '%P\0' | LC_ALL=C sort -z | xargs -0 md5sum) >"$1/DEBIAN/md5sums"
  find "$1" -print0 | xargs -0 touch --no-dereference -d "@$SOURCE_DATE_EPOCH"
  dpkg-deb --root-owner-group "-Z$compression" --threads-max=1 --build "$1" "$out" >&2
}
control "$main" debian/control
control "$debug" debian/control.dbgsym
echo "$out/holdfast_${version}_$arch.deb"
