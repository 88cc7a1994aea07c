#!/bin/sh
# Installs the Debian package into a clean root and uses it there: as root, scripts/try-deb.sh [PACKAGE.deb]
# The root is made by debootstrap from the machine's own Debian mirror, and removed at the end. In it supine renders a
# routine with nothing but what it depends on, and plays a session with what it recommends, into a sound server
# without a sound card. Any failure ends it with a message.
set -eu
cd "$(dirname "$0")/.."

fail() {
  echo "try-deb: $*" >&2
  exit 1
}

[ "$(id -u)" -eq 0 ] || fail "a clean root is made by root: run it with sudo"
if [ $# -gt 0 ]; then package=$1; else package=$(ls -t target/debian/supine_*.deb 2>/dev/null | head -n 1); fi
[ -n "$package" ] && [ -f "$package" ] || fail "there is no package: run scripts/build-deb.sh first, or name one"
scripts/install-packages.sh debootstrap

# The machine's own sources of Debian, and its way there.
suite=${SUITE:-$(. /etc/os-release && echo "$VERSION_CODENAME")}
sources=$(apt-get indextargets --format '$(ORIGIN)|deb $(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
  sed -n 's/^Debian|//p' | sort -u)
sources=$(echo "$sources" | grep " $suite" || true)
[ -n "$sources" ] || fail "apt knows no sources of Debian $suite here; run apt-get update, or set SUITE"
mirror=$(echo "$sources" | awk -v suite="$suite" '$3 == suite { print $2; exit }')

root=$(mktemp -d /var/tmp/try-deb.XXXXXX)
trap 'rm -rf --one-file-system "$root"' EXIT
trap 'exit 130' INT TERM
echo "try-deb: a clean Debian $suite"
debootstrap --variant=minbase "$suite" "$root" "$mirror" >"$root.log" 2>&1 || { tail "$root.log" >&2; rm -f "$root.log"; fail "debootstrap failed"; }
rm -f "$root.log"
echo "$sources" >"$root/etc/apt/sources.list"
apt-config dump Acquire >"$root/etc/apt/apt.conf.d/90machine"
cp "$package" "$root/supine.deb"
cp scripts/try-deb-inside.sh "$root/inside.sh"

# Whatever is started inside ends with it, and what is mounted inside is seen nowhere else.
unshare --mount --pid --fork --kill-child chroot "$root" /bin/sh /inside.sh || fail "it failed in the clean root"
echo "try-deb: all is well"
