#include "tools/timeline/timeline.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tools/lib/text.h"
#include "tools/lib/vtime_text.h"
#include "tools/timeline/obey.h"
#include "tools/timeline/rest.h"
#include "tools/timeline/screen.h"
#include "tools/timeline/view.h"

/* ---- While something takes long ---- */

enum { WAITING_MAX = 32, TELL_AFTER_MS = 150, BAR_WIDTH = 20 };

/* There is one terminal, and what is computed asks for its person by a pointer to
 * a function. */
static struct {
    bool opening, told;                /* nothing is on the screen yet; standard error was told */
    bool capture;                      /* what is opened: its time is bytes */
    const struct ui *ui;               /* what is on the screen, or NULL */
    int64_t last_told;                 /* or since the last key; ms of the machine's clock */
    struct press waiting[WAITING_MAX]; /* that came meanwhile */
    size_t waiting_count;
} person;

static int64_t clock_ms(void)
{
    struct timespec now = { 0, 0 };

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Whether it is time to say something again. */
static bool is_due(void)
{
    int64_t now = clock_ms();

    if (person.ui == NULL || now - person.last_told < TELL_AFTER_MS)
        return false;
    person.last_told = now;
    return true;
}

/* Esc, or nobody is there any more; other keys wait for their turn. */
static bool wants_to_stop(void)
{
    struct press press;

    while ((press = screen_key(0)).key != K_NONE) {
        if (press.key == K_ESC)
            return true;
        if (person.waiting_count < WAITING_MAX)
            person.waiting[person.waiting_count++] = press;
        if (press.key == K_HANG_UP)
            return true;
    }
    return false;
}

/* Whoever waits for all of a run is told how far it is. */
static bool gives_up(const struct ui *ui)
{
    char text[200], far[100], bar[BAR_WIDTH + 1];
    int full = rest_percent(ui) * BAR_WIDTH / 100;

    if (!is_due())
        return false;
    rest_format(ui, far, sizeof(far));
    for (int i = 0; i < BAR_WIDTH; i++)
        bar[i] = i < full ? '#' : '.';
    bar[BAR_WIDTH] = '\0';
    snprintf(text, sizeof(text), _("[%s] the rest comes first: %s. Esc stops"), bar, far);
    screen_tell(ui->height - 2, text);
    return wants_to_stop();
}

static bool stops(vtime now)
{
    char text[200], at[64];

    if (!is_due())
        return false;
    vtime_format_plain(now, at, sizeof(at));
    snprintf(text, sizeof(text), _("the other future is computed: %s so far. Esc stops"), at);
    screen_tell(person.ui->height - 2, text);
    return wants_to_stop();
}

static void tell_laying_out(uint32_t done, uint32_t of)
{
    char text[100];

    if (!is_due())
        return;
    snprintf(text, sizeof(text), _("the ladder is laid out: %d%%"),
             (int)((uint64_t)done * 100 / (of > 0 ? of : 1)));
    screen_tell(person.ui->height - 2, text);
}

static struct press waiting_press(void)
{
    struct press press = person.waiting[0];

    person.waiting_count--;
    memmove(person.waiting, person.waiting + 1, person.waiting_count * sizeof(press));
    return press;
}

static void tell_progress(vtime now, vtime until)
{
    if (!person.opening || isatty(STDERR_FILENO) != 1)
        return;
    person.told = true;
    if (person.capture && until > 0)
        fprintf(stderr, _("\rrung: %lld%% read ..."), (long long)(now * 100 / until));
    else if (!person.capture)
        fprintf(stderr, _("\rrung: %lld s of virtual time ..."), (long long)(now / SECONDS));
}

/* ---- On a terminal ---- */

static bool draw(struct ui *ui)
{
    struct canvas canvas;
    struct spot spot;

    screen_set_look((struct screen_look){ ui->theme, ui->colour, ui->ascii, ui->mouse });
    if (!canvas_open(&canvas, ui->width, ui->height))
        return false;
    spot = view(ui, &canvas);
    screen_show(&canvas, spot.x, spot.y, ui->redraw);
    ui->redraw = false;
    canvas_close(&canvas);
    return true;
}

/* Works off what is left of a long run until a key comes, or UNTIL (ms of the machine's
 * clock; -1: never). */
static struct press work_on(struct ui *ui, int64_t until)
{
    int64_t drawn = clock_ms();
    struct press press = { .key = K_NONE };

    while (press.key == K_NONE && (until < 0 || clock_ms() < until) && rest_work(ui, REST_SLICE)) {
        if (clock_ms() - drawn >= TELL_AFTER_MS) {
            draw(ui);
            drawn = clock_ms();
        }
        press = screen_key(0);
    }
    return press;
}

static struct press next_press(struct ui *ui)
{
    int64_t until = -1, now = clock_ms();
    struct press press;

    if (person.waiting_count > 0)
        return waiting_press();
    if (ui_wait(ui) >= 0)
        until = now + ui_wait(ui);
    if (session_is_part(ui->session)) {
        press = work_on(ui, until);
        if (press.key != K_NONE || !draw(ui))
            return press;
    }
    now = clock_ms();
    return screen_key(until < 0 ? -1 : until > now ? (int)(until - now) : 0);
}

static bool walk(struct ui *ui)
{
    int width, height;

    screen_size(&width, &height);
    ui_press(ui, (struct press){ K_RESIZE, width, height });
    while (!ui->quit) {
        struct press press;

        if (!draw(ui))
            return false;
        press = next_press(ui);
        person.last_told = clock_ms();
        if (press.key == K_NONE && ui->playing)
            press.key = K_TICK;
        ui_press(ui, press);
    }
    return true;
}

static enum timeline_end show(struct ui *ui, char *error, size_t size)
{
    bool done;

    if (!screen_open())
        return TIMELINE_NO_TERMINAL;
    person.ui = ui;
    ui->laying_out = tell_laying_out;
    ui->gives_up = gives_up;
    done = walk(ui);
    person.ui = NULL;
    screen_close();
    if (done)
        return TIMELINE_DONE;
    snprintf(error, size, "%s", _("out of memory"));
    return TIMELINE_FAILED;
}

/* ---- Opening ---- */

static bool do_deeds(struct session *session, const struct timeline_options *options, char *error,
                     size_t size)
{
    for (size_t i = 0; i < options->deed_count; i++)
        if (!session_do(session, &options->deeds[i], error, size))
            return false;
    return true;
}

/* Of a lab that asks something: at once, or when somebody wants it. */
static bool open_gates(struct ui *ui, struct session *session,
                       const struct timeline_options *options, char *error, size_t size)
{
    const struct lab *lab = session_run(session, SESSION_ORIGINAL)->lab;

    if (options->exercise == NULL || lab == NULL || !gates_wanted(lab))
        return true;
    ui->offer = options->exercise;
    return !options->asks || ui_begin_gates(ui, error, size);
}

static enum timeline_end run_session(struct session *session,
                                     const struct timeline_options *options, char *error,
                                     size_t size)
{
    enum timeline_end end = TIMELINE_FAILED;
    struct ui *ui = malloc(sizeof(*ui));

    snprintf(error, size, "%s", _("out of memory"));
    if (ui == NULL)
        return TIMELINE_FAILED;
    if (!ui_open(ui, 80, 24) || !ui_attach(ui, session)) {
        ui_close(ui);
        free(ui);
        return TIMELINE_FAILED;
    }
    ui->ascii = options->ascii;
    ui->colour = options->colour;
    ui->mouse = options->mouse;
    if (options->theme != NULL && !colour_theme_parse(options->theme, &ui->theme))
        ui->colour = false;
    if (open_gates(ui, session, options, error, size) && do_deeds(session, options, error, size)) {
        if (options->deed_count > 0)
            ui_follow(ui, SESSION_OTHER);
        if (options->dump == NULL)
            end = show(ui, error, size);
        else if (screen_dump(ui, options->dump, stdout, error, size))
            end = TIMELINE_DONE;
    }
    gates_close(ui->gates);
    ui_close(ui);
    free(ui);
    return end;
}

enum timeline_end timeline_run(const struct timeline_options *options, char *error, size_t size)
{
    struct session_options how = options->session;
    struct session *session;
    enum timeline_end end;

    how.progress = tell_progress;
    how.stops = stops;
    if (options->dump == NULL && options->deed_count == 0 && !options->asks)
        how.part = REST_PART; /* else all of the run is wanted at once */
    person.capture = how.capture;
    person.opening = true;
    session = session_open(&how, error, size);
    person.opening = false;
    if (person.told)
        fputs("\r\033[K", stderr);
    if (session == NULL)
        return TIMELINE_NOT_OPENED;
    end = run_session(session, options, error, size);
    if (options->trouble != NULL) /* as far as the run was read */
        snprintf(options->trouble, options->trouble_size, "%s", session_trouble(session));
    session_close(session);
    return end;
}
