#!/bin/sh
# Fuzzes a target of fuzz/ for some seconds, or for ten million inputs: scripts/fuzz.sh TARGET SECONDS. Works with a stable compiler.
# New inputs are kept in fuzz/target/grown, findings in fuzz/artifacts. docs/fuzzing.md says more.
set -eu
cd "$(dirname "$0")/.."
target=$1
seconds=${2:-60}
grown=fuzz/target/grown/$target
seeds=fuzz/target/seeds/$target
mkdir -p "$grown" "$seeds"
command -v cargo-fuzz > /dev/null || cargo install cargo-fuzz --locked

# What stands elsewhere in the sources is no part of the corpus.
case $target in
  routine)
    for shape in routines/*/routine.toml; do
      folder=$(dirname "$shape")
      { cat "$shape"; printf '\n=====\n'; cat "$folder/de.toml"; } > "$seeds/$(basename "$folder")"
    done ;;
  sheet) { printf 'a'; cat src/authoring/import/tests/page.txt; } > "$seeds/page" ;;
  music) cp tests/music/*.* "$seeds" ;;
esac

dictionary=fuzz/dictionaries/$target
# Instrumentation is for nightly compilers, unless they are told otherwise; it needs no sanitizer, for there is no unsafe
# code here.
RUSTC_BOOTSTRAP=1 cargo fuzz run --sanitizer none --codegen-units 16 "$target" "$grown" "fuzz/corpus/$target" "$seeds" -- \
  -max_total_time="$seconds" -runs=10000000 -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 -reload=0 \
  $([ -f "$dictionary" ] && echo "-dict=$dictionary")
