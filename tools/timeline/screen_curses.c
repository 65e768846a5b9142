/*
 * screen_curses.c - a terminal, by ncurses.
 *
 * The terminal is one for the whole process, and so is what is kept here. A
 * signal that ends us may come at any moment, when curses must not be called:
 * what takes the terminal back is therefore copied when it is taken.
 */
#include "tools/lib/mapped_file.h"
#include "tools/timeline/screen.h"

#include <curses.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>

#undef tab /* of <term.h> */

enum { RESTORE_SIZE = 400, ESCAPE_DELAY_MS = 25, DEAF_MAX = 50 };

static struct {
    SCREEN *screen;
    struct termios before;
    char restore[RESTORE_SIZE]; /* what gives the terminal back */
    size_t restore_len;
    const char *keypad_on; /* or NULL */
    struct screen_look look;
    bool mouse_on;
    int deaf; /* times in a row that reading gave nothing at once */
} term;

/* ---- Whatever ends us ---- */

static const int fatal[] = { SIGINT,  SIGTERM, SIGHUP, SIGQUIT, SIGABRT,
                             SIGSEGV, SIGBUS,  SIGFPE, SIGILL };
static struct sigaction previous[ARRAY_LEN(fatal)], before_continue;

static void give_back(void)
{
    ssize_t written = write(STDOUT_FILENO, term.restore, term.restore_len);

    (void)written;
    tcsetattr(STDIN_FILENO, TCSANOW, &term.before);
}

/* Restores the terminal, then lets the signal do what it would have done. */
static void end_by_signal(int number, siginfo_t *info, void *context)
{
    (void)context;
    if (number == SIGBUS && mapped_file_mend(info))
        return;
    give_back();
    for (size_t i = 0; i < ARRAY_LEN(fatal); i++)
        if (fatal[i] == number)
            sigaction(number, &previous[i], NULL);
    raise(number);
}

/* After Ctrl-Z and fg curses draws at once, but asks for the keys' long codes and
 * the mouse only when it reads again, which is too late for the first key. */
static void come_back(int number)
{
    static const char mouse[] = "\033[?1000h\033[?1006h";
    ssize_t written = 0;

    (void)number;
    if (term.keypad_on != NULL)
        written = write(STDOUT_FILENO, term.keypad_on, strlen(term.keypad_on));
    if (term.mouse_on)
        written = write(STDOUT_FILENO, mouse, sizeof(mouse) - 1);
    (void)written;
}

static void catch_signals(void)
{
    struct sigaction action = { .sa_sigaction = end_by_signal, .sa_flags = SA_SIGINFO };
    struct sigaction again = { .sa_handler = come_back, .sa_flags = SA_RESTART };

    sigemptyset(&action.sa_mask);
    sigemptyset(&again.sa_mask);
    sigaction(SIGCONT, &again, &before_continue);
    for (size_t i = 0; i < ARRAY_LEN(fatal); i++) {
        sigaction(fatal[i], &action, &previous[i]);
        if (previous[i].sa_handler == SIG_IGN)
            sigaction(fatal[i], &previous[i], NULL); /* as nohup wants it */
    }
}

static void release_signals(void)
{
    for (size_t i = 0; i < ARRAY_LEN(fatal); i++)
        sigaction(fatal[i], &previous[i], NULL);
    sigaction(SIGCONT, &before_continue, NULL);
}

/* Adds the terminal's string for CAPABILITY, without its waiting times. */
static void keep(const char *string)
{
    while (string != NULL && string != (char *)-1 && *string != '\0') {
        if (string[0] == '$' && string[1] == '<' && strchr(string, '>') != NULL)
            string = strchr(string, '>') + 1;
        else if (term.restore_len < sizeof(term.restore))
            term.restore[term.restore_len++] = *string++;
        else
            return;
    }
}

static char *capability(const char *name)
{
    char text[16];

    snprintf(text, sizeof(text), "%s", name);
    return tigetstr(text);
}

static void remember_terminal(void)
{
    term.restore_len = 0;
    term.keypad_on = capability("smkx");
    if (term.keypad_on == (char *)-1)
        term.keypad_on = NULL;
    if (capability("kmous") != NULL && capability("kmous") != (char *)-1)
        keep("\033[?1000l\033[?1006l");
    keep(capability("sgr0"));
    keep(capability("rmkx"));
    keep(capability("cnorm"));
    keep(capability("rmcup"));
    keep("\r\n");
}

/* ---- Opening ---- */

static void begin_colours(void)
{
    short background = -1;

    if (!has_colors())
        return;
    start_color();
    if (use_default_colors() == ERR)
        background = COLOR_BLACK;
    for (short colour = 0; colour < 8; colour++)
        init_pair((short)(colour + 1), colour, background);
}

static bool can_move_cursor(void)
{
    const char *string = capability("cup");

    return string != NULL && string != (char *)-1;
}

bool screen_open(void)
{
    const char *name = getenv("TERM");

    if (name == NULL || name[0] == '\0' || strcmp(name, "dumb") == 0)
        return false;
    if (tcgetattr(STDIN_FILENO, &term.before) != 0)
        return false;
    term.screen = newterm(NULL, stdout, stdin);
    if (term.screen == NULL)
        return false;
    remember_terminal();
    catch_signals();
    if (!can_move_cursor()) {
        screen_close();
        return false;
    }
    set_escdelay(ESCAPE_DELAY_MS);
    cbreak();
    noecho();
    nonl();
    intrflush(stdscr, FALSE);
    keypad(stdscr, TRUE);
    begin_colours();
    return true;
}

