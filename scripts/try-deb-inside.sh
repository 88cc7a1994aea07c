#!/bin/sh
# What scripts/try-deb.sh does inside the clean root, where the package is /supine.deb.
set -eu
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 HOME=/root
cd /root

fail() {
  echo "try-deb: $*" >&2
  exit 1
}

step() {
  echo "try-deb: $*"
}

quietly() { # COMMAND...: its output is shown only when it fails
  "$@" >/tmp/log 2>&1 || { tail -n 30 /tmp/log >&2; fail "$*"; }
}

mount -t proc proc /proc
quietly apt-get update
before=$(dpkg-query -f '${binary:Package}\n' -W | wc -l)

step "installing with nothing but what it depends on"
quietly apt-get install -y --no-install-recommends /supine.deb
step "$(($(dpkg-query -f '${binary:Package}\n' -W | wc -l) - before)) packages came, supine among them"
for tool in cc gcc clang rustc cargo; do
  ! command -v "$tool" >/dev/null || fail "$tool came with it"
done
! dpkg-query -f '${binary:Package}\n' -W | grep -E 'libclang|libllvm|-dev' || fail "what only builders need came with it"
for file in /usr/bin/supine /usr/share/man/man1/supine.1.gz /usr/share/man/man1/supine-play.1.gz \
  /usr/share/bash-completion/completions/supine /usr/share/zsh/vendor-completions/_supine \
  /usr/share/fish/vendor_completions.d/supine.fish /usr/share/applications/supine.desktop \
  /usr/share/icons/hicolor/scalable/apps/supine.svg /usr/share/metainfo/alt.supine.supine.metainfo.xml \
  /usr/share/doc/supine/copyright /usr/share/doc/supine/THIRD-PARTY.gz; do
  # apt leaves out documentation where dpkg is told to; the package must have it.
  dpkg-query -L supine | grep -qx "$file" || fail "$file is not in the package"
done
grep -q "Maureese Williams" /usr/share/doc/supine/copyright || fail "the voice's notice is not in the copyright file"
supine --version

step "rendering desk-break with the natural voice"
quietly supine render desk-break --voice natural -o /tmp/desk-break.wav
size=$(wc -c </tmp/desk-break.wav)
[ "$size" -gt 10000000 ] || fail "the file has only $size bytes"
step "desk-break.wav has $size bytes"

step "completing a command line in bash"
cat >/tmp/complete.bash <<'E'
source /usr/share/bash-completion/completions/supine
COMP_WORDS=(supine play desk) COMP_CWORD=2 COMP_TYPE=9
_clap_complete_supine supine desk play 2>/dev/null
[[ " ${COMPREPLY[*]} " == *" desk-break "* ]]
E
bash /tmp/complete.bash || fail "bash does not complete desk-break"

step "installing what it recommends, and a sound server"
recommended=$(dpkg-query -W -f '${Recommends}' supine | tr -d ',')
# The words are separate arguments on purpose.
quietly apt-get install -y $recommended
quietly apt-get install -y --no-install-recommends pulseaudio pulseaudio-utils

# A sound server whose only device is none.
mkdir -p /tmp/run
chmod 700 /tmp/run
export XDG_RUNTIME_DIR=/tmp/run PULSE_SERVER=unix:/tmp/run/pulse.sock
pulseaudio --daemonize=no --exit-idle-time=-1 --use-pid-file=false --log-target=file:/tmp/pulse.log -n \
  -L "module-native-protocol-unix auth-anonymous=1 socket=/tmp/run/pulse.sock" \
  -L "module-null-sink sink_name=none rate=48000 channels=2" >/dev/null 2>&1 &
tries=0
until pactl info >/dev/null 2>&1; do
  tries=$((tries + 1))
  [ "$tries" -lt 100 ] || { cat /tmp/pulse.log >&2; fail "the sound server did not start"; }
  sleep 0.1
done

supine voices >/tmp/voices 2>/tmp/log || { cat /tmp/log >&2; fail "supine voices"; }
for voice in system natural espeak:en-us; do
  grep -q " $voice " /tmp/voices || { cat /tmp/voices /tmp/log >&2; fail "$voice is not among the voices"; }
done
step "$(grep -c ' rendered ' /tmp/voices) rendered voices, and the system's"

# Whatever is heard of it is the voice.
cat >/tmp/short.toml <<'E'
title = "A short one"
language = "en"
ambience = "none"
ending = "awake"
[[pose]]
name = "Rest"
position = "lying on your back"
steps = ["Let both arms rest beside you.", { count = 5 }, "Stay as you are."]
E
for voice in natural espeak system; do
  step "playing a short session with the voice $voice"
  parec -d none.monitor --rate=48000 --channels=1 --format=s16le >/tmp/heard.raw &
  recorder=$!
  timeout 300 supine play /tmp/short.toml --voice "$voice" --pace 2 --no-setup >/tmp/log 2>&1 </dev/null ||
    { cat /tmp/log >&2; fail "playing with $voice failed"; }
  kill "$recorder"
  wait "$recorder" 2>/dev/null || true
  # Another voice would have stood in, and said so.
  ! grep -i 'does not answer\|instead' /tmp/log >&2 || fail "$voice did not speak"
  # Silence is nothing but zeros.
  heard=$(tr -d '\0' </tmp/heard.raw | wc -c)
  [ "$heard" -gt 100000 ] || fail "next to nothing was heard: $heard bytes of $(wc -c </tmp/heard.raw) are not silence"
  step "heard $(($(wc -c </tmp/heard.raw) / 96000)) s, of which $((heard / 96000)) s are not silence"
done

step "removing it"
quietly apt-get purge -y supine
[ ! -e /usr/bin/supine ] || fail "it is still there"
