#!/usr/bin/env bash
# Makes the sample drive from real documents that Debian packages install: text, HTML, PDF and .docx.
# Usage: prepare.sh OUT      Nothing is fetched; a finished OUT is left as it is. Needs what `make deps` installs.
set -euo pipefail
out=${1:?usage: prepare.sh OUT}
[ -e "$out/.done" ] && exit 0
reference=/usr/share/debian-reference
pages=/usr/share/man/zh_CN
for needed in "$reference/ch01.zh-cn.html" "$pages/man1"; do
  [ -e "$needed" ] || { echo "prepare.sh: $needed is missing: run 'make deps'" >&2; exit 1; }
done
rm -rf "$out"
mkdir -p "$out/text" "$out/html" "$out/pdf" "$out/docx"

plain() { zcat "$1" | preconv -e utf-8 2>/dev/null | groff -Tutf8 -mandoc -P-cbou 2>/dev/null; }

# Text: 320 manual pages.
find "$pages" -name '*.gz' -size +2k | LC_ALL=C sort | head -n 320 | while read -r page; do
  plain "$page" >"$out/text/$(basename "$page" .gz).txt" || true
done
find "$out/text" -size -1k -delete
# HTML: the chapters of the Debian reference, as they are.
cp "$reference"/*.zh-cn.html "$out/html/"
# PDF: the whole reference as its makers typeset it, and chapters as a browser prints them.
cp "$reference/debian-reference.zh-cn.pdf" "$out/pdf/"
browser=$(command -v chromium || true)
if [ -n "$browser" ]; then
  home=$(mktemp -d)
  for chapter in "$reference"/ch{01,03,05,07,11}.zh-cn.html; do
    timeout 60 "$browser" --headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking \
      --disable-component-update --disable-sync --user-data-dir="$home" --no-pdf-header-footer \
      --print-to-pdf="$out/pdf/$(basename "$chapter" .zh-cn.html).pdf" "file://$chapter" >/dev/null 2>&1 || true
  done
  rm -rf "$home"
fi
# .docx: chapters and a few manual pages, by pandoc.
for chapter in "$reference"/ch*.zh-cn.html; do
  pandoc -f html -t docx -o "$out/docx/$(basename "$chapter" .zh-cn.html).docx" "$chapter" 2>/dev/null
done
find "$pages/man5" -name '*.gz' -size +1k | LC_ALL=C sort | head -n 24 | while read -r page; do
  zcat "$page" | pandoc -f man -t docx -o "$out/docx/$(basename "$page" .gz).docx" 2>/dev/null || true
done
touch "$out/.done"
