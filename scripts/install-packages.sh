#!/bin/sh
# Installs those of the named Debian packages that are missing, and says which. On another system it names
# them and goes on: they have other names there.
set -eu

if ! command -v dpkg-query >/dev/null 2>&1; then
  echo "This is not Debian or Ubuntu. supine needs what these packages hold: $*" >&2
  exit 0
fi

missing=
for package in "$@"; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

as_root=
if [ "$(id -u)" -ne 0 ]; then
  if ! command -v sudo >/dev/null 2>&1; then
    echo "Missing:$missing. There is no sudo here: as root, run apt-get install$missing" >&2
    exit 1
  fi
  as_root="sudo DEBIAN_FRONTEND=noninteractive"
else
  export DEBIAN_FRONTEND=noninteractive
fi
echo "Installing:$missing"
# The words are separate arguments on purpose.
$as_root apt-get update -q
$as_root apt-get install -y -q --no-install-recommends $missing
