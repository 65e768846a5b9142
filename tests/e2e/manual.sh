#!/usr/bin/env bash
# The manual page and the completions know every subcommand that `rung help`
# tells of, and every long option that it reads.
. "$RUNG_SOURCE/tests/e2e/begin.bash"
looked=0

# WORD of COMMAND in FILE.
look() {
    looked=$((looked + 1))
    # roff writes a hyphen as \-, and fish an option without its hyphens.
    if ! sed 's/\\-/-/g; s/ -l \([a-z]\)/ --\1/g' "$3" | grep -q -w -e "$1"; then
        fail "$1 (rung $2) is not in $3"
    fi
}

# The options of COMMAND, from the table that getopt_long has of them.
options_of() {
    local source=tools/rung/cmd_$1.c

    case "$1" in
        run) source=tools/rung/run_options.c ;;
        quiz) source=tools/rung/quiz_options.c ;;
        replay) source=tools/lib/replay_options.c ;;
    esac
    grep -o -e '{ "[a-z-]*", [a-z]*_argument,' "$RUNG_SOURCE/$source" |
        sed 's/{ "\([a-z-]*\)".*/--\1/' | grep -v -e --help || true
}

commands=$("$RUNG" help | sed -n 's/^  \([a-z]\{2,\}\)  .*/\1/p')
[ -n "$commands" ] || { echo "FAILED: rung help names no subcommand" >&2; exit 1; }
for command in $commands; do
    options=$(options_of "$command")
    for file in tools/man/rung.1 tools/completions/rung.bash tools/completions/rung.zsh \
        tools/completions/rung.fish; do
        look "$command" "$command" "$RUNG_SOURCE/$file"
        for option in $options; do
            # The other spelling of --color: known, but not offered.
            [ "$option" = --colour ] && [ "$file" != tools/man/rung.1 ] && continue
            look "$option" "$command" "$RUNG_SOURCE/$file"
        done
    done
    [ "$command" != help ] || continue # its examples have options of others
    for option in $("$RUNG" help "$command" | grep -o -e '--[a-z][a-z-]*' | sort -u |
        grep -v -e --help || true); do
        if ! grep -q -x -e "$option" <<< "$options"; then
            fail "the help of $command tells of $option, which it does not read"
        fi
    done
done
[ "$looked" -gt 100 ] || fail "only $looked words were looked for"
echo "$looked words looked for"
