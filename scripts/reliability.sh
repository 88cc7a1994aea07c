#!/bin/sh
# Runs the tests of the fault matrix, and makes the table in docs/reliability.md of the rows that they say when they
# have passed.
set -eu
cd "$(dirname "$0")/.."
document=docs/reliability.md

SUPINE_ROWS=$(mktemp)
export SUPINE_ROWS
trap 'rm -f "$SUPINE_ROWS"' EXIT

# The tests below a folder that say a row.
tests() {
  find "$1" -name '*.rs' ! -path 'tests/support/*' -exec awk '
    FNR == 1 { name = "" }
    /#\[test\]/ { is_test = 1 }
    is_test && /^ *fn / { name = $0; sub(/^ *fn /, "", name); sub(/\(.*/, "", name); is_test = 0 }
    name != "" && /(^|[^a-z_])row\($|(^|[^a-z_])row\("/ { print name }' {} + | sort -u
}

# The words are separate arguments on purpose.
cargo test --locked --lib -- $(tests src)
cargo test --locked --test it -- $(tests tests/it)
cargo test --locked --test live -- --test-threads=12 $(tests tests/live)

rows=$(LC_ALL=C sort -u "$SUPINE_ROWS")
{
  sed '/<!-- rows -->/q' "$document"
  echo
  echo "| what breaks | how | what then |"
  echo "|---|---|---|"
  echo "$rows" | awk -F '\t' '{ printf "| %s | %s | %s |\n", $1, $2, $3 }'
  echo
  echo "Last full run: $(date +%F), $(echo "$rows" | wc -l) rows."
  echo
  sed -n '/<!-- end of rows -->/,$p' "$document"
} >"$SUPINE_ROWS.md"
mv "$SUPINE_ROWS.md" "$document"
