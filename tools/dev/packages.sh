# shellcheck shell=bash
# packages.sh - what Rung needs of a machine, and how to get it.
#
# Sourced by tools/start and tools/test. A need is looked for by what it gives
# (a command, a pkg-config module), never by asking the package manager, so
# that a machine which has everything is not kept waiting.

# The names of NEED for the package manager MANAGER, one a line.
package_of() {
    case "$1:$2" in
        apt:compiler) printf '%s\n' gcc libc6-dev ;;
        apt:make) printf '%s\n' make ;;
        apt:cmake) printf '%s\n' cmake ;;
        apt:pkg-config) printf '%s\n' pkg-config ;;
        apt:libpcap) printf '%s\n' libpcap-dev ;;
        apt:yaml-0.1) printf '%s\n' libyaml-dev ;;
        apt:jansson) printf '%s\n' libjansson-dev ;;
        apt:ncursesw) printf '%s\n' libncurses-dev ;;
        apt:zlib) printf '%s\n' zlib1g-dev ;;
        apt:cunit) printf '%s\n' libcunit1-dev ;;
        apt:sanitizer) printf '%s\n' gcc ;;
        apt:tshark) printf '%s\n' tshark ;;
        apt:tmux | dnf:tmux | pacman:tmux | brew:tmux) printf '%s\n' tmux ;;
        apt:fuzzer) printf '%s\n' clang libclang-rt-dev ;;
        dnf:compiler) printf '%s\n' gcc ;;
        dnf:make) printf '%s\n' make ;;
        dnf:cmake) printf '%s\n' cmake ;;
        dnf:pkg-config) printf '%s\n' pkgconf-pkg-config ;;
        dnf:libpcap) printf '%s\n' libpcap-devel ;;
        dnf:yaml-0.1) printf '%s\n' libyaml-devel ;;
        dnf:jansson) printf '%s\n' jansson-devel ;;
        dnf:ncursesw) printf '%s\n' ncurses-devel ;;
        dnf:zlib) printf '%s\n' zlib-devel ;;
        dnf:cunit) printf '%s\n' CUnit-devel ;;
        dnf:sanitizer) printf '%s\n' libasan libubsan ;;
        dnf:tshark) printf '%s\n' wireshark-cli ;;
        dnf:fuzzer) printf '%s\n' clang compiler-rt ;;
        pacman:compiler | pacman:sanitizer) printf '%s\n' gcc ;;
        pacman:make) printf '%s\n' make ;;
        pacman:cmake) printf '%s\n' cmake ;;
        pacman:pkg-config) printf '%s\n' pkgconf ;;
        pacman:libpcap) printf '%s\n' libpcap ;;
        pacman:yaml-0.1) printf '%s\n' libyaml ;;
        pacman:jansson) printf '%s\n' jansson ;;
        pacman:ncursesw) printf '%s\n' ncurses ;;
        pacman:zlib) printf '%s\n' zlib ;;
        pacman:cunit) printf '%s\n' cunit ;;
        pacman:tshark) printf '%s\n' wireshark-cli ;;
        pacman:fuzzer) printf '%s\n' clang compiler-rt ;;
        brew:compiler | brew:sanitizer | brew:fuzzer) printf '%s\n' llvm ;;
        brew:make) printf '%s\n' make ;;
        brew:cmake) printf '%s\n' cmake ;;
        brew:pkg-config) printf '%s\n' pkg-config ;;
        brew:libpcap) printf '%s\n' libpcap ;;
        brew:yaml-0.1) printf '%s\n' libyaml ;;
        brew:jansson) printf '%s\n' jansson ;;
        brew:ncursesw) printf '%s\n' ncurses ;;
        brew:zlib) printf '%s\n' zlib ;;
        brew:cunit) printf '%s\n' cunit ;;
        brew:tshark) printf '%s\n' wireshark ;;
    esac
}

# brew keeps libraries that the system also has out of pkg-config's way.
find_brew_modules() {
    local prefix formula

    command -v brew > /dev/null || return 0
    prefix=$(brew --prefix)
    for formula in ncurses libpcap zlib; do
        PKG_CONFIG_PATH="$prefix/opt/$formula/lib/pkgconfig:${PKG_CONFIG_PATH:-}"
    done
    export PKG_CONFIG_PATH
}

# Whether COMPILER links a program with OPTIONS.
can_link() {
    local folder status=0

    folder=$(mktemp -d) || return 1
    printf '%s\n' "$1" > "$folder/try.c"
    "${@:2}" -o "$folder/try" "$folder/try.c" > /dev/null 2>&1 || status=1
    rm -rf "$folder"
    return "$status"
}

