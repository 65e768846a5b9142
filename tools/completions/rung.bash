# shellcheck shell=bash
# Completion of rung for bash.

_rung_words() {
    case "$1" in
        run) echo "--seed --until --set --student --ask --fresh --drop --delay --duplicate --corrupt -w --write --at --json
            --svg --plot --of --to-script --text --narrate --why --tables --absolute --quiet --width --ascii --color --theme
            --dump --profile --define --help" ;;
        replay) echo "-r -c -n --read --count --width --ascii --absolute --comments --text --dump --theme
            --summary --json --quiz -w --write --anonymise --svg --as --into --stream --times --set -q --quiet --help" ;;
        quiz) echo "--student --answers --submit --seed --set --fresh --narrate --all --width --color
            --ascii --help" ;;
        check) echo "--quiet --student --students --seeds --set --help" ;;
        grade) echo "--csv --json --events --help" ;;
        script) echo "--profile --define --json --text --why -w --write --quiet --width --ascii --color
            --help" ;;
        labs) echo "--paths --help" ;;
        bench) echo "timeline replay --tcp --udp --row --datagrams --frames --help" ;;
        worksheet) echo "--student --set --key --format --blank --ascii --help" ;;
        fmt) echo "--check --write --help" ;;
        schema) echo "--help" ;;
        rules) echo "--fsm --coverage --ascii --help" ;;
        new) echo "--template --title --questions --from --stream --help" ;;
        help) echo "run replay quiz check grade script labs new rules schema fmt worksheet bench lab commands values bugs keys
            host router switch link fault arp ip icmp udp tcp" ;;
        *) echo "run replay quiz check grade script labs new rules schema fmt worksheet bench help --help --version" ;;
    esac
}

# A bundled lab is called as its folder.
_rung_labs() {
    rung labs --paths 2> /dev/null | sed 's|/lab\.yaml$||; s|.*/||'
}

_rung() {
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command=
    [ "$COMP_CWORD" -lt 2 ] || command=${COMP_WORDS[1]}

    COMPREPLY=()
    # Readline takes --why=tcp for three words.
    if [[ $before == --why && $word == = || $before == = && ${COMP_WORDS[COMP_CWORD - 2]} == --why ]]
    then
        mapfile -t COMPREPLY < <(compgen -W "sim link arp ip icmp udp tcp app" -- "${word#=}")
        return
    fi
    case "$before" in
        -w | --write | -r | --read | --json | --answers | --submit)
            mapfile -t COMPREPLY < <(compgen -f -- "$word")
            [[ $command != grade ]] && return ;; # its --json takes no file
        --profile)
            mapfile -t COMPREPLY < <(compgen -W "strict linux bsd" -- "$word")
            return ;;
        --theme)
            mapfile -t COMPREPLY < <(compgen -W "dark light contrast plain" -- "$word")
            return ;;
        --template)
            mapfile -t COMPREPLY < <(compgen -W "two-hosts transfer loss router" -- "$word")
            return ;;
        --format)
            mapfile -t COMPREPLY < <(compgen -W "text md svg" -- "$word")
            return ;;
        --blank)
            mapfile -t COMPREPLY < <(compgen -W "seq ack flags win len states times" -- "$word")
            return ;;
        --as)
            mapfile -t COMPREPLY < <(compgen -W "client server" -- "$word")
            return ;;
        --times)
            mapfile -t COMPREPLY < <(compgen -W "answers kept" -- "$word")
            return ;;
        --into)
            mapfile -t COMPREPLY < <(compgen -W "$(_rung_labs)" -- "$word"; compgen -f -- "$word")
            return ;;
        --color)
            mapfile -t COMPREPLY < <(compgen -W "auto always never" -- "$word")
            return ;;
        --seed | --until | --set | --student | --students | --seeds | --drop | --delay | --duplicate | --corrupt | --at | --to-script | --width | --dump | \
            --count | -c | --events | --stream | --datagrams | --define)
            return ;;
    esac
    if [[ $word == -* || -z $command ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$(_rung_words "$command")" -- "$word")
        return
    fi
    case "$command" in
        run | quiz | check | grade | worksheet)
            mapfile -t COMPREPLY < <(
                compgen -W "$(_rung_labs)" -- "$word"
                compgen -f -- "$word"
            ) ;;
        replay | script) mapfile -t COMPREPLY < <(compgen -f -- "$word") ;;
        help) mapfile -t COMPREPLY < <(compgen -W "$(_rung_words help)" -- "$word") ;;
    esac
}

complete -o filenames -F _rung rung
