#compdef rung
# Completion of rung for zsh.

_rung_lab() {
    local -a names
    names=(${(f)"$(rung labs --paths 2> /dev/null)"})
    names=(${names:h:t})
    _alternative "labs:bundled lab:compadd -a names" "files:lab file or folder:_files"
}

_rung_run() {
    _arguments \
        '--seed[the seed of all chance]:number:' \
        '--until[stop at this virtual time]:time (20ms, 1s):' \
        '*--set[override a value of the lab file]:path=value:' \
        '--student[the lab as this student gets it]:ID:' \
        '--ask[the timeline stops at pages and questions]' \
        '--fresh[forget what was answered before]' \
        '*--drop[drop frame number N]:frame number:' \
        '*--delay[delay frame number N]:frame number\:time:' \
        '*--duplicate[duplicate frame number N]:frame number:' \
        '*--corrupt[flip a bit of frame number N]:frame number:' \
        '*'{-w,--write}'[write a capture (.pcap, .pcapng)]:file:_files' \
        '--at[capture as seen by this host]:host:' \
        '--json[write the trace as JSON Lines]:file:_files' \
        '--profile[whose habits a packet script expects]:profile:(strict linux bsd)' \
        '*--define[a name for #ifdef of a packet script]:name:' \
        '--to-script[print the run as a packet script]:host:' \
        '--text[print the ladder]' \
        '--svg[draw the ladder]:file:_files -g "*.svg"' \
        '--plot[draw the curves of a connection]:file:_files -g "*.svg"' \
        '--of[whose connection]:HOST\:PORT:' \
        '--narrate[print the run in sentences]' \
        '--why=-[print every decision, or of some layers]::layers:_values -s , layer sim link arp ip icmp udp tcp app' \
        '--absolute[show sequence numbers as they are sent]' \
        '--tables[print what the nodes know at the end]' \
        '--ascii[draw with ASCII only]' \
        '--color[colours]:when:(auto always never)' \
        '--theme[colours of the timeline]:name:(dark light contrast plain)' \
        '--dump[a screen of the timeline as text]:WxH\:KEYS:' \
        '(-q --quiet)'{-q,--quiet}'[print nothing but the result]' \
        '--width[columns of the ladder]:columns:' \
        '--help[show help]' \
        '1:lab:_rung_lab'
}

_rung_replay() {
    _arguments \
        '(-r --read)'{-r,--read}'[the capture file]:file:_files' \
        '(-c --count)'{-c,--count}'[stop after so many frames]:frames:' \
        '-n[names are never looked up]' \
        '--width[columns of a line]:columns:' \
        '--ascii[draw with ASCII only]' \
        '--absolute[show sequence numbers as they were sent]' \
        '--comments[show the comments of a pcapng]' \
        '--summary[connections, who else talked, broken rules]' \
        '--svg[draw the ladder]:file:_files' \
        '(-q --quiet)'{-q,--quiet}'[tell no progress]' \
        '--json[a JSON object a frame]' \
        '(-w --write)'{-w,--write}'[write a capture]:file:_files' \
        '--anonymise[hide addresses and data in it]' \
        '--quiz[leave the analysis to you]' \
        '--as[feed this side to a simulated host]:side:(client server)' \
        '--into[the lab whose host answers]:lab:_rung_lab' \
        '--stream[which TCP connection, from 0]:number:' \
        '--times[driven by the answers, or kept]:how:(answers kept)' \
        '*--set[another value of the lab]:PATH=VALUE:' \
        '--text[print the ladder]' \
        '--help[show help]' \
        '1:capture:_files' \
        '*:filter:'
}

_rung_script() {
    _arguments \
        '--profile[whose habits are expected]:profile:(strict linux bsd)' \
        '*--define[a name for #ifdef]:name:' \
        '--json[print JSON objects]' \
        '--text[print the ladder of each script]' \
        '--why=-[print every decision, or of some layers]::layers:_values -s , layer sim link arp ip icmp udp tcp app' \
        '(-w --write)'{-w,--write}'[write a capture (.pcap, .pcapng)]:file:_files' \
        '(-q --quiet)'{-q,--quiet}'[print no ladder]' \
        '--width[columns of the ladder]:columns:' \
        '--ascii[draw with ASCII only]' \
        '--color[colours]:when:(auto always never)' \
        '--help[show help]' \
        '*:script or folder:_files'
}

