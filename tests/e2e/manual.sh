#!/usr/bin/env bash
# The manual page and the completions know every subcommand and every long
# option that `rung help` tells of.
set -eu

if [ ! -x "$RUNG" ]; then
    echo "no program was built: skipped"
    exit 77
fi
failed=0 looked=0

# WORD of what COMMAND's help says, in FILE.
look() {
    looked=$((looked + 1))
    # roff writes a hyphen as \-, and fish an option without its hyphens.
    if ! sed 's/\\-/-/g; s/ -l \([a-z]\)/ --\1/g' "$3" | grep -q -w -e "$1"; then
        echo "FAILED: $1 (rung $2) is not in $3" >&2
        failed=$((failed + 1))
    fi
}

commands=$("$RUNG" help | sed -n 's/^  \([a-z]\{2,\}\)  .*/\1/p')
[ -n "$commands" ] || { echo "FAILED: rung help names no subcommand" >&2; exit 1; }
for command in $commands; do
    options=$("$RUNG" help "$command" | grep -o -e '--[a-z][a-z]*' | sort -u |
        grep -v -e --help || true)
    for file in tools/man/rung.1 tools/completions/rung.bash tools/completions/rung.zsh \
        tools/completions/rung.fish; do
        look "$command" "$command" "$RUNG_SOURCE/$file"
        for option in $options; do
            look "$option" "$command" "$RUNG_SOURCE/$file"
        done
    done
done
[ "$looked" -gt 60 ] || { echo "FAILED: only $looked words were looked for" >&2; exit 1; }
echo "$looked words looked for, $failed missing"
[ "$failed" -eq 0 ]
