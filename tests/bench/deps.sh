#!/usr/bin/env bash
# The peers of `make bench`. The server's program and modules only: nothing that a package would start by itself.
set -euo pipefail
exec "$(dirname "$0")/../packages.sh" apache2-bin
