#!/bin/sh
# Makes the Debian package of supine, in target/debian: builds the program, lets it write its manual pages and its
# completions, gathers the licences, and packs all with cargo-deb.
set -eu
cd "$(dirname "$0")/.."

scripts/install-packages.sh build-essential pkg-config libasound2-dev libspeechd-dev libclang-dev
command -v cargo-deb >/dev/null 2>&1 || cargo install cargo-deb --locked

# The same sources give the same package: the manual pages bear the day of the last commit.
if [ -z "${SOURCE_DATE_EPOCH:-}" ] && day=$(git log -1 --format=%ct 2>/dev/null); then
  export SOURCE_DATE_EPOCH="$day"
fi

cargo build --release --locked
supine=${CARGO_TARGET_DIR:-target}/release/supine
made=target/packaging
rm -rf "$made"
mkdir -p "$made/man" "$made/completions"

"$supine" man --dir "$made/man" >/dev/null
"$supine" completions bash >"$made/completions/supine"
"$supine" completions zsh >"$made/completions/_supine"
"$supine" completions fish >"$made/completions/supine.fish"
scripts/third-party.sh >"$made/THIRD-PARTY"
gzip -9nf "$made/THIRD-PARTY"

# A text as DEP-5 wants it inside a field.
indented() {
  sed -e 's/^[[:space:]]*$/./' -e 's/^/ /' "$1"
}
indented voices/heart/NOTICE >"$made/notice"
# The title and the copyright line are said already.
sed '1,/^Copyright/d' LICENSE-MIT | sed '1{/^$/d;}' >"$made/mit"
indented "$made/mit" >"$made/expat"
sed -e "/^@VOICE_NOTICE@$/{r $made/notice
d;}" -e "/^@EXPAT@$/{r $made/expat
d;}" packaging/copyright.in >"$made/copyright"

# Whatever checker is there has its say.
if command -v mandoc >/dev/null 2>&1; then mandoc -T lint -W warning "$made"/man/*.1; fi
if command -v desktop-file-validate >/dev/null 2>&1; then desktop-file-validate packaging/supine.desktop; fi
if command -v appstreamcli >/dev/null 2>&1; then appstreamcli validate --no-net packaging/*.metainfo.xml; fi

variant=
if readelf -V "$supine" | grep -q GLIBC_ABI_DT_RELR; then variant=--variant=packed; fi
# No word, or one.
cargo deb --no-build --locked $variant