has_sanitizer() {
    can_link 'int main(void) { return 0; }' "${CC:-cc}" -fsanitize=address,undefined
}

has_fuzzer() {
    command -v clang > /dev/null &&
        can_link 'int LLVMFuzzerTestOneInput(const char *p, unsigned long n)
            { return p && n > 1 ? 0 : 0; }' clang -fsanitize=fuzzer,address
}

has_compiler() {
    can_link '#include <stdio.h>
        int main(void) { return puts("") < 0; }' "${CC:-cc}"
}

has_need() {
    case "$1" in
        compiler) has_compiler ;;
        make) command -v make > /dev/null || command -v ninja > /dev/null ;;
        cmake) command -v cmake > /dev/null ;;
        pkg-config) command -v pkg-config > /dev/null ;;
        sanitizer) has_sanitizer ;;
        fuzzer) has_fuzzer ;;
        tshark | tmux) command -v "$1" > /dev/null ;;
        *) pkg-config --exists "$1" 2> /dev/null ;;
    esac
}

missing_needs() {
    local need

    for need in "$@"; do
        has_need "$need" || printf '%s\n' "$need"
    done
}

package_manager() {
    local command

    for command in apt-get dnf pacman brew; do
        if command -v "$command" > /dev/null; then
            printf '%s\n' "${command%-get}"
            return
        fi
    done
}

# brew refuses root; the others need it.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo > /dev/null; then
        sudo "$@"
    else
        echo "installing needs root, and there is no sudo here; run as root: $*" >&2
        return 1
    fi
}

# Releases differ in names, and apt installs nothing if it lacks one of them:
# the caller then tries them one by one.
apt_install() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@"
}

install_packages() {
    local manager=$1 package
    shift

    case "$manager" in
        apt)
            # An index that cannot be fetched may still know the package.
            as_root apt-get update -q || true
            apt_install "$@" || for package in "$@"; do apt_install "$package" || true; done
            ;;
        dnf) as_root dnf install -y "$@" ;;
        pacman) as_root pacman -Sy --needed --noconfirm "$@" ;;
        brew) brew install "$@" ;;
    esac
}

# Installs what the program needs, and the needs given.
provide_for_rung() {
    find_brew_modules
    provide compiler make cmake pkg-config libpcap zlib yaml-0.1 jansson ncursesw "$@"
}

# Installs what is missing of the needs given. Status 1 if something is left.
provide() {
    local manager left need package
    local -a missing=() packages=()

    while read -r need; do
        missing+=("$need")
    done < <(missing_needs "$@")
    [ "${#missing[@]}" -gt 0 ] || return 0
    manager=$(package_manager)
    if [ -z "$manager" ]; then
        echo "missing: ${missing[*]}; no apt, dnf, pacman or brew to install it with" >&2
        return 1
    fi
    for need in "${missing[@]}"; do
        while read -r package; do
            packages+=("$package")
        done < <(package_of "$manager" "$need")
    done
    echo "missing: ${missing[*]}; installing by $manager: ${packages[*]}"
    install_packages "$manager" "${packages[@]}" || true
    find_brew_modules
    left=$(missing_needs "$@" | tr '\n' ' ')
    [ -z "$left" ] || { echo "still missing: $left" >&2; return 1; }
}

# Installs NEED, without which the tests still run: a failure is remembered,
# so that a machine without a network is not asked again each time.
provide_if_possible() {
    local mark=".cache/without-$1"

    has_need "$1" && return 0
    if [ ! -f "$mark" ]; then
        provide "$1" && return 0
        mkdir -p .cache
        : > "$mark"
    fi
    echo "going on without $1: what needs it is skipped (rm $mark to try again)"
}

# A build folder copied with its tree still names the old one: begin anew.
forget_moved_build() {
    local cache="$1/CMakeCache.txt" home

    [ -f "$cache" ] || return 0
    home=$(sed -n 's/^CMAKE_HOME_DIRECTORY:INTERNAL=//p' "$cache")
    [ "$home" = "$PWD" ] || rm -rf "$1"
}

processors() {
    getconf _NPROCESSORS_ONLN 2> /dev/null || echo 2
}

# Configures and builds PRESET in FOLDER with more CMake options, quietly
# unless it goes wrong.
build_preset() {
    local preset=$1 folder=$2 log
    shift 2

    forget_moved_build "$folder"
    log=$(mktemp)
    echo "building $folder ..."
    if ! cmake --preset "$preset" "$@" > "$log" 2>&1 ||
        ! cmake --build "$folder" --parallel "$(processors)" > "$log" 2>&1; then
        cat "$log" >&2
        rm -f "$log"
        echo "building $folder failed" >&2
        return 1
    fi
    rm -f "$log"
}
