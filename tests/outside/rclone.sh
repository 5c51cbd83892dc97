#!/usr/bin/env bash
# A tree goes there and comes back without a difference: big, empty, many, and names that need every kind of quoting.
. "$(dirname "$0")/lib.sh"
need rclone
source="$WORK/source"
mkdir -p "$source/子 目录/#1 100% (a)" "$source/deep/er/and/deeper"
head -c 20000000 /dev/urandom >"$source/大文件.bin"
: >"$source/子 目录/empty"
printf 'x' >"$source/deep/er/and/deeper/😀 'quoted' +plus,comma;semi.txt"
for n in $(seq 30); do printf 'file %s\n' "$n" >"$source/子 目录/#1 100% (a)/f&$n.txt"; done
cat >"$WORK/rclone.conf" <<CONF
[box]
type = webdav
url = $BOX_WEBDAV
vendor = other
user = $BOX_APP_UID
pass = $(rclone obscure "$BOX_APP_PASSWORD")
CONF
r() { rclone --config "$WORK/rclone.conf" --ca-cert "$BOX_CA" "$@"; }
same() { r check --download "$source" "$1" 2>&1 | tee "$WORK/check.txt" | grep -v '^$'; grep -q ' 0 differences found' "$WORK/check.txt"; }
r copy "$source" box:there
same box:there
# Some change, some go, some are new.
head -c 3000000 /dev/urandom >"$source/大文件.bin"
rm "$source/子 目录/empty"
printf 'new' >"$source/deep/new"
r sync "$source" box:there
same box:there
r moveto box:there box:elsewhere
same box:elsewhere
r copy box:elsewhere "$WORK/back"
diff -r "$source" "$WORK/back"
r purge box:elsewhere
! r lsf box: | grep -q elsewhere