void screen_close(void)
{
    if (term.mouse_on)
        mousemask(0, NULL);
    endwin();
    release_signals();
    delscreen(term.screen);
    memset(&term, 0, sizeof(term));
}

void screen_size(int *width, int *height)
{
    getmaxyx(stdscr, *height, *width);
}

void screen_set_look(struct screen_look look)
{
    term.look = look;
    if (look.mouse == term.mouse_on)
        return;
    if (capability("kmous") == NULL || capability("kmous") == (char *)-1)
        return; /* a terminal without */
    mousemask(look.mouse ? BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED : 0, NULL);
    mouseinterval(0);
    term.mouse_on = look.mouse;
}

/* ---- Drawing ---- */

static attr_t attributes(const struct cell *cell, short *pair)
{
    struct colour_style style = colour_style(term.look.theme, (enum meaning)cell->meaning);
    attr_t attribute = style.bold ? A_BOLD : style.dim ? A_DIM : A_NORMAL;

    *pair = 0;
    if (term.look.colour && has_colors())
        *pair = (short)(style.colour + 1);
    if (cell->emphasis & EMPHASIS_FUTURE && term.look.theme != COLOUR_CONTRAST)
        attribute = A_DIM;
    if (cell->emphasis & EMPHASIS_MARKED)
        attribute |= A_UNDERLINE | A_BOLD;
    if (cell->emphasis & EMPHASIS_SELECTED)
        attribute |= A_REVERSE;
    return attribute;
}

static void show_cell(const struct cell *cell, int x, int y)
{
    wchar_t text[2] = { L' ', L'\0' };
    cchar_t out;
    short pair;
    attr_t attribute = attributes(cell, &pair);

    if (cell->character == CANVAS_WIDE && !term.look.ascii)
        return;
    if (cell->character != CANVAS_EMPTY)
        text[0] = (wchar_t)(term.look.ascii ? canvas_ascii(cell->character) : cell->character);
    if (setcchar(&out, text, attribute, pair, NULL) == OK)
        mvadd_wch(y, x, &out);
}

void screen_show(const struct canvas *canvas, int x, int y, bool anew)
{
    erase();
    for (int row = 0; row < canvas->height; row++)
        for (int column = 0; column < canvas->width; column++) {
            const struct cell *cell = canvas_cell(canvas, column, row);

            if (cell->character != CANVAS_EMPTY || cell->emphasis != 0)
                show_cell(cell, column, row);
        }
    if (anew)
        clearok(stdscr, TRUE);
    move(y, x);
    refresh();
}

void screen_tell(int y, const char *text)
{
    move(y, 0);
    clrtoeol();
    addnstr(text, COLS - 1);
    refresh();
}

/* ---- Keys ---- */

static struct press mouse_press(void)
{
    MEVENT event;
    struct press press = { K_NONE, 0, 0 };

    if (getmouse(&event) != OK)
        return press;
    press.x = event.x;
    press.y = event.y;
    if (event.bstate & BUTTON4_PRESSED)
        press.key = K_WHEEL_UP;
    else if (event.bstate & BUTTON5_PRESSED)
        press.key = K_WHEEL_DOWN;
    else if (event.bstate & BUTTON1_PRESSED)
        press.key = K_CLICK;
    return press;
}

static struct press special_press(wint_t code)
{
    static const struct {
        wint_t code;
        int key;
    } keys[] = {
        { KEY_LEFT, K_LEFT },     { KEY_RIGHT, K_RIGHT },     { KEY_UP, K_UP },
        { KEY_DOWN, K_DOWN },     { KEY_HOME, K_HOME },       { KEY_END, K_END },
        { KEY_PPAGE, K_PAGE_UP }, { KEY_NPAGE, K_PAGE_DOWN }, { KEY_DC, K_DELETE },
        { KEY_BTAB, K_BACK_TAB }, { KEY_ENTER, K_ENTER },     { KEY_BACKSPACE, K_BACKSPACE },
        { KEY_F(1), '?' },        { KEY_F(10), 'q' },
    };
    struct press press = { K_NONE, 0, 0 };

    if (code == KEY_MOUSE)
        return mouse_press();
    if (code == KEY_RESIZE) {
        press.key = K_RESIZE;
        screen_size(&press.x, &press.y);
    }
    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        if (keys[i].code == code)
            press.key = keys[i].key;
    return press;
}

/* Reading gave nothing: no key in time, a signal, or nobody is there. */
static struct press silence(int wait)
{
    struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
    struct press press = { K_NONE, 0, 0 };

    if (poll(&input, 1, 0) == 1 && (input.revents & (POLLHUP | POLLERR | POLLNVAL)))
        press.key = K_HANG_UP;
    if (wait < 0 && ++term.deaf > DEAF_MAX)
        press.key = K_HANG_UP;
    return press;
}

struct press screen_key(int wait)
{
    wint_t code;
    int kind;

    timeout(wait);
    kind = get_wch(&code);
    if (kind == ERR)
        return silence(wait);
    term.deaf = 0;
    if (kind == KEY_CODE_YES)
        return special_press(code);
    if (code == '\r')
        code = K_ENTER;
    if (code == '\b')
        code = K_BACKSPACE;
    return (struct press){ (int)code, 0, 0 };
}