_rung() {
    local -a commands
    commands=(
        'run:run a lab'
        'replay:show a capture file as a ladder'
        'quiz:answer the questions of a lab, then see'
        'check:check a lab file'
        'worksheet:print questions on paper, or the key'
        'fmt:lay lab files out'
        'schema:print a JSON schema of lab files'
        'grade:do again what a class has handed in'
        'script:let packet scripts judge our TCP'
        'labs:list the bundled labs'
        'rules:print the rule book'
        'bench:measure the cost of a frame'
        'new:begin a lab of your own'
        'help:explain a command'
    )
    if ((CURRENT == 2)); then
        _describe command commands
        return
    fi
    case ${words[2]} in
        run)
            shift words
            ((CURRENT--))
            _rung_run ;;
        quiz) _arguments \
            '--student[the lab as this student gets it]:ID:' \
            '--answers[lines NAME\: ANSWER]:file:_files' \
            '--submit[write what is handed in]:file:_files' \
            '--seed[the seed of all chance]:number:' \
            '*--set[override a value]:PATH=VALUE:' \
            '--fresh[forget what was done before]' \
            '--narrate[the run in sentences]' \
            '--all[every row of the ladder]' \
            '--width[columns of the ladder]:columns:' \
            '--color[colours]:when:(auto always never)' \
            '--ascii[draw with ASCII only]' \
            '--help[show help]' '*:lab:_rung_lab' ;;
        check) _arguments '(-q --quiet)'{-q,--quiet}'[errors only]' \
            '--student[the lab as this student gets it]:ID:' \
            '--students[how many made-up students]:number:' \
            '--seeds[how many seeds]:number:' \
            '*--set[override a value]:PATH=VALUE:' '*:lab:_rung_lab' ;;
        grade) _arguments '(--json)--csv[a table, a line a student]' \
            '(--csv)--json[one JSON object]' \
            "--events[end a student's run after so many]:number:" \
            '1:lab:_rung_lab' '*:submission or folder:_files' ;;
        fmt) _arguments '--check[name those that are not so]' \
            '(-w --write)'{-w,--write}'[put it in place]' '*:lab:_rung_lab' ;;
        worksheet) _arguments '--student[for this student]:ID:' \
            '*--set[override a value]:PATH=VALUE:' '--key[the answers]' \
            '--format[of the sheet]:format:(text md svg)' \
            '--blank[blank in every row]:fields:_values -s , field seq ack flags win len states times' \
            '--ascii[draw with ASCII only]' '*:lab:_rung_lab' ;;
        script)
            shift words
            ((CURRENT--))
            _rung_script ;;
        labs) _arguments '--paths[where their files are]' ;;
        rules)
            _arguments \
                '(--coverage)--fsm[print the states of TCP]' \
                '(--fsm)--coverage[print what RFC 9293 asks for]' \
                '--ascii[draw with ASCII only]' ;;
        bench)
            _arguments \
                '--tcp[only what a segment costs]' \
                '--udp[only what a frame costs]' \
                '--row[only one line of the table for TCP]:number:' \
                '--datagrams[how many to send]:number:' \
                '--frames[how long the run to step in is]:number:' \
                ':what:(timeline replay)' ;;
        replay)
            shift words
            ((CURRENT--))
            _rung_replay ;;
        new)
            _arguments \
                '--template[what it begins with]:template:(two-hosts transfer loss router)' \
                '--title[what the lab is called]:title:' \
                '--questions[how many to begin with]:number:(0 1 2 3)' \
                '--from[make it of a connection in this capture]:capture:_files' \
                '--stream[which connection, counted from 0]:number:' \
                '--help[show help]' \
                ':folder:_files -/' '*:filter:' ;;
        help)
            _describe command commands
            compadd lab commands values bugs keys host router switch link fault arp ip icmp \
                udp tcp ;;
    esac
}

_rung "$@"
