#!/bin/sh
# Prints the licences and notices of the libraries that are compiled into supine: each with its version, its licence and
# where its sources are. Of a choice of licences, MIT is taken. What brings no text of its own is named at the end.
set -eu
cd "$(dirname "$0")/.."

sources=${CARGO_HOME:-$HOME/.cargo}/registry/src

texts_in() { # FOLDER PATTERN: the files whose names begin so
  find "$1" -maxdepth 1 -type f -iname "$2" | LC_ALL=C sort
}

print_texts() { # FOLDER LICENCE
  case $2 in
    *' AND '*) texts= ;;
    *) texts=$(texts_in "$1" 'LICEN[CS]E*MIT*') ;;
  esac
  [ -n "$texts" ] || texts=$(texts_in "$1" 'LICEN[CS]E*'; texts_in "$1" 'COPYING*')
  [ -n "$texts" ] || return 1
  { echo "$texts"; texts_in "$1" 'NOTICE*'; texts_in "$1" 'COPYRIGHT*'; } | while IFS= read -r text; do
    echo
    cat "$text"
  done
}

# What only builds it, or tests it, is not in it.
list=$(cargo tree --locked --edges normal --prefix none --format '{p}|{l}|{r}' "$@" | grep -v '(proc-macro)' |
  sed 's/ (\*)$//' | LC_ALL=C sort -u)
without=
echo "supine is compiled with these libraries."
IFS='
'
for line in $list; do
  package=${line%%|*}
  rest=${line#*|}
  licence=${rest%%|*}
  address=${rest#*|}
  name=${package%% v*}
  [ "$name" != supine ] || continue
  version=${package#* v}
  version=${version%% *}
  folder=$(find "$sources" -mindepth 2 -maxdepth 2 -type d -name "$name-$version" | head -n 1)
  [ -n "$folder" ] || { echo "The sources of $name $version are not in $sources: build supine first." >&2; exit 1; }
  printf '\n%s\n%s %s (%s)\n%s\n' '----------------------------------------' "$name" "$version" "$licence" "$address"
  print_texts "$folder" "$licence" || without="$without
$name $version ($licence), $address"
done
[ -z "$without" ] || printf '\n%s\n%s\n%s\n' '----------------------------------------' \
  'These bring no text of their licence. That of MIT is in /usr/share/doc/supine/copyright, that of MPL-2.0 in /usr/share/common-licenses.' "$without"
