#!/usr/bin/env bash
# What cmake --install puts in place works where it was put: the program finds
# its labs, and a program of others compiles against rung.pc.
. "$RUNG_SOURCE/tests/e2e/begin.bash"

DESTDIR="$scratch/dest" cmake --install "$RUNG_BUILD" --prefix /opt/rung > "$scratch/log"
# Not where it was meant to be: the installation has been moved.
mv "$scratch/dest/opt/rung" "$scratch/moved"
export HOME=$scratch/home
unset RUNG_LABS XDG_DATA_HOME

for file in bin/rung share/man/man1/rung.1 share/man/man5/rung-lab.5 share/man/man7/rung-script.7 \
    share/bash-completion/completions/rung share/zsh/site-functions/_rung \
    share/fish/vendor_completions.d/rung.fish share/rung/labs/ORDER share/rung/lab.schema.json \
    include/rung/sim/base.h include/rung/layers/rule.h include/rung/layers/rules_all.def; do
    [ -f "moved/$file" ] || fail "$file is not installed"
done

moved/bin/rung labs > labs.txt || fail "rung labs: status $?"
while read -r lab; do
    [ -f "$RUNG_SOURCE/labs/$lab/lab.yaml" ] || continue
    grep -q -w -- "$lab" labs.txt || fail "rung labs does not list $lab"
done < "$RUNG_SOURCE/labs/ORDER"
moved/bin/rung run encapsulation --text > ladder.txt || fail "rung run: status $?"
[ -s ladder.txt ] || fail "rung run prints nothing"

cat > own.c << 'END'
#include <stdio.h>
#include "layers/rule.h"
#include "layers/wire/checksum.h"

int main(void)
{
    puts(rule_get(rule_find("link_loss"))->name);
    return 0;
}
END
cache() {
    sed -n "s/^$1:[A-Z]*=//p" "$RUNG_BUILD/CMakeCache.txt"
}
pc=$(dirname "$(find moved -name rung.pc)")
flags=$(PKG_CONFIG_PATH=$pc pkg-config --cflags --libs rung)
sanitize=
[ "$(cache RUNG_SANITIZE)" != ON ] || sanitize=-fsanitize=address,undefined
# shellcheck disable=SC2086 # flags are several words
"$(cache CMAKE_C_COMPILER)" -std=c11 $sanitize own.c $flags -o own || fail "own.c does not compile"
[ "$(./own)" = LINK_LOSS ] || fail "own.c does not print LINK_LOSS"
echo "passed"
